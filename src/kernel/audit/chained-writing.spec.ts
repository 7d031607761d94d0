import pg from 'pg';
import { aSite, type BuiltSite, scopeOf } from '../../../test/builders.js';
import { createTestDatabase } from '../../../test/database.js';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import { migrate, readMigrations } from '../database/migrate.js';
import { ensureRoles, rolePassword, urlAs } from '../database/roles.js';
import { PLATFORM_TENANT, type Scope } from '../database/scope.js';
import { newId } from '../id.js';
import { auditDigest, CHAINED_COLUMNS, type ChainedEntry, chainStart } from './audit-digest.js';
import { verifyAudit } from './verify-audit.js';

let platform: TestPlatform;
let superuser: pg.Client;
let site: BuiltSite;
let other: BuiltSite;

beforeAll(async () => {
  platform = await aPlatform();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  site = await aSite(platform);
  other = await aSite(platform);
});

afterAll(async () => {
  await superuser?.end();
  await platform?.close();
});

const acts = async (tenantId: string): Promise<string[]> =>
  (await superuser.query('SELECT act FROM audit WHERE tenant_id = $1 ORDER BY position', [tenantId])).rows.map(
    (row) => row.act,
  );

/** The SQLSTATE with which a statement is refused in a scope; undefined: it was not. */
const refusal = (scope: Scope, sql: string, parameters: unknown[] = []): Promise<string | undefined> =>
  platform.work
    .rehearse(scope, (tx) => tx.query(sql, parameters))
    .then(
      () => undefined,
      (error) => error.code,
    );

it('twenty writers of one tenant at once make one unbroken chain', async () => {
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      platform.work.run(scopeOf(site.tenantId), async (tx) => {
        tx.audit('test.first', `writer:${index}`);
        await tx.query('SELECT pg_sleep(random() / 20)');
        tx.audit('test.second', `writer:${index}`);
      }),
    ),
  );
  const { rows } = await superuser.query(
    'SELECT position::int, subject FROM audit WHERE tenant_id = $1 ORDER BY position',
    [site.tenantId],
  );
  expect(rows.map((row) => row.position)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  // The two entries of a writer stand together: a transaction joins the chain as a whole.
  for (let index = 0; index < 40; index += 2) expect(rows[index].subject).toBe(rows[index + 1].subject);
  expect((await verifyAudit(platform, OPERATOR, {})).findings).toEqual([]);
});

it('writers of several tenants in one unit of work do not wait for each other in a circle', async () => {
  const tenants = [site.tenantId, other.tenantId, PLATFORM_TENANT];
  const before = (await acts(PLATFORM_TENANT)).length;
  await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      platform.work.run({ kind: 'cluster', actor: OPERATOR, work: 'restructure' }, async (tx) => {
        const order = index % 2 === 0 ? tenants : [...tenants].reverse();
        for (const tenantId of order) tx.audit('test.moved', 'x:1', {}, tenantId);
      }),
    ),
  );
  expect((await acts(PLATFORM_TENANT)).length).toBe(before + 12);
  expect((await verifyAudit(platform, OPERATOR, {})).findings).toEqual([]);
});

it('leaves nothing of a unit of work that was taken back or rehearsed', async () => {
  const before = await acts(site.tenantId);
  await platform.work
    .run(scopeOf(site.tenantId), async (tx) => {
      tx.audit('test.failed', 'x:1');
      throw new Error('taken back');
    })
    .catch(() => {});
  const rehearsed = await platform.work.rehearse(scopeOf(site.tenantId), async (tx) => {
    tx.audit('test.rehearsed', 'x:1');
    return 'what it would have done';
  });
  expect(rehearsed).toBe('what it would have done');
  expect(await acts(site.tenantId)).toEqual(before);
  expect((await verifyAudit(platform, OPERATOR, {})).findings).toEqual([]);
});

