import { digest } from '../../src/kernel/crypto/digest.js';
import { aGrant, anAccount } from '../people.js';
import { type Caller, callerOf } from './matrix/caller.js';
import { fingerprint } from './matrix/fingerprint.js';
import { type Matrix, openMatrix } from './matrix/open-matrix.js';
import type { Route } from './matrix/routes.js';

/**
 * Who has no session, or one that is worth nothing, comes to no route; no form is taken that the desk did not send itself.
 * Over every route of the desk and of the API, so that none is forgotten.
 */
let matrix: Matrix;
let desk: Route[];
let api: Route[];
/** Somebody who may do much, so that nothing but what is tested here keeps them out. */
let caller: Caller;
let accountId: string;
let before: Record<string, string>;

beforeAll(async () => {
  // Behind a proxy that is trusted, so that wrong tokens come from ever new addresses and none is slowed down.
  matrix = await openMatrix((platform) => {
    platform.config.trustedProxies = ['127.0.0.1'];
  });
  const { platform, world } = matrix;
  await matrix.rehearsal.kept(async () => {
    const account = await anAccount(platform, { tenantId: world.county.id });
    await aGrant(platform, account, { role: 'tenant-administrator', scope: 'tenant', mayGiveOn: true });
    accountId = account.id;
    caller = await callerOf(platform, matrix.desk, account);
  });
  desk = matrix.routes.filter(
    ({ address, isApi, rule }) => !isApi && !address.startsWith('visitors:') && rule.kind !== 'open',
  );
  api = matrix.routes.filter(({ isApi, rule }) => isApi && rule.kind !== 'open');
  before = await fingerprint(world.superuser);
  expect([desk.length > 100, api.length > 5]).toEqual([true, true]);
}, 120_000);

afterAll(() => matrix?.close());

/** An address of the route, with the county's own id where it wants one. */
const addressOf = ({ address }: Route): string =>
  address.replace(/:\w+/g, matrix.world.county.id).replace('*', 'no/page');

const sql = (text: string, parameters: unknown[] = []) => matrix.world.superuser.query(text, parameters);

/** Routes that answer otherwise than expected, each with what it answered. */
async function otherThan(
  routes: Route[],
  ask: (route: Route) => ReturnType<Caller['send']>,
  expected: (answer: Awaited<ReturnType<Caller['send']>>) => boolean,
): Promise<string[]> {
  const others: string[] = [];
  for (const route of routes) {
    const answer = await ask(route);
    if (!expected(answer)) others.push(`${route.key}: ${answer.status} ${answer.headers.location ?? ''}`);
  }
  return others;
}

const toSignIn = ({ status, headers, body }: Awaited<ReturnType<Caller['send']>>, step = ''): boolean =>
  status === 303 && headers.location?.split('?')[0] === `/sign-in${step}` && body === '';

