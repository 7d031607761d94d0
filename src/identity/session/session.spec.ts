import { aSite, type BuiltSite } from '../../../test/builders.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import { aCaller, People, type Person } from '../../../test/signing-in.js';
import { PLATFORM_TENANT } from '../../kernel/database/scope.js';
import { newId } from '../../kernel/id.js';
import { lockAccount, unlockAccount } from '../account/lock-account.js';
import { endSession, endSessions } from './end-sessions.js';
import { listSessions } from './list-sessions.js';
import { daysUntilPasswordChange, nextStep, type Standing } from './next-step.js';
import { pruneSignIn } from './prune-sign-in.js';
import { readSession } from './read-session.js';
import { chooseSite, rememberList } from './session-place.js';

let platform: TestPlatform;
let people: People;
let site: BuiltSite;

beforeAll(async () => {
  platform = await aPlatform();
  people = await People.over(platform);
  site = await aSite(platform);
});

afterAll(async () => {
  await people?.close();
  await platform?.close();
});

const today = () => platform.calendar.day(new Date());
const read = (token: string, address = '10.0.0.1') =>
  people.cluster((tx) => readSession(tx, token, { address, today: today() }));
const signedIn = async (over: { shortIdle?: boolean } = {}) => {
  const person = await people.add(site);
  if (over.shortIdle) people.duties.demand(person, { shortIdle: true });
  return { person, ...(await people.signIn(person)) };
};
/** As if the session had been used that many minutes ago for the last time. */
const rest = (person: Person, minutes: number) =>
  people.superuser.query(
    `UPDATE session SET created_at = created_at - make_interval(mins => $2), seen_at = seen_at - make_interval(mins => $2),
       idle_until = idle_until - make_interval(mins => $2), ends_at = ends_at - make_interval(mins => $2) WHERE account_id = $1`,
    [person.id, minutes],
  );
const rowOf = async (person: Person) =>
  (await people.superuser.query('SELECT * FROM session WHERE account_id = $1', [person.id])).rows[0];

it('is known by its token alone, of which only a digest is kept', async () => {
  const { person, token } = await signedIn();
  expect(token).toMatch(/^[\w-]{43}$/);
  expect((await rowOf(person)).token_digest.length).toBe(32);
  expect(await read(token)).toMatchObject({ account: { id: person.id } });
  for (const other of ['', 'x', `${token}x`, token.slice(1), token.toLowerCase()]) expect(await read(other)).toBeNull();
});

it.each([
  ['30 minutes', false, 30],
  ['15 minutes of the platform’s three duties', true, 15],
])('ends after %s without a sign of life', async (_, shortIdle, minutes) => {
  const { person, token } = await signedIn({ shortIdle });
  await rest(person, minutes - 1);
  expect(await read(token)).not.toBeNull();
  // That was one: the time counts from there.
  await rest(person, minutes - 1);
  expect(await read(token)).not.toBeNull();
  await rest(person, minutes + 1);
  expect(await read(token)).toBeNull();
});

it('ends after twelve hours in any case', async () => {
  const { person, token } = await signedIn();
  for (let quarter = 0; quarter < 47; quarter++) {
    await rest(person, 15);
    await read(token);
  }
  await rest(person, 14);
  expect(await read(token)).not.toBeNull();
  await rest(person, 2);
  expect(await read(token)).toBeNull();
});

it('is written to once a minute at most, and the account once an hour', async () => {
  const { person, token } = await signedIn();
  const seen = async () =>
    (await people.superuser.query('SELECT last_seen_at FROM account WHERE id = $1', [person.id])).rows[0].last_seen_at;
  const [before, seenBefore] = [await rowOf(person), await seen()];
  await read(token);
  expect(await rowOf(person)).toEqual(before);
  await rest(person, 2);
  const rested = await rowOf(person);
  await Promise.all([read(token), read(token), read(token)]);
  expect((await rowOf(person)).seen_at.getTime()).toBeGreaterThan(rested.seen_at.getTime());
  expect(await seen()).toEqual(seenBefore);
  await people.superuser.query(`UPDATE account SET last_seen_at = now() - interval '61 minutes' WHERE id = $1`, [
    person.id,
  ]);
  await rest(person, 2);
  await read(token);
  expect((await seen()).getTime()).toBeGreaterThanOrEqual(seenBefore.getTime());
});

