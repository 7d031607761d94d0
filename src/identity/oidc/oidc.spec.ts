import { aSite, type BuiltSite } from '../../../test/builders.js';
import { anOidcProvider, OIDC_CLIENT, type OidcProvider } from '../../../test/oidc.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import { aCaller, codeOf, PASSWORD, People, type Person } from '../../../test/signing-in.js';
import { PLATFORM_TENANT } from '../../kernel/database/scope.js';
import { lockAccount } from '../account/lock-account.js';
import { resetAccount } from '../account/reset-account.js';
import { PROVIDER_CALLBACK } from '../identity.js';
import { readSession } from '../session/read-session.js';
import { unlinkProvider } from './provider-sign-in.js';

const DESK = 'http://console.localhost:8080';

let platform: TestPlatform;
let people: People;
let site: BuiltSite;
let outside: OidcProvider;

beforeAll(async () => {
  platform = await aPlatform();
  outside = await anOidcProvider(`${DESK}${PROVIDER_CALLBACK}`);
  people = await People.over(platform, { oidc: { issuer: outside.issuer, ...OIDC_CLIENT }, deskOrigin: DESK });
  site = await aSite(platform);
});

afterAll(async () => {
  await outside?.stop();
  await people?.close();
  await platform?.close();
});

const provider = () => people.identity.provider!;
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error) => error,
  );
const finish = (cookie: string, url: URL, token: string | null = null) =>
  provider().finish({ cookie, url, token }, aCaller());

/** Goes there as `name` and comes back. */
async function signIn(name: string, returnTo = '/') {
  const { redirectTo, cookie } = await provider().begin(returnTo);
  return finish(cookie, await outside.visit(redirectTo, name));
}

async function link(token: string, name: string, { finishWith = token, password = PASSWORD } = {}) {
  const { redirectTo, cookie } = await provider().beginLink({ token, password }, aCaller());
  return finish(cookie, await outside.visit(redirectTo, name), finishWith);
}

async function aLinked(name: string): Promise<Person & { token: string }> {
  const person = await people.add(site);
  const { token } = await people.signIn(person);
  expect(await link(token, name)).toEqual({ kind: 'linked' });
  return { ...person, token };
}

it('is asked again after it was away', async () => {
  expect(await failure(provider().begin('/'))).toMatchObject({
    code: 'identity.provider-away',
    status: 503,
  });
  await outside.start();
  expect(await provider().begin('/')).toMatchObject({
    redirectTo: expect.stringContaining(outside.issuer),
  });
});

it('is sent state, nonce and the challenge of PKCE, and keeps what answers them to itself', async () => {
  const { redirectTo, cookie } = await provider().begin('/accounts');
  const asked = new URL(redirectTo).searchParams;
  expect(Object.fromEntries(asked)).toMatchObject({
    client_id: 'jiyue',
    response_type: 'code',
    scope: 'openid',
    redirect_uri: `${DESK}${PROVIDER_CALLBACK}`,
    code_challenge_method: 'S256',
  });
  for (const name of ['state', 'nonce', 'code_challenge']) expect(asked.get(name)).toMatch(/^[\w-]{43}$/);
  const kept = Buffer.from(cookie, 'base64url').toString('latin1');
  for (const secret of [asked.get('state')!, asked.get('nonce')!, 'verifier']) expect(kept).not.toContain(secret);
  expect(cookie.length).toBeLessThan(1_000);
});

it('lets an account in that was linked from within a session, and back to where it was going', async () => {
  const person = await aLinked('li-wen');
  const finished = await signIn('li-wen', '/accounts?state=open');
  expect(finished).toMatchObject({
    kind: 'entered',
    returnTo: '/accounts?state=open',
    entered: { step: 'open', account: { id: person.id } },
  });
  const { token } = (finished as { entered: { token: string } }).entered;
  const session = await people.cluster((tx) =>
    readSession(tx, token, { address: '10.0.0.1', today: platform.calendar.day(new Date()) }),
  );
  expect(session).toMatchObject({ means: 'oidc', stage: 'open' });
  expect((await people.acts(person)).slice(-2).map(({ act, detail }) => [act, detail.means ?? detail.issuer])).toEqual([
    ['account.provider-linked', outside.issuer],
    ['sign-in.succeeded', 'oidc'],
  ]);
});

it('does not let in whom nobody linked, whatever their name there: it says what to do', async () => {
  const person = await people.add(site);
  expect(await failure(signIn(person.login))).toMatchObject({
    code: 'identity.provider-unlinked',
    status: 403,
    message: expect.stringContaining('关联'),
  });
  expect((await people.acts({ tenantId: PLATFORM_TENANT })).at(-1)).toMatchObject({
    act: 'sign-in.refused',
    detail: { why: 'provider-unlinked', subject: person.login },
  });
});

