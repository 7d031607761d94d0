import { z } from 'zod';
import { type DeskContext, writing } from '../../authority/desk-context.js';
import type { TenantScope } from '../../kernel/database/scope.js';
import type { Tx, UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { type Reverse, stillAs } from '../../kernel/still.js';
import { channelSlug, readChannel } from './channel-fields.js';
import {
  type ChannelMove,
  type FormerPlace,
  followerOf,
  type Place,
  placeOf,
  requireFit,
  reseated,
  standing,
} from './channel-place.js';
import { redirectMovedLists } from './channel-redirects.js';
import {
  authorizeArranging,
  belowPathSql,
  type ChannelNode,
  lockChannels,
  markedByHand,
  type SiteChannels,
  type SiteRef,
  settleStates,
  tellChannels,
} from './site-channels.js';

export interface MovedChannel {
  id: string;
  name: string;
  path: string;
  /** False: it stood there already. */
  moved: boolean;
  /** Channels whose lists have another address now and are redirected. */
  redirected: number;
  /** Null: it did not move. */
  reverse: Reverse<FormerPlace> | null;
}

/**
 * Moves a channel with all below it: among its siblings, under another channel, to another address. The addresses of
 * lists follow and the old ones redirect; documents keep their addresses for good.
 */
export class MoveChannel {
  constructor(private readonly work: UnitOfWork) {}

  /**
   * @throws UserError `authority.missing`; `authority.refused` when the caller may not arrange the place it leaves or the
   * one it comes to; `content.channel-no-way`, `content.channel-into-itself`, `content.channel-too-deep`,
   * `content.channel-slug-taken`, `content.channel-fields` (the new address), `content.changed-since` (the way back)
   */
  async run(ctx: DeskContext, site: SiteRef, channelId: string, move: ChannelMove): Promise<MovedChannel> {
    return this.work.run(writing(ctx, site.tenantId), async (tx) => {
      const channels = await lockChannels(tx, ctx, site);
      const moved = channels.seen(channelId);
      const left = channels.parentOf(moved);
      authorizeArranging(ctx, channels, left);
      if ('slug' in move) readChannel(z.object({ slug: channelSlug.optional() }), move);
      const place = placeOf(channels, moved, move);
      authorizeArranging(ctx, channels, place.parent);
      requireFit(channels, moved, place);

      const order = channels.childrenOf(place.parent).filter((sibling) => sibling.id !== moved.id);
      order.splice(place.index, 0, moved);
      const comes = place.parent?.id !== left?.id;
      const seats = reseated(order, comes ? moved : null);
      const path = place.parent ? `${place.parent.path}/${place.slug}` : place.slug;
      const result = { id: moved.id, name: moved.name, path };
      if (seats.size === 0 && path === moved.path) return { ...result, moved: false, redirected: 0, reverse: null };

      const subtree = channels.subtreeOf(moved);
      if (path !== moved.path) await movePaths(tx, site, channels, moved, place, path);
      await takeSeats(tx, site, seats);
      const by = (channel: ChannelNode) => path + channel.path.slice(moved.path.length);
      const readdressed = path === moved.path ? [] : subtree.map((it) => ({ from: it.path, to: by(it) }));
      if (readdressed.length > 0) {
        await redirectMovedLists(tx, site, readdressed);
        await settleStates(tx, site);
      }
      tx.audit('channel.moved', `channel:${moved.id}`, {
        name: moved.name,
        site: site.id,
        before: { path: moved.path, position: moved.position },
        after: { path, position: seats.get(moved.id) ?? moved.position },
        withBelow: subtree.length - 1,
      });
      const lists = [...channels.lineageOf(left), ...channels.lineageOf(place.parent)];
      await tellChannels(tx, site, [...subtree, ...lists]);
      const follower = order[place.index + 1]?.id ?? null;
      const reverse = {
        before: { parentId: moved.parentId, beforeId: followerOf(channels, moved), slug: moved.slug },
        still: stillAs(standing(place.parent?.id ?? null, path, follower)),
      };
      return { ...result, moved: true, redirected: readdressed.length, reverse };
    });
  }
}

/** The channel under its new parent and address, and all below it behind it. A new blueprint leaves both alone. */
async function movePaths(
  tx: Tx<TenantScope>,
  site: SiteRef,
  channels: SiteChannels,
  moved: ChannelNode,
  { parent, slug }: Place,
  path: string,
): Promise<void> {
  const depth = (parent?.depth ?? 0) + 1;
  const byHand = [
    ...(channels.parentOf(moved)?.id === parent?.id ? [] : ['parent_id']),
    ...(slug === moved.slug ? [] : ['slug']),
  ];
  await tx.query(
    `UPDATE channel SET parent_id = $4, slug = $5, path = $6, depth = $7, overridden = ${markedByHand('$8::text[]')}
     WHERE tenant_id = $1 AND site_id = $2 AND id = $3`,
    [site.tenantId, site.id, moved.id, parent?.id ?? null, slug, path, depth, byHand],
  );
  await tx.query(
    `UPDATE channel SET path = $4 || substr(path, length($3) + 1), depth = depth + $5
     WHERE tenant_id = $1 AND site_id = $2 AND ${belowPathSql('path', '$3::text')}`,
    [site.tenantId, site.id, moved.path, path, depth - moved.depth],
  );
}

async function takeSeats(tx: Tx<TenantScope>, site: SiteRef, seats: ReadonlyMap<string, number>): Promise<void> {
  await tx.query(
    `UPDATE channel SET position = seat.position, overridden = ${markedByHand(`'{position}'::text[]`)}
     FROM unnest($3::uuid[], $4::int[]) AS seat(id, position)
     WHERE tenant_id = $1 AND site_id = $2 AND channel.id = seat.id`,
    [site.tenantId, site.id, [...seats.keys()], [...seats.values()]],
  );
}
