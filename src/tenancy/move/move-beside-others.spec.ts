import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { aDocument, aMedium, publish } from '../../../test/builders.js';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import { People, type Person } from '../../../test/signing-in.js';
import { aGrant, aUnit, type BuiltUnit } from '../../../test/tenancy-builders.js';
import { moveGrants } from '../../access/grant/move-grants.js';
import { operatorContext } from '../../authority/desk-context.js';
import { moveContent } from '../../content/move-content.js';
import { requireNotFrozen } from '../../content/publication/require-not-frozen.js';
import { moveAccounts } from '../../identity/account/move-accounts.js';
import { endSessions } from '../../identity/session/end-sessions.js';
import { readSession } from '../../identity/session/read-session.js';
import { chooseSite } from '../../identity/session/session-place.js';
import { RetireTenant } from '../tenant/retire-tenant.js';
import { type MoveReport, MoveSite } from './move-site.js';

let platform: TestPlatform;
let superuser: pg.Client;
let people: People;
let county: BuiltUnit;
let city: BuiltUnit;
let teacher: Person;

beforeEach(async () => {
  platform = await aPlatform();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  people = await People.over(platform);
  const province = await aUnit(platform, { slug: 'sheng' });
  city = await aUnit(platform, { slug: 'shi', parent: province, name: '试市' });
  county = await aUnit(platform, { slug: 'xian', parent: city, name: '试县', departments: ['jyj', 'wtj'] });
  const { jyj } = county.subs;
  await publish(platform, jyj!, 'gzdt', aDocument());
  teacher = await people.add(county.portal, { organId: jyj!.organId });
});

afterEach(async () => {
  await people?.close();
  await superuser?.end();
  await platform?.close();
});

const PAUSE = 4711;
const operator = () => operatorContext(OPERATOR, [city.id, county.id]);
const rows = async <T = Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<T[]> =>
  (await superuser.query(sql, values)).rows;

const move = () =>
  new MoveSite(platform.work, [moveContent, moveGrants(platform.calendar), moveAccounts], 'localhost').run(operator(), {
    siteId: county.subs.jyj!.id,
    toTenantId: city.id,
    reason: '县改区，教育局归市管',
  });

/** What became of it so far. */
const within = <T>(ms: number, work: Promise<T>): Promise<T | 'waits'> =>
  Promise.race([work, sleep(ms, 'waits' as const)]);

async function until(sql: string): Promise<void> {
  for (const deadline = Date.now() + 10_000; (await rows(sql)).length === 0; await sleep(10))
    if (Date.now() > deadline) throw new Error(`never: ${sql}`);
}

/** A move that stands still deep in its long statement, as one of 600,000 texts does for minutes. */
async function aLongMove(): Promise<{ moved: Promise<MoveReport>; goOn: () => Promise<unknown> }> {
  await superuser.query(`
    CREATE FUNCTION pause() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
      $$ BEGIN PERFORM pg_advisory_xact_lock_shared(${PAUSE}); RETURN new; END $$;
    CREATE TRIGGER pause BEFORE UPDATE ON edition FOR EACH ROW EXECUTE FUNCTION pause()`);
  await rows('SELECT pg_advisory_lock($1)', [PAUSE]);
  const moved = move();
  const stands = until(`SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = ${PAUSE} AND NOT granted`);
  await Promise.race([stands, moved.then(() => Promise.reject(new Error('it did not stand still')))]);
  return { moved, goOn: () => rows('SELECT pg_advisory_unlock($1)', [PAUSE]) };
}

it('people of both tenants sign in and work, those too who go along and whose desk is on the site', async () => {
  const { jyj } = county.subs;
  const clerk = await people.add(county.portal);
  const cityClerk = await people.add(city.portal);
  const at = `${county.id}/${jyj!.id}`;
  await rows(`UPDATE account SET desk = jsonb_build_object('site', $1::text) WHERE id = ANY ($2)`, [
    at,
    [teacher.id, clerk.id],
  ]);
  const before = await people.signIn(clerk);
  const sessionOf = (token: string) =>
    people.cluster((tx) => readSession(tx, token, { address: '10.0.0.1', today: '2026-11-25' }));
  const { moved, goOn } = await aLongMove();

  for (const person of [teacher, clerk, cityClerk])
    expect(await within(5_000, people.signIn(person))).toMatchObject({ step: 'open' });
  const working = await within(5_000, sessionOf(before.token));
  expect(working).toMatchObject({ siteId: jyj!.id, siteTenantId: county.id });
  const elsewhere = people.cluster((tx) => chooseSite(tx, working as never, county.portal));
  expect(await within(5_000, elsewhere)).not.toBe('waits');
  const leaving = people.cluster((tx) => endSessions(tx, teacher));
  expect(await within(5_000, leaving)).toBe(1);

  await goOn();
  await moved;
  // Whoever works on the site works on it where it is now.
  expect(await rows('SELECT DISTINCT site_tenant_id FROM session WHERE site_id = $1', [jyj!.id])).toEqual([
    { site_tenant_id: city.id },
  ]);
  expect(await rows('SELECT tenant_id FROM account WHERE id = $1', [teacher.id])).toEqual([{ tenant_id: city.id }]);
});