it('is not enough where duties ask for a second factor', async () => {
  const person = await aLinked('wang-wu');
  people.duties.demand(person, { secondFactor: true });
  const first = (await signIn('wang-wu')) as { entered: { token: string; step: string } };
  expect(first.entered.step).toBe('enrol');
  const { secret } = await people.enrol(first.entered.token);
  const second = (await signIn('wang-wu')) as { entered: { token: string; step: string } };
  expect(second.entered.step).toBe('code');
  const code = codeOf(secret, 1);
  expect(await people.identity.signIn.withCode({ token: second.entered.token, code }, aCaller())).toMatchObject({
    step: 'open',
  });
});

it('does not open an account that is locked or comes from where it must not', async () => {
  const person = await aLinked('zhao-liu');
  await people.cluster((tx) => lockAccount(tx, person, { why: 'hand', reason: '试' }));
  expect(await failure(signIn('zhao-liu'))).toMatchObject({ code: 'identity.account-locked' });
});

it('takes each answer once: the same code brought again is refused', async () => {
  await aLinked('sun-qi');
  const { redirectTo, cookie } = await provider().begin('/');
  const back = await outside.visit(redirectTo, 'sun-qi');
  expect(await finish(cookie, back)).toMatchObject({ kind: 'entered' });
  expect(await failure(finish(cookie, back))).toMatchObject({
    code: 'identity.provider-refused',
    message: expect.stringContaining('invalid_grant'),
  });
});

describe('an answer that is not to what was asked', () => {
  let asked: { redirectTo: string; cookie: string };
  beforeEach(async () => {
    asked = await provider().begin('/');
  });
  const altered = (name: string, value: string) => {
    const address = new URL(asked.redirectTo);
    address.searchParams.set(name, value);
    return address.href;
  };

  it('with another state is stale', async () => {
    const back = await outside.visit(altered('state', 'x'.repeat(43)), 'li-wen');
    expect(await failure(finish(asked.cookie, back))).toMatchObject({ code: 'identity.provider-stale', status: 400 });
  });

  it('with another nonce is refused', async () => {
    const back = await outside.visit(altered('nonce', 'x'.repeat(43)), 'li-wen');
    expect(await failure(finish(asked.cookie, back))).toMatchObject({ code: 'identity.provider-refused' });
  });

  it('to another’s challenge is refused', async () => {
    const back = await outside.visit(altered('code_challenge', 'x'.repeat(43)), 'li-wen');
    expect(await failure(finish(asked.cookie, back))).toMatchObject({ code: 'identity.provider-refused' });
  });

  it('brought into another browser is stale: there it was not begun', async () => {
    const other = await provider().begin('/');
    const back = await outside.visit(asked.redirectTo, 'li-wen');
    for (const cookie of [other.cookie, '', 'nonsense', `${asked.cookie.slice(0, -4)}AAAA`])
      expect(await failure(finish(cookie, back))).toMatchObject({ code: 'identity.provider-stale' });
    expect(await finish(asked.cookie, back)).toMatchObject({ kind: 'entered' });
  });

  it('that comes after ten minutes is stale', async () => {
    const back = await outside.visit(asked.redirectTo, 'li-wen');
    const real = Date.now;
    try {
      Date.now = () => real() + 10 * 60_000 + 1;
      expect(await failure(finish(asked.cookie, back))).toMatchObject({ code: 'identity.provider-stale' });
    } finally {
      Date.now = real;
    }
  });

  it('that says no is refused in the words of the protocol, and only those', async () => {
    const url = (error: string) => {
      const back = new URL(`${DESK}${PROVIDER_CALLBACK}`);
      const state = new URL(asked.redirectTo).searchParams.get('state')!;
      back.search = new URLSearchParams({ error, state, iss: outside.issuer }).toString();
      return back;
    };
    const denied = await failure(finish(asked.cookie, url('access_denied')));
    expect(denied).toMatchObject({
      code: 'identity.provider-refused',
      message: expect.stringContaining('access_denied'),
    });
    const invented = await failure(finish(asked.cookie, url('<b>call 12345</b>')));
    expect(invented.message).not.toContain('12345');
  });
});

