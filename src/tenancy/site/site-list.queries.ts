import { conditionSql, type SqlCondition } from '../../authority/condition-sql.js';
import type { DeskContext } from '../../authority/desk-context.js';
import type { Action } from '../../authority/policy.js';
import type { Scope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { IS_FROZEN } from '../freeze/freeze.queries.js';
import { hostOf } from '../hostname/hostname-name.js';
import { keptHost } from '../hostname/shown-host.js';
import { belowTenantPath } from '../tenant/tenant.queries.js';
import type { SiteKind, SiteLevel } from './site-directory.js';
import { typedReading } from './site-reading.js';

/** As people see it: what is archived with its tenant, closed (itself or with its portal), frozen, or none of these. */
export type ShownState = 'open' | 'frozen' | 'closed' | 'archived';

export const SHOWN_STATES: Record<ShownState, string> = {
  open: '正常',
  frozen: '冻结发布',
  closed: '已停用',
  archived: '已归档',
};

export interface SiteLine {
  siteId: string;
  tenantId: string;
  name: string;
  shortName: string;
  kind: SiteKind;
  level: SiteLevel;
  regionCode: string | null;
  tenantName: string;
  /** Where visitors reach it: `nongan.localhost/xz/kaian/`; null when its portal has no hostname. */
  address: string | null;
  identificationCode: string;
  demonstration: boolean;
  state: ShownState;
  createdAt: Date;
}

export type SiteSort = 'region' | 'name' | 'newest';

export interface SiteFilter {
  /** Part of the name, of its pinyin or initials, of a region's or identification code, or of an address. */
  search?: string;
  state?: ShownState;
  kind?: SiteKind;
  /** Region code: that unit and all below it. */
  region?: string;
  sort?: SiteSort;
}

export const SITES_PER_PAGE = 50;

const ORDERS: Record<SiteSort, string> = {
  region: 's.region_path, s.parent_site_id IS NOT NULL, s.position, s.name COLLATE "C", s.id',
  name: 's.pinyin_full, s.name COLLATE "C", s.id',
  newest: 's.created_at DESC, s.id DESC',
};

const STATE = `CASE WHEN t.state = 'archived' THEN 'archived' WHEN s.state <> 'open' OR p.state <> 'open' THEN 'closed'
  WHEN ${IS_FROZEN} THEN 'frozen' ELSE 'open' END`;

const FROM = `FROM site s
  JOIN tenant t ON t.id = s.tenant_id AND t.state <> 'deleted'
  LEFT JOIN site p ON p.tenant_id = s.tenant_id AND p.id = s.parent_site_id
  LEFT JOIN hostname h ON h.tenant_id = s.tenant_id AND h.site_id = coalesce(s.parent_site_id, s.id) AND h.is_primary`;

const COLUMNS = `s.id AS "siteId", s.tenant_id AS "tenantId", s.name, s.short_name AS "shortName", s.kind, s.level,
  s.region_code AS "regionCode", t.name AS "tenantName", s.identification_code AS "identificationCode", s.demonstration,
  s.prefix, h.name AS "hostName", h.under_base AS "underBase", ${STATE} AS state, s.created_at AS "createdAt"`;

interface Row extends Omit<SiteLine, 'address'> {
  prefix: string;
  hostName: string | null;
  underBase: boolean;
}

/**
 * A page of the sites the caller may read, and how many there are: two statements, however many sites there are; three
 * when they are filtered by region.
 * @param page from 1
 */
export async function findSites(
  tx: Tx<Scope>,
  ctx: DeskContext,
  filter: SiteFilter,
  page: number,
  baseDomain: string,
): Promise<{ rows: SiteLine[]; total: number }> {
  const root = filter.region ? await pathOfRegion(tx, filter.region) : null;
  const { sql, parameters } = filtered(ctx, 'site.read', filter, baseDomain, root);
  const order = ORDERS[filter.sort ?? 'region'];
  const rows = await tx.query<Row>(
    `SELECT ${COLUMNS} ${FROM} WHERE ${sql} ORDER BY ${order}
     LIMIT ${SITES_PER_PAGE} OFFSET $${parameters.length + 1}`,
    [...parameters, (Math.max(1, page) - 1) * SITES_PER_PAGE],
  );
  const [count] = await tx.query<{ total: number }>(`SELECT count(*)::int AS total ${FROM} WHERE ${sql}`, parameters);
  return { rows: rows.map((row) => lineOf(row, baseDomain)), total: count!.total };
}

/** How many sites the switcher offers; who does not see theirs goes on typing. */
export const SITES_TO_ENTER = 20;

/**
 * The sites the caller may enter that fit what was typed, best first: those whose name or reading begins with it.
 * One statement.
 */
export async function findSitesToEnter(
  tx: Tx<Scope>,
  ctx: DeskContext,
  search: string,
  baseDomain: string,
): Promise<SiteLine[]> {
  const { sql, parameters } = filtered(ctx, 'site.enter', { search }, baseDomain, null);
  const typed = search.trim();
  const rows = await tx.query<Row>(
    `SELECT ${COLUMNS} ${FROM} WHERE ${sql}
     ORDER BY NOT (starts_with(s.name, $${parameters.length + 1})
       OR ($${parameters.length + 2} <> '' AND (starts_with(s.pinyin_full, $${parameters.length + 2})
         OR starts_with(s.pinyin_initials, $${parameters.length + 2})))), ${ORDERS.region}
     LIMIT ${SITES_TO_ENTER}`,
    [...parameters, typed, typedReading(typed)],
  );
  return rows.map((row) => lineOf(row, baseDomain));
}

/** A site the caller may enter, by its id; null for any other. */
export async function findSiteToEnter(
  tx: Tx<Scope>,
  ctx: DeskContext,
  siteId: string,
  baseDomain: string,
): Promise<SiteLine | null> {
  const { sql, parameters } = conditionSql(ctx.ability, 'site.enter', READ, [siteId]);
  const [row] = await tx.query<Row>(`SELECT ${COLUMNS} ${FROM} WHERE s.id = $1 AND ${sql}`, parameters);
  return row ? lineOf(row, baseDomain) : null;
}

const READ = { tenantId: 's.tenant_id', siteId: 's.id' };

/** The path of the tenant of a region, null when none is in sight. */
async function pathOfRegion(tx: Tx<Scope>, code: string): Promise<string | null> {
  const [tenant] = await tx.query<{ path: string }>(
    `SELECT path FROM tenant WHERE region_code = $1 AND state <> 'deleted'`,
    [code],
  );
  return tenant?.path ?? null;
}

/** @param root path of the tenant of `filter.region` */
function filtered(
  ctx: DeskContext,
  action: Action,
  filter: SiteFilter,
  baseDomain: string,
  root: string | null,
): SqlCondition {
  const allowed = conditionSql(ctx.ability, action, READ);
  const parts = [allowed.sql];
  const parameters = [...allowed.parameters];
  const bind = (value: string): string => {
    parameters.push(value);
    return `$${parameters.length}`;
  };
  const search = filter.search?.trim().slice(0, 100);
  if (search) {
    const whole = bind(search.toLowerCase());
    const alternatives = [
      `strpos(s.name, ${whole}) > 0`,
      `strpos(s.short_name, ${whole}) > 0`,
      `strpos(t.name, ${whole}) > 0`,
    ];
    const reading = typedReading(search);
    if (reading) {
      const read = bind(reading);
      alternatives.push(`strpos(s.pinyin_full, ${read}) > 0`, `strpos(s.pinyin_initials, ${read}) > 0`);
    }
    if (/^\d+$/.test(search))
      alternatives.push(`starts_with(s.region_code, ${whole})`, `starts_with(s.identification_code, ${whole})`);
    // A name in Han is kept, and found, in its ASCII form.
    const kept = keptHost(search.toLowerCase());
    if (/^[\x21-\x7e]+$/.test(kept)) {
      const [base, host] = [bind(`.${baseDomain}`), bind(kept)];
      alternatives.push(`strpos(h.name || CASE WHEN h.under_base THEN ${base} ELSE '' END || s.prefix, ${host}) > 0`);
    }
    parts.push(`(${alternatives.join(' OR ')})`);
  }
  if (filter.kind) parts.push(`s.kind = ${bind(filter.kind)}`);
  if (filter.state) parts.push(`${STATE} = ${bind(filter.state)}`);
  if (filter.region) {
    // A township's code names its sub-site alone; the code of a unit, all below it.
    const own = `s.region_code = ${bind(filter.region)}`;
    parts.push(root === null ? own : `(${own} OR ${belowTenantPath('s.region_path', `${bind(root)}::text`)})`);
  }
  return { sql: parts.join(' AND '), parameters };
}

function lineOf({ prefix, hostName, underBase, ...row }: Row, baseDomain: string): SiteLine {
  return { ...row, address: hostName ? `${hostOf({ name: hostName, underBase }, baseDomain)}${prefix}` : null };
}
