import { validate as isUuid } from 'uuid';
import { conditionSql } from '../../authority/condition-sql.js';
import type { DeskContext } from '../../authority/desk-context.js';
import { authorityErrors } from '../../authority/errors.js';
import type { Scope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { type PlaceFilter, type PlacesInSight, placesInSight } from '../publication/places-in-sight.js';
import type { ItemRow, ItemTextRow } from './item-resource.js';

export interface ItemFilter extends PlaceFilter {
  /** Only what was released at this instant or later. */
  updatedSince?: string;
}

const COLUMNS = `i.tenant_id AS "tenantId", i.id, i.site_id AS "siteId", i.serial, i.kind, r.title, r.summary,
  r.document_number AS "documentNumber", r.state, e.number AS edition, r.published_at AS "publishedAt",
  r.originally_published AS "originallyPublished", i.created_at AS "createdAt",
  coalesce(r.released_at, i.created_at) AS "updatedAt", coalesce(r.released_at, i.created_at)::text AS changed`;
const RELEASED = `LEFT JOIN release r ON r.tenant_id = i.tenant_id AND r.item_id = i.id
  LEFT JOIN edition e ON e.tenant_id = r.tenant_id AND e.id = r.edition_id`;

/**
 * How a list walks through a place: the condition under which a row comes after $1 (and $2), the columns it is sorted by,
 * and where in each kind of place the rows come from. Ids are made by the time: the newest item has the greatest.
 */
interface Walk {
  order: string;
  /** Of the merged rows. */
  sort: string;
  rowsIn: Record<PlacesInSight['kind'], string>;
}

const NEWEST_FIRST: Walk = {
  order: 'item_id DESC',
  sort: 'i.id DESC',
  rowsIn: {
    tenant: `SELECT i.tenant_id, i.id AS item_id, NULL::timestamptz AS at FROM item i
      WHERE i.tenant_id = place.tenant_id AND i.id < $1::uuid`,
    site: `SELECT i.tenant_id, i.id AS item_id, NULL::timestamptz AS at FROM item i
      WHERE i.tenant_id = place.tenant_id AND i.site_id = place.site_id AND i.id < $1::uuid`,
    channel: `SELECT p.tenant_id, p.item_id, NULL::timestamptz AS at FROM publication p
      JOIN item i ON i.tenant_id = p.tenant_id AND i.id = p.item_id AND i.site_id = p.site_id
      WHERE p.tenant_id = place.tenant_id AND p.channel_id = place.channel_id AND p.source_tenant_id = place.tenant_id
        AND p.item_id < $1::uuid`,
  },
};

/** The order in which a client follows changes: what changes while it reads comes at the end. */
const AS_CHANGED: Walk = {
  order: 'at, item_id',
  sort: 'r.released_at, i.id',
  rowsIn: {
    tenant: `SELECT r.tenant_id, r.item_id, r.released_at AS at FROM release r
      WHERE r.tenant_id = place.tenant_id AND (r.released_at, r.item_id) > ($2::timestamptz, $1::uuid)`,
    site: `SELECT r.tenant_id, r.item_id, r.released_at AS at FROM release r
      JOIN item i ON i.tenant_id = r.tenant_id AND i.id = r.item_id
      WHERE r.tenant_id = place.tenant_id AND i.site_id = place.site_id
        AND (r.released_at, r.item_id) > ($2::timestamptz, $1::uuid)`,
    channel: `SELECT r.tenant_id, r.item_id, r.released_at AS at FROM publication p
      JOIN release r ON r.tenant_id = p.source_tenant_id AND r.item_id = p.item_id
      JOIN item i ON i.tenant_id = p.tenant_id AND i.id = p.item_id AND i.site_id = p.site_id
      WHERE p.tenant_id = place.tenant_id AND p.channel_id = place.channel_id AND p.source_tenant_id = place.tenant_id
        AND (r.released_at, r.item_id) > ($2::timestamptz, $1::uuid)`,
  },
};

const FIRST = '00000000-0000-0000-0000-000000000000';
const LAST = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/**
 * Items that the caller may see, each in its own site and the channels of that: newest first, or in the order of their changes when asked since when. One more than asked
 * for; one statement, which takes as many of each place as the page has rows and merges them.
 */
export async function findItems(
  tx: Tx<Scope>,
  ctx: DeskContext,
  filter: ItemFilter,
  page: { limit: number; after: readonly string[] | null },
): Promise<ItemRow[]> {
  const { updatedSince } = filter;
  const walk = updatedSince === undefined ? NEWEST_FIRST : AS_CHANGED;
  const from =
    updatedSince === undefined
      ? [page.after?.[0] ?? LAST]
      : [page.after?.[0] ?? FIRST, page.after?.[1] ?? updatedSince];
  const { places, parameters } = placesInSight(ctx.ability, 'item.read', filter, from);
  if (places.length === 0) return [];
  const limit = page.limit + 1;
  const rows = places.map(
    ({ kind, from: place }) => `SELECT found.* FROM ${place} CROSS JOIN LATERAL (
      ${walk.rowsIn[kind]} ORDER BY ${walk.order} LIMIT ${limit}) AS found`,
  );
  return tx.query<ItemRow>(
    `SELECT ${COLUMNS}
     FROM (SELECT DISTINCT tenant_id, item_id, at FROM (${rows.join(' UNION ALL ')}) AS every
       ORDER BY ${walk.order} LIMIT ${limit}) AS found
     JOIN item i ON i.tenant_id = found.tenant_id AND i.id = found.item_id ${RELEASED}
     ORDER BY ${walk.sort}`,
    parameters,
  );
}

/** Where the next page of `findItems` begins. */
export const placeOfItem = ({ updatedSince }: ItemFilter) =>
  updatedSince === undefined ? (row: ItemRow) => [row.id] : (row: ItemRow) => [row.id, row.changed];

const ITEM_FACTS = { tenantId: 'i.tenant_id', siteId: 'i.site_id', channelPath: 'place.path' } as const;

/**
 * An item with its text, when the caller may see it in its site or in one of the channels in which it stands.
 * @throws UserError `authority.missing` for one that is not there or that the caller may not see, alike
 */
export async function findItem(tx: Tx<Scope>, ctx: DeskContext, itemId: string): Promise<ItemTextRow> {
  const id = isUuid(itemId) ? itemId : null;
  const { sql, parameters } = conditionSql(ctx.ability, 'item.read', ITEM_FACTS, [id]);
  const [row] = await tx.query<ItemTextRow>(
    `SELECT ${COLUMNS}, r.html, r.fields, coalesce((
       SELECT json_agg(json_build_object('name', a.name, 'role', a.role, 'title', a.title, 'mediaType', a.media_type,
         'size', a.size, 'sha256', a.sha256) ORDER BY a.position)
       FROM attachment a WHERE a.tenant_id = i.tenant_id AND a.item_id = i.id), '[]') AS attachments
     FROM item i ${RELEASED}
     WHERE i.id = $1 AND EXISTS (
       SELECT FROM (
         SELECT NULL::text AS path
         UNION ALL
         SELECT c.path FROM publication p JOIN channel c ON c.tenant_id = p.tenant_id AND c.id = p.channel_id
         WHERE p.source_tenant_id = i.tenant_id AND p.item_id = i.id AND p.tenant_id = i.tenant_id AND p.site_id = i.site_id
       ) AS place WHERE ${sql})`,
    parameters,
  );
  if (!row) throw authorityErrors['authority.missing']();
  return row;
}
