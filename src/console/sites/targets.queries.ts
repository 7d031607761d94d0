import { conditionSql } from '../../authority/condition-sql.js';
import { type DeskContext, reading } from '../../authority/desk-context.js';
import type { Action } from '../../authority/policy.js';
import { PLATFORM_TENANT, type SubtreeScope } from '../../kernel/database/scope.js';
import type { Tx, UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { SiteKind } from '../../tenancy/site/site-directory.js';
import { typedReading } from '../../tenancy/site/site-reading.js';

/** How many targets a page offers; who does not see theirs goes on typing. */
export const TARGETS = 20;

export interface TargetSite {
  siteId: string;
  name: string;
  tenantName: string;
  channels: number;
}

/**
 * Sites on which the caller may do something, by part of a name or its reading.
 * @param narrowed.kind only of this kind; `empty`: only those without any text
 */
export function findTargetSites(
  work: UnitOfWork,
  ctx: DeskContext,
  action: Action,
  search: string,
  narrowed: { kind: SiteKind; but: string; empty: boolean },
): Promise<TargetSite[]> {
  const { kind, but, empty } = narrowed;
  const typed = search.trim().toLowerCase();
  const given = [kind, but, typed, typedReading(typed) || null];
  const { sql, parameters } = conditionSql(ctx.ability, action, { tenantId: 's.tenant_id', siteId: 's.id' }, given);
  return work.run(reading(ctx), (tx) =>
    tx.query<TargetSite>(
      `SELECT s.id AS "siteId", s.name, t.name AS "tenantName",
         (SELECT count(*)::int FROM channel c WHERE c.tenant_id = s.tenant_id AND c.site_id = s.id) AS channels
       FROM site s JOIN tenant t ON t.id = s.tenant_id AND t.state IN ('open', 'frozen')
       WHERE s.kind = $1 AND s.id <> $2::uuid AND ${sql}
         AND ($3 = '' OR strpos(s.name, $3) > 0 OR strpos(t.name, $3) > 0
           OR strpos(s.pinyin_full, $4) > 0 OR strpos(s.pinyin_initials, $4) > 0)
         ${empty ? WITHOUT_TEXTS : ''}
       ORDER BY s.region_path, s.position, s.name, s.id LIMIT ${TARGETS}`,
      parameters,
    ),
  );
}

const WITHOUT_TEXTS = `AND NOT EXISTS (SELECT FROM item i WHERE i.tenant_id = s.tenant_id AND i.site_id = s.id)
  AND NOT EXISTS (SELECT FROM publication p WHERE p.tenant_id = s.tenant_id AND p.site_id = s.id)`;

export interface TargetTenant {
  value: string;
  label: string;
}

/** Tenants as the choices of a form; more than this nobody finds in a list. */
const MOST = 400;

/** Bureaus and townships of a tenant that stand, those without a site of their own first; for who may open one for them. */
export function findSponsors(tx: Tx<SubtreeScope>, tenantId: string): Promise<TargetTenant[]> {
  return tx.query<TargetTenant>(
    `SELECT o.id AS value, o.name || CASE WHEN sponsored.any THEN '（已有网站）' ELSE '' END AS label
     FROM organ o, LATERAL (SELECT EXISTS (SELECT FROM site s WHERE s.tenant_id = o.tenant_id AND s.sponsor_id = o.id) AS any) sponsored
     WHERE o.tenant_id = $1 AND o.ended_on IS NULL AND o.kind IN ('department', 'township')
     ORDER BY sponsored.any, o.kind, o.name, o.id LIMIT ${MOST}`,
    [tenantId],
  );
}

/** Tenants in which the caller may do something, in the order of the province. */
export function findTargetTenants(
  work: UnitOfWork,
  ctx: DeskContext,
  action: Action,
  but: string | null,
): Promise<TargetTenant[]> {
  const columns = { tenantId: 't.id', siteId: 'NULL::uuid' };
  const { sql, parameters } = conditionSql(ctx.ability, action, columns, [PLATFORM_TENANT, but]);
  return work.run(reading(ctx), (tx) =>
    tx.query<TargetTenant>(
      `SELECT t.id AS value, repeat('　', (length(t.path) - length(replace(t.path, '/', ''))) - 1) || t.name AS label
       FROM tenant t WHERE t.id <> $1 AND t.id IS DISTINCT FROM $2::uuid AND t.state = 'open' AND ${sql}
       ORDER BY t.path LIMIT ${MOST}`,
      parameters,
    ),
  );
}
