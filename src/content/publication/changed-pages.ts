import type { Tx } from '../../kernel/database/unit-of-work.js';
import { contentTags } from '../tags.js';
import type { Publication } from './release.entity.js';

/** What a visitor would find beside it. */
const SHOWN = `state = 'public' AND visible_from <= now() AND (visible_until IS NULL OR visible_until > now())`;

interface Surroundings {
  channels: string[];
  neighbours: (string | null)[];
  alone: boolean;
}

/**
 * The pages that a new or changed publication alters: the item's own, the lists of its channel and of those above it,
 * the documents before and after it, and the navigation when it is the first thing in its channel.
 */
export async function changedPages(tx: Tx, publication: Publication): Promise<string[]> {
  const { tenantId, channelId, siteId, itemId, placedAt, id } = publication;
  const [around] = await tx.query<Surroundings>(
    `WITH RECURSIVE up AS (
       SELECT tenant_id, id, parent_id FROM channel WHERE tenant_id = $4 AND id = $1
       UNION ALL SELECT c.tenant_id, c.id, c.parent_id FROM channel c JOIN up ON c.tenant_id = up.tenant_id AND c.id = up.parent_id
     )
     SELECT (SELECT array_agg(id) FROM up) AS channels,
       ARRAY[
         (SELECT item_id FROM publication WHERE channel_id = $1 AND (placed_at, id) < ($2, $3) AND ${SHOWN}
            ORDER BY placed_at DESC, id DESC LIMIT 1),
         (SELECT item_id FROM publication WHERE channel_id = $1 AND (placed_at, id) > ($2, $3) AND ${SHOWN}
            ORDER BY placed_at, id LIMIT 1)
       ] AS neighbours,
       NOT EXISTS (SELECT FROM publication WHERE channel_id = $1 AND id <> $3 AND ${SHOWN}) AS alone`,
    [channelId, placedAt, id, tenantId],
  );
  if (!around) throw new Error(`channel ${channelId} is not in this scope`);
  return [
    contentTags.item(itemId),
    ...around.channels.map(contentTags.channel),
    ...around.neighbours.filter((neighbour) => neighbour !== null).map(contentTags.item),
    contentTags.newest(channelId),
    contentTags.news(siteId),
    ...(around.alone ? [contentTags.navigation(siteId)] : []),
  ];
}
