import type { SubSiteFate } from './plan-line.js';
import type { Reorganisation } from './reorganisation.js';
import type { Finding, PlanTx } from './reorganisation-part.js';

export interface PlanSite {
  id: string;
  parentSiteId: string | null;
  prefix: string;
  key: string;
  name: string;
  state: string;
  sponsorId: string;
  undertakerId: string;
}

export const readPlanSites = (tx: PlanTx): Promise<PlanSite[]> =>
  tx.query<PlanSite>(
    `SELECT id, parent_site_id AS "parentSiteId", prefix, key, name, state, sponsor_id AS "sponsorId",
       undertaker_id AS "undertakerId"
     FROM site WHERE tenant_id = $1 ORDER BY prefix`,
    [tx.scope.tenantId],
  );

/** Where a site goes, and what becomes of it: that is said of sub-sites, with their sponsor. */
export interface SiteWay {
  /** Line of the plan; null: none concerns it. */
  row: number | null;
  fate: SubSiteFate;
  /** Null: a split does not say. */
  sponsor: string | null;
  undertaker: string | null;
}

export function wayOfSite(
  plan: Reorganisation,
  site: Pick<PlanSite, 'parentSiteId' | 'sponsorId' | 'undertakerId'>,
): SiteWay {
  const { sponsorId, undertakerId } = site;
  const claim = site.parentSiteId ? ({ subSite: true } as const) : undefined;
  const way = plan.wayOf(sponsorId, claim);
  const first = [...plan.linesFrom(sponsorId), ...plan.linesFrom(undertakerId)][0];
  return {
    row: (way ?? first)?.row ?? null,
    fate: site.parentSiteId ? plan.fateOf(sponsorId) : 'stays',
    sponsor: plan.successorOf(sponsorId, claim),
    undertaker: plan.successorOf(undertakerId, undertakerId === sponsorId ? claim : undefined),
  };
}

/**
 * Says in the plan which sub-sites are archived, which join which, and what sites are called.
 * @returns what cannot be
 */
export function settleFates(plan: Reorganisation, sites: readonly PlanSite[]): Finding[] {
  const faults: Finding[] = [];
  for (const site of sites) plan.sites.set(site.id, site);
  for (const site of sites.filter(({ state }) => state !== 'retired')) {
    const { row, fate, sponsor } = wayOfSite(plan, site);
    if (fate === 'archived') plan.archived.add(site.id);
    if (fate !== 'redirected' || sponsor === null) continue;
    const joins = successorSite(plan, sites, sponsor);
    if (joins) plan.joined.set(site.id, joins.id);
    else {
      const successor = plan.nameOf(sponsor);
      faults.push({
        row,
        sentence: `“${site.name}”的子站不知道并入哪里：“${successor}”到时没有自己的子站，或有几个。请在一行里写“保留”。`,
      });
    }
  }
  return faults;
}

/** The one sub-site that the successor has then: its own of before, else the one that comes to it. */
function successorSite(plan: Reorganisation, sites: readonly PlanSite[], sponsor: string): PlanSite | null {
  const theirs = sites.filter((site) => {
    const way = wayOfSite(plan, site);
    return site.parentSiteId && site.state !== 'retired' && way.sponsor === sponsor && way.fate === 'stays';
  });
  const own = theirs.filter((site) => site.sponsorId === sponsor);
  const [one, ...more] = own.length > 0 ? own : theirs;
  return one && more.length === 0 ? one : null;
}
