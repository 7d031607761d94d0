import pg from 'pg';
import type { ClusterWork, Scope } from '../../src/kernel/database/scope.js';
import type { Tx } from '../../src/kernel/database/unit-of-work.js';
import { type BuiltSite, scopeOf } from '../builders.js';
import { aPlatform, OPERATOR, type TestPlatform } from '../platform.js';
import { furnish } from './furnish.js';
import { GLOBAL_SCHEMAS, GLOBAL_TABLES } from './tables.js';

interface Table {
  schema: string;
  name: string;
  /** Reached through the table that it is a part of. */
  partition: boolean;
  tenantOwned: boolean;
  secured: boolean;
  forced: boolean;
  owner: string;
  /** What an INSERT of jiyue_app may name; all that are not generated when that is nothing. */
  columns: string[];
  /** A column that jiyue_app may set; null: none. */
  changeable: string | null;
}

let platform: TestPlatform;
let superuser: pg.Client;
let mine: BuiltSite;
let theirs: BuiltSite;
let tables: Table[];

beforeAll(async () => {
  platform = await aPlatform();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  mine = await furnish(platform, superuser, 'mine');
  theirs = await furnish(platform, superuser, 'theirs');
  const { rows } = await superuser.query<Table>(`
    SELECT n.nspname AS schema, c.relname AS name, c.relispartition AS partition, c.relrowsecurity AS secured, c.relforcerowsecurity AS forced, pg_get_userbyid(c.relowner) AS owner,
      EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id') AS "tenantOwned",
      (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
         AND a.attgenerated = '' AND has_column_privilege('jiyue_app', c.oid, a.attnum, 'UPDATE')
       ORDER BY a.attname <> 'name', a.attnum LIMIT 1) AS changeable,
      (SELECT coalesce(
           array_agg(a.attname::text ORDER BY a.attnum) FILTER (WHERE has_column_privilege('jiyue_app', c.oid, a.attnum, 'INSERT')),
           array_agg(a.attname::text ORDER BY a.attnum))
         FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
    ORDER BY c.relname`);
  tables = rows;
});

afterAll(async () => {
  await superuser?.end();
  await platform?.close();
});

const walled = () =>
  tables.filter((table) => !table.partition && !(table.schema in GLOBAL_SCHEMAS) && !(table.name in GLOBAL_TABLES));

/** Runs a statement in a scope and takes it back. @returns rows touched, or the SQLSTATE it was refused with */
async function attempt(scope: Scope, sql: string, parameters: unknown[] = []): Promise<number | string> {
  let touched: number | string = 0;
  const back = new Error('taken back');
  await platform.work
    .run(scope, async (tx: Tx) => {
      const rows = await tx
        .query(`WITH t AS (${sql}) SELECT * FROM t`, parameters)
        .catch((error: { code: string }) => error);
      touched = Array.isArray(rows) ? rows.length : (rows as { code: string }).code;
      throw back;
    })
    .catch((error) => {
      if (error !== back) throw error;
    });
  return touched;
}

describe('every table', () => {
  it('is behind the wall, forced, or in the list of global tables with its reason', () => {
    for (const table of tables) {
      const reason = GLOBAL_SCHEMAS[table.schema] ?? GLOBAL_TABLES[table.name];
      if (reason) expect(reason.length).toBeGreaterThan(20);
      else expect(table).toMatchObject({ tenantOwned: true, secured: true, forced: true });
    }
    expect(Object.keys(GLOBAL_TABLES).filter((name) => !tables.some((table) => table.name === name))).toEqual([]);
    expect(Object.keys(GLOBAL_SCHEMAS).filter((name) => !tables.some((table) => table.schema === name))).toEqual([]);
  });

  it('that is a part of another is forced too, and reached through the whole alone', async () => {
    const parts = tables.filter((table) => table.partition && !(table.schema in GLOBAL_SCHEMAS));
    expect(parts.length).toBeGreaterThan(12);
    for (const part of parts) expect(part).toMatchObject({ secured: true, forced: true });
    const { rows } = await superuser.query(
      `SELECT part, role FROM unnest($1::text[]) AS part, unnest('{jiyue_app,jiyue_visitor,jiyue_cluster}'::text[]) AS role
       WHERE has_table_privilege(role, part, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE') OR has_any_column_privilege(role, part, 'SELECT, INSERT, UPDATE')`,
      [parts.map((part) => part.name)],
    );
    expect(rows).toEqual([]);
  });

  it('is owned by jiyue_owner, and no role that serves people owns anything or passes the wall', async () => {
    for (const table of tables) expect([table.name, table.owner]).toEqual([table.name, 'jiyue_owner']);
    const { rows } = await superuser.query(
      `SELECT rolname FROM pg_roles WHERE rolname LIKE 'jiyue%' AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb)`,
    );
    expect(rows).toEqual([{ rolname: 'jiyue_backup' }]);
  });

  it('has one permissive policy at most for each role and command', async () => {
    const { rows } = await superuser.query(
      `SELECT tablename, cmd, roles FROM pg_policies GROUP BY tablename, cmd, roles HAVING count(*) > 1 AND tablename <> 'outbox'`,
    );
    // Policies of named cluster work are told apart by app.work, of which there is one: see the migration.
    expect(rows.filter((row) => !String(row.roles).includes('jiyue_cluster'))).toEqual([]);
  });

  it('has a row of each of two tenants, so that the tests below try something', async () => {
    for (const { name } of walled()) {
      const { rows } = await superuser.query(
        `SELECT count(DISTINCT tenant_id)::int AS tenants FROM ${name} WHERE tenant_id IN ($1, $2)`,
        [mine.tenantId, theirs.tenantId],
      );
      expect([name, rows[0].tenants]).toEqual([name, 2]);
    }
  });
});

