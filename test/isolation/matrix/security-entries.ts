import { type Entries, list, on, page } from './entry.js';
import { allMatches } from './shown.js';

export const auditEntries: Entries = {
  'GET /audit': [
    list({
      all: `SELECT tenant_id || '/' || position AS id, tenant_id AS "tenantId" FROM audit`,
      shown: allMatches(/class="title" href="\/audit\/([0-9a-f-]{36}\/\d+)"/g),
      next: (body) => /href="(\/audit\?[^"]*after=[^"]*)"/.exec(body)?.[1]?.replaceAll('&amp;', '&') ?? null,
    }),
    on('tenant', { act: 'audit.read', seenBy: 'audit.read', address: ({ id }) => `/audit?tenant=${id}`, unseen: 200 }),
  ],
  'POST /audit/export': page(),
  'GET /audit/:tenant/:position': on('audit', { address: ({ id }) => `/audit/${id}` }),
};

export const rangeEntries: Entries = {
  'GET /security/ranges': [
    list({
      all: `SELECT range::text AS id, tenant_id AS "tenantId" FROM sign_in_range WHERE note = '矩阵'`,
      seenBy: 'range.read',
      shown: allMatches(/(10\.[1-5]\.0\.0\/16)/g),
    }),
    on('tenant', {
      act: 'range.read',
      seenBy: 'range.read',
      address: ({ id }) => `/security/ranges?tenant=${id}`,
      unseen: 200,
    }),
  ],
  'POST /security/ranges': on('tenant', {
    seenBy: 'range.read',
    act: 'range.change',
    form: ({ id }) => ({ tenant: id, range: '192.0.2.0/24' }),
  }),
  'GET /security/ranges/:id/remove': on('range'),
  'POST /security/ranges/:id/remove': on('range'),
};
