import { allows } from '../../../src/authority/ability.js';
import { above, insideOf, seesAny } from './channel-entries.js';
import { type Asking, type Entries, list, on, open, own, type Probe } from './entry.js';
import type { Thing } from './world.js';

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

/** The document that lies in a site, or in a channel of one. */
const documentIn = ({ facts: { siteId, channelPath } }: Thing, { world }: Asking): Thing | undefined =>
  world.things.item!.find(
    ({ facts }) => facts.siteId === siteId && (channelPath === undefined || facts.channelPath === channelPath),
  );

/** A filter names a site or channel: in one out of sight there is no more than in none. */
const filtered = (path: string): Probe[] =>
  (['site', 'channel'] as const).map((of) =>
    on(of, {
      act: 'item.read',
      seenBy: (thing, asking) => {
        const item = documentIn(thing, asking);
        return item !== undefined && allows(asking.person.ability, 'item.read', item.facts);
      },
      judgedBy: (thing, asking) => documentIn(thing, asking)!.facts,
      address: ({ id }) => `${path}?${of}=${id}`,
      unseen: 200,
    }),
  );

export const apiEntries: Entries = {
  'GET /api/docs': open('src/console/api'),
  'GET /api/v1/openapi.json': open('src/console/api'),
  'ALL /api/v1': open('src/console/api'),
  'ALL /api/v1/*': open('src/console/api'),
  'GET /api/v1/sites': listed('SELECT id, tenant_id AS "tenantId", id AS "siteId" FROM site', 'site.enter'),
  'GET /api/v1/sites/:siteId': on('site', { seenBy: 'site.enter' }),
  'GET /api/v1/sites/:siteId/channels': on('site', { seenBy: seesAny, judgedBy: insideOf('channel.read') }),
  'GET /api/v1/channels/:channelId': on('channel'),
  'POST /api/v1/channels': [
    on('channel', {
      seenBy: ({ facts }, { person, world }) =>
        facts.siteId === world.county.portal.id && allows(person.ability, 'channel.read', facts),
      json: ({ id }, { world }) => ({ siteId: world.county.portal.id, parentId: id, slug: 'xin', name: '新栏目' }),
      done: /INSERT INTO channel/,
    }),
    on('site', {
      seenBy: seesAny,
      judgedBy: ({ facts }) => ({ ...facts, channelPath: null }),
      json: ({ id }) => ({ siteId: id, parentId: null, slug: 'xin', name: '新栏目' }),
      done: /INSERT INTO channel/,
    }),
  ],
  'PATCH /api/v1/channels/:channelId': on('channel', { json: () => ({ name: '改名' }) }),
  'POST /api/v1/channels/:channelId/position': on('channel', {
    judgedBy: above,
    json: () => ({ to: 'up' }),
    works: [200, 409],
  }),
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
