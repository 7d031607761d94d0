import type { MoveCounts, MoveStep } from '../tenancy/move/move-step.js';

type ContentCounts = Pick<
  MoveCounts,
  | 'channels'
  | 'items'
  | 'publications'
  | 'attachments'
  | 'attachmentBytes'
  | 'placements'
  | 'channelsWithoutOrgan'
  | 'channelsLosingOrgan'
>;

const COUNTS = `
  SELECT (SELECT count(*)::int FROM channel WHERE tenant_id = $1 AND site_id = $2) AS channels,
    (SELECT count(*)::int FROM item WHERE tenant_id = $1 AND site_id = $2) AS items,
    (SELECT count(*)::int FROM publication WHERE tenant_id = $1 AND site_id = $2) AS publications,
    (SELECT count(*)::int FROM publication p JOIN item i ON i.tenant_id = p.source_tenant_id AND i.id = p.item_id
       WHERE i.tenant_id = $1 AND i.site_id = $2 AND p.site_id <> $2) AS placements,
    f.attachments, f."attachmentBytes"
  FROM (SELECT count(*)::int AS attachments, coalesce(sum(m.size), 0)::float8 AS "attachmentBytes"
    FROM item i JOIN edition e ON e.tenant_id = i.tenant_id AND e.item_id = i.id
    JOIN edition_media m ON m.tenant_id = e.tenant_id AND m.edition_id = e.id
    WHERE i.tenant_id = $1 AND i.site_id = $2) f`;

/**
 * What of content follows a site to another tenant: channels, items with all their editions, publications, redirects, by
 * their keys. Files stay where they lie: an edition's object key names the tenant that stored it. Only a channel's organ
 * cannot be another tenant's.
 */
export const moveContent: MoveStep = {
  name: 'content',
  async run(tx, { siteId, fromTenantId, organId, organMoves }) {
    const [counts] = await tx.query<ContentCounts>(COUNTS, [fromTenantId, siteId]);
    const parted = await tx.query<{ own: boolean; channels: number }>(
      `WITH parted AS (
         UPDATE channel SET organ_id = NULL WHERE tenant_id = $1 AND organ_id IS NOT NULL
           AND CASE WHEN site_id = $2 THEN NOT ($4 AND organ_id = $3) ELSE $4 AND organ_id = $3 END
         RETURNING site_id = $2 AS own
       ) SELECT own, count(*)::int AS channels FROM parted GROUP BY own`,
      [fromTenantId, siteId, organId, organMoves],
    );
    const channels = (own: boolean) => parted.find((row) => row.own === own)?.channels ?? 0;
    return {
      counts: { ...counts!, channelsLosingOrgan: channels(true), channelsWithoutOrgan: channels(false) },
    };
  },
};