it('no function serves visitors, and the desk has those that are named here', async () => {
  const { rows } = await superuser.query(
    `SELECT p.oid::regprocedure::text AS name, has_function_privilege('jiyue_visitor', p.oid, 'EXECUTE') AS visitor,
       has_function_privilege('jiyue_app', p.oid, 'EXECUTE') AS app
     FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname IN ('public', 'pgboss') ORDER BY 1`,
  );
  expect(rows.length).toBeGreaterThan(5);
  expect(rows.filter((row) => row.visitor)).toEqual([]);
  expect(rows.filter((row) => row.app).map((row) => row.name)).toEqual([
    'audit_append(uuid,jsonb)',
    'pgboss.job_now()',
  ]);
});

describe('in a foreign scope, each tenant-owned table', () => {
  const foreign = () => [
    scopeOf(mine.tenantId),
    scopeOf(mine.tenantId, 'publish'),
    scopeOf(mine.tenantId, 'provision'),
  ];

  it('shows nothing', async () => {
    for (const { name } of walled()) {
      const sql = `SELECT tenant_id FROM ${name} WHERE tenant_id = $1`;
      const seenByOwner = await attempt(scopeOf(theirs.tenantId), sql, [theirs.tenantId]);
      for (const scope of foreign()) {
        const seen = await attempt(scope, sql, [theirs.tenantId]);
        if (seenByOwner === '42501') expect([name, seen]).toEqual([name, '42501']);
        else {
          expect([name, Number(seenByOwner) > 0]).toEqual([name, true]);
          expect([name, seen]).toEqual([name, 0]);
        }
      }
    }
  });

  it('takes no copy of an existing foreign row', async () => {
    for (const { name, columns } of walled()) {
      const { rows } = await superuser.query(`SELECT to_jsonb(t) AS row FROM ${name} t WHERE tenant_id = $1 LIMIT 1`, [
        theirs.tenantId,
      ]);
      const list = columns.map((column) => `"${column}"`).join(', ');
      const copy = `INSERT INTO ${name} (${list}) SELECT ${list} FROM jsonb_populate_record(NULL::${name}, $1)`;
      for (const scope of foreign())
        for (const sql of [copy, `${copy} ON CONFLICT DO NOTHING`])
          expect([name, await attempt(scope, `${sql} RETURNING 1`, [rows[0].row])]).toEqual([name, '42501']);
    }
  });

  it('changes and deletes nothing', async () => {
    for (const { name, changeable } of walled())
      for (const sql of [
        // By a column that the desk may set; a table without one answers 42501 to its owner too.
        `UPDATE ${name} SET "${changeable ?? 'tenant_id'}" = "${changeable ?? 'tenant_id'}" WHERE tenant_id = $1 RETURNING 1`,
        `DELETE FROM ${name} WHERE tenant_id = $1 RETURNING 1`,
      ]) {
        const byOwner = await attempt(scopeOf(theirs.tenantId, 'publish'), sql, [theirs.tenantId]);
        if (sql.startsWith('UPDATE') && changeable) expect([sql, Number(byOwner) > 0]).toEqual([sql, true]);
        for (const scope of foreign()) {
          const byStranger = await attempt(scope, sql, [theirs.tenantId]);
          // 23503: the owner would touch it, were nothing attached to it.
          if (byOwner === '42501') expect([sql, byStranger]).toEqual([sql, '42501']);
          else {
            expect([sql, byOwner === '23503' || Number(byOwner) > 0]).toEqual([sql, true]);
            expect([sql, byStranger]).toEqual([sql, 0]);
          }
        }
      }
  });

  it('lets no own row move to another tenant', async () => {
    for (const { name } of walled().filter((table) => table.name !== 'tenant')) {
      const outcome = await attempt(
        scopeOf(mine.tenantId, 'publish'),
        `UPDATE ${name} SET tenant_id = $1 WHERE tenant_id = $2 RETURNING 1`,
        [theirs.tenantId, mine.tenantId],
      );
      expect([name, outcome]).toEqual([name, '42501']);
    }
  });
});

