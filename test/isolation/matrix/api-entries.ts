import { above, insideOf, seesAny } from './channel-entries.js';
import { type Entries, list, on, open, own } from './entry.js';

interface Listed {
  data: { id: string }[];
  next: string | null;
}

/** A list of the API, page by page. */
const listed = (all: string, seenBy: 'site.enter' | 'item.read' | 'channel.read') =>
  list({
    all,
    seenBy,
    shown: (body) => (JSON.parse(body) as Listed).data.map(({ id }) => id),
    next: (body) => (JSON.parse(body) as Listed).next?.replace(/^https?:\/\/[^/]+/, '') ?? null,
  });

const PLACED = `FROM publication p JOIN channel c ON c.tenant_id = p.tenant_id AND c.id = p.channel_id`;
const FACTS = `p.tenant_id AS "tenantId", p.site_id AS "siteId", c.path AS "channelPath"`;

/** A filter names a site or channel: one out of sight has no more in it than none. */
const filtered = (path: string) => [
  on('site', { act: 'item.read', seenBy: () => false, address: ({ id }) => `${path}?site=${id}`, unseen: 200 }),
  on('channel', { act: 'item.read', seenBy: () => false, address: ({ id }) => `${path}?channel=${id}`, unseen: 200 }),
];

export const apiEntries: Entries = {
  'GET /api/docs': open('src/console/api'),
  'GET /api/v1/openapi.json': open('src/console/api'),
  'ALL /api/v1': open('src/console/api'),
  'ALL /api/v1/*path': open('src/console/api'),
  'GET /api/v1/sites': listed('SELECT id, tenant_id AS "tenantId", id AS "siteId" FROM site', 'site.enter'),
  'GET /api/v1/sites/:siteId': on('site', { seenBy: 'site.enter' }),
  'GET /api/v1/sites/:siteId/channels': on('site', { seenBy: seesAny, judgedBy: insideOf('channel.read') }),
  'GET /api/v1/channels/:channelId': on('channel'),
  'POST /api/v1/channels': on('channel', {
    json: ({ id, facts }) => ({ siteId: facts.siteId, parentId: id, slug: 'xin', name: '新栏目' }),
    echo: ({ facts }) => [facts.siteId!],
    done: /INSERT INTO channel/,
  }),
  'PATCH /api/v1/channels/:channelId': on('channel', { json: () => ({ name: '改名' }) }),
  'POST /api/v1/channels/:channelId/position': on('channel', { judgedBy: above, json: () => ({ to: 'up' }) }),
  'GET /api/v1/items': [
    listed(`SELECT p.item_id AS id, ${FACTS} ${PLACED}`, 'item.read'),
    ...filtered('/api/v1/items'),
  ],
  'GET /api/v1/items/:itemId': on('item'),
  'GET /api/v1/publications': [
    listed(`SELECT p.id, ${FACTS} ${PLACED}`, 'item.read'),
    ...filtered('/api/v1/publications'),
  ],
  'GET /api/v1/publications/:publicationId': on('publication', { seenBy: 'item.read' }),
};

export const tokenEntries: Entries = {
  'GET /me/tokens': own(),
  'GET /me/tokens/new': own(),
  'POST /me/tokens': own({ works: [422] }),
  'GET /me/tokens/:id/revocation': own({ others: ({ world }) => world.others.tokens }),
  'POST /me/tokens/:id/revocation': own({ others: ({ world }) => world.others.tokens }),
};