it('states who acted, from where and for which request, as the scope says and not the caller', async () => {
  const actor = { kind: 'account', name: 'zhang-san', id: newId(), address: '192.0.2.7', request: 'a1b2' } as const;
  await platform.work.run({ ...scopeOf(site.tenantId), actor }, (tx) =>
    tx.query('SELECT audit_append($1, $2)', [
      site.tenantId,
      JSON.stringify([
        { act: 'test.forged', subject: 'x:1', detail: {}, actor: '别人', at: '2000-01-01', address: '', position: 1 },
      ]),
    ]),
  );
  const { rows } = await superuser.query(
    `SELECT actor, actor_id, scope, address, request, at > now() - interval '1 minute' AS now FROM audit WHERE act = 'test.forged'`,
  );
  expect(rows).toEqual([
    {
      actor: 'zhang-san',
      actor_id: actor.id,
      scope: `tenant:${site.tenantId}`,
      address: '192.0.2.7',
      request: 'a1b2',
      now: true,
    },
  ]);
});

it.each(['audit', 'audit_chain'])('lets no role that serves people write %s', async (table) => {
  const scopes: Scope[] = [
    scopeOf(site.tenantId),
    scopeOf(site.tenantId, 'publish'),
    { kind: 'cluster', actor: OPERATOR, work: 'audit' },
  ];
  for (const scope of scopes)
    for (const sql of [
      `INSERT INTO ${table} SELECT * FROM ${table} WHERE false`,
      `UPDATE ${table} SET hash = hash`,
      `DELETE FROM ${table}`,
      `TRUNCATE ${table} CASCADE`,
      `DROP TABLE ${table}`,
      `ALTER TABLE ${table} DISABLE ROW LEVEL SECURITY`,
    ])
      expect([scope.kind, sql, await refusal(scope, sql)]).toEqual([
        scope.kind,
        sql,
        expect.stringMatching(/^42501$|^kernel.database-refused$/),
      ]);
});

it('appends to the audit of its own scope alone', async () => {
  const entries = JSON.stringify([{ act: 'test.x', subject: 'x:1', detail: {} }]);
  const append = (scope: Scope, tenantId: string) => refusal(scope, 'SELECT audit_append($1, $2)', [tenantId, entries]);
  expect(await append(scopeOf(site.tenantId), site.tenantId)).toBeUndefined();
  expect(await append(scopeOf(site.tenantId), other.tenantId)).toBe('42501');
  expect(await append(scopeOf(site.tenantId), PLATFORM_TENANT)).toBe('42501');
  const reading: Scope = { kind: 'subtree', actor: OPERATOR, tenantIds: [site.tenantId] };
  expect(await append(reading, site.tenantId)).toBe('42501');
  for (const url of [platform.urls.visitor, platform.urls.backup]) {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const refused = client.query('SELECT audit_append($1, $2)', [site.tenantId, entries]);
    await expect(refused).rejects.toMatchObject({ code: '42501' });
    await client.end();
  }
});

it('of the tenant above takes from provisioning that it was opened, and nothing else', async () => {
  await superuser.query('UPDATE tenant SET parent_id = $2 WHERE id = $1', [site.tenantId, other.tenantId]);
  const append = (
    of: string,
    purpose: 'provision' | 'publish' | undefined,
    ...entries: [act: string, subject: string][]
  ) =>
    refusal({ ...scopeOf(site.tenantId), purpose } as Scope, 'SELECT audit_append($1, $2)', [
      of,
      JSON.stringify(entries.map(([act, subject]) => ({ act, subject, detail: {} }))),
    ]);
  const opened: [string, string] = ['tenant.opened', `tenant:${site.tenantId}`];
  expect(await append(other.tenantId, 'provision', opened)).toBeUndefined();
  expect(await append(other.tenantId, undefined, opened)).toBe('42501');
  expect(await append(other.tenantId, 'publish', opened)).toBe('42501');
  expect(await append(other.tenantId, 'provision', ['tenant.opened', `tenant:${other.tenantId}`])).toBe('42501');
  expect(await append(other.tenantId, 'provision', opened, ['grant.given', 'account:x'])).toBe('42501');
  expect(await append(PLATFORM_TENANT, 'provision', opened)).toBe('42501');
  await superuser.query('UPDATE tenant SET parent_id = NULL WHERE id = $1', [site.tenantId]);
  expect(await append(other.tenantId, 'provision', opened)).toBe('42501');
});

