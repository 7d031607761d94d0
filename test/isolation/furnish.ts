import type pg from 'pg';
import { newId } from '../../src/kernel/id.js';
import { aDocument, aMedium, aSite, type BuiltSite, publish, scopeOf } from '../builders.js';
import type { TestPlatform } from '../platform.js';

/** A site whose tenant has one row at least in every tenant-owned table. */
export async function furnish(platform: TestPlatform, superuser: pg.Client, slug: string): Promise<BuiltSite> {
  const site = await aSite(platform, { slug });
  await publish(platform, site, 'zwgk/zcwj', aDocument(), [aMedium(site)]);
  await platform.work.run(scopeOf(site.tenantId), (tx) =>
    tx.query(`INSERT INTO redirect (tenant_id, site_id, from_path, to_path) VALUES ($1, $2, 'a/', 'b/')`, [
      site.tenantId,
      site.id,
    ]),
  );
  await furnishPeople(superuser, site, slug);
  await furnishOperations(superuser, site);
  return site;
}

/** An account of the tenant with all that belongs to one. By a superuser: no single role may write all of it. */
async function furnishPeople(superuser: pg.Client, site: BuiltSite, slug: string): Promise<void> {
  const accountId = newId();
  await insert(superuser, site, accountId, [
    ['account', 'id, login, name', `$2, $3, '张三'`, [slug]],
    ['credential', 'account_id, password_hash', `$2, 'x'`],
    [
      'session',
      'account_id, id, token_digest, stage, means, idle_until, ends_at',
      `$2, gen_random_uuid(), sha256(uuid_send($2) || 'session'), 'open', 'password', now() + interval '1 hour', now() + interval '1 day'`,
    ],
    [
      'invitation',
      'account_id, id, purpose, token_digest, created_by, expires_at',
      `$2, gen_random_uuid(), 'join', sha256(uuid_send($2) || 'invitation'), 'x', now() + interval '1 day'`,
    ],
    [
      'api_token',
      'account_id, id, name, token_digest, actions, expires_at',
      `$2, gen_random_uuid(), 'x', sha256(uuid_send($2) || 'api_token'), '{}', now() + interval '1 day'`,
    ],
    ['sign_in_range', 'id, range', `$2, '192.0.2.0/24'`],
    [
      'access_grant',
      'account_id, id, account_tenant_id, role, scope, site_id, given_by',
      `$2, gen_random_uuid(), $1, 'editor', 'site', $3, 'x'`,
      [site.id],
    ],
  ]);
}

/** What operators did to the tenant. */
async function furnishOperations(superuser: pg.Client, site: BuiltSite): Promise<void> {
  await insert(superuser, site, newId(), [
    ['moved_site', 'site_id, portal_id, prefix, key, to_tenant_id', `$3, $3, '/bm/' || $2 || '/', 'x', $1`, [site.id]],
    ['site_move', 'site_id, to_name, begun_by', `$3, $2::text, 'x'`, [site.id]],
    ['publishing_freeze', 'id, reason, begun_by, ended_at, ended_by', `$2, 'x', 'x', now(), 'x'`],
    ['object_claim', 'object_key, expires_at', `'tenants/' || $1::text || '/' || $2, now()`],
    ['reorganisation', 'id, title, lines, made, created_by', `$2, 'x', '[]', '[]', 'x'`],
    [
      'reorganisation_change',
      'plan_id, position, part, subject, key, name, after',
      `$2, 1, 'x', 'organ:x', '{}'::jsonb, 'x', '{}'::jsonb`,
    ],
  ]);
}

/** `$1` the tenant, `$2` an id that the rows share, `$3` … what else a row needs. */
type Row = [table: string, columns: string, values: string, more?: unknown[]];

async function insert(superuser: pg.Client, site: BuiltSite, id: string, rows: Row[]): Promise<void> {
  for (const [table, columns, values, more = []] of rows)
    await superuser.query(`INSERT INTO ${table} (tenant_id, ${columns}) VALUES ($1::uuid, ${values})`, [
      site.tenantId,
      id,
      ...more,
    ]);
}
