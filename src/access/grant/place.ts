import { type DeskContext, may, reading } from '../../authority/desk-context.js';
import { authorityErrors } from '../../authority/errors.js';
import type { Facts } from '../../authority/policy.js';
import type { ScopeKind } from '../../authority/role.js';
import { PLATFORM_TENANT } from '../../kernel/database/scope.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';

/** Where a grant is to lie, as a form names it. */
export interface PlaceInput {
  scope: ScopeKind;
  tenantId: string;
  siteId?: string | null;
  channelId?: string | null;
}

export interface Place {
  scope: ScopeKind;
  tenantId: string;
  siteId: string | null;
  channelId: string | null;
  facts: Facts;
  /** 农安县 › 农安县人民政府 › 政务公开 */
  name: string;
}

interface Row {
  tenantName: string;
  siteName: string | null;
  channelName: string | null;
  channelPath: string | null;
}

/**
 * The tenant, site or channel that a grant is to lie in. Tables of the rooms around are read here by their keys only.
 * @throws UserError `authority.missing` when it is not there, or nothing of it is the caller's to see
 */
export async function findPlace(work: UnitOfWork, ctx: DeskContext, input: PlaceInput): Promise<Place> {
  const { scope } = input;
  const tenantId = scope === 'platform' ? PLATFORM_TENANT : input.tenantId;
  const siteId = scope === 'site' || scope === 'channel' ? (input.siteId ?? null) : null;
  const channelId = scope === 'channel' ? (input.channelId ?? null) : null;
  const [row] = await work.run(reading(ctx), (tx) =>
    tx.query<Row>(
      `SELECT t.name AS "tenantName", s.name AS "siteName", c.name AS "channelName", c.path AS "channelPath"
       FROM tenant t
       LEFT JOIN site s ON s.tenant_id = t.id AND s.id = $2
       LEFT JOIN channel c ON c.tenant_id = t.id AND c.site_id = s.id AND c.id = $3
       WHERE t.id = $1`,
      [tenantId, siteId, channelId],
    ),
  );
  const facts: Facts = { tenantId, siteId, channelPath: row?.channelPath ?? null };
  const whole = row && (scope !== 'site' || row.siteName !== null) && (scope !== 'channel' || row.channelName !== null);
  if (!whole || !may(ctx, 'grant.read', facts)) throw authorityErrors['authority.missing']();
  const name = [row.tenantName, row.siteName, row.channelName].filter(Boolean).join(' › ');
  return { scope, tenantId, siteId, channelId, facts, name };
}
