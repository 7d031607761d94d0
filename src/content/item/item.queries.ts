import { validate as isUuid } from 'uuid';
import { conditionSql } from '../../authority/condition-sql.js';
import type { DeskContext } from '../../authority/desk-context.js';
import { authorityErrors } from '../../authority/errors.js';
import type { Scope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import {
  inOrderOfIndexes,
  type PlaceFilter,
  type PlacesInSight,
  placesInSight,
} from '../publication/places-in-sight.js';
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

/** As the statements below name what they are given: an id, an instant, both of the row after which a page begins. */
const [ID, INSTANT] = ['$1::uuid', '$2::timestamptz'];
const FIRST = '00000000-0000-0000-0000-000000000000';
const LAST = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

// In these statements OFFSET 0 keeps the steps in the order in which they are written.

type Page = { limit: number; after: readonly string[] | null };

/**
 * Items that the caller may see, each in its own site and the channels of that: newest first, or in the order of their
 * changes when asked since when. One more than asked for. Two statements; three when asked since when.
 */
export function findItems(tx: Tx<Scope>, ctx: DeskContext, filter: ItemFilter, page: Page): Promise<ItemRow[]> {
  return filter.updatedSince === undefined
    ? findNewestItems(tx, ctx, filter, page)
    : findChangedItems(tx, ctx, filter, page, filter.updatedSince);
}

/**
 * A publication in the item's own site. Asked of each by the item's key, so that no guess of the planner's, who knows nothing
 * of what a single place holds, makes it look through a whole site for it.
 */
const IN_OWN_SITE = `(SELECT i.site_id FROM item i WHERE i.tenant_id = p.source_tenant_id AND i.id = p.item_id) = p.site_id`;

/** The items of a place, each by the column of its id. Ids are made by the time: the newest item has the greatest. */
const ITEMS_IN: Record<PlacesInSight['kind'], { id: string; rows: string }> = {
  tenant: { id: 'i.id', rows: `FROM item i WHERE i.tenant_id = place.tenant_id` },
  site: { id: 'i.id', rows: `FROM item i WHERE i.tenant_id = place.tenant_id AND i.site_id = place.site_id` },
  channel: {
    id: 'p.item_id',
    rows: `FROM publication p WHERE p.tenant_id = place.tenant_id AND p.channel_id = place.channel_id AND ${IN_OWN_SITE}`,
  },
};

async function findNewestItems(tx: Tx<Scope>, ctx: DeskContext, filter: PlaceFilter, page: Page): Promise<ItemRow[]> {
  const { places, parameters } = placesInSight(ctx.ability, 'item.read', filter, [page.after?.[0] ?? LAST]);
  const most = page.limit + 1;
  const arms = places.map(({ kind, from }) => {
    const { id, rows } = ITEMS_IN[kind];
    return `SELECT place.tenant_id, own.item_id FROM ${from} CROSS JOIN LATERAL (
      SELECT ${id} AS item_id ${rows} AND ${id} < ${ID} ORDER BY ${id} DESC LIMIT ${most}) AS own`;
  });
  if (arms.length === 0) return [];
  await inOrderOfIndexes(tx);
  return tx.query<ItemRow>(merged(arms, 'item_id DESC', 'i.id DESC', most), parameters);
}

/** A place with at most so many items is gathered and sorted; in a larger one what changed is looked through. */
const FEW = 2_000;

/**
 * What changed at an instant or later, in the order of the changes: what changes while a client reads comes at the end.
 * A change has an index by tenant alone. So a place with many items looks through the changes of its tenant for its own,
 * and finds them soon; one with few takes all it has, since it might look for long.
 */
async function findChangedItems(
  tx: Tx<Scope>,
  ctx: DeskContext,
  filter: PlaceFilter,
  page: Page,
  since: string,
): Promise<ItemRow[]> {
  const [id, instant] = page.after ?? [FIRST, since];
  const counting = placesInSight(ctx.ability, 'item.read', filter, []);
  if (counting.places.length === 0) return [];
  const [sizes] = await tx.query<Record<string, number>>(
    `SELECT ${counting.places.map(({ kind, from }) => `${SIZES[kind](from)} AS ${kind}`).join(', ')}`,
    counting.parameters,
  );
  const { places, parameters } = placesInSight(ctx.ability, 'item.read', filter, [id, instant]);
  const most = page.limit + 1;
  const cut = `ORDER BY at, item_id LIMIT ${most}`;
  const arms = places.map(({ kind, from }) => {
    if (kind === 'tenant') return `SELECT found.* FROM ${from} CROSS JOIN LATERAL (${CHANGED} ${cut}) AS found`;
    return sizes![kind]! > FEW ? lookedThrough(kind, from, cut) : `(${gathered(kind, from)} ${cut})`;
  });
  await inOrderOfIndexes(tx);
  return tx.query<ItemRow>(merged(arms, 'at, item_id', 'r.released_at, i.id', most), parameters);
}

/** How many items there are in places of a kind, counted to a few more than a few. */
const counted = (rows: string): string => `(SELECT count(*)::int FROM (SELECT ${rows} LIMIT ${FEW + 1}) AS one)`;
const SIZES: Record<PlacesInSight['kind'], (from: string) => string> = {
  tenant: (from) => counted(`FROM ${from}`),
  site: (from) =>
    counted(`FROM ${from} CROSS JOIN LATERAL (SELECT FROM item i
      WHERE i.tenant_id = place.tenant_id AND i.site_id = place.site_id LIMIT ${FEW + 1}) AS own`),
  channel: (from) =>
    counted(`FROM ${from} CROSS JOIN LATERAL (SELECT FROM publication p
      WHERE p.tenant_id = place.tenant_id AND p.channel_id = place.channel_id LIMIT ${FEW + 1}) AS own`),
};

const CHANGED = `SELECT r.tenant_id, r.item_id, r.released_at AS at FROM release r
  WHERE r.tenant_id = place.tenant_id AND (r.released_at, r.item_id) > (${INSTANT}, ${ID})`;

type Narrow = Exclude<PlacesInSight['kind'], 'tenant'>;

/** Whether a change, `r`, is of an item in one of the places `keys` of its tenant. */
const IN_PLACES: Record<Narrow, string> = {
  site: '(SELECT i.site_id FROM item i WHERE i.tenant_id = r.tenant_id AND i.id = r.item_id) = ANY (place.keys)',
  channel: `EXISTS (SELECT FROM publication p WHERE p.source_tenant_id = r.tenant_id AND p.item_id = r.item_id
    AND p.channel_id = ANY (place.keys) AND ${IN_OWN_SITE} OFFSET 0)`,
};

const lookedThrough = (kind: Narrow, from: string, cut: string): string =>
  `SELECT found.* FROM (SELECT tenant_id, array_agg(${kind}_id) AS keys FROM ${from} GROUP BY tenant_id) AS place
   CROSS JOIN LATERAL (
     ${CHANGED} AND ${IN_PLACES[kind]} ${cut}) AS found`;

const gathered = (kind: Narrow, from: string): string =>
  `SELECT few.tenant_id, few.item_id, r.at FROM (
     SELECT place.tenant_id, own.item_id FROM ${from}
     CROSS JOIN LATERAL (SELECT ${ITEMS_IN[kind].id} AS item_id ${ITEMS_IN[kind].rows} OFFSET 0) AS own OFFSET 0
   ) AS few
   CROSS JOIN LATERAL (SELECT r.item_id, r.released_at AS at FROM release r
     WHERE r.tenant_id = few.tenant_id AND r.item_id = few.item_id OFFSET 0) AS r
   WHERE (r.at, r.item_id) > (${INSTANT}, ${ID})`;

/** The items of all arms, each once, in their order. */
const merged = (arms: string[], order: string, sort: string, most: number): string =>
  `SELECT ${COLUMNS}
   FROM (SELECT DISTINCT * FROM (${arms.join(' UNION ALL ')}) AS every ORDER BY ${order} LIMIT ${most}) AS found
   CROSS JOIN LATERAL (
     SELECT i.* FROM item i WHERE i.tenant_id = found.tenant_id AND i.id = found.item_id OFFSET 0) AS i ${RELEASED}
   ORDER BY ${sort}`;

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
