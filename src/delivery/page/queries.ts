import { statement } from '../../kernel/database/visitor-reads.js';

/** A channel of the site that is shown, with whether it has anything of its own to show. */
export interface ChannelRow {
  id: string;
  parentId: string | null;
  path: string;
  name: string;
  columnType: string;
  itemKind: string;
  description: string;
  keywords: string[];
  blueprintKey: string | null;
  filled: boolean;
}

/** All channels of a site in their order. Parameters: site. */
export const CHANNELS_OF_SITE = statement<ChannelRow>(
  'channels-of-site',
  `SELECT c.id, c.parent_id AS "parentId", c.path, c.name, c.column_type AS "columnType", c.item_kind AS "itemKind",
     c.description, c.keywords, c.blueprint_key AS "blueprintKey",
     EXISTS (SELECT FROM publication p WHERE p.channel_id = c.id) AS filled
   FROM channel c WHERE c.site_id = $1 ORDER BY c.depth, c.position, c.path`,
);

/** A line of a list. */
export interface EntryRow {
  siteId: string;
  channelId: string;
  itemId: string;
  path: string;
  pinned: boolean;
  title: string;
  summary: string;
  documentNumber: string;
  validity: string;
  picture: { name: string; alt: string; width: number; height: number } | null;
  publishedAt: Date;
}

const ENTRY = `p.site_id AS "siteId", p.channel_id AS "channelId", p.item_id AS "itemId", p.path, p.pinned, r.title,
  r.summary, r.document_number AS "documentNumber", r.validity, r.picture, r.published_at AS "publishedAt"`;
const RELEASE = 'JOIN release r ON r.tenant_id = p.source_tenant_id AND r.item_id = p.item_id';

/**
 * Several lists in one round trip. Parameters: for each wanted channel its list's number and its id; for each list its
 * number and how many lines it shows.
 */
export const LISTS = statement<EntryRow & { list: number }>(
  'lists',
  `SELECT l.list, ${ENTRY}
   FROM unnest($3::int[], $4::int[]) AS l(list, most)
   CROSS JOIN LATERAL (
     SELECT near.* FROM unnest($1::int[], $2::uuid[]) AS w(list, channel_id)
     CROSS JOIN LATERAL (
       SELECT * FROM publication q WHERE q.channel_id = w.channel_id
       ORDER BY q.pinned DESC, q.placed_at DESC, q.id DESC LIMIT l.most
     ) near
     WHERE w.list = l.list
     ORDER BY near.pinned DESC, near.placed_at DESC, near.id DESC LIMIT l.most
   ) p
   ${RELEASE}
   ORDER BY l.list, p.pinned DESC, p.placed_at DESC, p.id DESC`,
);

/** The time of the latest publication of channels and of sites. Parameters: channels, sites. */
export const LATEST = statement<{ id: string; at: Date }>(
  'latest',
  `SELECT c.id, latest.at FROM unnest($1::uuid[]) AS c(id) CROSS JOIN LATERAL
     (SELECT placed_at AS at FROM publication WHERE channel_id = c.id ORDER BY placed_at DESC LIMIT 1) latest
   UNION ALL
   SELECT s.id, latest.at FROM unnest($2::uuid[]) AS s(id) CROSS JOIN LATERAL
     (SELECT placed_at AS at FROM publication WHERE site_id = s.id ORDER BY placed_at DESC LIMIT 1) latest`,
);

/** One page of a channel's list, aggregated over the channels below it. Parameters: channels, limit, offset. */
export const CHANNEL_PAGE = statement<EntryRow>(
  'channel-page',
  `SELECT ${ENTRY}
   FROM (
     SELECT * FROM publication WHERE channel_id = ANY ($1::uuid[])
     ORDER BY pinned DESC, placed_at DESC, id DESC LIMIT $2 OFFSET $3
   ) p
   ${RELEASE}
   ORDER BY p.pinned DESC, p.placed_at DESC, p.id DESC`,
);

/** How many documents channels show. Parameters: channels. */
export const COUNTS = statement<{ id: string; count: number }>(
  'counts',
  `SELECT channel_id AS id, count(*)::int AS count FROM publication WHERE channel_id = ANY ($1::uuid[]) GROUP BY channel_id`,
);

export interface DocumentRow {
  channelId: string;
  itemId: string;
  path: string;
  kind: 'article' | 'policy-document';
  title: string;
  html: string;
  summary: string;
  fields: import('../../content/item/edition.entity.js').EditionFields;
  picture: EntryRow['picture'];
  publishedAt: Date;
  originallyPublished: boolean;
  attachments: { name: string; title: string; size: number }[] | null;
  previous: Neighbour | null;
  next: Neighbour | null;
}

export interface Neighbour {
  itemId: string;
  path: string;
  title: string;
}

const neighbour = (comparison: string, order: string) => `(
  SELECT json_build_object('itemId', q.item_id, 'path', q.path, 'title', qr.title)
  FROM publication q JOIN release qr ON qr.tenant_id = q.source_tenant_id AND qr.item_id = q.item_id
  WHERE q.channel_id = p.channel_id AND (q.placed_at, q.id) ${comparison} (p.placed_at, p.id)
  ORDER BY q.placed_at ${order}, q.id ${order} LIMIT 1)`;

/** A document by its address. Parameters: tenant, site, path. */
export const DOCUMENT = statement<DocumentRow>(
  'document',
  `SELECT p.channel_id AS "channelId", p.item_id AS "itemId", p.path, r.kind, r.title, r.html, r.summary, r.fields, r.picture,
     r.published_at AS "publishedAt", r.originally_published AS "originallyPublished",
     (SELECT json_agg(json_build_object('name', a.name, 'title', a.title, 'size', a.size) ORDER BY a.position)
        FROM attachment a WHERE a.tenant_id = r.tenant_id AND a.item_id = r.item_id AND a.role = 'attachment') AS attachments,
     ${neighbour('<', 'DESC')} AS previous,
     ${neighbour('>', 'ASC')} AS next
   FROM publication p ${RELEASE}
   WHERE p.tenant_id = $1 AND p.site_id = $2 AND p.path = $3`,
);

/** A file of a document whose channel is shown. Parameters: tenant, site, path of the document, name of the file. */
export const FILE = statement<{
  title: string;
  role: string;
  objectKey: string;
  mediaType: string;
  size: string;
  sha256: string;
}>(
  'file',
  `SELECT a.title, a.role, a.object_key AS "objectKey", a.media_type AS "mediaType", a.size, a.sha256
   FROM publication p
   JOIN attachment a ON a.tenant_id = p.source_tenant_id AND a.item_id = p.item_id AND a.name = $4
   JOIN channel c ON c.tenant_id = p.tenant_id AND c.id = p.channel_id
   WHERE p.tenant_id = $1 AND p.site_id = $2 AND p.path = $3`,
);

/** Where an address that was leads now. Parameters: tenant, site, path. */
export const REDIRECT = statement<{ to: string }>(
  'redirect',
  'SELECT to_path AS "to" FROM redirect WHERE tenant_id = $1 AND site_id = $2 AND from_path = $3',
);

/** The channels a province recommends to all sites. Parameters: site. */
export const RECOMMENDED = statement<{ id: string; path: string }>(
  'recommended',
  'SELECT id, path FROM channel WHERE site_id = $1 AND recommended ORDER BY path',
);
