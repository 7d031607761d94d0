import type { Row, RowChange } from '../../tenancy/reorganisation/recorded-rows.js';
import type { Reorganisation } from '../../tenancy/reorganisation/reorganisation.js';
import type { PlanTx } from '../../tenancy/reorganisation/reorganisation-part.js';

export interface ChannelRow extends Row {
  id: string;
  site_id: string;
  parent_id: string | null;
  path: string;
  organ_id: string | null;
  blueprint_key: string | null;
  state: string;
}

/** 工作动态（bm/jyj/gzdt） */
export const channelName = (row: Row): string => String(row.label ?? `${row.name}（${row.path}）`);

/**
 * Gives rows the name by which people tell them apart, and their address on the host: the channels of sub-sites are alike.
 */
export const nameChannels = <R extends Row & { site_id: string; path: string }>(plan: Reorganisation, rows: R[]) =>
  rows.map((row) => {
    const address = plan.addressOf(row.site_id, row.path);
    return { ...row, address, label: `${row.name}（${address}）` };
  });

interface Sponsored {
  parentSiteId: string | null;
  sponsorId: string;
}

/**
 * The channels of all sites of a tenant before a plan, and who answers for each: the organ it names, else that of the
 * channel above, else the sponsor of the sub-site.
 */
export class OrganTree {
  readonly channels: ReadonlyMap<string, ChannelRow>;

  constructor(
    rows: readonly ChannelRow[],
    private readonly sites: ReadonlyMap<string, Sponsored>,
  ) {
    this.channels = new Map(rows.map((row) => [row.id, row]));
  }

  organOf(row: ChannelRow): string | null {
    const naming = this.lineageOf(row).find((one) => one.organ_id);
    return naming ? naming.organ_id : this.sponsorOf(row);
  }

  /** The organ that answers for it from the plan's day on; null: none before, or a split that does not say. */
  successorOf(plan: Reorganisation, row: ChannelRow): string | null {
    const organId = this.organOf(row);
    if (!organId) return null;
    // What a line names counts for all below it that is the same organ's.
    const lineage = this.lineageOf(row);
    const claim = lineage.find((one) => isNamed(plan, organId, one.id));
    if (claim) return plan.successorOf(organId, { channelId: claim.id });
    return plan.successorOf(organId, lineage.some((one) => one.organ_id) ? undefined : { subSite: true });
  }

  /** What a channel itself says of its organ: one that says nothing goes on so, unless the plan hands it elsewhere. */
  organSet(plan: Reorganisation, row: ChannelRow): Row {
    const organId = this.organOf(row);
    const successor = this.successorOf(plan, row);
    if (!organId || !successor) return {};
    if (row.organ_id) return { organ_id: successor };
    return isNamed(plan, organId, row.id) && successor !== this.inherited(plan, row) ? { organ_id: successor } : {};
  }

  private inherited(plan: Reorganisation, row: ChannelRow): string | null {
    const above = row.parent_id ? this.channels.get(row.parent_id) : undefined;
    if (above) return this.successorOf(plan, above);
    const sponsor = this.sponsorOf(row);
    return sponsor && plan.successorOf(sponsor, { subSite: true });
  }

  /** A portal's sponsor is the government: it answers for no channel in particular. */
  private sponsorOf(row: ChannelRow): string | null {
    const site = this.sites.get(row.site_id);
    return site?.parentSiteId ? site.sponsorId : null;
  }

  /** From the channel up. */
  lineageOf(row: ChannelRow): ChannelRow[] {
    const above = row.parent_id ? this.channels.get(row.parent_id) : undefined;
    return above ? [row, ...this.lineageOf(above)] : [row];
  }
}

const isNamed = (plan: Reorganisation, organId: string, channelId: string): boolean =>
  plan.linesFrom(organId).some((line) => line.channels.some(({ id }) => id === channelId));

/** @param done what the plan changed of sites already */
export async function treeOf(
  tx: PlanTx,
  rows: readonly ChannelRow[],
  done: readonly RowChange[] = [],
): Promise<OrganTree> {
  const sites = await tx.query<Sponsored & { id: string }>(
    `SELECT id, parent_site_id AS "parentSiteId", sponsor_id AS "sponsorId" FROM site WHERE tenant_id = $1`,
    [tx.scope.tenantId],
  );
  const then = new Map<string, Sponsored>(sites.map((site) => [site.id, site]));
  for (const { table, key, before } of done) {
    const site = then.get(String(key.id));
    if (table === 'site' && site && before && 'sponsor_id' in before)
      then.set(String(key.id), { ...site, sponsorId: String(before.sponsor_id) });
  }
  return new OrganTree(rows, then);
}
