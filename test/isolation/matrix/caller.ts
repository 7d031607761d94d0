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
  const send = ({ method, path, form, json, headers }: Request): Promise<Answer> => {
    if (path.startsWith('/api/v1')) {
      turn += 1;
      const body = json === undefined ? undefined : JSON.stringify(json);
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
    const fields = new URLSearchParams();
    for (const [name, value] of Object.entries({ _csrf: csrf, ...form }))
      for (const one of [value ?? []].flat()) fields.append(name, one);
    return desk.web.ask(desk.host, path, {
      method,
      headers: {
        cookie,
        origin: `http://${desk.host}`,
        'content-type': 'application/x-www-form-urlencoded',
        ...headers,
      },
      body: fields.toString(),
    });
  };
  return { cookie, csrf, tokens, send };
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
