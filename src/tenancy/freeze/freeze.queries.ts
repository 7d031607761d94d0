import { validate as isUuid } from 'uuid';
import { conditionSql } from '../../authority/condition-sql.js';
import type { DeskContext } from '../../authority/desk-context.js';
import { authorityErrors } from '../../authority/errors.js';
import type { Scope, TenantScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { holdInPlace } from '../site/site.queries.js';
import { requireWritable } from '../tenant/tenant.queries.js';
import { BEGUN_BY } from './site-stops.js';

export interface FreezeRecord {
  freezeId: string;
  tenantId: string;
  siteId: string | null;
  /** Of the site or tenant it holds for. */
  name: string;
  /** It was put on a tenant above. */
  inherited: boolean;
  reason: string;
  begunAt: Date;
  begunBy: string;
}

const COLUMNS = `f.id AS "freezeId", f.tenant_id AS "tenantId", f.site_id AS "siteId", coalesce(s.name, t.name) AS name,
  f.inherited, f.reason, f.begun_at AS "begunAt", ${BEGUN_BY} AS "begunBy"`;
const FROM = `FROM publishing_freeze f JOIN tenant t ON t.id = f.tenant_id
  LEFT JOIN site s ON s.tenant_id = f.tenant_id AND s.id = f.site_id`;

/** Whether publishing is frozen on the site `s` of a tenant `t` now: for lists. */
export const IS_FROZEN = `(t.state <> 'open' OR EXISTS (SELECT FROM publishing_freeze f WHERE f.tenant_id = s.tenant_id
  AND f.ended_at IS NULL AND (f.site_id IS NULL OR f.site_id = s.id)))`;

/** Who may know of a freeze: whoever may read its site, or, of a whole tenant, the tenant. */
function readCondition(ctx: DeskContext, given: readonly unknown[]) {
  const ofTenant = conditionSql(ctx.ability, 'tenant.read', { tenantId: 'f.tenant_id' }, given);
  const ofSite = conditionSql(
    ctx.ability,
    'site.read',
    { tenantId: 'f.tenant_id', siteId: 'f.site_id' },
    ofTenant.parameters,
  );
  return {
    sql: `CASE WHEN f.site_id IS NULL THEN ${ofTenant.sql} ELSE ${ofSite.sql} END`,
    parameters: ofSite.parameters,
  };
}

/**
 * A freeze where it was put; where the caller does not see that, where it was inherited.
 * @throws UserError `authority.missing`
 */
export async function findFreeze(tx: Tx<Scope>, ctx: DeskContext, freezeId: string): Promise<FreezeRecord> {
  const { sql, parameters } = readCondition(ctx, [isUuid(freezeId) ? freezeId : null]);
  const [freeze] = await tx.query<FreezeRecord>(
    `SELECT ${COLUMNS} ${FROM} WHERE f.id = $1 AND ${sql} ORDER BY f.inherited LIMIT 1`,
    parameters,
  );
  if (!freeze) throw authorityErrors['authority.missing']();
  return freeze;
}

/** The freezes in force that the caller may know of, newest first; each once, where it was put when that is in sight. */
export async function findFreezesInForce(tx: Tx<Scope>, ctx: DeskContext): Promise<FreezeRecord[]> {
  const { sql, parameters } = readCondition(ctx, []);
  const rows = await tx.query<FreezeRecord>(
    `SELECT * FROM (
       SELECT DISTINCT ON (f.id) ${COLUMNS} ${FROM} WHERE f.ended_at IS NULL AND ${sql} ORDER BY f.id, f.inherited, t.path
     ) each ORDER BY "begunAt" DESC`,
    parameters,
  );
  return rows;
}

/** Why nothing may be published on a site now, in the words of whoever stopped it; null: it may. */
export interface PublishingStop {
  name: string;
  reason: string;
}

/**
 * Whether publishing on a site is stopped. Holds the tenant, so that a freeze waits for this transaction or is seen by it,
 * and the site, so that a move of it does.
 * @throws UserError `tenancy.archived`
 */
export async function findPublishingStop(tx: Tx<TenantScope>, siteId: string): Promise<PublishingStop | null> {
  const tenant = await requireWritable(tx);
  await holdInPlace(tx, siteId);
  if (tenant.state === 'frozen') return { name: tenant.name, reason: tenant.stateReason };
  const [stop] = await tx.query<PublishingStop>(
    `SELECT coalesce(s.name, t.name) AS name, f.reason ${FROM}
     WHERE f.tenant_id = $1 AND f.ended_at IS NULL AND (f.site_id IS NULL OR f.site_id = $2)
     ORDER BY f.site_id IS NOT NULL, f.begun_at LIMIT 1`,
    [tx.scope.tenantId, siteId],
  );
  return stop ?? null;
}
