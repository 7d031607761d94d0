import type { AuditFilter } from '../../kernel/audit/audit.queries.js';
import { type ActiveFilter, one, type Query } from '../shell/list.js';
import type { AuditTenant } from './audit.queries.js';

/** Parameters of the list, and of the form that exports it. */
export const PARAMETERS = ['q', 'act', 'tenant', 'from', 'to', 'address', 'request', 'subject'] as const;
export type AuditParameters = Record<(typeof PARAMETERS)[number], string>;

/** What is asked for; a tenant out of sight and a day that is none are not asked for at all. */
export function readParameters(query: Query, tenants: readonly AuditTenant[]): AuditParameters {
  const asked = Object.fromEntries(PARAMETERS.map((name) => [name, one(query, name)])) as AuditParameters;
  if (!tenants.some(({ id }) => id === asked.tenant)) asked.tenant = '';
  for (const end of ['from', 'to'] as const) if (!isDay(asked[end])) asked[end] = '';
  return asked;
}

/** @param people whom the typed name means, see `findPeopleCalled` */
export function filterOf(
  asked: AuditParameters,
  tenants: readonly AuditTenant[],
  people: NonNullable<AuditFilter['people']>,
): AuditFilter {
  const { q, act, tenant, from, to, address, request, subject } = asked;
  return {
    tenantIds: tenant ? [tenant] : tenants.map(({ id }) => id),
    actor: q || undefined,
    people,
    act: act || undefined,
    subject: subject || undefined,
    from: from || undefined,
    to: to || undefined,
    address: address || undefined,
    request: request || undefined,
  };
}

/** What is asked for, in words: for the chips, and for the entry that an export leaves. */
export function activeFilters(
  asked: AuditParameters,
  words: { act(act: string): string; tenant(id: string): string },
): ActiveFilter[] {
  const active = (name: keyof AuditParameters, label: string, value = asked[name]) =>
    asked[name] ? [{ name, label, value }] : [];
  return [
    ...active('q', '操作人'),
    ...active('act', '行为', words.act(asked.act)),
    ...active('tenant', '单位', words.tenant(asked.tenant)),
    ...active('from', '从'),
    ...active('to', '到'),
    ...active('address', '来源地址'),
    ...active('request', '请求编号'),
    ...active('subject', '对象'),
  ];
}

function isDay(text: string): boolean {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
  // 2026-02-30 is read by Date as a day in March, or as none.
  return at !== null && !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === text;
}
