import { type Entries, list, on, type Probe, page } from './entry.js';
import { nextPage, uuidsAfter } from './shown.js';

const plan = (probe: Omit<Probe, 'kind' | 'of'> = {}) => on('reorganisation', probe);

/** A plan is written in a tenant: who plans in it sees it there. */
const planning = (probe: Omit<Probe, 'kind' | 'of'> = {}) =>
  on('tenant', { seenBy: 'reorganisation.plan', unitsOnly: true, ...probe });

/** A plan that was carried out. */
const applied = (probe: Omit<Probe, 'kind' | 'of'> = {}) =>
  on('applied-plan', { seenBy: 'reorganisation.read', ...probe });

const DRAFT = {
  before: `UPDATE reorganisation SET state = 'draft' WHERE state = 'tried'`,
  after: `UPDATE reorganisation SET state = 'tried' WHERE state = 'draft'`,
};

export const reorganisationEntries: Entries = {
  'GET /reorganisations': list({
    all: 'SELECT id, tenant_id AS "tenantId" FROM reorganisation',
    shown: uuidsAfter('class="title" href="/reorganisations/'),
    next: nextPage,
  }),
  'GET /reorganisations/new': [page(), planning({ address: ({ id }) => `/reorganisations/new?tenant=${id}` })],
  'POST /reorganisations/new': planning({ form: ({ id }) => ({ tenant: id, title: '新方案' }), works: [200, 422] }),
  'GET /reorganisations/file': [
    page(),
    planning({ address: ({ id }) => `/reorganisations/file?tenant=${id}`, unseen: 200 }),
  ],
  'POST /reorganisations/file': planning({
    form: ({ id }) => ({ tenant: id, title: '新方案' }),
    file: () => ({ name: 'plan.csv', content: '动作,原机关,新机关\n更名,没有的局,某局\n' }),
    works: [422],
  }),
  'GET /reorganisations/sample': page(),
  'GET /reorganisations/:id': [plan(), applied()],
  'GET /reorganisations/:id/edit': plan(),
  'POST /reorganisations/:id/edit': plan({ form: () => ({ title: '改了' }), works: [200, 422] }),
  'POST /reorganisations/:id/try': plan({ meanwhile: DRAFT }),
  'GET /reorganisations/:id/schedule': plan(),
  'POST /reorganisations/:id/schedule': plan({
    form: () => ({ day: '2099-01-01', shown: '2099-01-01' }),
    works: [303, 422],
  }),
  'GET /reorganisations/:id/apply': plan(),
  'POST /reorganisations/:id/apply': plan(),
  'GET /reorganisations/:id/take-back': applied(),
  'POST /reorganisations/:id/take-back': applied(),
  'GET /reorganisations/:id/cancel': plan(),
  'POST /reorganisations/:id/cancel': plan({ form: () => ({ reason: '矩阵' }) }),
};
