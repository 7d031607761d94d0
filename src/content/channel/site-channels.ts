import { conditionSql } from '../../authority/condition-sql.js';
import { authorize, type DeskContext, may } from '../../authority/desk-context.js';
import { authorityErrors } from '../../authority/errors.js';
import type { Facts } from '../../authority/policy.js';
import type { Scope, TenantScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { requireWritable } from '../../tenancy/tenant/tenant.queries.js';
import { contentTags } from '../tags.js';
import type { ChannelState } from './channel.entity.js';

export const DEEPEST_CHANNEL = 6;

/** A site, as commands over its channels are told it. */
export interface SiteRef {
  tenantId: string;
  id: string;
}

/** A channel as a node of the tree that is being changed. */
export interface ChannelNode {
  id: string;
  parentId: string | null;
  slug: string;
  path: string;
  depth: number;
  position: number;
  name: string;
  state: ChannelState;
  stateAbove: ChannelState;
  stateWhenShown: Exclude<ChannelState, 'hidden'>;
  columnType: string;
  itemKind: string;
  blueprintKey: string | null;
}

/** Where the facts of a channel stand in a statement about `channel c`. */
export const CHANNEL_FACTS = { tenantId: 'c.tenant_id', siteId: 'c.site_id', channelPath: 'c.path' } as const;

/** A path's range: everything below it, not itself. `0` follows `/` in every byte order. */
export const belowPathSql = (column: string, path: string): string =>
  `(${column} >= ${path} || '/' COLLATE "C" AND ${column} < ${path} || '0' COLLATE "C")`;

/**
 * Takes the turn to change the tree of a site, and reads the whole of it: one change at a time, so that two moves at once
 * make neither a circle nor two channels on one seat. Provisioning and publishing take no other order (the site first).
 * @throws UserError `authority.missing` when there is no such site, or nothing of it may be seen; `tenancy.archived`
 */
export async function lockChannels(tx: Tx<TenantScope>, ctx: DeskContext, site: SiteRef): Promise<SiteChannels> {
  const [locked] = await tx.query('SELECT id FROM site WHERE tenant_id = $1 AND id = $2 FOR NO KEY UPDATE', [
    site.tenantId,
    site.id,
  ]);
  if (!locked) throw authorityErrors['authority.missing']();
  const seen = conditionSql(ctx.ability, 'channel.read', CHANNEL_FACTS, [site.tenantId, site.id]);
  const rows = await tx.query<ChannelNode & { seen: boolean }>(
    `SELECT c.id, c.parent_id AS "parentId", c.slug, c.path, c.depth, c.position, c.name, c.state,
       c.state_above AS "stateAbove", c.state_when_shown AS "stateWhenShown", c.column_type AS "columnType",
       c.item_kind AS "itemKind", c.blueprint_key AS "blueprintKey", (${seen.sql}) AS seen
     FROM channel c WHERE c.tenant_id = $1 AND c.site_id = $2 ORDER BY c.depth, c.position, c.path`,
    seen.parameters,
  );
  const channels = new SiteChannels(site, rows);
  if (!rows.some((row) => row.seen) && !may(ctx, 'channel.read', channels.factsOf(null)))
    throw authorityErrors['authority.missing']();
  await requireWritable(tx);
  return channels;
}

/** All channels of a site, of which the caller may see some. */
export class SiteChannels {
  private readonly byId: Map<string, ChannelNode & { seen: boolean }>;

  constructor(
    readonly site: SiteRef,
    private readonly rows: (ChannelNode & { seen: boolean })[],
  ) {
    this.byId = new Map(rows.map((row) => [row.id, row]));
  }

  /** @throws UserError `authority.missing` for one that is not there or that the caller may not see, alike */
  seen(id: string): ChannelNode {
    const found = this.byId.get(id);
    if (!found?.seen) throw authorityErrors['authority.missing']();
    return found;
  }

  /** As `seen`; null stands for the top of the site. */
  seenOrTop = (id: string | null): ChannelNode | null => (id === null ? null : this.seen(id));

  parentOf = (channel: ChannelNode): ChannelNode | null =>
    channel.parentId === null ? null : (this.byId.get(channel.parentId) ?? null);

  /** In their order; null: of the first level. */
  childrenOf = (parent: ChannelNode | null): ChannelNode[] =>
    this.rows.filter((row) => row.parentId === (parent?.id ?? null));

  isWithin = (inner: ChannelNode, outer: ChannelNode): boolean =>
    inner.id === outer.id || inner.path.startsWith(`${outer.path}/`);

  /** The channel and all below it. */
  subtreeOf = (channel: ChannelNode): ChannelNode[] => this.rows.filter((row) => this.isWithin(row, channel));

  /** The channel and all above it: whose lists show what is in it. */
  lineageOf(channel: ChannelNode | null): ChannelNode[] {
    return channel ? [...this.lineageOf(this.parentOf(channel)), channel] : [];
  }

  /** What authority over a channel, or (null) over the top of the site, is judged by. */
  factsOf = (channel: ChannelNode | null): Facts => ({
    tenantId: this.site.tenantId,
    siteId: this.site.id,
    channelPath: channel?.path ?? null,
  });
}

/**
 * The guard of what changes a channel's place or state: judged at the channel above it.
 * @throws UserError `authority.refused`
 */
export const authorizeArranging = (ctx: DeskContext, channels: SiteChannels, parent: ChannelNode | null): void =>
  authorize(ctx, 'channel.arrange', channels.factsOf(parent));

/** The fields that the blueprint no longer touches, with some more; a channel that was made here follows none. */
export const markedByHand = (fields: string): string =>
  `CASE WHEN blueprint_key IS NULL THEN overridden
     ELSE overridden || ARRAY(SELECT unnest(${fields}) EXCEPT SELECT unnest(overridden)) END`;

/** Brings `state_above` up to the tree; repeatable. */
export async function settleStates(tx: Tx<Scope>, site: SiteRef): Promise<void> {
  await tx.query(
    `UPDATE channel c SET state_above = settled.above
     FROM (
       SELECT c.id, CASE WHEN bool_or(a.state = 'hidden') THEN 'hidden' WHEN bool_or(a.state = 'closed') THEN 'closed'
         ELSE 'open' END AS above
       FROM channel c
       LEFT JOIN channel a ON a.tenant_id = $1 AND a.site_id = $2 AND a.state <> 'open' AND ${belowPathSql('c.path', 'a.path')}
       WHERE c.tenant_id = $1 AND c.site_id = $2 GROUP BY c.id
     ) settled
     WHERE c.tenant_id = $1 AND c.site_id = $2 AND c.id = settled.id AND c.state_above <> settled.above`,
    [site.tenantId, site.id],
  );
}

/** Tells pages: the navigation of the site, and every list that shows one of these channels or what is in it. */
export async function tellChannels(
  tx: Tx<Scope>,
  site: SiteRef,
  concerned: readonly (Pick<ChannelNode, 'id'> | null)[],
): Promise<void> {
  await tx.emit({
    name: 'content.channels-changed',
    tenantId: site.tenantId,
    tags: [
      contentTags.navigation(site.id),
      ...concerned.flatMap((channel) => (channel ? [contentTags.channel(channel.id)] : [])),
    ],
  });
}
