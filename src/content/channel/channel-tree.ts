import { conditionSql } from '../../authority/condition-sql.js';
import { type DeskContext, may } from '../../authority/desk-context.js';
import { authorityErrors } from '../../authority/errors.js';
import type { Role } from '../../authority/role.js';
import type { Scope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import type { Calendar } from '../../kernel/time/calendar.js';
import type { ChannelState } from './channel.entity.js';
import { daysBetween, type Light, lightOf, worseOf } from './channel-light.js';
import { CHANNEL_FACTS, type SiteRef } from './site-channels.js';

/** A channel as the desk's tree shows it: those that the caller may read, and what the caller may do with it. */
export interface ChannelTreeRow {
  id: string;
  /** Null: the caller sees nothing above it. */
  parentId: string | null;
  /** 0 for the topmost that the caller sees. */
  depth: number;
  path: string;
  slug: string;
  name: string;
  description: string;
  keywords: string[];
  columnType: string;
  itemKind: 'article' | 'policy-document';
  inherited: boolean;
  /** Fields that differ from the blueprint by hand. */
  overridden: string[];
  organ: { id: string; name: string } | null;
  responsibleName: string;
  responsibleTelephone: string;
  updateDays: number | null;
  limitDays: number | null;
  state: ChannelState;
  stateAbove: ChannelState;
  /** Documents that visitors see, with those below it. */
  published: number;
  /** Day of its latest document, or of one below it; null: there is none. */
  lastOn: string | null;
  /** Calendar days since then; since it was made while there is none. */
  days: number;
  light: Light;
  /** The worst light below it, and how many channels show it; null: nothing below. */
  below: { light: Light; channels: number } | null;
  /** Grants in force that the caller may see: over this channel, and over something that contains it. */
  grants: { role: Role; own: number; inherited: number }[];
  /** Names of what stands above the topmost, which the caller does not see as channels; empty elsewhere. */
  above: string[];
  may: { change: boolean; arrange: boolean; arrangeBelow: boolean };
}

type Row = Pick<
  ChannelTreeRow,
  | 'id'
  | 'parentId'
  | 'path'
  | 'slug'
  | 'name'
  | 'description'
  | 'keywords'
  | 'columnType'
  | 'itemKind'
  | 'overridden'
  | 'responsibleName'
  | 'responsibleTelephone'
  | 'updateDays'
  | 'limitDays'
  | 'state'
  | 'stateAbove'
> & { inherited: boolean; organId: string | null; organName: string | null; createdAt: Date };

interface Published {
  id: string;
  count: number;
  last: Date;
}

interface GrantsAt {
  role: Role;
  /** Null: over all of the site or tenant. */
  path: string | null;
  count: number;
}

/**
 * The channels of a site that the caller may read, in the order of the tree. Four statements, whatever there is.
 * @throws UserError `authority.missing` when nothing of the site may be seen, or there is none
 */
export async function findChannelTree(
  tx: Tx<Scope>,
  ctx: DeskContext,
  calendar: Calendar,
  site: SiteRef,
  now = new Date(),
): Promise<ChannelTreeRow[]> {
  const rows = await readableChannels(tx, ctx, site);
  const wholeSite = { tenantId: site.tenantId, siteId: site.id, channelPath: null };
  if (rows.length === 0 && !may(ctx, 'channel.read', wholeSite)) throw authorityErrors['authority.missing']();
  const names = await namesAbove(tx, site, rows);
  const published = await publishedIn(tx, site, rows);
  const grants = await grantsIn(tx, ctx, site);

  const seen = new Set(rows.map((row) => row.id));
  const childrenOf = Map.groupBy(rows, (row) => (row.parentId && seen.has(row.parentId) ? row.parentId : null));
  const today = calendar.day(now);
  const build = (row: Row, parent: ChannelTreeRow | null): ChannelTreeRow[] => {
    const { organId, organName, createdAt, ...facts } = row;
    const own = published.get(row.id);
    const built: ChannelTreeRow = {
      ...facts,
      parentId: parent?.id ?? null,
      depth: parent ? parent.depth + 1 : 0,
      organ: organId ? { id: organId, name: organName ?? '' } : null,
      published: own?.count ?? 0,
      lastOn: own ? calendar.day(own.last) : null,
      days: 0,
      light: 'off',
      below: null,
      grants: grantsOver(grants, row.path),
      above: parent ? [] : ancestorPaths(row.path).map((path) => names.get(path) ?? path),
      may: mayDo(ctx, site, row.path),
    };
    const subtrees = (childrenOf.get(row.id) ?? []).map((child) => build(child, built));
    for (const [child] of subtrees) addUp(built, child!);
    built.days = daysBetween(built.lastOn ?? calendar.day(createdAt), today);
    if (built.state === 'open' && built.stateAbove === 'open') built.light = lightOf(built, built.days);
    built.below = worstBelow(subtrees.flat());
    return [built, ...subtrees.flat()];
  };
  return (childrenOf.get(null) ?? []).flatMap((row) => build(row, null));
}

function readableChannels(tx: Tx<Scope>, ctx: DeskContext, site: SiteRef): Promise<Row[]> {
  const readable = conditionSql(ctx.ability, 'channel.read', CHANNEL_FACTS, [site.tenantId, site.id]);
  return tx.query<Row>(
    `SELECT c.id, c.parent_id AS "parentId", c.path, c.slug, c.name, c.description, c.keywords,
       c.column_type AS "columnType", c.item_kind AS "itemKind", c.blueprint_key IS NOT NULL AS inherited, c.overridden,
       c.responsible_name AS "responsibleName", c.responsible_telephone AS "responsibleTelephone",
       c.update_days AS "updateDays", c.limit_days AS "limitDays", c.state, c.state_above AS "stateAbove",
       c.created_at AS "createdAt", o.id AS "organId", o.name AS "organName"
     FROM channel c LEFT JOIN organ o ON o.tenant_id = c.tenant_id AND o.id = c.organ_id
     WHERE c.tenant_id = $1 AND c.site_id = $2 AND ${readable.sql}
     ORDER BY c.depth, c.position, c.path`,
    readable.parameters,
  );
}

/** `zwgk/zcwj/jy` → `zwgk`, `zwgk/zcwj` */
const ancestorPaths = (path: string): string[] => {
  const segments = path.split('/');
  return segments.slice(1).map((_, i) => segments.slice(0, i + 1).join('/'));
};

/** Names of channels that stand above what the caller sees: where one is, in words. */
async function namesAbove(tx: Tx<Scope>, site: SiteRef, rows: readonly Row[]): Promise<Map<string, string>> {
  const seen = new Set(rows.map((row) => row.path));
  const wanted = new Set(rows.flatMap((row) => ancestorPaths(row.path)).filter((path) => !seen.has(path)));
  const found = await tx.query<{ path: string; name: string }>(
    'SELECT path, name FROM channel WHERE tenant_id = $1 AND site_id = $2 AND path = ANY ($3::text[])',
    [site.tenantId, site.id, [...wanted]],
  );
  return new Map(found.map((row) => [row.path, row.name]));
}

async function publishedIn(tx: Tx<Scope>, site: SiteRef, rows: readonly Row[]): Promise<Map<string, Published>> {
  const found = await tx.query<Published>(
    `SELECT channel_id AS id, count(*)::int AS count, max(placed_at) AS last FROM publication
     WHERE tenant_id = $1 AND channel_id = ANY ($2::uuid[]) AND state = 'public' AND visible_from <= now()
       AND (visible_until IS NULL OR visible_until > now())
     GROUP BY channel_id`,
    [site.tenantId, rows.map((row) => row.id)],
  );
  return new Map(found.map((row) => [row.id, row]));
}

function grantsIn(tx: Tx<Scope>, ctx: DeskContext, site: SiteRef): Promise<GrantsAt[]> {
  const columns = { tenantId: 'g.tenant_id', siteId: 'g.site_id', channelPath: 'c.path', accountId: 'g.account_id' };
  const readable = conditionSql(ctx.ability, 'grant.read', columns, [site.tenantId, site.id]);
  return tx.query<GrantsAt>(
    `SELECT g.role, c.path, count(*)::int AS count
     FROM access_grant g LEFT JOIN channel c ON c.tenant_id = g.tenant_id AND c.id = g.channel_id
     WHERE g.tenant_id = $1 AND (g.site_id = $2 OR g.scope = 'tenant') AND g.ended_at IS NULL
       AND (g.ends_at IS NULL OR g.ends_at > now()) AND ${readable.sql}
     GROUP BY g.role, c.path`,
    readable.parameters,
  );
}

function grantsOver(grants: readonly GrantsAt[], path: string): ChannelTreeRow['grants'] {
  const counts = new Map<Role, { role: Role; own: number; inherited: number }>();
  for (const grant of grants) {
    if (grant.path !== null && grant.path !== path && !path.startsWith(`${grant.path}/`)) continue;
    const count = counts.get(grant.role) ?? { role: grant.role, own: 0, inherited: 0 };
    count[grant.path === path ? 'own' : 'inherited'] += grant.count;
    counts.set(grant.role, count);
  }
  return [...counts.values()];
}

function mayDo(ctx: DeskContext, site: SiteRef, path: string): ChannelTreeRow['may'] {
  const facts = (channelPath: string | null) => ({ tenantId: site.tenantId, siteId: site.id, channelPath });
  return {
    change: may(ctx, 'channel.change', facts(path)),
    arrange: may(ctx, 'channel.arrange', facts(ancestorPaths(path).at(-1) ?? null)),
    arrangeBelow: may(ctx, 'channel.arrange', facts(path)),
  };
}

/** A list shows what is in it and below it; so does its figure. */
function addUp(channel: ChannelTreeRow, child: ChannelTreeRow): void {
  channel.published += child.published;
  if (child.lastOn && (!channel.lastOn || child.lastOn > channel.lastOn)) channel.lastOn = child.lastOn;
}

function worstBelow(below: readonly ChannelTreeRow[]): ChannelTreeRow['below'] {
  if (below.length === 0) return null;
  const light = below.map((channel) => channel.light).reduce(worseOf);
  return { light, channels: below.filter((channel) => channel.light === light).length };
}
