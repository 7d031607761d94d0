import type { DeskSession } from '../../access/desk-session.js';
import { reading } from '../../authority/desk-context.js';
import { authorityErrors } from '../../authority/errors.js';
import type { ReadSession } from '../../identity/session/read-session.js';
import { chooseSite, rememberList } from '../../identity/session/session-place.js';
import type { Platform } from '../../kernel/platform/platform.js';
import { findSitesToEnter, findSiteToEnter, type SiteLine } from '../../tenancy/site/site-list.queries.js';

/** Sites that a session offers again first. */
const RECENT = 5;
const RECENT_KEY = 'sites.recent';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const recentIds = (session: ReadSession): string[] =>
  (session.remembered[RECENT_KEY] ?? '').split(',').filter((id) => UUID.test(id));

/** The sites of this session, the last one first; those that may no longer be entered are left out. */
export async function findRecentSites(platform: Platform, ctx: DeskSession, session: ReadSession): Promise<SiteLine[]> {
  const ids = recentIds(session);
  if (ids.length === 0) return [];
  return platform.work.run(reading(ctx), async (tx) => {
    const found: SiteLine[] = [];
    for (const id of ids) {
      const site = await findSiteToEnter(tx, ctx, id, platform.config.baseDomain);
      if (site) found.push(site);
    }
    return found;
  });
}

/**
 * Makes a site the one that a session works on; this request's session is told too.
 * @throws UserError `authority.missing` for one that may not be entered
 */
export async function enterSite(
  platform: Platform,
  ctx: DeskSession,
  session: ReadSession,
  siteId: string,
): Promise<SiteLine> {
  const { work, config } = platform;
  const site = UUID.test(siteId)
    ? await work.run(reading(ctx), (tx) => findSiteToEnter(tx, ctx, siteId, config.baseDomain))
    : null;
  if (!site) throw authorityErrors['authority.missing']();
  await takePlace(platform, ctx, session, site);
  return site;
}

/** Works on no site any more. */
export async function leaveSite({ work }: Platform, ctx: DeskSession, session: ReadSession): Promise<void> {
  const stops = await work.run({ kind: 'cluster', actor: ctx.actor, work: 'identity' }, (tx) =>
    chooseSite(tx, session, null),
  );
  Object.assign(session, { siteId: null, siteTenantId: null, siteName: null, stops });
}

/**
 * Where somebody's desk begins who has never chosen: the one site they may enter, or the portal of their own tenant.
 * @returns that site; null when there is none, or a choice
 */
export async function enterFirstSite(
  platform: Platform,
  ctx: DeskSession,
  session: ReadSession,
): Promise<SiteLine | null> {
  if (session.siteId) return null;
  const sites = await platform.work.run(reading(ctx), (tx) =>
    findSitesToEnter(tx, ctx, '', platform.config.baseDomain),
  );
  const first =
    sites.length === 1
      ? sites[0]
      : sites.find((site) => site.kind === 'portal' && site.tenantId === ctx.account.tenantId);
  if (!first) return null;
  await takePlace(platform, ctx, session, first);
  return first;
}

async function takePlace({ work }: Platform, ctx: DeskSession, session: ReadSession, site: SiteLine): Promise<void> {
  const { siteId, tenantId, name } = site;
  const recent = [siteId, ...recentIds(session).filter((id) => id !== siteId)].slice(0, RECENT).join(',');
  const stops = await work.run({ kind: 'cluster', actor: ctx.actor, work: 'identity' }, async (tx) => {
    await rememberList(tx, session, RECENT_KEY, recent);
    return chooseSite(tx, session, { tenantId, id: siteId });
  });
  Object.assign(session, { siteId, siteTenantId: tenantId, siteName: name, stops });
  session.remembered[RECENT_KEY] = recent;
}