it('takes no entry without an act, a subject or an actor', async () => {
  for (const entry of [
    { subject: 'x:1', detail: {} },
    { act: 'a.b', detail: {} },
    { act: '', subject: 'x', detail: {} },
  ])
    expect(
      await refusal(scopeOf(site.tenantId), 'SELECT audit_append($1, $2)', [site.tenantId, JSON.stringify([entry])]),
    ).toMatch(/^23502|23514$/);
  const nobody = { ...scopeOf(site.tenantId), actor: { kind: 'system', name: '' } } as const;
  await expect(platform.work.run(nobody, async (tx) => tx.audit('test.x', 'x:1'))).rejects.toMatchObject({
    code: '23514',
  });
});

it('keeps the entries from before the chain, in their order and with their time', async () => {
  const database = await createTestDatabase();
  const secret = 'the secret of one database in tests';
  try {
    await ensureRoles(database.superuserUrl, { database: database.name, secretKey: secret });
    const ownerUrl = urlAs(database.superuserUrl, 'jiyue_owner', rolePassword(secret, 'jiyue_owner'), database.name);
    const migrations = await readMigrations();
    expect(await migrate(ownerUrl, migrations.slice(0, 1))).toContain('0001_foundation.sql');
    const client = new pg.Client({ connectionString: database.superuserUrl });
    await client.connect();
    const tenants = [newId(), newId()];
    for (const [index, id] of tenants.entries()) {
      await client.query(`INSERT INTO region (code, level, name) VALUES ($1, 'county', 'x')`, [`99000${index}`]);
      await client.query(
        `INSERT INTO tenant (id, region_code, level, form, name, short_name, government_name, document_prefix, slug, path)
         VALUES ($1, $2, 'county', 'county', $3, $3, $3, $3, $3, $2 || '/')`,
        [id, `99000${index}`, `place${index}`],
      );
      await client.query(
        `INSERT INTO audit (tenant_id, id, at, actor, scope, act, subject, detail)
         SELECT $1, gen_random_uuid(), '2026-03-01 00:00Z'::timestamptz - n * interval '1.000001 day', '旧人', 'x', 'old.' || n, 'x', '{"标题": "一"}'
         FROM generate_series(1, 30) AS n`,
        [id],
      );
    }
    const { rows: before } = await client.query('SELECT tenant_id, at, act FROM audit ORDER BY tenant_id, at');
    await migrate(ownerUrl);
    const { rows: after } = await client.query('SELECT tenant_id, at, act FROM audit ORDER BY tenant_id, position');
    expect(after).toEqual(before);
    for (const id of tenants) {
      const { rows } = await client.query<ChainedEntry>(
        `SELECT ${CHAINED_COLUMNS} FROM audit WHERE tenant_id = $1 ORDER BY audit.position`,
        [id],
      );
      let previous = chainStart(id);
      for (const row of rows) {
        expect(auditDigest(previous, row).equals(row.hash)).toBe(true);
        previous = row.hash;
      }
      const { rows: ends } = await client.query('SELECT position::int, hash FROM audit_chain WHERE tenant_id = $1', [
        id,
      ]);
      expect(ends).toEqual([{ position: 30, hash: previous }]);
    }
    await client.end();
  } finally {
    await database.drop();
  }
});

it('has no second way in: the migrations grant no writing of the audit to anybody', async () => {
  const { rows } = await superuser.query(
    `SELECT grantee, table_name, privilege_type FROM information_schema.role_table_grants
     WHERE table_name LIKE 'audit%' AND grantee <> 'jiyue_owner' AND privilege_type <> 'SELECT'`,
  );
  expect(rows).toEqual([]);
});
