import type { ClusterScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { hostOf } from '../hostname/hostname-name.js';
import type { SiteKind, SiteLevel } from '../site/site-directory.js';
import type { TenantState } from '../tenant/tenant.queries.js';

/** One end of a move. */
export interface MoveEnd {
  tenantId: string;
  name: string;
  governmentName: string;
  state: TenantState;
  path: string;
  level: SiteLevel;
  regionCode: string | null;
  portalId: string;
  portalUndertakerId: string;
  host(baseDomain: string): string;
}

export interface MovePlaces {
  from: MoveEnd;
  to: MoveEnd;
  site: {
    id: string;
    kind: SiteKind;
    key: string;
    prefix: string;
    parentSiteId: string | null;
    name: string;
    undertakerIsSponsor: boolean;
  };
  organ: {
    id: string;
    key: string;
    name: string;
    /** It is the department or township behind this site alone; else it stays, and the site gets a copy. */
    moves: boolean;
  };
}

interface EndRow extends Omit<MoveEnd, 'host'> {
  hostName: string | null;
  underBase: boolean;
}

/**
 * Both ends as they are now, held by the caller's lock on the tenants; the site and the organ that goes along are held too.
 * @returns null when the site, or the portal of either end, is not there (any more)
 */
export async function findMovePlaces(
  tx: Tx<ClusterScope>,
  { siteId, fromTenantId, toTenantId }: { siteId: string; fromTenantId: string; toTenantId: string },
): Promise<MovePlaces | null> {
  const ends = await tx.query<EndRow>(
    `SELECT t.id AS "tenantId", t.name, t.government_name AS "governmentName", t.state, t.path, t.level,
       t.region_code AS "regionCode", p.id AS "portalId", p.undertaker_id AS "portalUndertakerId", h.name AS "hostName",
       h.under_base AS "underBase"
     FROM tenant t
     JOIN site p ON p.tenant_id = t.id AND p.key = 'portal'
     LEFT JOIN hostname h ON h.tenant_id = p.tenant_id AND h.site_id = p.id AND h.is_primary
     WHERE t.id = ANY ($1::uuid[]) AND t.state <> 'deleted'`,
    [[fromTenantId, toTenantId]],
  );
  let row = await findSite(tx, fromTenantId, siteId);
  if (row?.organ.moves) {
    // Whoever would join it, or put it behind another site, waits; who was quicker is seen now.
    await tx.query('SELECT FROM organ WHERE tenant_id = $1 AND id = $2 FOR UPDATE', [fromTenantId, row.organ.id]);
    row = await findSite(tx, fromTenantId, siteId);
  }
  const [from, to] = [fromTenantId, toTenantId].map((tenantId) => ends.find((end) => end.tenantId === tenantId));
  if (!row || !from || !to) return null;
  const { organ, ...site } = row;
  return { from: endOf(from), to: endOf(to), site, organ };
}

async function findSite(tx: Tx<ClusterScope>, tenantId: string, siteId: string) {
  const [row] = await tx.query<MovePlaces['site'] & { organ: MovePlaces['organ'] }>(
    `SELECT s.id, s.kind, s.key, s.prefix, s.parent_site_id AS "parentSiteId", s.name,
       s.undertaker_id = s.sponsor_id AS "undertakerIsSponsor",
       jsonb_build_object('id', o.id, 'key', o.key, 'name', o.name,
         'moves', o.kind IN ('department', 'township') AND NOT EXISTS (
           SELECT FROM site x WHERE x.tenant_id = s.tenant_id AND x.id <> s.id
             AND (x.sponsor_id = o.id OR x.undertaker_id = o.id))) AS organ
     FROM site s JOIN organ o ON o.tenant_id = s.tenant_id AND o.id = s.sponsor_id
     WHERE s.tenant_id = $1 AND s.id = $2 FOR UPDATE OF s`,
    [tenantId, siteId],
  );
  return row;
}

function endOf({ hostName, underBase, ...end }: EndRow): MoveEnd {
  return { ...end, host: (baseDomain) => (hostName ? hostOf({ name: hostName, underBase }, baseDomain) : '') };
}
