import type { TenantScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import type { OrganFacts } from './plan-line.js';

export interface KnownOrgan extends OrganFacts {
  id: string;
  kind: string;
  endedOn: string | null;
}

export interface KnownSite {
  id: string;
  parentSiteId: string | null;
  /** `/bm/jyj/` */
  prefix: string;
  name: string;
  sponsorId: string;
}

export interface KnownChannel {
  id: string;
  siteId: string;
  parentId: string | null;
  path: string;
  name: string;
  organId: string | null;
}

export interface KnownAccount {
  id: string;
  login: string;
  name: string;
  organId: string | null;
}

/** What a plan speaks of: the organs, sites, channels and people of one tenant. */
export interface PlanFacts {
  tenant: { name: string };
  organs: KnownOrgan[];
  sites: KnownSite[];
  channels: KnownChannel[];
  accounts: KnownAccount[];
}

/** Tables of the rooms above are read here by names and keys only, to tell what a line means; none is written. */
export async function readPlanFacts(tx: Tx<TenantScope>): Promise<PlanFacts> {
  const { tenantId } = tx.scope;
  const [tenant] = await tx.query<{ name: string }>('SELECT name FROM tenant WHERE id = $1', [tenantId]);
  if (!tenant) throw new Error(`tenant ${tenantId} is not in this scope`);
  return {
    tenant,
    organs: await readOrgans(tx),
    sites: await tx.query(
      `SELECT id, parent_site_id AS "parentSiteId", prefix, name, sponsor_id AS "sponsorId" FROM site
       WHERE tenant_id = $1 ORDER BY position, prefix`,
      [tenantId],
    ),
    channels: await tx.query(
      `SELECT id, site_id AS "siteId", parent_id AS "parentId", path, name, organ_id AS "organId" FROM channel
       WHERE tenant_id = $1 ORDER BY site_id, path`,
      [tenantId],
    ),
    accounts: await tx.query(
      `SELECT id, login, name, organ_id AS "organId" FROM account WHERE tenant_id = $1 ORDER BY login`,
      [tenantId],
    ),
  };
}

/** All organs of the tenant, those that ended among them, by name. */
export const readOrgans = (tx: Tx<TenantScope>): Promise<KnownOrgan[]> =>
  tx.query<KnownOrgan>(
    `SELECT id, kind, name, short_name AS "shortName", telephone, address, to_char(ended_on, 'YYYY-MM-DD') AS "endedOn"
     FROM organ WHERE tenant_id = $1 ORDER BY name, id`,
    [tx.scope.tenantId],
  );

/**
 * The organ that answers for a channel: its own, else that of the channel above, else the sponsor of the sub-site.
 * A portal's channels that name nobody are nobody's of those that a plan moves.
 */
export function organOfChannel(
  channelId: string,
  channels: ReadonlyMap<string, Pick<KnownChannel, 'siteId' | 'parentId' | 'organId'>>,
  sites: ReadonlyMap<string, Pick<KnownSite, 'parentSiteId' | 'sponsorId'>>,
): string | null {
  let channel = channels.get(channelId);
  const siteId = channel?.siteId;
  while (channel) {
    if (channel.organId) return channel.organId;
    channel = channel.parentId ? channels.get(channel.parentId) : undefined;
  }
  const site = siteId ? sites.get(siteId) : undefined;
  return site?.parentSiteId ? site.sponsorId : null;
}
