import pg from 'pg';
import { aDocument, aMedium, aSite, type BuiltSite, publish } from '../builders.js';
import { aPlatform, type TestPlatform } from '../platform.js';

let platform: TestPlatform;
let visitor: pg.Client;
let superuser: pg.Client;
let site: BuiltSite;

beforeAll(async () => {
  platform = await aPlatform();
  [visitor, superuser] = [platform.urls.visitor, platform.superuserUrl].map(
    (connectionString) => new pg.Client({ connectionString }),
  ) as [pg.Client, pg.Client];
  await Promise.all([visitor.connect(), superuser.connect()]);
  site = await aSite(platform);
});

afterAll(async () => {
  await Promise.all([visitor?.end(), superuser?.end()]);
  await platform?.close();
});

const seen = async (table: string, itemId: string): Promise<number> =>
  (await visitor.query(`SELECT count(*)::int AS n FROM ${table} WHERE item_id = $1`, [itemId])).rows[0].n;

async function published(): Promise<string> {
  const { itemId } = await publish(platform, site, 'ywdt', aDocument(), [aMedium(site)]);
  for (const table of ['publication', 'release', 'attachment']) expect(await seen(table, itemId)).toBe(1);
  return itemId;
}

it.each([
  ['withdrawn from its channel', `UPDATE publication SET state = 'withdrawn' WHERE item_id = $1`],
  ['visible only from tomorrow', `UPDATE publication SET visible_from = now() + interval '1 day' WHERE item_id = $1`],
  [
    'visible until a moment ago',
    `UPDATE publication SET visible_from = now() - interval '1 day', visible_until = now() - interval '1 second' WHERE item_id = $1`,
  ],
])('does not see what is %s: neither place nor text nor files', async (_, change) => {
  const itemId = await published();
  await superuser.query(change, [itemId]);
  for (const table of ['publication', 'release', 'attachment'])
    expect([table, await seen(table, itemId)]).toEqual([table, 0]);
});

it('does not see the text and the files of a withdrawn release', async () => {
  const itemId = await published();
  await superuser.query(`UPDATE release SET state = 'withdrawn' WHERE item_id = $1`, [itemId]);
  for (const table of ['release', 'attachment']) expect([table, await seen(table, itemId)]).toEqual([table, 0]);
});

it.each([
  ['hidden', `state = 'hidden'`],
  ['below a hidden one', `state_above = 'hidden'`],
])('does not see what stands in a channel that is %s, until it is shown', async (_, hidden) => {
  const other = await aSite(platform);
  const { itemId } = await publish(platform, other, 'ywdt', aDocument(), [aMedium(other)]);
  const all = () => Promise.all(['publication', 'release', 'attachment'].map((table) => seen(table, itemId)));
  expect(await all()).toEqual([1, 1, 1]);
  await superuser.query(`UPDATE channel SET ${hidden} WHERE id = $1`, [other.channels.ywdt]);
  expect(await all()).toEqual([0, 0, 0]);
  await superuser.query(`UPDATE channel SET state = 'open', state_above = 'open' WHERE id = $1`, [other.channels.ywdt]);
  expect(await all()).toEqual([1, 1, 1]);
});

it('sees neither hidden channels nor retired sites, nor why a site is suspended', async () => {
  const other = await aSite(platform);
  await superuser.query(`UPDATE channel SET state = 'hidden' WHERE id = $1`, [other.channels.ywdt]);
  await superuser.query(`UPDATE site SET state = 'retired' WHERE id = $1`, [other.id]);
  expect((await visitor.query('SELECT FROM channel WHERE id = $1', [other.channels.ywdt])).rowCount).toBe(0);
  expect((await visitor.query('SELECT FROM site WHERE id = $1', [other.id])).rowCount).toBe(0);
  await expect(visitor.query('SELECT suspended_for FROM site')).rejects.toMatchObject({ code: '42501' });
});

it('reads the tables of what is public, of organs, sites and channels the public facts, and no other table', async () => {
  const { rows } = await superuser.query(
    `SELECT c.relname AS name, has_table_privilege('jiyue_visitor', c.oid, 'SELECT') AS reads
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')`,
  );
  expect(
    rows
      .filter((row) => row.reads)
      .map((row) => row.name)
      .sort(),
  ).toEqual(['attachment', 'change', 'hostname', 'moved_site', 'publication', 'redirect', 'region', 'release']);
  await expect(visitor.query('SELECT name, telephone FROM organ')).resolves.toBeDefined();
  await expect(visitor.query('SELECT key FROM organ')).rejects.toMatchObject({ code: '42501' });
  await expect(visitor.query('SELECT name, path FROM channel')).resolves.toBeDefined();
  await expect(visitor.query('SELECT responsible_name FROM channel')).rejects.toMatchObject({ code: '42501' });
  for (const table of [
    'tenant',
    'item',
    'edition',
    'edition_media',
    'audit',
    'audit_chain',
    'outbox',
    'account',
    'credential',
    'session',
    'access_grant',
    'installation',
    'schema_migration',
  ])
    await expect(visitor.query(`SELECT FROM ${table}`)).rejects.toMatchObject({ code: '42501' });
});

it('writes nothing anywhere', async () => {
  const { rows } = await superuser.query(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND c.relkind IN ('r', 'p', 'v', 'S')
       AND (c.relkind <> 'S' AND has_table_privilege('jiyue_visitor', c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
         OR c.relkind = 'S' AND has_sequence_privilege('jiyue_visitor', c.oid, 'USAGE, UPDATE'))`,
  );
  expect(rows).toEqual([]);
  // A session may take off the read-only default; what it lacks are the rights.
  await visitor.query('SET default_transaction_read_only = off');
  await expect(visitor.query('CREATE TABLE mine (a int)')).rejects.toMatchObject({ code: '42501' });
  await expect(visitor.query('CREATE TEMP TABLE mine (a int)')).rejects.toMatchObject({ code: '42501' });
});

it('holds no lock that relay, provisioning or migrations wait for, and leaves nothing behind', async () => {
  for (const sql of [
    'SELECT pg_try_advisory_lock(5310927143)',
    'SELECT pg_advisory_xact_lock(1)',
    'SELECT pg_try_advisory_lock(1, 2)',
    `SELECT lo_from_bytea(0, 'x')`,
    `SELECT pg_logical_emit_message(false, 'a', 'b')`,
  ])
    await expect(visitor.query(sql)).rejects.toMatchObject({ code: '42501' });
});

it('gains nothing by setting a scope', async () => {
  await visitor.query(`SELECT set_config('app.tenant_id', $1, false), set_config('app.tenants', $2, false)`, [
    site.tenantId,
    `{${site.tenantId}}`,
  ]);
  const itemId = await published();
  await superuser.query(`UPDATE publication SET state = 'withdrawn' WHERE item_id = $1`, [itemId]);
  expect(await seen('publication', itemId)).toBe(0);
});