describe('scopes', () => {
  it('without any scope nothing is seen and nothing written', async () => {
    const client = new pg.Client({ connectionString: platform.urls.app });
    await client.connect();
    try {
      for (const { name } of walled()) {
        const seen = await client.query(`SELECT count(tenant_id)::int AS n FROM ${name}`).then(
          ({ rows }) => rows[0].n,
          (error: { code: string }) => error.code,
        );
        expect([name, seen === 0 || seen === '42501']).toEqual([name, true]);
      }
    } finally {
      await client.end();
    }
  });

  it('a subtree is read in whole and not written', async () => {
    const scope: Scope = { kind: 'subtree', actor: OPERATOR, tenantIds: [mine.tenantId, theirs.tenantId] };
    expect(await attempt(scope, 'SELECT * FROM site')).toBe(2);
    expect(await attempt(scope, 'UPDATE site SET name = name RETURNING 1')).toBe(0);
    expect(
      await attempt(
        scope,
        `INSERT INTO redirect (tenant_id, site_id, from_path, to_path) VALUES ($1, $2, 'x/', 'y/') RETURNING 1`,
        [mine.tenantId, mine.id],
      ),
    ).toBe('42501');
  });

  it('a tenant id that is none is refused before any statement runs', async () => {
    await expect(
      platform.work.run(scopeOf(`${mine.tenantId}' OR true --`), (tx) => tx.query('SELECT * FROM site')),
    ).rejects.toMatchObject({
      code: '22P02',
    });
  });

  it('cluster work sees what its name allows and nothing under another name', async () => {
    const cluster = (work: ClusterWork): Scope => ({ kind: 'cluster', actor: OPERATOR, work });
    // The platform is a tenant too.
    expect(await attempt(cluster('provision'), 'SELECT id FROM tenant')).toBe(3);
    expect(await attempt(cluster('relay'), 'SELECT id FROM tenant')).toBe(0);
    expect(await attempt(cluster('clock'), 'SELECT id FROM publication')).toBe(2);
    expect(await attempt(cluster('provision'), 'SELECT id FROM publication')).toBe(0);
    expect(await attempt(cluster('provision'), 'SELECT * FROM edition')).toBe(0);
    expect(await attempt(cluster('provision'), 'SELECT * FROM reorganisation_change')).toBe('42501');
    expect(await attempt(cluster('audit'), 'SELECT * FROM audit')).toBe(2);
    expect(await attempt(cluster('identity'), 'SELECT * FROM audit')).toBe(0);
    for (const table of [
      'account',
      'credential',
      'session',
      'invitation',
      'api_token',
      'sign_in_range',
      'access_grant',
    ]) {
      expect([table, await attempt(cluster('identity'), `SELECT * FROM ${table}`)]).toEqual([table, 2]);
      expect([table, await attempt(cluster('audit'), `SELECT * FROM ${table}`)]).toEqual([table, 0]);
    }
    expect(await attempt(cluster('directory'), 'SELECT * FROM account')).toBe(2);
    expect(await attempt(cluster('directory'), 'SELECT * FROM session')).toBe(0);
    // What moves and retires tenants sees their sites and people, not what proves who they are.
    for (const table of [
      'site',
      'organ',
      'item',
      'release',
      'account',
      'access_grant',
      'moved_site',
      'site_move',
      'publishing_freeze',
    ])
      expect([table, Number(await attempt(cluster('restructure'), `SELECT * FROM ${table}`)) >= 2]).toEqual([
        table,
        true,
      ]);
    for (const table of ['credential', 'session', 'audit'])
      expect([table, await attempt(cluster('restructure'), `SELECT * FROM ${table}`)]).toEqual([table, 0]);
    for (const work of ['provision', 'identity', 'audit'] as const)
      expect([work, await attempt(cluster(work), 'UPDATE site SET prefix = prefix RETURNING 1')]).toEqual([work, 0]);
    expect(await attempt(cluster('clock'), 'SELECT * FROM outbox')).toBe(0);
    const { rows } = await superuser.query('SELECT count(*)::int AS n FROM outbox');
    expect(rows[0].n).toBeGreaterThan(1);
    expect(await attempt(cluster('relay'), 'SELECT * FROM outbox')).toBe(rows[0].n);
  });

  it('only a publish scope places a release, and only its own in its own channel', async () => {
    const place = (place: BuiltSite, source: BuiltSite) =>
      [
        `INSERT INTO publication (tenant_id, id, site_id, channel_id, source_tenant_id, item_id, path, placed_at, visible_from)
       SELECT $1, gen_random_uuid(), $2, $3, $4, item_id, 'another.html', now(), now() FROM release WHERE tenant_id = $4 RETURNING 1`,
        [place.tenantId, place.id, place.channels.ywdt, source.tenantId],
      ] as [string, unknown[]];
    expect(await attempt(scopeOf(mine.tenantId, 'publish'), ...place(mine, mine))).toBe(1);
    expect(await attempt(scopeOf(mine.tenantId), ...place(mine, mine))).toBe('42501');
    const foreignItem = await superuser.query('SELECT item_id FROM release WHERE tenant_id = $1', [theirs.tenantId]);
    expect(
      await attempt(
        scopeOf(mine.tenantId, 'publish'),
        `INSERT INTO publication (tenant_id, id, site_id, channel_id, source_tenant_id, item_id, path, placed_at, visible_from)
         VALUES ($1, gen_random_uuid(), $2, $3, $4, $5, 'another.html', now(), now()) RETURNING 1`,
        [mine.tenantId, mine.id, mine.channels.ywdt, theirs.tenantId, foreignItem.rows[0].item_id],
      ),
    ).toBe('42501');
  });

  it('only provisioning opens tenants, sites and hostnames', async () => {
    const claim = `INSERT INTO hostname (tenant_id, name, under_base, site_id, is_primary) VALUES ($1, 'www.example', false, $2, false) RETURNING 1`;
    expect(await attempt(scopeOf(mine.tenantId, 'provision'), claim, [mine.tenantId, mine.id])).toBe(1);
    for (const purpose of [undefined, 'publish'] as const)
      expect(await attempt(scopeOf(mine.tenantId, purpose), claim, [mine.tenantId, mine.id])).toBe('42501');
  });

  it('no scope chooses an item’s number, moves a tenant in the tree, or signs the audit with another name', async () => {
    for (const sql of [
      `INSERT INTO item (tenant_id, id, site_id, serial, kind, source_by, source_value) VALUES ($1, gen_random_uuid(), $2, 5, 'article', 'id', 'x') RETURNING 1`,
      `UPDATE tenant SET path = '/' WHERE id = $1 AND $2::uuid IS NOT NULL RETURNING 1`,
      `UPDATE site SET region_path = '/' WHERE tenant_id = $1 AND id = $2 RETURNING 1`,
      `INSERT INTO audit (tenant_id, position, at, actor, scope, act, subject, detail, address, request, hash)
         SELECT $1, 9, now(), '${OPERATOR.name}', 'x', 'x', 'x', '{}', '', '', '' WHERE $2::uuid IS NOT NULL RETURNING 1`,
      `UPDATE audit_chain SET position = 0 WHERE tenant_id = $1 AND $2::uuid IS NOT NULL RETURNING 1`,
    ])
      expect([sql, await attempt(scopeOf(mine.tenantId, 'publish'), sql, [mine.tenantId, mine.id])]).toEqual([
        sql,
        '42501',
      ]);
  });

  it('a conflict does not tell what another tenant has', async () => {
    const probe = (path: string) =>
      attempt(
        scopeOf(mine.tenantId),
        `INSERT INTO channel (tenant_id, id, site_id, slug, path, depth, position, name, column_type, item_kind)
         VALUES ($1, gen_random_uuid(), $2, 'x', $3, 1, 1, 'x', 'x', 'article') ON CONFLICT DO NOTHING RETURNING 1`,
        [mine.tenantId, theirs.id, path],
      );
    expect([await probe('ywdt'), await probe('not-there')]).toEqual(['23503', '23503']);
  });

  it('no row points into another tenant', async () => {
    expect(
      await attempt(
        scopeOf(mine.tenantId),
        `INSERT INTO channel (tenant_id, id, site_id, slug, path, depth, position, name, column_type, item_kind)
         VALUES ($1, gen_random_uuid(), $2, 'x', 'x', 1, 1, 'x', 'x', 'article') RETURNING 1`,
        [mine.tenantId, theirs.id],
      ),
    ).toBe('23503');
  });
});

describe('the audit', () => {
  it('states actor and scope of each publication, in the tenant concerned', async () => {
    const { rows } = await superuser.query('SELECT actor, scope, act FROM audit WHERE tenant_id = $1', [mine.tenantId]);
    expect(rows).toEqual([{ actor: OPERATOR.name, scope: `tenant:${mine.tenantId}/publish`, act: 'item.published' }]);
  });

  it('can be neither changed nor deleted by the one it is about', async () => {
    for (const purpose of [undefined, 'publish', 'provision'] as const)
      for (const sql of [`UPDATE audit SET actor = 'nobody' RETURNING 1`, 'DELETE FROM audit RETURNING 1'])
        expect(await attempt(scopeOf(mine.tenantId, purpose), sql)).toBe('42501');
  });
});
