import { stillAs } from '../../kernel/still.js';
import { contentErrors } from '../errors.js';
import { type ChannelNode, DEEPEST_CHANNEL, type SiteChannels } from './site-channels.js';

/** Where a channel is to stand, as people say it. */
export type ChannelMove =
  /** Among its siblings; below the sibling before it; beside the channel above it. */
  | { to: 'up' | 'down' | 'in' | 'out' }
  /** Before another channel, beside it. */
  | { to: 'before'; channelId: string }
  /** Last below another channel, or on the first level (null); under another address where its own is taken there. */
  | { to: 'into'; channelId: string | null; slug?: string }
  /** Where it is, under another address. */
  | { to: 'address'; slug: string }
  /** Where it stood before: before another channel, or (null) last. Refused when it does not stand `still` where it was left. */
  | ({ to: 'back'; still: string } & FormerPlace);

/** Where a channel stood. */
export interface FormerPlace {
  parentId: string | null;
  /** The channel that followed it. */
  beforeId: string | null;
  slug: string;
}

export interface Place {
  parent: ChannelNode | null;
  /** Among its new siblings, without the channel itself. */
  index: number;
  slug: string;
}

const WAYS = { up: '上移', down: '下移', in: '降一级', out: '升一级' } as const;

/**
 * The place that a move names.
 * @throws UserError `content.channel-no-way` at the end of the way; `authority.missing` for a target out of sight
 */
export function placeOf(channels: SiteChannels, moved: ChannelNode, move: ChannelMove): Place {
  const parent = channels.parentOf(moved);
  const siblings = channels.childrenOf(parent);
  const at = siblings.findIndex((sibling) => sibling.id === moved.id);
  const { slug } = moved;
  const noWay = (why: string) =>
    contentErrors['content.channel-no-way']({ name: moved.name, why, move: WAYS[move.to as keyof typeof WAYS] });
  switch (move.to) {
    case 'up':
      if (at === 0) throw noWay('已经是同级的第一个');
      return { parent, index: at - 1, slug };
    case 'down':
      if (at === siblings.length - 1) throw noWay('已经是同级的最后一个');
      return { parent, index: at + 1, slug };
    case 'in': {
      const before = siblings[at - 1];
      if (!before) throw noWay('前面没有同级的栏目');
      return { parent: before, index: channels.childrenOf(before).length, slug };
    }
    case 'out': {
      if (!parent) throw noWay('已经在第一级');
      const above = channels.parentOf(parent);
      return { parent: above, index: channels.childrenOf(above).findIndex((c) => c.id === parent.id) + 1, slug };
    }
    case 'before': {
      const target = channels.seen(move.channelId);
      const beside = channels.parentOf(target);
      const others = channels.childrenOf(beside).filter((sibling) => sibling.id !== moved.id);
      const index = others.findIndex((sibling) => sibling.id === target.id);
      // Before itself: where it is.
      return { parent: beside, index: index < 0 ? at : index, slug };
    }
    case 'into': {
      const target = channels.seenOrTop(move.channelId);
      return {
        parent: target,
        index: channels.childrenOf(target).filter((c) => c.id !== moved.id).length,
        slug: move.slug ?? slug,
      };
    }
    case 'address':
      return { parent, index: at, slug: move.slug };
    case 'back':
      return formerPlace(channels, moved, move);
  }
}

/** Where a channel stands, for `stillAs`: under whom, at which address, before whom. */
export const standing = (parentId: string | null, path: string, beforeId: string | null) => [parentId, path, beforeId];

/** @throws UserError `content.changed-since` when it was moved again, or the place it stood in is no more what it was */
function formerPlace(channels: SiteChannels, moved: ChannelNode, move: FormerPlace & { still: string }): Place {
  const changed = contentErrors['content.changed-since']({ name: moved.name });
  if (stillAs(standing(moved.parentId, moved.path, followerOf(channels, moved))) !== move.still) throw changed;
  const parent = channels.seenOrTop(move.parentId);
  const others = channels.childrenOf(parent).filter((sibling) => sibling.id !== moved.id);
  const index = move.beforeId === null ? others.length : others.findIndex((sibling) => sibling.id === move.beforeId);
  if (index < 0) throw changed;
  return { parent, index, slug: move.slug };
}

/** The channel that stands behind another among its siblings; null: it is the last. */
export function followerOf(channels: SiteChannels, channel: ChannelNode): string | null {
  const siblings = channels.childrenOf(channels.parentOf(channel));
  return siblings[siblings.findIndex(({ id }) => id === channel.id) + 1]?.id ?? null;
}

/**
 * @throws UserError `content.channel-into-itself`, `content.channel-too-deep`, `content.channel-slug-taken`
 */
export function requireFit(channels: SiteChannels, moved: ChannelNode, place: Place): void {
  const { parent, slug } = place;
  if (parent && channels.isWithin(parent, moved))
    throw contentErrors['content.channel-into-itself']({ name: moved.name });
  const others = channels.childrenOf(parent).filter((sibling) => sibling.id !== moved.id);
  requireFreeSlug(others, parent, slug);
  const height = Math.max(...channels.subtreeOf(moved).map((channel) => channel.depth)) - moved.depth;
  requireShallow(moved.name, (parent?.depth ?? 0) + 1 + height);
}

/** @throws UserError `content.channel-slug-taken` */
export function requireFreeSlug(siblings: ChannelNode[], parent: ChannelNode | null, slug: string): void {
  const other = siblings.find((sibling) => sibling.slug === slug);
  if (!other) return;
  const place = parent ? `“${parent.name}”下` : '第一级';
  throw contentErrors['content.channel-slug-taken']({ place, slug, other: other.name });
}

/** @throws UserError `content.channel-too-deep` */
export function requireShallow(name: string, depth: number): void {
  if (depth > DEEPEST_CHANNEL) throw contentErrors['content.channel-too-deep']({ name, depth });
}

/**
 * The positions of siblings in a new order: the seats that there are, in ascending order, and one more where one comes
 * from elsewhere. So a move alters the channels that it passes, and no other.
 * @returns those whose position changes
 */
export function reseated(order: readonly ChannelNode[], newcomer: ChannelNode | null): Map<string, number> {
  const seats = order
    .filter((channel) => channel.id !== newcomer?.id)
    .map((channel) => channel.position)
    .sort((a, b) => a - b);
  // Two on one seat, after a blueprint brought another: the later ones move on.
  for (let i = 1; i < seats.length; i += 1) seats[i] = Math.max(seats[i]!, seats[i - 1]! + 1);
  if (newcomer) seats.push((seats.at(-1) ?? -1) + 1);
  const changed = new Map<string, number>();
  for (const [i, channel] of order.entries())
    if (channel.position !== seats[i] || channel.id === newcomer?.id) changed.set(channel.id, seats[i]!);
  return changed;
}
