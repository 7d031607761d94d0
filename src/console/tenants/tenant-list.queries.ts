import { conditionSql } from '../../authority/condition-sql.js';
import type { DeskContext } from '../../authority/desk-context.js';
import type { Scope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { type HostnameName, hostOf } from '../../tenancy/hostname/hostname-name.js';
import { keptHost } from '../../tenancy/hostname/shown-host.js';
import type { UnitLevel } from '../../tenancy/plan/types.js';
import { typedReading } from '../../tenancy/site/site-reading.js';
import { belowTenantPath, type TenantState } from '../../tenancy/tenant/tenant.queries.js';
import { PAGE_ROWS } from '../shell/list.js';
import type { TenantCondition } from './tenant-words.js';

export interface TenantLine {
  tenantId: string;
  name: string;
  governmentName: string;
  regionCode: string;
  level: UnitLevel;
  state: TenantState;
  /** Publishing is frozen in it as a whole, by itself or from above. */
  frozen: boolean;
  /** 0: the province. */
  depth: number;
  parentName: string | null;
  sites: number;
  /** Tenants directly below. */
  below: number;
}

export interface ListedTenant extends TenantLine {
  /** Primary name of its portal; null: it has none now. */
  host: string | null;
}

export interface TenantFilter {
  /** Part of the name, of its pinyin, of the hostname, or the beginning of the region's code. */
  search?: string;
  condition?: TenantCondition;
  level?: UnitLevel;
}

const NOT_DELETED = `t.state <> 'deleted' AND t.level <> 'platform'`;

const TENANT_SORTS = {
  region: 't.path',
  name: 'portal.pinyin_full NULLS LAST, t.path',
  sites: 'sites DESC, t.path',
  below: 'below DESC, t.path',
} as const;
export type TenantSort = keyof typeof TENANT_SORTS;

/** A page of the tenants the caller may read, in the order of the province, and how many there are. Two statements. */
export async function findTenants(
  tx: Tx<Scope>,
  ctx: DeskContext,
  filter: TenantFilter,
  page: number,
  baseDomain: string,
  sort: TenantSort = 'region',
): Promise<{ rows: ListedTenant[]; total: number }> {
  const where = [NOT_DELETED];
  const given: unknown[] = [];
  const bind = (value: unknown) => `$${given.push(value)}`;
  const search = filter.search?.trim().toLowerCase().slice(0, 100);
  if (search) {
    const whole = bind(search);
    const reading = bind(typedReading(search) || null);
    const host = `h.name || CASE WHEN h.under_base THEN ${bind(`.${baseDomain}`)} ELSE '' END`;
    where.push(`(strpos(t.name, ${whole}) > 0 OR strpos(t.government_name, ${whole}) > 0 OR strpos(t.slug, ${whole}) > 0
      OR strpos(${host}, ${bind(keptHost(search))}) > 0
      OR starts_with(t.region_code, ${whole}) OR strpos(portal.pinyin_full, ${reading}) > 0
      OR strpos(portal.pinyin_initials, ${reading}) > 0)`);
  }
  const { condition } = filter;
  if (condition) where.push(`t.state = ${bind(condition === 'stopped' ? 'open' : condition)}`);
  if (condition === 'open') where.push(`NOT ${FROZEN}`);
  if (condition === 'stopped') where.push(FROZEN);
  if (filter.level) where.push(`t.level = ${bind(filter.level)}`);
  const { sql, parameters } = conditionSql(ctx.ability, 'tenant.read', { tenantId: 't.id' }, given);
  const from = `FROM tenant t LEFT JOIN tenant p ON p.id = t.parent_id AND p.level <> 'platform'
    LEFT JOIN site portal ON portal.tenant_id = t.id AND portal.key = 'portal'
    LEFT JOIN hostname h ON h.tenant_id = portal.tenant_id AND h.site_id = portal.id AND h.is_primary
    WHERE ${[...where, sql].join(' AND ')}`;
  const rows = await tx.query<TenantLine & { hostname: HostnameName | null }>(
    `SELECT ${COLUMNS}, p.name AS "parentName", ${HOSTNAME} AS hostname ${from} ORDER BY ${TENANT_SORTS[sort]} LIMIT ${PAGE_ROWS} OFFSET ${(page - 1) * PAGE_ROWS}`,
    parameters,
  );
  const [count] = await tx.query<{ total: number }>(`SELECT count(*)::int AS total ${from}`, parameters);
  const hostIn = (hostname: HostnameName | null) => hostname && hostOf(hostname, baseDomain);
  return { rows: rows.map(({ hostname, ...row }) => ({ ...row, host: hostIn(hostname) })), total: count!.total };
}

/** The name that leads to the portal, in use; an ended one is never primary. */
const HOSTNAME = `CASE WHEN h.name IS NOT NULL THEN jsonb_build_object('name', h.name, 'underBase', h.under_base) END`;

const FROZEN = `EXISTS (SELECT FROM publishing_freeze f
  WHERE f.tenant_id = t.id AND f.site_id IS NULL AND f.ended_at IS NULL)`;

const COLUMNS = `t.id AS "tenantId", t.name, t.government_name AS "governmentName", t.region_code AS "regionCode", t.level,
  t.state, length(t.path) - length(replace(t.path, '/', '')) - 1 AS depth,
  ${FROZEN} AS frozen,
  (SELECT count(*)::int FROM site s WHERE s.tenant_id = t.id) AS sites,
  (SELECT count(*)::int FROM tenant b WHERE b.parent_id = t.id AND b.state <> 'deleted') AS below`;

/** The tenants directly below one, in their order. */
export function findTenantsBelow(tx: Tx<Scope>, ctx: DeskContext, tenantId: string): Promise<TenantLine[]> {
  const { sql, parameters } = conditionSql(ctx.ability, 'tenant.read', { tenantId: 't.id' }, [tenantId]);
  return tx.query<TenantLine>(
    `SELECT ${COLUMNS}, NULL AS "parentName" FROM tenant t WHERE t.parent_id = $1 AND ${NOT_DELETED} AND ${sql}
     ORDER BY t.path LIMIT 200`,
    parameters,
  );
}

export interface TenantSite {
  siteId: string;
  name: string;
  kind: string;
  state: string;
}

/** The sites of a tenant that the caller may read: the portal first; as many as a panel shows. */
export const TENANT_SITES = 12;
export function findSitesOf(tx: Tx<Scope>, ctx: DeskContext, tenantId: string): Promise<TenantSite[]> {
  const columns = { tenantId: 's.tenant_id', siteId: 's.id' };
  const { sql, parameters } = conditionSql(ctx.ability, 'site.read', columns, [tenantId]);
  return tx.query<TenantSite>(
    `SELECT s.id AS "siteId", s.name, s.kind, s.state FROM site s WHERE s.tenant_id = $1 AND ${sql}
     ORDER BY s.parent_site_id IS NOT NULL, s.kind, s.position, s.name LIMIT ${TENANT_SITES}`,
    parameters,
  );
}

export interface TenantFreeze {
  freezeId: string;
  inherited: boolean;
  reason: string;
  begunAt: Date;
  begunBy: string;
}

/** What a tenant consists of, in numbers: for its page and for what is asked before an act. */
export interface TenantFigures {
  sites: number;
  publications: number;
  accounts: number;
  /** Below it, at any depth. */
  tenantsBelow: number;
  sitesBelow: number;
  parentName: string | null;
  /** Primary name of its portal; null: it has none now. */
  hostname: HostnameName | null;
  freezes: TenantFreeze[];
}

/** For a tenant that the caller may read. One statement. */
export async function findFigures(tx: Tx<Scope>, tenant: { tenantId: string; path: string }): Promise<TenantFigures> {
  const [row] = await tx.query<TenantFigures>(
    `SELECT (SELECT count(*)::int FROM site WHERE tenant_id = $1) AS sites,
       (SELECT count(*)::int FROM publication WHERE tenant_id = $1) AS publications,
       (SELECT count(*)::int FROM account WHERE tenant_id = $1 AND state <> 'closed') AS accounts,
       (SELECT count(*)::int ${BELOW}) AS "tenantsBelow",
       (SELECT count(*)::int FROM site WHERE tenant_id IN (SELECT t.id ${BELOW})) AS "sitesBelow",
       (SELECT p.name FROM tenant t JOIN tenant p ON p.id = t.parent_id WHERE t.id = $1) AS "parentName",
       (SELECT ${HOSTNAME} FROM hostname h JOIN site s ON s.tenant_id = h.tenant_id AND s.id = h.site_id
         WHERE h.tenant_id = $1 AND s.key = 'portal' AND h.is_primary) AS hostname,
       coalesce((SELECT jsonb_agg(jsonb_build_object('freezeId', f.id, 'inherited', f.inherited, 'reason', f.reason,
           'begunAt', f.begun_at, 'begunBy', f.begun_by) ORDER BY f.begun_at DESC)
         FROM publishing_freeze f WHERE f.tenant_id = $1 AND f.site_id IS NULL AND f.ended_at IS NULL), '[]') AS freezes`,
    [tenant.tenantId, tenant.path],
  );
  return { ...row!, freezes: row!.freezes.map((freeze) => ({ ...freeze, begunAt: new Date(freeze.begunAt) })) };
}

const BELOW = `FROM tenant t WHERE t.id <> $1 AND ${belowTenantPath('t.path', '$2')} AND t.state <> 'deleted'`;
