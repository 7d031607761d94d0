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
  sponsor: OrganFacts;
  undertaker: string;
  /** Primary hostname, complete: nongan.localhost. */
  host: string;
}

export interface OrganFacts {
  name: string;
  telephone: string;
  hours: string;
  address: string;
  introduction: string;
  facts: { term: string; figure: string; unit: string }[];
}

interface Row extends Omit<SiteRecord, 'host' | 'sponsor'> {
  sponsor: OrganFacts;
  hostnames: { name: string; underBase: boolean; primary: boolean }[] | null;
}

const ALL_SITES = statement<Row>(
  'sites-all',
  `SELECT s.id, s.tenant_id AS "tenantId", s.kind, s.level, s.key, s.prefix, s.parent_site_id AS "parentSiteId",
     s.region_path AS "regionPath", s.region_code AS "regionCode", s.position,
     s.name, s.short_name AS "shortName", s.tagline, s.identification_code AS "identificationCode",
     s.icp_number AS "icpNumber", s.public_security_number AS "publicSecurityNumber", s.emblem, s.demonstration,
     json_build_object('name', o.name, 'telephone', o.telephone, 'hours', o.hours, 'address', o.address,
       'introduction', o.introduction, 'facts', o.facts) AS sponsor,
     u.name AS undertaker,
     (SELECT json_agg(json_build_object('name', h.name, 'underBase', h.under_base, 'primary', h.is_primary))
        FROM hostname h WHERE h.site_id = s.id) AS hostnames
   FROM site s
   JOIN organ o ON o.tenant_id = s.tenant_id AND o.id = s.sponsor_id
   JOIN organ u ON u.tenant_id = s.tenant_id AND u.id = s.undertaker_id`,
);

/**
 * All open sites by host and prefix, in memory: which site a request is for costs no query. Read again when the tag
 * `sites` changes.
 */
export class SiteDirectory {
  private byHost = new Map<string, Map<string, SiteRecord>>();
  private byId = new Map<string, SiteRecord>();
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
    const second = path.indexOf('/', 1);
    const third = second < 0 ? -1 : path.indexOf('/', second + 1);
    const sub = third < 0 ? undefined : sites.get(path.slice(0, third + 1));
    return sub ?? sites.get('/') ?? null;
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
    const rows = await this.reads.rows(ALL_SITES, []);
    const hostOf = (name: { name: string; underBase: boolean }) =>
      name.underBase ? `${name.name}.${this.baseDomain}` : name.name;
    const byHost = new Map<string, Map<string, SiteRecord>>();
    const byId = new Map<string, SiteRecord>();
    const children = new Map<string, SiteRecord[]>();
    const portalsBelow = new Map<string, SiteRecord[]>();
    const primary = new Map<string, string>();
    for (const row of rows) {
      const names = row.hostnames ?? [];
      const main = names.find((n) => n.primary) ?? names[0];
      if (main) primary.set(row.id, hostOf(main));
      for (const name of names) byHost.set(hostOf(name), new Map());
    }
    rows.sort((a, b) => a.position - b.position || (a.name < b.name ? -1 : 1));
    for (const { hostnames, ...row } of rows) {
      const host = primary.get(row.parentSiteId ?? row.id);
      if (!host) continue;
      const site: SiteRecord = { ...row, host };
      byId.set(site.id, site);
      const hosts = row.parentSiteId ? [host] : (hostnames ?? []).map(hostOf);
      for (const name of hosts) byHost.get(name)?.set(site.prefix, site);
      if (site.parentSiteId) push(children, site.parentSiteId, site);
      else push(portalsBelow, site.regionPath.replace(/[^/]+\/$/, ''), site);
    }
    this.byHost = byHost;
    this.byId = byId;
    this.children = children;
    this.portalsBelow = portalsBelow;
  }
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