it('publishing waits for the site that moves, and on no other site', async () => {
  const { jyj, wtj } = county.subs;
  const { moved, goOn } = await aLongMove();
  for (const site of [county.portal, wtj!, city.portal])
    expect(await within(5_000, publish(platform, site, Object.keys(site.channels)[0]!, aDocument()))).not.toBe('waits');
  const there = publish(platform, jyj!, 'gzdt', aDocument());
  const told = there.then(
    () => 'published',
    (error) => error.code,
  );
  expect(await within(500, told)).toBe('waits');
  await goOn();
  await moved;
  expect(await told).toBe('content.channel-unknown');
});

it('waits itself for what is being published on its site', async () => {
  let published = () => {};
  const scope = { kind: 'tenant', actor: OPERATOR, tenantId: county.id, purpose: 'publish' } as const;
  const publishing = platform.work.run(scope, async (tx) => {
    await requireNotFrozen(tx, county.subs.jyj!.id);
    await new Promise<void>((resolve) => {
      published = resolve;
    });
  });
  const moved = move();
  expect(await within(1_000, moved)).toBe('waits');
  published();
  await publishing;
  expect(await moved).toMatchObject({ items: 1 });
});

it.each([
  ['that is left', () => county.id],
  ['that it goes to', () => city.id],
])('a freeze of the tenant %s waits for it', async (_, tenantId) => {
  const { moved, goOn } = await aLongMove();
  const frozen = new RetireTenant(platform.work).freeze(operator(), tenantId(), { reason: '并入市区' });
  expect(await within(500, frozen)).toBe('waits');
  // And whoever publishes does not wait for the freeze that waits.
  expect(await within(5_000, publish(platform, county.portal, 'ywdt/tzgg', aDocument()))).not.toBe('waits');
  await goOn();
  await moved;
  expect(await frozen).toBe('frozen');
});

it('authority that is given meanwhile to somebody who goes along ends with the others', async () => {
  const { moved, goOn } = await aLongMove();
  const grant = await aGrant(superuser, {
    ...{ tenantId: county.id, accountTenantId: county.id, accountId: teacher.id },
    ...{ role: 'editor', scope: 'site', siteId: county.portal.id },
  });
  await goOn();
  expect((await moved).grantsEnding).toEqual([expect.objectContaining({ grantId: grant })]);
  expect(await rows('SELECT ended_by, account_tenant_id FROM access_grant WHERE id = $1', [grant])).toEqual([
    { ended_by: OPERATOR.name, account_tenant_id: city.id },
  ]);
});

it('is never given up for a form that waits for it while it holds what the move needs', async () => {
  const grant = await aGrant(superuser, {
    ...{ tenantId: county.id, accountTenantId: county.id, accountId: teacher.id },
    ...{ role: 'editor', scope: 'site', siteId: county.subs.jyj!.id },
  });
  const { moved, goOn } = await aLongMove();
  const other = new pg.Client({ connectionString: platform.superuserUrl });
  await other.connect();
  await other.query(`BEGIN; SET LOCAL statement_timeout = '4s'`);
  await other.query(`UPDATE account SET name = '王老师' WHERE id = $1`, [teacher.id]);
  const ending = other.query(`UPDATE access_grant SET ended_at = now(), ended_by = '试' WHERE id = $1`, [grant]);
  const outcome = ending.then(
    () => 'done',
    (error) => error.code,
  );
  expect(await within(1_500, outcome)).toBe('waits');
  await goOn();
  expect(await outcome).toBe('57014');
  await other.end();
  expect(await moved).toMatchObject({ accounts: 1 });
});

it('two at once both happen, or one is told that the site is gone', async () => {
  const outcomes = await Promise.allSettled([move(), move()]);
  expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
  expect(outcomes.find((outcome) => outcome.status === 'rejected')).toMatchObject({
    reason: { code: 'authority.missing' },
  });
});

it('does not tear a text that is published at the same moment', async () => {
  const { jyj } = county.subs;
  const outcomes = await Promise.allSettled([
    ...Array.from({ length: 6 }, () => publish(platform, jyj!, 'gzdt', aDocument(), [aMedium(jyj!)])),
    move(),
  ]);
  expect(outcomes.at(-1)!.status).toBe('fulfilled');
  for (const outcome of outcomes)
    if (outcome.status === 'rejected')
      expect([outcome.reason.code, outcome.reason.message]).toEqual(['content.channel-unknown', expect.any(String)]);
  const [split] = await rows<{ n: number }>(
    'SELECT count(*)::int AS n FROM item WHERE site_id = $1 AND tenant_id <> $2',
    [jyj!.id, city.id],
  );
  expect(split!.n).toBe(0);
});