it('does not wait for another request that notes the same sign of life', async () => {
  const { person, token } = await signedIn();
  await rest(person, 2);
  await people.superuser.query('BEGIN');
  await people.superuser.query('SELECT FROM session WHERE account_id = $1 FOR UPDATE', [person.id]);
  expect(await read(token)).toMatchObject({ account: { id: person.id } });
  await people.superuser.query('ROLLBACK');
});

it('is dead at once when its account is locked, and stays so when that is unlocked', async () => {
  const { person, token } = await signedIn();
  await people.cluster((tx) => lockAccount(tx, person, { why: 'hand', reason: '试' }));
  expect(await read(token)).toBeNull();
  await people.cluster((tx) => unlockAccount(tx, person, { reason: '试', today: today() }));
  expect(await read(token)).toBeNull();
  expect(await people.signIn(person)).toMatchObject({ step: 'open' });
});

it('is dead when its account is locked by whatever hand, without a row of its own being touched', async () => {
  const { person, token } = await signedIn();
  await people.superuser.query(`UPDATE account SET state = 'locked', locked_for = 'hand' WHERE id = $1`, [person.id]);
  expect(await read(token)).toBeNull();
});

it('is dead on the day after the account’s last', async () => {
  const { person, token } = await signedIn();
  await people.superuser.query('UPDATE account SET ends_on = $2 WHERE id = $1', [person.id, today()]);
  expect(await read(token)).not.toBeNull();
  const tomorrow = platform.calendar.day(platform.calendar.nextMidnight(new Date()));
  expect(await people.cluster((tx) => readSession(tx, token, { address: '10.0.0.1', today: tomorrow }))).toBeNull();
});

it('tells whether it comes from one of the tenant’s ranges', async () => {
  const fenced = await aSite(platform);
  const person = await people.add(fenced);
  const { token } = await people.signIn(person);
  const allowed = async (address: string) => (await read(token, address))?.fromAllowedAddress;
  expect(await allowed('198.51.100.1')).toBe(true);
  await people.superuser.query(
    `INSERT INTO sign_in_range (tenant_id, id, range) VALUES ($1, gen_random_uuid(), '10.20.0.0/16'), ($1, gen_random_uuid(), '2001:db8::/32')`,
    [fenced.tenantId],
  );
  expect(await allowed('10.20.255.1')).toBe(true);
  expect(await allowed('::ffff:10.20.255.1')).toBe(true);
  expect(await allowed('2001:db8:9::1')).toBe(true);
  expect(await allowed('10.21.0.1')).toBe(false);
  expect(await allowed('')).toBe(false);
});

it('is one of ten at most: with one more the one that rested longest ends, and the audit says why', async () => {
  const { person, token } = await signedIn();
  await people.superuser.query(`UPDATE session SET seen_at = now() - interval '9 minutes' WHERE account_id = $1`, [
    person.id,
  ]);
  const others = [];
  for (let i = 0; i < 9; i++) others.push((await people.signIn(person)).token);
  expect(await read(token)).not.toBeNull();
  await people.superuser.query(
    `UPDATE session SET seen_at = now() - interval '8 minutes' WHERE account_id = $1 AND token_digest = sha256($2::text::bytea)`,
    [person.id, others[0]],
  );
  // At once, and none of them more than ten.
  await Promise.all([people.signIn(person), people.signIn(person)]);
  const { rows } = await people.superuser.query('SELECT count(*)::int AS n FROM session WHERE account_id = $1', [
    person.id,
  ]);
  expect(rows).toEqual([{ n: 10 }]);
  expect([await read(others[0]!), await read(others[8]!)]).toMatchObject([null, { account: { id: person.id } }]);
  expect((await people.acts(person)).filter(({ act }) => act === 'session.ended')).toMatchObject([
    { detail: { why: 'too-many' } },
    { detail: { why: 'too-many' } },
  ]);
});