describe('without a session', () => {
  it.each<[string, Record<string, string>]>([
    ['no cookie', { cookie: '' }],
    ['a cookie that is no token', { cookie: 'jiyue-session=x' }],
    ['a token that nobody was given', { cookie: `jiyue-session=${'A'.repeat(43)}` }],
    ['the digest that the database keeps', { cookie: `jiyue-session=${digest('x').toString('base64url')}` }],
    ['two cookies of the name, the first of nobody', { cookie: 'jiyue-session=x; jiyue-session=y' }],
    ['a token of the API instead', { cookie: '', authorization: 'Bearer TOKEN' }],
    ['a token of the API as the cookie', { cookie: 'jiyue-session=TOKEN' }],
  ])('%s leads from every page and form to the sign-in', async (_, headers) => {
    const given = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replace('TOKEN', caller.tokens[0]!)]),
    );
    const ask = (route: Route) => caller.send({ method: route.method, path: addressOf(route), headers: given });
    expect(await otherThan(desk, ask, (answer) => toSignIn(answer))).toEqual([]);
  });

  it.each<[string, string, string]>([
    ['idle for too long', `idle_until = now() - interval '1 second'`, `idle_until = now() + interval '30 minutes'`],
    ['over', `ends_at = now() - interval '1 second'`, `ends_at = now() + interval '12 hours'`],
  ])('a session that is %s is none', async (_, spoil, mend) => {
    await sql(`UPDATE session SET ${spoil} WHERE account_id = $1`, [accountId]);
    const ask = (route: Route) => caller.send({ method: route.method, path: addressOf(route) });
    expect(await otherThan(desk, ask, (answer) => toSignIn(answer))).toEqual([]);
    await sql(`UPDATE session SET ${mend} WHERE account_id = $1`, [accountId]);
  });

  it.each<[string, string, string]>([
    ['locked', `state = 'locked', locked_for = 'hand'`, `state = 'open', locked_for = NULL`],
    ['closed', `state = 'closed'`, `state = 'open'`],
    ['invited, not come yet', `state = 'invited'`, `state = 'open'`],
    ['past its last day', `ends_on = '2020-01-01'`, 'ends_on = NULL'],
  ])('the session and the token of an account that is %s open nothing', async (_, spoil, mend) => {
    await sql(`UPDATE account SET ${spoil} WHERE id = $1`, [accountId]);
    const ask = (route: Route) => caller.send({ method: route.method, path: addressOf(route), headers: elsewhere() });
    expect(await otherThan(desk, ask, (answer) => toSignIn(answer))).toEqual([]);
    expect(await otherThan(api, ask, ({ status }) => status === 401)).toEqual([]);
    await sql(`UPDATE account SET ${mend} WHERE id = $1`, [accountId]);
  });

  it('who has shown the password alone is led to the second factor by every route', async () => {
    await sql('UPDATE session SET second_factor = false WHERE account_id = $1', [accountId]);
    const ask = (route: Route) => caller.send({ method: route.method, path: addressOf(route) });
    expect(await otherThan(desk, ask, (answer) => toSignIn(answer, '/code'))).toEqual([]);
    await sql('UPDATE session SET second_factor = true WHERE account_id = $1', [accountId]);
  });

  it('who comes from outside the ranges of the tenant has none', async () => {
    const ask = (route: Route) =>
      caller.send({ method: route.method, path: addressOf(route), headers: { 'x-forwarded-for': '203.0.113.9' } });
    expect(await otherThan(desk, ask, (answer) => toSignIn(answer))).toEqual([]);
    expect(await otherThan(api, ask, ({ status }) => status === 403)).toEqual([]);
  });

  it('who holds nothing any more is shown what is their own, and nothing else', async () => {
    await sql(`UPDATE access_grant SET ended_at = now(), ended_by = 'x' WHERE account_id = $1`, [accountId]);
    const ask = (route: Route) => caller.send({ method: route.method, path: addressOf(route) });
    const ruled = (routes: Route[]) => routes.filter(({ rule }) => rule.kind === 'rule');
    expect(await otherThan(ruled(desk), ask, ({ status }) => status === 404)).toEqual([]);
    expect(await otherThan(ruled(api), ask, ({ status }) => status === 403)).toEqual([]);
    await sql('UPDATE access_grant SET ended_at = NULL, ended_by = NULL WHERE account_id = $1', [accountId]);
  });
});

let count = 0;
/** Each time from another address within the ranges. */
const elsewhere = (): Record<string, string> => {
  count += 1;
  return { 'x-forwarded-for': `127.1.${count >> 8}.${count & 255}` };
};

