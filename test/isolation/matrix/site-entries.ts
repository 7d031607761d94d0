import { type Asking, type Entries, list, on, own, type Probe, page } from './entry.js';
import { nextPage, uuidsAfter } from './shown.js';
import type { Relation, Thing } from './world.js';

const REASON = { reason: '矩阵' };
const site = (probe: Omit<Probe, 'kind' | 'of'> = {}) => on('site', probe);
const hostname = (probe: Omit<Probe, 'kind' | 'of'> = {}) => on('hostname', probe);

const named = (kind: 'site' | 'tenant', relation: Relation, { world }: Asking): Thing =>
  world.things[kind]!.find((thing) => thing.relation === relation)!;

/** All sites with what a list of them is judged by. */
const SITES = 'SELECT id, tenant_id AS "tenantId", id AS "siteId" FROM site';
const FROZEN = {
  before: `INSERT INTO publishing_freeze (tenant_id, id, site_id, reason, begun_by) SELECT tenant_id, gen_random_uuid(), id, 'x', 'x' FROM site`,
  after: 'DELETE FROM publishing_freeze',
};
const SUSPENDED = {
  before: `UPDATE site SET state = 'suspended', suspended_for = 'x', closed_notice = 'x', suspended_at = now()`,
  after: `UPDATE site SET state = 'open', suspended_for = '', closed_notice = '', suspended_at = NULL`,
};
const ENDED = {
  before: 'UPDATE hostname SET ended_at = now() WHERE NOT is_primary',
  after: 'UPDATE hostname SET ended_at = NULL',
};

/** What a search finds a site by. */
const search = (path: string) => ({
  address: (typed: string) => `${path}?q=${encodeURIComponent(typed)}`,
  of: 'site' as const,
  by: ({ echoes }: Thing) => echoes,
});

export const siteEntries: Entries = {
  'GET /sites': list({
    all: SITES,
    shown: uuidsAfter('class="title" href="/sites/'),
    next: nextPage,
    search: search('/sites'),
  }),
  'GET /sites/switch': [
    own(),
    list({
      all: SITES,
      seenBy: 'site.enter',
      shown: uuidsAfter('name="site" value="'),
      search: search('/sites/switch'),
    }),
  ],
  'POST /sites/switch': site({ seenBy: 'site.enter', form: ({ id }) => ({ site: id, back: '/' }) }),
  'GET /sites/:id': site(),
  'GET /sites/:id/edit': site(),
  'POST /sites/:id': site({ form: () => ({ name: '改了名的网站', shortName: '改名' }) }),
  'GET /sites/:id/suspend': site(),
  'POST /sites/:id/suspend': site({ form: () => REASON }),
  'GET /sites/:id/restore': site({ meanwhile: SUSPENDED }),
  'POST /sites/:id/restore': site({ meanwhile: SUSPENDED, form: () => REASON }),
  'GET /sites/:id/freeze': site(),
  'POST /sites/:id/freeze': site({ form: () => REASON }),
  'GET /sites/:id/unfreeze': site({ meanwhile: FROZEN }),
  'POST /sites/:id/unfreeze': site({ meanwhile: FROZEN, form: () => REASON }),
  // Sub-sites stand below a portal: that much is said to those who may.
  'GET /sites/:id/sub-sites/new': site({ works: [200, 409] }),
  'POST /sites/:id/sub-sites': site({
    works: [303, 409],
    form: () => ({ kind: 'department', name: '新子站', shortName: '新', slug: 'xinzi' }),
  }),
  'GET /sites/:id/clone': site(),
  'POST /sites/:id/clone/preview': clones('/preview'),
  'POST /sites/:id/clone': clones(''),
  // Portals stay where they are: that much is said to those who may.
  'GET /sites/:id/move': site({ works: [200, 409] }),
  'POST /sites/:id/move/preview': moves('/preview', [200]),
  'POST /sites/:id/move': moves('', [303]),
  'GET /sites/:id/hostnames/new': site({ works: [200, 409] }),
  'POST /sites/:id/hostnames': site({ form: () => ({ host: 'xinming' }), works: [303, 409] }),
  'GET /hostnames/:host/primary': hostname(),
  'POST /hostnames/:host/primary': hostname(),
  'GET /hostnames/:host/end': hostname(),
  'POST /hostnames/:host/end': hostname(),
  'GET /hostnames/:host/give': [
    hostname({ meanwhile: ENDED }),
    site({
      seenBy: 'site.read',
      address: ({ id }, { world }) => `/hostnames/${world.things.hostname![0]!.id}/give?to=${id}`,
      meanwhile: ENDED,
    }),
  ],
  'POST /hostnames/:host/give': [
    hostname({ meanwhile: ENDED, form: (_, asking) => ({ to: named('site', 'own', asking).id }) }),
    site({
      seenBy: 'site.read',
      address: (_, { world }) => `/hostnames/${world.things.hostname![0]!.id}/give`,
      form: ({ id }) => ({ to: id }),
      meanwhile: ENDED,
      works: [303, 422],
    }),
  ],
};

