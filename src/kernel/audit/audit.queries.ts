import type { Tx } from '../database/unit-of-work.js';
import type { Calendar } from '../time/calendar.js';
import { auditErrors } from './errors.js';

/** Which entries of the audit are asked for; what is left out does not narrow. */
export interface AuditFilter {
  /** Of the scope: those whose audit may be read. */
  tenantIds: readonly string[];
  /** A part of the actor's sign-in name. */
  actor?: string;
  /** Accounts that `actor` may mean besides: the audit holds no names of people, and of who failed to come in the sign-in name alone. */
  people?: readonly { id: string; login: string }[];
  /** An account. */
  actorId?: string;
  /** How the act begins: `item.` or `item.published`. */
  act?: string;
  /** `kind:id` */
  subject?: string;
  /** First and last day, `YYYY-MM-DD` in the platform's time zone. */
  from?: string;
  to?: string;
  address?: string;
  request?: string;
}

export interface AuditEntry {
  tenantId: string;
  tenantName: string;
  position: number;
  at: Date;
  actor: string;
  actorId: string | null;
  scope: string;
  act: string;
  subject: string;
  detail: Record<string, unknown>;
  address: string;
  request: string;
}

export interface AuditPage {
  /** Newest first. */
  entries: AuditEntry[];
  /** Where the next page begins; null: this is the last one. */
  next: string | null;
}

export const AUDIT_PAGE = 50;
const COUNTED = 10_000;

/**
 * One page of the audit, newest first. Each tenant's newest entries are taken from its own index and merged, so that a
 * page costs the same however long the audit is, unless a filter finds little.
 * @param page.after `next` of the page before
 * @throws UserError `audit.bad-day`, `audit.bad-cursor`
 */
export async function findAudit(
  tx: Tx,
  calendar: Calendar,
  filter: AuditFilter,
  page: { after?: string; size?: number } = {},
): Promise<AuditPage> {
  const size = page.size ?? AUDIT_PAGE;
  const { conditions, parameters } = conditionsOf(calendar, filter, page.after);
  const rows = await tx.query<AuditEntry & { cursor: string }>(
    `SELECT a.*, t.name AS "tenantName" FROM (
       SELECT e.* FROM unnest($1::uuid[]) AS asked (id) CROSS JOIN LATERAL (
         SELECT a.tenant_id AS "tenantId", a.position::float8, a.at, a.at::text AS cursor, a.actor, a.actor_id AS "actorId",
           a.scope, a.act, a.subject, a.detail, a.address, a.request
         FROM audit a WHERE a.tenant_id = asked.id ${conditions}
         ORDER BY a.at DESC, a.position DESC LIMIT ${size + 1}
       ) AS e ORDER BY e.at DESC, e."tenantId" DESC, e.position DESC LIMIT ${size + 1}
     ) AS a JOIN tenant t ON t.id = a."tenantId" ORDER BY a.at DESC, a."tenantId" DESC, a.position DESC`,
    parameters,
  );
  const entries = rows.slice(0, size);
  const last = entries.at(-1);
  return {
    entries: entries.map(({ cursor, ...entry }) => entry),
    next: rows.length > size && last ? cursorOf(last) : null,
  };
}

/** How many entries there are, counted to 10,000. */
export async function countAudit(
  tx: Tx,
  calendar: Calendar,
  filter: AuditFilter,
): Promise<{ count: number; more: boolean }> {
  const { conditions, parameters } = conditionsOf(calendar, filter);
  const [row] = await tx.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM (
       SELECT FROM unnest($1::uuid[]) AS asked (id) CROSS JOIN LATERAL (
         SELECT FROM audit a WHERE a.tenant_id = asked.id ${conditions} LIMIT ${COUNTED + 1}
       ) AS e LIMIT ${COUNTED + 1}) AS counted`,
    parameters,
  );
  const count = row?.count ?? 0;
  return { count: Math.min(count, COUNTED), more: count > COUNTED };
}

function conditionsOf(calendar: Calendar, filter: AuditFilter, after?: string) {
  const parameters: unknown[] = [[...new Set(filter.tenantIds)]];
  const conditions: string[] = [];
  const add = (condition: (...names: string[]) => string, ...values: unknown[]) =>
    conditions.push(`AND ${condition(...values.map((value) => `$${parameters.push(value)}`))}`);

  if (filter.from) add((from) => `a.at >= ${from}`, instantOf(calendar, filter.from));
  if (filter.to) add((to) => `a.at < ${to}`, calendar.nextMidnight(instantOf(calendar, filter.to)));
  if (filter.actorId) add((id) => `a.actor_id = ${id}::uuid`, filter.actorId);
  if (filter.subject) add((subject) => `a.subject = ${subject}`, filter.subject);
  if (filter.address) add((address) => `a.address = ${address}`, filter.address);
  if (filter.request) add((request) => `a.request = ${request}`, filter.request);
  if (filter.act) add((act) => `starts_with(a.act, ${act})`, filter.act);
  if (filter.actor)
    add(
      (actor, ids, logins) =>
        `(strpos(lower(a.actor), lower(${actor})) > 0 OR a.actor_id = ANY (${ids}::uuid[]) OR a.actor = ANY (${logins}))`,
      filter.actor,
      (filter.people ?? []).map(({ id }) => id),
      (filter.people ?? []).map(({ login }) => login),
    );
  if (after !== undefined) {
    const { at, tenantId, position } = parseCursor(after);
    add((instant) => `a.at <= ${instant}::timestamptz`, at);
    add(
      (instant, tenant, number) =>
        `(a.at, a.tenant_id, a.position) < (${instant}::timestamptz, ${tenant}::uuid, ${number}::bigint)`,
      at,
      tenantId,
      position,
    );
  }
  return { conditions: conditions.join(' '), parameters };
}

function instantOf(calendar: Calendar, day: string): Date {
  const [, y, m, d] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day) ?? [];
  const at = y ? new Date(Date.UTC(+y, +m! - 1, +d!)) : null;
  // 2026-02-30 is read by Date as a day in March.
  if (at?.toISOString().slice(0, 10) !== day) throw auditErrors['audit.bad-day']({ day });
  return calendar.instant(day);
}

const cursorOf = ({ cursor, tenantId, position }: { cursor: string; tenantId: string; position: number }): string =>
  Buffer.from(JSON.stringify([cursor, tenantId, position])).toString('base64url');

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function parseCursor(after: string): { at: string; tenantId: string; position: number } {
  try {
    const [at, tenantId, position] = JSON.parse(Buffer.from(after, 'base64url').toString()) as unknown[];
    if (
      typeof at === 'string' &&
      !Number.isNaN(Date.parse(at)) &&
      typeof tenantId === 'string' &&
      UUID.test(tenantId) &&
      Number.isSafeInteger(position)
    )
      return { at, tenantId, position: position as number };
  } catch {
    // Not one of ours: said below.
  }
  throw auditErrors['audit.bad-cursor']();
}
