import {
  type KnownAccount,
  type KnownChannel,
  type KnownOrgan,
  type KnownSite,
  organOfChannel,
  type PlanFacts,
} from '../../tenancy/reorganisation/plan-facts.js';

/** What may be chosen where a plan is written: the organs of one tenant, with their people, channels and sub-sites. */
export class PlanningFacts {
  private readonly organs: ReadonlyMap<string, KnownOrgan>;
  private readonly sites: ReadonlyMap<string, KnownSite>;
  private readonly channels: ReadonlyMap<string, KnownChannel>;
  private readonly organOf: ReadonlyMap<string, string | null>;

  constructor(
    readonly tenant: { id: string; name: string },
    readonly known: PlanFacts,
    /** Accounts that nobody uses any more: they go along without being asked about. */
    private readonly closed: ReadonlySet<string>,
  ) {
    this.organs = new Map(known.organs.map((organ) => [organ.id, organ]));
    this.sites = new Map(known.sites.map((site) => [site.id, site]));
    this.channels = new Map(known.channels.map((channel) => [channel.id, channel]));
    this.organOf = new Map(known.channels.map(({ id }) => [id, organOfChannel(id, this.channels, this.sites)]));
  }

  organ = (id: string): KnownOrgan | undefined => this.organs.get(id);
  nameOf = (organId: string): string => this.organs.get(organId)?.name ?? '';

  /** Organs that something may lead to: the government, departments, then townships. */
  get living(): KnownOrgan[] {
    const rank = ({ kind }: KnownOrgan) => (kind === 'government' ? 0 : kind === 'township' ? 2 : 1);
    return this.known.organs.filter((organ) => !organ.endedOn).sort((a, b) => rank(a) - rank(b));
  }

  /** Organs that something may happen to: the government itself is not reorganised. */
  get movable(): KnownOrgan[] {
    return this.living.filter((organ) => organ.kind !== 'government');
  }

  peopleOf = (organId: string): KnownAccount[] =>
    this.known.accounts.filter((account) => account.organId === organId && !this.closed.has(account.id));

  loginOf = (accountId: string): string => this.known.accounts.find(({ id }) => id === accountId)?.login ?? '';

  channelsOf = (organId: string): KnownChannel[] =>
    this.known.channels.filter((channel) => this.organOf.get(channel.id) === organId);

  organOfChannel = (channelId: string): string | null => this.organOf.get(channelId) ?? null;

  subSitesOf = (organId: string): KnownSite[] =>
    this.known.sites.filter((site) => site.parentSiteId !== null && site.sponsorId === organId);

  /** As people write it in a table: `zwgk/jyxx`, on a sub-site `bm/jyj/gzdt`. */
  addressOf(channelId: string): string {
    const channel = this.channels.get(channelId);
    const site = channel && this.sites.get(channel.siteId);
    return channel && site ? `${site.prefix}${channel.path}`.slice(1) : '';
  }

  /** `教育局：12 人，5 个栏目，子站 /bm/jyj/` */
  weightOf(organId: string): string {
    const sites = this.subSitesOf(organId).map((site) => site.prefix);
    return [
      `${this.peopleOf(organId).length} 人`,
      `${this.channelsOf(organId).length} 个栏目`,
      ...(sites.length > 0 ? [`子站 ${sites.join('、')}`] : []),
    ].join('，');
  }
}
