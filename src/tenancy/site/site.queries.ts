import { validate as isUuid } from 'uuid';
import { conditionSql } from '../../authority/condition-sql.js';
import { type DeskContext, reading } from '../../authority/desk-context.js';
import { authorityErrors } from '../../authority/errors.js';
import type { Scope, TenantScope } from '../../kernel/database/scope.js';
import type { Tx, UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { TenantState } from '../tenant/tenant.queries.js';
import type { SiteKind, SiteLevel } from './site-directory.js';

export type SiteState = 'open' | 'suspended' | 'retired';

export const SITE_KINDS: Record<SiteKind, string> = {
  portal: '门户网站',
  department: '部门子站',
  township: '乡镇子站',
};

/** A site as the desk knows it: what a policy judges it by, and what can be changed. */
export interface DeskSite {
  siteId: string;
  tenantId: string;
  kind: SiteKind;
  level: SiteLevel;
  key: string;
  prefix: string;
  parentSiteId: string | null;
  name: string;
  shortName: string;
  tagline: string;
  identificationCode: string;
  icpNumber: string;
  publicSecurityNumber: string;
  theme: string | null;
  demonstration: boolean;
  sponsorId: string;
  state: SiteState;
  suspendedFor: string;
  closedNotice: string;
  overridden: string[];
  tenantName: string;
  tenantState: TenantState;
}

const COLUMNS = `s.id AS "siteId", s.tenant_id AS "tenantId", s.kind, s.level, s.key, s.prefix,
  s.parent_site_id AS "parentSiteId", s.name, s.short_name AS "shortName", s.tagline,
  s.identification_code AS "identificationCode", s.icp_number AS "icpNumber",
  s.public_security_number AS "publicSecurityNumber", s.theme, s.demonstration, s.sponsor_id AS "sponsorId", s.state,
  s.suspended_for AS "suspendedFor", s.closed_notice AS "closedNotice", s.overridden, t.name AS "tenantName",
  t.state AS "tenantState"`;

/**
 * A site the caller may read.
 * @throws UserError `authority.missing`, the same for one that is not there
 */
export async function findSiteToRead(tx: Tx<Scope>, ctx: DeskContext, siteId: string): Promise<DeskSite> {
  const columns = { tenantId: 's.tenant_id', siteId: 's.id' };
  const { sql, parameters } = conditionSql(ctx.ability, 'site.read', columns, [isUuid(siteId) ? siteId : null]);
  const [site] = await tx.query<DeskSite>(
    `SELECT ${COLUMNS} FROM site s JOIN tenant t ON t.id = s.tenant_id WHERE s.id = $1 AND ${sql}`,
    parameters,
  );
  if (!site) throw authorityErrors['authority.missing']();
  return site;
}

/** As `findSiteToRead`, in a transaction of its own: before a command knows whose tenant it will write. */
export const readSite = (work: UnitOfWork, ctx: DeskContext, siteId: string): Promise<DeskSite> =>
  work.run(reading(ctx), (tx) => findSiteToRead(tx, ctx, siteId));

/** Waits while the site moves under another tenant, and holds it where it is; one that went has no row here any more. */
export const holdInPlace = (tx: Tx<TenantScope>, siteId: string): Promise<unknown> =>
  tx.query('SELECT FROM site WHERE tenant_id = $1 AND id = $2 FOR KEY SHARE', [tx.scope.tenantId, siteId]);

/**
 * The site as it is now, held until the end of the transaction.
 * @throws UserError `authority.missing` when it went to another tenant since it was read
 */
export async function holdSite(tx: Tx<TenantScope>, siteId: string): Promise<DeskSite> {
  const [site] = await tx.query<DeskSite>(
    `SELECT ${COLUMNS} FROM site s JOIN tenant t ON t.id = s.tenant_id
     WHERE s.tenant_id = $1 AND s.id = $2 FOR NO KEY UPDATE OF s`,
    [tx.scope.tenantId, siteId],
  );
  if (!site) throw authorityErrors['authority.missing']();
  return site;
}