describe('the API', () => {
  it.each<[string, Record<string, string>]>([
    ['no token', { authorization: '' }],
    ['a token that nobody was given', { authorization: `Bearer jiyue_${'A'.repeat(43)}` }],
    ['a token without its beginning', { authorization: 'Bearer SHORT' }],
    ['another way of proving oneself', { authorization: 'Basic TOKEN' }],
    ['the cookie of a session', { authorization: '', cookie: 'COOKIE' }],
    ['the token of a session', { authorization: 'Bearer SESSION' }],
    ['the token as a cookie', { authorization: '', cookie: 'jiyue-session=TOKEN' }],
  ])('%s: 401 by every route, with nothing but the problem', async (_, headers) => {
    const [token = ''] = caller.tokens;
    const words: Record<string, string> = {
      TOKEN: token,
      SHORT: token.slice('jiyue_'.length),
      COOKIE: caller.cookie,
      SESSION: caller.cookie.slice(caller.cookie.indexOf('=') + 1),
    };
    const given = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replace(/[A-Z]{5,}/, (word) => words[word] ?? word)]),
    );
    const ask = (route: Route) =>
      caller.send({ method: route.method, path: addressOf(route), json: {}, headers: { ...elsewhere(), ...given } });
    const refused = ({ status, body }: { status: number; body: string }) =>
      status === 401 && /^api\.token-/.test(JSON.parse(body).type.split('#')[1]);
    expect(await otherThan(api, ask, refused)).toEqual([]);
  });

  it('takes no token from the address', async () => {
    const ask = (route: Route) =>
      caller.send({
        method: route.method,
        path: `${addressOf(route)}?access_token=${caller.tokens[0]}&token=${caller.tokens[0]}`,
        json: {},
        headers: { authorization: '' },
      });
    expect(await otherThan(api, ask, ({ status }) => status === 401)).toEqual([]);
  });

  it.each<[string, string, string]>([
    ['over', `expires_at = expires_at - interval '31 days'`, `expires_at = expires_at + interval '31 days'`],
    ['taken back', 'revoked_at = now()', 'revoked_at = NULL'],
  ])('a token that is %s is none', async (_, spoil, mend) => {
    await sql(`UPDATE api_token SET ${spoil} WHERE account_id = $1`, [accountId]);
    const ask = (route: Route) =>
      caller.send({ method: route.method, path: addressOf(route), json: {}, headers: elsewhere() });
    expect(await otherThan(api, ask, ({ status }) => status === 401)).toEqual([]);
    await sql(`UPDATE api_token SET ${mend} WHERE account_id = $1`, [accountId]);
  });
});

describe('a form that the desk did not send', () => {
  const forms = () =>
    matrix.routes.filter(
      ({ method, address, isApi }) => method === 'POST' && !isApi && !address.startsWith('visitors:'),
    );

  it.each<[string, Record<string, string>]>([
    ['another site', { origin: 'http://example.org' }],
    ['a site that we host', { origin: 'http://qinghe.localhost' }],
    ['the desk’s name with another port', { origin: 'http://console.localhost:8081' }],
    ['a host that only begins alike', { origin: 'http://console.localhost.example.org' }],
    ['nowhere that is said', { origin: '' }],
    ['a page without an origin', { origin: 'null' }],
    ['something that is no address', { origin: 'console.localhost' }],
  ])('from %s is refused by every route, those of the sign-in too', async (_, headers) => {
    const ask = (route: Route) => caller.send({ method: 'POST', path: addressOf(route), headers });
    expect(await otherThan(forms(), ask, ({ status }) => status === 403)).toEqual([]);
  });

  it.each<[string, (matrix: Matrix) => string | undefined]>([
    ['none', () => undefined],
    ['that of another session', ({ people }) => people[0]!.csrf],
    ['an empty one', () => ''],
    ['half of it', () => caller.csrf.slice(0, 20)],
  ])('with a secret of its page that is %s is refused', async (_, secret) => {
    const ask = (route: Route) =>
      caller.send({ method: 'POST', path: addressOf(route), form: { _csrf: secret(matrix) } });
    const signedIn = forms().filter(({ rule }) => rule.kind !== 'open');
    expect(await otherThan(signedIn, ask, ({ status }) => status === 403)).toEqual([]);
  });

  it('in another form of writing is refused too', async () => {
    const ask = (type: string, body: string) => (route: Route) =>
      matrix.desk.web.ask(matrix.desk.host, addressOf(route), {
        method: 'POST',
        headers: { cookie: caller.cookie, origin: `http://${matrix.desk.host}`, 'content-type': type },
        body,
      });
    const signedIn = forms().filter(({ rule }) => rule.kind !== 'open');
    for (const [type, body] of [
      ['application/json', '{"_csrf":null}'],
      ['application/json', '{"_csrf":["x"]}'],
      ['text/plain', '_csrf=x'],
      ['application/json', '[]'],
    ] as const)
      expect(await otherThan(signedIn, ask(type, body), ({ status }) => [403, 415].includes(status))).toEqual([]);
  });

  it('is refused under every method but the one that the route names', async () => {
    const methods = ['PUT', 'DELETE', 'PATCH', 'OPTIONS'];
    for (const method of methods) {
      const ask = (route: Route) => caller.send({ method, path: addressOf(route) });
      expect(await otherThan(desk, ask, ({ status }) => [403, 404, 405].includes(status))).toEqual([]);
    }
  });
});

it('nothing of it changed anything', async () => {
  expect(await fingerprint(matrix.world.superuser)).toEqual(before);
});
