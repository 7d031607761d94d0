import { statement, type VisitorReads } from '../../kernel/database/visitor-reads.js';
import { normaliseHost } from './site-address.js';

export type SiteKind = 'portal' | 'department' | 'township';
export type SiteLevel = 'province' | 'city' | 'county' | 'township';

/** A site as visitors know it, with the facts of its footer. */
export interface SiteRecord {
  id: string;
  tenantId: string;
  kind: SiteKind;
  level: SiteLevel;
  key: string;
  prefix: string;
  parentSiteId: string | null;
  regionPath: string;
  regionCode: string | null;
  position: number;
  name: string;
  shortName: string;
  tagline: string;
  identificationCode: string;
  icpNumber: string;
  publicSecurityNumber: string;
  emblem: string | null;
  demonstration: boolean;
  /** Null: the theme of its kind and level. */
  theme: string | null;
  /** Since when its tenant is archived. */
  archivedAt: Date | null;
  sponsor: OrganFacts;
  undertaker: string;
  /** Primary hostname, complete: nongan.localhost. */
  host: string;
  /** Of a site that is suspended, or stands below a portal that is: what visitors are told instead of it. */
  closed: { notice: string } | null;
}

export interface OrganFacts {
  name: string;
  telephone: string;
  hours: string;
  address: string;
  introduction: string;
  facts: { term: string; figure: string; unit: string }[];
}

interface Row extends Omit<SiteRecord, 'host' | 'sponsor' | 'closed'> {
  sponsor: OrganFacts;
  state: 'open' | 'suspended';
  notice: string;
  hostnames: { name: string; underBase: boolean; primary: boolean }[] | null;
}

const ALL_SITES = statement<Row>(
  'sites-all',
  `SELECT s.id, s.tenant_id AS "tenantId", s.kind, s.level, s.key, s.prefix, s.parent_site_id AS "parentSiteId",
     s.region_path AS "regionPath", s.region_code AS "regionCode", s.position,
     s.name, s.short_name AS "shortName", s.tagline, s.identification_code AS "identificationCode",
     s.icp_number AS "icpNumber", s.public_security_number AS "publicSecurityNumber", s.emblem, s.demonstration, s.theme,
     s.archived_at AS "archivedAt", s.state, s.closed_notice AS notice,
     json_build_object('name', o.name, 'telephone', o.telephone, 'hours', o.hours, 'address', o.address,
       'introduction', o.introduction, 'facts', o.facts) AS sponsor,
     u.name AS undertaker,
     (SELECT json_agg(json_build_object('name', h.name, 'underBase', h.under_base, 'primary', h.is_primary))
        FROM hostname h WHERE h.site_id = s.id) AS hostnames
   FROM site s
   JOIN organ o ON o.tenant_id = s.tenant_id AND o.id = s.sponsor_id
   JOIN organ u ON u.tenant_id = s.tenant_id AND u.id = s.undertaker_id`,
);

/** Where sub-sites stood before they moved under another tenant; of several at one address the latest counts. */
const MOVED_SITES = statement<{ portalId: string; prefix: string; siteId: string }>(
  'sites-moved',
  'SELECT portal_id AS "portalId", prefix, site_id AS "siteId" FROM moved_site ORDER BY moved_at',
);

/**
 * All sites by host and prefix, in memory: which site a request is for costs no query. Closed ones are found at their
 * addresses and listed nowhere. Read again when the tag `sites` changes.
 */
export class SiteDirectory {
  private byHost = new Map<string, Map<string, SiteRecord>>();
  private byId = new Map<string, SiteRecord>();
  private everySite = new Map<string, SiteRecord>();
  private movedBy = new Map<string, Map<string, string>>();
  private children = new Map<string, SiteRecord[]>();
  private portalsBelow = new Map<string, SiteRecord[]>();
  private loading: Promise<void> | null = null;

  constructor(
    private readonly reads: VisitorReads,
    readonly baseDomain: string,
  ) {}

  get size(): number {
    return this.byId.size;
  }

  /** Reads all sites anew, one reading at a time. */
  async load(): Promise<void> {
    const before = this.loading;
    this.loading = (async () => {
      await before?.catch(() => {});
      await this.read();
    })();
    return this.loading;
  }

  /** The sub-site whose prefix the path begins with, else the portal of the host; null for a host not served here. */
  find(host: string, path: string): SiteRecord | null {
    const sites = this.byHost.get(host);
    if (!sites) return null;
    return sites.get(prefixOf(path)) ?? sites.get('/') ?? null;
  }

  /**
   * Where an address leads whose sub-site moved under another tenant.
   * @returns the site, and what of the path is within it; null when none moved from there, or another stands there now
   */
  movedFrom(host: string, path: string): { to: SiteRecord; within: string } | null {
    const moved = this.movedBy.get(host);
    if (!moved) return null;
    const prefix = moved.has(`${path}/`) ? `${path}/` : prefixOf(path);
    const to = this.everySite.get(moved.get(prefix) ?? '');
    if (!to || this.byHost.get(host)?.has(prefix)) return null;
    return { to, within: path.slice(prefix.length) };
  }

