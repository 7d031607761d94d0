import { allows } from '../../../src/authority/ability.js';
import type { Action, Facts } from '../../../src/authority/policy.js';
import { type Asking, type Entries, list, on, type Probe } from './entry.js';
import { uuidsAfter } from './shown.js';
import type { Thing, World } from './world.js';

/** A channel is moved, closed, deleted at the one above it. */
export const above = ({ facts }: Thing): Facts => {
  const path = facts.channelPath ?? '';
  return { ...facts, channelPath: path.slice(0, Math.max(0, path.lastIndexOf('/'))) || null };
};

const channel = (probe: Omit<Probe, 'kind' | 'of'> = {}) => on('channel', { chosen: 'its own', ...probe });
const arranged = (probe: Omit<Probe, 'kind' | 'of'> = {}) => channel({ judgedBy: above, ...probe });

const topOf = ({ facts }: Thing): Facts => ({ ...facts, channelPath: null });

/** What of a site the act may be done to: one of its channels, or its top. */
export const insideOf =
  (action: Action) =>
  (site: Thing, { person, world }: Asking): Facts => {
    const inside = world.things.channel!.filter(({ facts, absent }) => facts.siteId === site.id && !absent);
    return inside.find(({ facts }) => allows(person.ability, action, facts))?.facts ?? topOf(site);
  };
export const seesAny = (site: Thing, asking: Asking): boolean =>
  allows(asking.person.ability, 'channel.read', insideOf('channel.read')(site, asking));

/** Of the channel above; left out on the first level. */
const idAbove = (thing: Thing, { city, county, siblingCounty, strangeCounty }: World): string | undefined =>
  [city, county, siblingCounty, strangeCounty].find(({ portal }) => portal.id === thing.facts.siteId)?.portal.channels[
    above(thing).channelPath ?? ''
  ];

const site = (probe: Omit<Probe, 'kind' | 'of'> = {}) => on('site', { chosen: 'it', seenBy: seesAny, ...probe });

export const channelEntries: Entries = {
  'GET /channels': [
    list({
      all: ({ county: { portal } }) =>
        `SELECT id, tenant_id AS "tenantId", site_id AS "siteId", path AS "channelPath" FROM channel WHERE site_id = '${portal.id}'`,
      shown: uuidsAfter('data-tree-row data-id="'),
    }),
    site({ judgedBy: insideOf('channel.read'), act: 'channel.read' }),
    on('channel', { chosen: 'K', address: ({ id }) => `/channels?at=${id}`, unseen: 200 }),
  ],
  'GET /channels/new': [
    site({ judgedBy: insideOf('channel.arrange') }),
    on('channel', { chosen: 'K', address: ({ id }) => `/channels/new?below=${id}`, unseen: 200 }),
  ],
  'POST /channels': [
    channel({ form: ({ id }) => ({ name: '新栏目', slug: 'xin', parentId: id }) }),
    site({ judgedBy: topOf, form: () => ({ name: '新栏目', slug: 'xin' }) }),
  ],
  'GET /channels/:id/edit': channel(),
  'POST /channels/:id': channel({ form: () => ({ name: '改名' }) }),
  'POST /channels/:id/position': [arranged({ form: () => ({ move: 'up' }) })],
  'GET /channels/:id/move': arranged(),
  'POST /channels/:id/move': arranged({
    form: (thing, { world }) => ({ slug: 'elsewhere', into: idAbove(thing, world) }),
  }),
  'GET /channels/:id/close': arranged(),
  'POST /channels/:id/close': arranged(),
  'POST /channels/:id/reopen': arranged(),
  'GET /channels/:id/hide': arranged(),
  'POST /channels/:id/hide': arranged(),
  'POST /channels/:id/show': arranged(),
  'GET /channels/:id/delete': arranged(),
  'POST /channels/:id/delete': arranged({ works: [303, 409] }),
};