it('that knows the password alone ends none that is open', async () => {
  const person = await people.add(site);
  const { token } = await people.signIn(person);
  people.duties.demand(person, { secondFactor: true });
  for (let i = 0; i < 12; i++) await people.signIn(person);
  expect(await read(token)).not.toBeNull();
  const { rows } = await people.superuser.query(
    'SELECT stage, count(*)::int AS n FROM session WHERE account_id = $1 GROUP BY stage ORDER BY stage',
    [person.id],
  );
  expect(rows).toEqual([
    { stage: 'open', n: 1 },
    { stage: 'password', n: 10 },
  ]);
});

it('begins where the one before it left off, unless the site is gone', async () => {
  const { person, token } = await signedIn();
  const first = (await read(token))!;
  await people.cluster((tx) => chooseSite(tx, first, { tenantId: site.tenantId, id: site.id }));
  await people.cluster((tx) => rememberList(tx, first, 'accounts', 'state=open'));
  await people.superuser.query('DELETE FROM session WHERE account_id = $1', [person.id]);
  const next = async () => (await read((await people.signIn(person)).token))!;
  const remembered = { accounts: 'state=open' };
  expect(await next()).toMatchObject({ siteId: site.id, siteTenantId: site.tenantId, remembered });

  await people.superuser.query(
    'UPDATE account SET desk = desk || jsonb_build_object($2::text, $3::text) WHERE id = $1',
    [person.id, 'site', `${newId()}/${newId()}`],
  );
  const later = await next();
  expect(later).toMatchObject({ siteId: null, remembered });
  await people.cluster((tx) => chooseSite(tx, later, null));
  expect(await next()).toMatchObject({ siteId: null, remembered });
});

it('remembers the site one works on and how lists were looked at, through a new password', async () => {
  const { person, token } = await signedIn();
  const session = (await read(token))!;
  expect([session.siteId, session.remembered]).toEqual([null, {}]);
  await people.cluster(async (tx) => {
    await chooseSite(tx, session, { tenantId: site.tenantId, id: site.id });
    await rememberList(tx, session, 'accounts', 'state=open');
    await rememberList(tx, session, 'accounts', 'state=locked&q=张');
    await rememberList(tx, session, 'grants', 'x'.repeat(501));
    await rememberList(tx, session, 'sites', 'a=1');
    await rememberList(tx, session, 'sites', '');
  });
  expect(await read(token)).toMatchObject({
    siteId: site.id,
    siteTenantId: site.tenantId,
    siteName: `${site.label}人民政府`,
    remembered: { accounts: 'state=locked&q=张' },
  });
  const { ends_at: end } = await rowOf(person);
  const changed = await people.identity.signIn.changePassword(
    { token, current: person.password, password: 'Vt4-kopRw9' },
    aCaller(),
  );
  expect(await read(changed.token)).toMatchObject({ siteId: site.id, remembered: { accounts: 'state=locked&q=张' } });
  expect((await rowOf(person)).ends_at).toEqual(end);
  for (let i = 0; i < 60; i++)
    await people.cluster(async (tx) => rememberList(tx, (await read(changed.token))!, `list${i}`, 'a'));
  expect(Object.keys((await read(changed.token))!.remembered)).toHaveLength(40);
});