  at(host: string, prefix: string): SiteRecord | null {
    return this.byHost.get(normaliseHost(host) ?? '')?.get(prefix) ?? null;
  }

  get(id: string): SiteRecord | null {
    return this.byId.get(id) ?? null;
  }

  portals(): SiteRecord[] {
    return [...this.byId.values()].filter((site) => site.kind === 'portal');
  }

  /** The portal above a site that visitors can go on to: that of a sub-site, the next one up of a portal. */
  superiorOf(site: SiteRecord): SiteRecord | null {
    const portal = site.parentSiteId ? this.byId.get(site.parentSiteId) : undefined;
    if (portal) return portal;
    // Paths from the one above up to the province: 220000/220100/220122/ → 220000/220100/, 220000/
    for (let path = above(site.regionPath); path !== ''; path = above(path)) {
      const found = this.portalsBelow.get(above(path))?.find((candidate) => candidate.regionPath === path);
      if (found) return found;
    }
    return null;
  }

  /** Sub-sites of a portal, in the order of the plan. */
  subSites(site: SiteRecord, kind: SiteKind): SiteRecord[] {
    return (this.children.get(site.id) ?? []).filter((child) => child.kind === kind);
  }

  /** Portals one step below a portal: cities of the province, counties of a city. */
  portalsUnder(site: SiteRecord): SiteRecord[] {
    return this.portalsBelow.get(site.regionPath) ?? [];
  }

  /** The province's portal: what it recommends, every site shows. */
  province(): SiteRecord | null {
    return this.portals().find((site) => site.level === 'province') ?? null;
  }

  private async read(): Promise<void> {
    const [rows, moves] = await Promise.all([this.reads.rows(ALL_SITES, []), this.reads.rows(MOVED_SITES, [])]);
    const hostOf = (name: { name: string; underBase: boolean }) =>
      name.underBase ? `${name.name}.${this.baseDomain}` : name.name;
    const byHost = new Map<string, Map<string, SiteRecord>>();
    const byId = new Map<string, SiteRecord>();
    const everySite = new Map<string, SiteRecord>();
    const children = new Map<string, SiteRecord[]>();
    const portalsBelow = new Map<string, SiteRecord[]>();
    const primary = new Map<string, string>();
    const hostsOf = new Map<string, string[]>();
    const notices = new Map<string, string>();
    for (const row of rows) {
      const names = row.hostnames ?? [];
      const main = names.find((n) => n.primary) ?? names[0];
      if (main) primary.set(row.id, hostOf(main));
      hostsOf.set(row.id, names.map(hostOf));
      for (const name of names) byHost.set(hostOf(name), new Map());
      if (row.state === 'suspended') notices.set(row.id, row.notice);
    }
    rows.sort((a, b) => a.position - b.position || (a.name < b.name ? -1 : 1));
    for (const { hostnames: _, state: __, notice: ___, ...row } of rows) {
      const host = primary.get(row.parentSiteId ?? row.id);
      if (!host) continue;
      const notice = notices.get(row.parentSiteId ?? '') ?? notices.get(row.id);
      const site: SiteRecord = { ...row, host, closed: notice === undefined ? null : { notice } };
      everySite.set(site.id, site);
      const hosts = row.parentSiteId ? [host] : (hostsOf.get(row.id) ?? []);
      for (const name of hosts) byHost.get(name)?.set(site.prefix, site);
      if (site.closed) continue;
      byId.set(site.id, site);
      if (site.parentSiteId) push(children, site.parentSiteId, site);
      else push(portalsBelow, above(site.regionPath), site);
    }
    const movedBy = new Map<string, Map<string, string>>();
    for (const { portalId, prefix, siteId } of moves)
      for (const host of hostsOf.get(portalId) ?? []) {
        const there = movedBy.get(host) ?? new Map<string, string>();
        movedBy.set(host, there.set(prefix, siteId));
      }
    this.byHost = byHost;
    this.byId = byId;
    this.everySite = everySite;
    this.movedBy = movedBy;
    this.children = children;
    this.portalsBelow = portalsBelow;
  }
}

/** `/xz/kaian/gk/` → `/xz/kaian/`: where a sub-site would stand that has this path; '' for a path too short. */
function prefixOf(path: string): string {
  const second = path.indexOf('/', 1);
  const third = second < 0 ? -1 : path.indexOf('/', second + 1);
  return third < 0 ? '' : path.slice(0, third + 1);
}

/** 220000/220100/ → 220000/ → '' */
const above = (regionPath: string): string => regionPath.replace(/[^/]+\/$/, '');

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