describe('linking', () => {
  it('takes an identity once; a second account is told so', async () => {
    await aLinked('zhou-ba');
    const other = await people.add(site);
    const { token } = await people.signIn(other);
    expect(await failure(link(token, 'zhou-ba'))).toMatchObject({ code: 'identity.provider-linked-elsewhere' });
    expect(await signIn('zhou-ba')).toMatchObject({ kind: 'entered' });
  });

  it('belongs to the session that began it', async () => {
    const [one, other] = [await people.add(site), await people.add(site)];
    const [mine, theirs] = [await people.signIn(one), await people.signIn(other)];
    expect(await failure(link(mine.token, 'wu-jiu', { finishWith: theirs.token }))).toMatchObject({
      code: 'identity.provider-stale',
    });
    expect(await failure(signIn('wu-jiu'))).toMatchObject({ code: 'identity.provider-unlinked' });
    const { redirectTo, cookie } = await provider().beginLink({ token: mine.token, password: PASSWORD }, aCaller());
    const back = await outside.visit(redirectTo, 'wu-jiu');
    expect(await failure(finish(cookie, back, null))).toMatchObject({ code: 'identity.session-gone' });
  });

  it('is for those who are in altogether', async () => {
    const person = await people.add(site);
    people.duties.demand(person, { secondFactor: true });
    const { token } = await people.signIn(person);
    expect(await failure(link(token, 'nobody'))).toMatchObject({ code: 'identity.step-done' });
    expect(await failure(link('nonsense', 'nobody'))).toMatchObject({
      code: 'identity.session-gone',
    });
  });

  it('is undone, once', async () => {
    const person = await aLinked('zheng-shi');
    expect(await people.cluster((tx) => unlinkProvider(tx, person))).toBe(true);
    expect(await people.cluster((tx) => unlinkProvider(tx, person))).toBe(false);
    expect(await failure(signIn('zheng-shi'))).toMatchObject({ code: 'identity.provider-unlinked' });
    expect((await people.acts(person)).at(-1)?.act).toBe('account.provider-unlinked');
  });

  it('does not outlive a reset: whoever linked an identity of their own from a session they stole is out', async () => {
    const person = await aLinked('chen-er');
    const invitation = await people.cluster((tx) => resetAccount(tx, person, { by: '某', reason: '被盗用' }));
    expect(await failure(signIn('chen-er'))).toMatchObject({ code: 'identity.provider-unlinked' });
    expect((await people.acts(person)).slice(-2).map(({ act }) => act)).toEqual([
      'account.provider-unlinked',
      'account.reset',
    ]);
    const { token } = await people.identity.invitations.accept(
      { token: invitation.token, password: 'Vt4-kopRw9' },
      aCaller(),
    );
    expect(await failure(signIn('chen-er'))).toMatchObject({ code: 'identity.provider-unlinked' });
    expect(await link(token, 'chen-er', { password: 'Vt4-kopRw9' })).toEqual({ kind: 'linked' });
  });

  it('does not outlive a session that is ended while it is written', async () => {
    const person = await people.add(site);
    const { token } = await people.signIn(person);
    const { redirectTo, cookie } = await provider().beginLink({ token, password: PASSWORD }, aCaller());
    const back = await outside.visit(redirectTo, 'chu-san');
    await people.superuser.query('BEGIN');
    await people.superuser.query('SELECT FROM account WHERE id = $1 FOR NO KEY UPDATE', [person.id]);
    const linking = failure(finish(cookie, back, token));
    await people.untilSomebodyWaits();
    await people.superuser.query('DELETE FROM session WHERE account_id = $1', [person.id]);
    await people.superuser.query('COMMIT');
    expect(await linking).toMatchObject({ code: 'identity.session-gone' });
    expect(await failure(signIn('chu-san'))).toMatchObject({ code: 'identity.provider-unlinked' });
  });

  it('asks for the password: who has no more than the session opens the account to nobody', async () => {
    const person = await people.add(site);
    const { token } = await people.signIn(person);
    for (let attempt = 1; attempt < 5; attempt++)
      expect(await failure(link(token, 'feng-yi', { password: `guess-${attempt}` }))).toMatchObject({
        code: 'identity.current-password-wrong',
      });
    expect(await failure(link(token, 'feng-yi', { password: '' }))).toMatchObject({ code: 'identity.code-attempts' });
    expect(await failure(link(token, 'feng-yi'))).toMatchObject({ code: 'identity.session-gone' });
    expect(await failure(signIn('feng-yi'))).toMatchObject({ code: 'identity.provider-unlinked' });
  });
});

it('that goes away meanwhile is said to be away, and nobody is let in', async () => {
  const { redirectTo, cookie } = await provider().begin('/');
  const back = await outside.visit(redirectTo, 'li-wen');
  await outside.stop();
  expect(await failure(finish(cookie, back))).toMatchObject({ code: 'identity.provider-away', status: 503 });
});