describe('of one account', () => {
  it('are listed, ended one by one, and all but one', async () => {
    const person = await people.add(site);
    const tokens = [];
    for (const agent of ['一', '二', '三']) tokens.push((await people.signIn(person, { agent })).token);
    const rows = await people.cluster((tx) => listSessions(tx, person));
    expect(rows.map(({ agent }) => agent).sort()).toEqual(['一', '三', '二'].sort());
    const byAgent = Object.fromEntries(rows.map((row) => [row.agent, row.id]));
    expect(await people.cluster((tx) => endSession(tx, person, byAgent.一!))).toBe(true);
    expect(await people.cluster((tx) => endSession(tx, person, byAgent.一!))).toBe(false);
    expect(await people.cluster((tx) => endSessions(tx, person, byAgent.三))).toBe(1);
    expect(await Promise.all(tokens.map(async (token) => (await read(token)) !== null))).toEqual([false, false, true]);
    expect((await people.acts(person)).at(-1)).toMatchObject({ act: 'session.ended', detail: { agent: '一' } });
  });

  it('are not ended by another, whatever number is named', async () => {
    const [{ token, person }, other] = [await signedIn(), await signedIn()];
    const { id } = await rowOf(person);
    for (const named of [id, 'nonsense', ''])
      expect(await people.cluster((tx) => endSession(tx, other.person, named))).toBe(false);
    expect(await read(token)).not.toBeNull();
  });
});

it('goes from the table once it is over', async () => {
  const { person } = await signedIn();
  const other = await signedIn();
  await rest(person, 31);
  const { sessions } = await people.cluster(pruneSignIn);
  expect(sessions).toBeGreaterThanOrEqual(1);
  expect([await rowOf(person), (await rowOf(other.person)) !== undefined]).toEqual([undefined, true]);
});

it('is out of reach of the desk’s own role', async () => {
  const scope = { kind: 'tenant', actor: { kind: 'system', name: '试' }, tenantId: PLATFORM_TENANT } as const;
  for (const table of ['session', 'credential', 'throttle'])
    await expect(platform.work.run(scope, (tx) => tx.query(`SELECT FROM ${table}`))).rejects.toMatchObject({
      code: '42501',
    });
});

describe('the next step', () => {
  const DAY = 86_400_000;
  const standing = (over: Partial<Standing>): Standing => ({
    means: 'password',
    secondFactor: false,
    hasSecondFactor: false,
    mustChangePassword: false,
    passwordSetAt: new Date(),
    fromAllowedAddress: true,
    ...over,
  });
  const free = { secondFactor: false, shortIdle: false };
  const bound = { secondFactor: true, shortIdle: false };
  const old = { passwordSetAt: new Date(Date.now() - 91 * DAY) };

  it.each([
    ['open', {}, free],
    ['enrol', {}, bound],
    ['code', { hasSecondFactor: true }, free],
    ['code', { hasSecondFactor: true, mustChangePassword: true }, bound],
    ['open', { hasSecondFactor: true, secondFactor: true }, bound],
    ['new-password', { mustChangePassword: true }, free],
    ['new-password', { mustChangePassword: true }, bound],
    ['new-password', { hasSecondFactor: true, secondFactor: true, ...old }, bound],
    ['open', old, free],
    ['open', { means: 'oidc', hasSecondFactor: true, secondFactor: true, mustChangePassword: true, ...old }, bound],
    ['enrol', { means: 'oidc', passwordSetAt: null }, bound],
    ['open', { means: 'oidc', passwordSetAt: null }, free],
    [null, { fromAllowedAddress: false }, bound],
    ['open', { fromAllowedAddress: false }, free],
  ] as const)('is %s for %j of one bound by %j', (step, over, demands) => {
    expect(nextStep(standing(over), demands)).toBe(step);
  });

  it('tells of the end of a password in its last seven days', () => {
    const days = (age: number, demands = bound) =>
      daysUntilPasswordChange(standing({ passwordSetAt: new Date(Date.now() - age * DAY) }), demands);
    expect([days(82), days(83.5), days(89.5), days(90.5), days(89.5, free)]).toEqual([null, 7, 1, 0, null]);
  });
});
