import type { Notice } from '../src/console/shell/answers.js';
import { cookieJar } from '../src/console/shell/cookies.js';
import { keyed } from '../src/kernel/crypto/digest.js';
import { open } from '../src/kernel/crypto/seal.js';
import { newToken } from '../src/kernel/crypto/token.js';
import { newId } from '../src/kernel/id.js';
import type { BuiltAccount } from './people.js';
import { OPERATOR, type TestPlatform } from './platform.js';
import { type Answer, aWeb, type TestWeb } from './web.js';

export type Form = Record<string, string | string[] | undefined>;

/** A browser in which somebody has signed in: it keeps its cookies, so that a notice shows on the page that follows. */
export interface Browser {
  /** What it would send: for a real browser that is to be signed in the same way. */
  cookies(): string;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** Sends a form as a page of the desk does: with its origin and CSRF token. `headers` replace what a browser would say. */
  post(path: string, form?: Form, headers?: Record<string, string>): Promise<Answer>;
  /** Sends a form and opens the page it leads to. @throws Error when it leads nowhere */
  follow(path: string, form?: Form): Promise<Answer>;
}

export interface TestDesk {
  web: TestWeb;
  /** `console.BASE_DOMAIN` */
  host: string;
  /** Signs an account in by a session of its own: second factor shown, nothing left to be done. */
  as(account: Pick<BuiltAccount, 'tenantId' | 'id'>): Promise<Browser>;
  /** A browser of nobody. */
  nobody: Browser;
  close(): Promise<void>;
}

/** The desk over real HTTP. */
export async function aDesk(platform: TestPlatform): Promise<TestDesk> {
  const web = await aWeb(platform);
  const host = `console.${platform.config.baseDomain}`;
  return {
    web,
    host,
    as: async (account) => {
      const { cookie, csrf } = await signedIn(platform, account);
      return browser(web, host, csrf, [cookie]);
    },
    nobody: browser(web, host, '', []),
    close: () => web.close(),
  };
}

/** A session of an account: the cookie (`name=token`) that opens it, and what its forms carry. */
export async function signedIn(platform: TestPlatform, account: Pick<BuiltAccount, 'tenantId' | 'id'>) {
  const { token, sessionId } = await aSession(platform, account);
  const [cookie = ''] = cookieJar(platform.config.production).set('session', token).split(';', 1);
  return { cookie, csrf: keyed(platform.secretKey, 'console.csrf', sessionId).toString('base64url'), sessionId };
}

/** The row of a session as it is once somebody has come all the way in. */
async function aSession(platform: TestPlatform, { tenantId, id }: Pick<BuiltAccount, 'tenantId' | 'id'>) {
  const { token, digest } = newToken();
  const sessionId = newId();
  await platform.work.run({ kind: 'cluster', actor: OPERATOR, work: 'identity' }, async (tx) => {
    await tx.query(
      `INSERT INTO credential (tenant_id, account_id, password_set_at, totp_confirmed_at) VALUES ($1, $2, now(), now())
       ON CONFLICT (tenant_id, account_id) DO NOTHING`,
      [tenantId, id],
    );
    await tx.query(
      `INSERT INTO session (tenant_id, id, account_id, token_digest, stage, means, second_factor, idle_until, ends_at, address)
       VALUES ($1, $2, $3, $4, 'open', 'password', true, now() + interval '30 minutes', now() + interval '12 hours', '127.0.0.1')`,
      [tenantId, sessionId, id, digest],
    );
  });
  return { token, sessionId };
}

/** What an answer tells the page that follows: its notice, which nobody but the desk can read. */
export function noticeOf(platform: TestPlatform, { headers }: Answer): Notice | null {
  const line = [headers['set-cookie'] ?? []].flat().find((each) => each.startsWith('jiyue-notice='));
  const [, value] = /^[^=]+=([^;]+)/.exec(line ?? '') ?? [];
  if (!value) return null;
  const { tone, text, undo } = JSON.parse(
    open(platform.secretKey, 'console.notice', Buffer.from(value, 'base64url')).toString(),
  ) as Notice;
  return { tone, text, ...(undo ? { undo } : {}) };
}

/** What no page says: a template printed something that its model does not have. */
const NONSENSE = /function macro\(|\[object Object\]|(?:href|action|value)="[^"]*\b(?:undefined|NaN)\b[^"]*"/;

function browser(web: TestWeb, host: string, csrf: string, cookies: string[]): Browser {
  const jar = new Map<string, string>();
  const keep = (lines: readonly string[]) => {
    for (const line of lines) {
      const [pair = '', ...attributes] = line.split('; ');
      const name = pair.slice(0, pair.indexOf('='));
      if (attributes.includes('Max-Age=0')) jar.delete(name);
      else jar.set(name, pair);
    }
  };
  keep(cookies);
  const ask = async (path: string, options: Parameters<TestWeb['ask']>[2] = {}): Promise<Answer> => {
    const cookie = [...jar.values()].join('; ');
    const answer = await web.ask(host, path, {
      ...options,
      headers: { ...(cookie ? { cookie } : {}), ...options.headers },
    });
    keep([answer.headers['set-cookie'] ?? []].flat());
    const nonsense = NONSENSE.exec(answer.body);
    if (nonsense) throw new Error(`${path} shows ${nonsense[0]}: its template and its model do not fit`);
    return answer;
  };
  const post = (path: string, form: Form = {}, headers: Record<string, string> = {}) => {
    const fields = new URLSearchParams();
    for (const [name, value] of Object.entries({ _csrf: csrf, ...form }))
      for (const one of [value ?? []].flat()) fields.append(name, one);
    return ask(path, {
      method: 'POST',
      headers: { origin: `http://${host}`, 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: fields.toString(),
    });
  };
  return {
    cookies: () => [...jar.values()].join('; '),
    get: (path, headers = {}) => ask(path, { headers }),
    post,
    follow: async (path, form) => {
      const answer = await post(path, form);
      const { location } = answer.headers;
      if (!location)
        throw new Error(`${path} answered ${answer.status} and leads nowhere: ${answer.body.slice(0, 2_000)}`);
      return ask(location);
    },
  };
}
