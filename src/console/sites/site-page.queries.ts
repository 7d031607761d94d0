import type { DeskSession } from '../../access/desk-session.js';
import {
  GRANT_COLUMNS,
  GRANT_FACTS,
  GRANT_TABLES,
  type GrantRow,
  nameHolders,
} from '../../access/grant/grant.queries.js';
import { conditionSql } from '../../authority/condition-sql.js';
import { reading } from '../../authority/desk-context.js';
import type { Scope } from '../../kernel/database/scope.js';
import type { Tx, UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { type FreezeOfSite, freezesOfSiteSql, readFreezes } from '../../tenancy/freeze/site-stops.js';
import { hostOf } from '../../tenancy/hostname/hostname-name.js';
import { MOVE_OF_SITE, type MoveUnderway, readMove } from '../../tenancy/move/moves-underway.js';
import type { DeskSite, SiteState } from '../../tenancy/site/site.queries.js';
import type { ShownState } from '../../tenancy/site/site-list.queries.js';

interface OrganLine {
  id: string;
  name: string;
  telephone: string;
}

/** What the page of a site shows beside what the site says of itself. */
export interface SiteSurroundings {
  /** `nongan.localhost/xz/kaian/`; null when its portal has no hostname. */
  address: string | null;
  state: ShownState;
  parent: { id: string; name: string; state: SiteState } | null;
  sponsor: OrganLine;
  undertaker: OrganLine;
  regionName: string | null;
  regionCode: string | null;
  createdAt: Date;
  suspendedAt: Date | null;
  archivedAt: Date | null;
  blueprintRevision: string;
  freezes: FreezeOfSite[];
  /** To another tenant, while it goes on and since it came to nothing. */
  move: MoveUnderway | null;
  counts: SiteCounts;
}

export interface SiteCounts {
  subSites: number;
  /** Sub-sites that visitors reach now. */
  openSubSites: number;
  channels: number;
  publications: number;
  /** Of the site and of its sub-sites. */
  publicationsWithin: number;
  /** Names that lead here now, the primary one too. */
  hostnames: number;
}

interface Row extends Omit<SiteSurroundings, 'address' | 'state'> {
  hostName: string | null;
  underBase: boolean;
}

/** For a site that the caller may read. One statement. */
export async function findSurroundings(
  tx: Tx<Scope>,
  { tenantId, siteId, tenantState, state, prefix }: DeskSite,
  baseDomain: string,
): Promise<SiteSurroundings> {
  const organ = (alias: string) =>
    `jsonb_build_object('id', ${alias}.id, 'name', ${alias}.name, 'telephone', ${alias}.telephone)`;
  const [row] = await tx.query<Row>(
    `SELECT CASE WHEN p.id IS NOT NULL THEN jsonb_build_object('id', p.id, 'name', p.name, 'state', p.state) END AS parent,
       ${organ('sponsor')} AS sponsor, ${organ('undertaker')} AS undertaker, r.name AS "regionName", s.region_code AS "regionCode",
       s.created_at AS "createdAt", s.suspended_at AS "suspendedAt", s.archived_at AS "archivedAt",
       s.blueprint_revision AS "blueprintRevision", h.name AS "hostName", h.under_base AS "underBase",
       ${freezesOfSiteSql({ tenantId: 's.tenant_id', siteId: 's.id' })} AS freezes,
       ${MOVE_OF_SITE} AS move,
       ${COUNTS} AS counts
     FROM site s
     JOIN organ sponsor ON sponsor.tenant_id = s.tenant_id AND sponsor.id = s.sponsor_id
     JOIN organ undertaker ON undertaker.tenant_id = s.tenant_id AND undertaker.id = s.undertaker_id
     LEFT JOIN site p ON p.tenant_id = s.tenant_id AND p.id = s.parent_site_id
     LEFT JOIN region r ON r.code = s.region_code
     LEFT JOIN hostname h ON h.tenant_id = s.tenant_id AND h.site_id = coalesce(s.parent_site_id, s.id) AND h.is_primary
     WHERE s.tenant_id = $1 AND s.id = $2`,
    [tenantId, siteId],
  );
  const { hostName, underBase, ...found } = row!;
  const freezes = readFreezes(found.freezes);
  const closed = state !== 'open' || (found.parent !== null && found.parent.state !== 'open');
  return {
    ...found,
    freezes,
    move: readMove(found.move),
    address: hostName ? `${hostOf({ name: hostName, underBase }, baseDomain)}${prefix}` : null,
    state: shownState({
      archived: tenantState === 'archived',
      closed,
      frozen: tenantState === 'frozen' || freezes.length > 0,
    }),
  };
}

const COUNTS = `jsonb_build_object(
  'subSites', (SELECT count(*) FROM site b WHERE b.tenant_id = s.tenant_id AND b.parent_site_id = s.id),
  'openSubSites', (SELECT count(*) FROM site b WHERE b.tenant_id = s.tenant_id AND b.parent_site_id = s.id AND b.state = 'open'),
  'channels', (SELECT count(*) FROM channel c WHERE c.tenant_id = s.tenant_id AND c.site_id = s.id),
  'publications', (SELECT count(*) FROM publication p WHERE p.tenant_id = s.tenant_id AND p.site_id = s.id),
  'publicationsWithin', (SELECT count(*) FROM publication p JOIN site b ON b.tenant_id = p.tenant_id AND b.id = p.site_id
    WHERE p.tenant_id = s.tenant_id AND (b.id = s.id OR b.parent_site_id = s.id)),
  'hostnames', (SELECT count(*) FROM hostname n WHERE n.tenant_id = s.tenant_id AND n.site_id = s.id AND n.ended_at IS NULL))`;

/** As the list shows it (site-list.queries.ts). */
const shownState = (is: { archived: boolean; closed: boolean; frozen: boolean }): ShownState =>
  is.archived ? 'archived' : is.closed ? 'closed' : is.frozen ? 'frozen' : 'open';

/** As many as a panel shows; the list of sites has all. */
const SUB_SITES = 12;

export interface SubSiteLine {
  siteId: string;
  name: string;
  prefix: string;
  state: SiteState;
}

/** The sub-sites of a portal that the caller may read, in their order. */
export function findSubSites(tx: Tx<Scope>, ctx: DeskSession, { tenantId, siteId }: DeskSite): Promise<SubSiteLine[]> {
  const columns = { tenantId: 's.tenant_id', siteId: 's.id' };
  const { sql, parameters } = conditionSql(ctx.ability, 'site.read', columns, [tenantId, siteId]);
  return tx.query<SubSiteLine>(
    `SELECT s.id AS "siteId", s.name, s.prefix, s.state FROM site s
     WHERE s.tenant_id = $1 AND s.parent_site_id = $2 AND ${sql} ORDER BY s.kind DESC, s.position, s.name LIMIT ${SUB_SITES}`,
    parameters,
  );
}

/** Who may do something on the whole of a site, of those that the caller may know of: held over it, or over its tenant. */
export async function findPeopleOfSite(
  work: UnitOfWork,
  ctx: DeskSession,
  { tenantId, siteId }: Pick<DeskSite, 'tenantId' | 'siteId'>,
): Promise<GrantRow[]> {
  const readable = conditionSql(ctx.ability, 'grant.read', GRANT_FACTS, [tenantId, siteId]);
  const rows = await work.run(reading(ctx), (tx) =>
    tx.query<GrantRow>(
      `SELECT ${GRANT_COLUMNS} FROM ${GRANT_TABLES}
       WHERE g.tenant_id = $1 AND (g.scope = 'tenant' OR (g.scope = 'site' AND g.site_id = $2))
         AND g.ended_at IS NULL AND (g.ends_at IS NULL OR g.ends_at > now()) AND ${readable.sql}
       ORDER BY g.scope DESC, g.given_at, g.id LIMIT 50`,
      readable.parameters,
    ),
  );
  await nameHolders(work, ctx, rows);
  return rows;
}

export interface RegionChoice {
  code: string;
  name: string;
}

/** Regions by which a list of sites can be narrowed: province and cities in sight, and the one that is asked for. */
export function findRegions(tx: Tx<Scope>, ctx: DeskSession, asked: string): Promise<RegionChoice[]> {
  const { sql, parameters } = conditionSql(ctx.ability, 'tenant.read', { tenantId: 't.id' }, [asked]);
  return tx.query<RegionChoice>(
    `SELECT t.region_code AS code, t.name FROM tenant t
     WHERE t.state <> 'deleted' AND (t.level IN ('province', 'city') OR t.region_code = $1) AND ${sql}
     ORDER BY t.path`,
    parameters,
  );
}