/** A structure onto a new sub-site, a site that stands, or into a tenant: by what is copied, then by what gets it. */
function clones(step: string): Probe[] {
  const works = { works: [200, 303, 409, 422] };
  const made = (tenantId: string) => ({ tenantId, name: '新子站', shortName: '新', slug: 'xinzi' });
  const address = (_: Thing, asking: Asking) => `/sites/${named('site', 'child', asking).id}/clone${step}`;
  return [
    site({ ...works, form: (_, asking) => made(named('tenant', 'own', asking).id) }),
    site({ ...works, address, form: ({ id }) => ({ to: id }) }),
    on('tenant', { ...works, address, form: ({ id }) => made(id) }),
  ];
}

/** A sub-site to a tenant: by the site, then by the tenant. */
function moves(step: string, done: number[]): Probe[] {
  const to = (thing: Thing, asking: Asking) =>
    named('tenant', thing.facts.tenantId === named('tenant', 'own', asking).id ? 'sibling county' : 'own', asking).id;
  return [
    site({
      form: (thing, asking) => ({ ...REASON, toTenantId: to(thing, asking), slug: 'banguo' }),
      works: [...done, 409, 422],
    }),
    on('tenant', {
      unitsOnly: true,
      address: (_, asking) => `/sites/${named('site', 'child', asking).id}/move${step}`,
      form: ({ id }) => ({ ...REASON, toTenantId: id, slug: 'banguo' }),
      works: [...done, 409, 422],
    }),
  ];
}

const tenant = (probe: Omit<Probe, 'kind' | 'of'> = {}) => on('tenant', probe);
const unit = (probe: Omit<Probe, 'kind' | 'of'> = {}) => tenant({ unitsOnly: true, ...probe });
const inState = (state: string) => ({
  before: `UPDATE tenant SET state = '${state}', state_since = now() - interval '31 days' WHERE level <> 'platform'`,
  after: `UPDATE tenant SET state = 'open', state_since = created_at WHERE level <> 'platform'`,
});
const ALL_FROZEN = {
  before: `INSERT INTO publishing_freeze (tenant_id, id, reason, begun_by) SELECT id, gen_random_uuid(), 'x', 'x' FROM tenant`,
  after: 'DELETE FROM publishing_freeze',
};

export const tenantEntries: Entries = {
  'GET /tenants': list({
    all: `SELECT id, id AS "tenantId" FROM tenant WHERE level <> 'platform'`,
    shown: uuidsAfter('class="title" href="/tenants/'),
    next: nextPage,
    search: {
      address: (typed) => `/tenants?q=${encodeURIComponent(typed)}`,
      of: 'tenant',
      by: ({ relation, name, echoes }) => (relation === 'platform' ? [] : [name, ...echoes]),
    },
  }),
  'GET /tenants/new': [
    page(),
    tenant({ act: 'tenant.open', address: ({ id }) => `/tenants/new?parent=${id}`, unseen: 200 }),
  ],
  'GET /tenants/hostname': page({ address: '/tenants/hostname?slug=xinxian' }),
  // Incomplete: who may open a unit there is told what is missing. That one is opened: opening.pages.spec.ts.
  'POST /tenants': tenant({ form: ({ id }) => ({ parentTenantId: id, level: 'county' }), works: [422] }),
  'GET /tenants/:id': tenant(),
  'GET /tenants/:id/rename': unit(),
  'POST /tenants/:id/rename': unit({
    form: () => ({
      ...REASON,
      name: '新名县',
      shortName: '新名',
      governmentName: '新名县人民政府',
      documentPrefix: '新政',
    }),
  }),
  'GET /tenants/:id/freeze': unit(),
  'POST /tenants/:id/freeze': unit({ form: () => REASON }),
  'GET /tenants/:id/unfreeze': unit({ meanwhile: ALL_FROZEN }),
  'POST /tenants/:id/unfreeze': unit({ meanwhile: ALL_FROZEN, form: () => REASON }),
  'GET /tenants/:id/retire': unit(),
  'POST /tenants/:id/retire': unit({ form: () => REASON, works: [303, 409] }),
  'GET /tenants/:id/archive': unit({ meanwhile: inState('frozen') }),
  'POST /tenants/:id/archive': unit({ meanwhile: inState('frozen'), form: () => REASON, works: [303, 409] }),
  'GET /tenants/:id/take-back': unit({ meanwhile: inState('frozen') }),
  'POST /tenants/:id/take-back': unit({ meanwhile: inState('frozen'), form: () => REASON, works: [303, 409] }),
  'GET /tenants/:id/delete': unit({ meanwhile: inState('archived'), works: [200, 409] }),
  'POST /tenants/:id/delete': unit({
    meanwhile: inState('archived'),
    form: ({ name }) => ({ name }),
    works: [303, 409],
  }),
};
