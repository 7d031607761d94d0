import { newToken } from '../../../src/kernel/crypto/token.js';
import { newId } from '../../../src/kernel/id.js';
import { rules } from '../../../src/policies.js';
import { type Form, signedIn, type TestDesk } from '../../desk.js';
import type { BuiltAccount } from '../../people.js';
import { OPERATOR, type TestPlatform } from '../../platform.js';
import type { Answer } from '../../web.js';

export interface Request {
  method: string;
  /** Of the desk's host, with its query. */
  path: string;
  /** Of the desk: fields of a form. */
  form?: Form;
  /** A file that the form brings, as the field `file`. */
  file?: { name: string; content: string };
  /** Of the API. */
  json?: unknown;
  headers?: Record<string, string>;
}

/** Somebody at the desk and, by tokens of their own, at the API. Keeps no cookie but the session's: each request stands alone. */
export interface Caller {
  cookie: string;
  csrf: string;
  /** Tokens with every act that there is: what narrows them is the account alone. */
  tokens: string[];
  send(request: Request): Promise<Answer>;
}

const WITH_BODY = ['POST', 'PUT', 'PATCH'];
/** Of a token's rate (120 at once) one has enough with so many. */
const TOKENS = 4;

export async function callerOf(platform: TestPlatform, desk: TestDesk, account: BuiltAccount): Promise<Caller> {
  const { cookie, csrf } = await signedIn(platform, account);
  const tokens = await someTokens(platform, account);
  let turn = 0;
  const send = ({ method, path, form, file, json, headers }: Request): Promise<Answer> => {
    if (path.startsWith('/api/v1')) {
      turn += 1;
      const body = json === undefined || !WITH_BODY.includes(method) ? undefined : JSON.stringify(json);
      return desk.web.ask(desk.host, path, {
        method,
        headers: {
          authorization: `Bearer ${tokens[turn % tokens.length]}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        body,
      });
    }
    if (!WITH_BODY.includes(method)) return desk.web.ask(desk.host, path, { method, headers: { cookie, ...headers } });
    const fields = Object.entries({ _csrf: csrf, ...form }).flatMap(([name, value]) =>
      [value ?? []].flat().map((one): [string, string] => [name, one]),
    );
    const { type, body } = file ? withFile(fields, file) : urlencoded(fields);
    return desk.web.ask(desk.host, path, {
      method,
      headers: { cookie, origin: `http://${desk.host}`, 'content-type': type, ...headers },
      body,
    });
  };
  return { cookie, csrf, tokens, send };
}

const urlencoded = (fields: [string, string][]) => ({
  type: 'application/x-www-form-urlencoded',
  body: new URLSearchParams(fields).toString(),
});

function withFile(fields: [string, string][], { name, content }: { name: string; content: string }) {
  const boundary = 'matrix-boundary';
  const part = (head: string, value: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; ${head}\r\n\r\n${value}\r\n`;
  const parts = fields.map(([field, value]) => part(`name="${field}"`, value));
  const file = part(`name="file"; filename="${name}"\r\nContent-Type: text/csv`, content);
  return { type: `multipart/form-data; boundary=${boundary}`, body: `${parts.join('')}${file}--${boundary}--\r\n` };
}

async function someTokens(platform: TestPlatform, { tenantId, id }: BuiltAccount): Promise<string[]> {
  const made = Array.from({ length: TOKENS }, newToken);
  await platform.work.run({ kind: 'cluster', actor: OPERATOR, work: 'identity' }, async (tx) => {
    await tx.query('UPDATE account SET second_factor = true WHERE tenant_id = $1 AND id = $2', [tenantId, id]);
    for (const { digest: kept } of made)
      await tx.query(
        `INSERT INTO api_token (tenant_id, id, account_id, name, token_digest, actions, expires_at)
         VALUES ($1, $2, $3, '矩阵', $4, $5, now() + interval '30 days')`,
        [tenantId, newId(), id, kept, [...rules.keys()]],
      );
  });
  return made.map(({ token }) => `jiyue_${token}`);
}
