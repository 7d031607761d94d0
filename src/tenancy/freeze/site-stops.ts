/** A freeze in force, as it concerns one site. */
export interface FreezeOfSite {
  freezeId: string;
  /** Put on this site; else on its tenant, or (inherited) on one above. */
  ofSite: boolean;
  inherited: boolean;
  reason: string;
  begunAt: Date;
  /** The person's name and organ, where there is such an account in sight; else the name one signs in with. */
  begunBy: string;
}

/** Why nothing may be published on a site now. */
export interface SiteStops {
  /** The tenant is being retired. */
  leaving: { state: 'frozen' | 'archived'; reason: string; since: Date } | null;
  /** Newest first. */
  freezes: FreezeOfSite[];
}

export const NO_STOPS: SiteStops = { leaving: null, freezes: [] };

/** The person's name and organ, of those in sight of the scope. */
export const BEGUN_BY = `coalesce((SELECT a.name || '（' || coalesce(o.name, t.name) || '）' FROM account a
  JOIN tenant t ON t.id = a.tenant_id LEFT JOIN organ o ON o.tenant_id = a.tenant_id AND o.id = a.organ_id
  WHERE a.login = f.begun_by), f.begun_by)`;

/** The freezes in force on a site, as one value (jsonb) of a statement; an empty list for no site. */
export const freezesOfSiteSql = (site: { tenantId: string; siteId: string }): string =>
  `coalesce((SELECT jsonb_agg(jsonb_build_object('freezeId', f.id, 'ofSite', f.site_id IS NOT NULL,
       'inherited', f.inherited, 'reason', f.reason, 'begunAt', f.begun_at, 'begunBy', ${BEGUN_BY}) ORDER BY f.begun_at DESC)
     FROM publishing_freeze f WHERE f.tenant_id = ${site.tenantId} AND f.ended_at IS NULL
       AND (f.site_id IS NULL OR f.site_id = ${site.siteId})), '[]')`;

/** All that stops publishing on a site, as one value (jsonb) of a statement: read it with `readStops`. */
export const siteStopsSql = (site: { tenantId: string; siteId: string }): string =>
  `jsonb_build_object('freezes', ${freezesOfSiteSql(site)},
     'leaving', (SELECT jsonb_build_object('state', l.state, 'reason', l.state_reason, 'since', l.state_since)
       FROM tenant l WHERE l.id = ${site.tenantId} AND l.state IN ('frozen', 'archived')))`;

/** What such a value holds; its times come as text. */
export const readStops = ({ leaving, freezes }: SiteStops): SiteStops => ({
  leaving: leaving && { ...leaving, since: new Date(leaving.since) },
  freezes: readFreezes(freezes),
});

export const readFreezes = (freezes: readonly FreezeOfSite[]): FreezeOfSite[] =>
  freezes.map((freeze) => ({ ...freeze, begunAt: new Date(freeze.begunAt) }));
