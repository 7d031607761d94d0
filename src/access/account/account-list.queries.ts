import { conditionSql } from '../../authority/condition-sql.js';
import { type DeskContext, reading } from '../../authority/desk-context.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { PAGE } from '../grant/grant.queries.js';
import {
  ACCOUNT_COLUMNS,
  ACCOUNT_FACTS,
  ACCOUNT_TABLES,
  type AccountRow,
  type AccountState,
} from './account.queries.js';

export interface AccountFilter {
  /** Part of a name, sign-in name or telephone. */
  search?: string;
  state?: AccountState;
  organId?: string;
  kind?: 'staff' | 'contractor';
}

const ACCOUNT_SORTS = {
  name: 'a.name COLLATE "zh-x-icu", a.id',
  seen: 'a.last_seen_at DESC NULLS LAST, a.id',
  created: 'a.created_at DESC, a.id',
} as const;
export type AccountSort = keyof typeof ACCOUNT_SORTS;

/** Accounts the caller may see. Two statements, whatever there is. */
export async function findAccounts(
  work: UnitOfWork,
  ctx: DeskContext,
  filter: AccountFilter,
  sort: AccountSort,
  page: number,
): Promise<{ rows: (AccountRow & { grants: number })[]; total: number }> {
  const where: string[] = [];
  const given: unknown[] = [];
  const add = (sql: (parameter: string) => string, value: unknown) => {
    given.push(value);
    where.push(sql(`$${given.length}`));
  };
  if (filter.search)
    add(
      (p) => `(a.name ILIKE ${p} OR a.login ILIKE ${p} OR a.telephone LIKE ${p})`,
      `%${filter.search.replace(/[%_\\]/g, '\\$&')}%`,
    );
  if (filter.state) add((p) => `a.state = ${p}`, filter.state);
  else where.push(`a.state <> 'closed'`);
  if (filter.organId) add((p) => `a.organ_id = ${p}::uuid`, filter.organId);
  if (filter.kind) add((p) => `a.kind = ${p}`, filter.kind);
  const condition = conditionSql(ctx.ability, 'account.read', ACCOUNT_FACTS, given);
  const from = `FROM ${ACCOUNT_TABLES} WHERE ${[...where, condition.sql].join(' AND ')}`;
  return work.run(reading(ctx), async (tx) => {
    const [count] = await tx.query<{ total: number }>(`SELECT count(*)::int AS total ${from}`, condition.parameters);
    const rows = await tx.query<AccountRow & { grants: number }>(
      `SELECT ${ACCOUNT_COLUMNS},
         (SELECT count(*)::int FROM access_grant g WHERE g.account_id = a.id AND g.ended_at IS NULL
            AND (g.ends_at IS NULL OR g.ends_at > now())) AS grants
       ${from} ORDER BY ${ACCOUNT_SORTS[sort]} LIMIT ${PAGE} OFFSET ${(page - 1) * PAGE}`,
      condition.parameters,
    );
    return { rows, total: count?.total ?? 0 };
  });
}

export interface PersonChoice {
  login: string;
  name: string;
  organ: string;
}

/** As many as a list of suggestions carries; any other is named by hand. */
const SUGGESTED = 300;

/** People of a tenant (null: of all in sight) whom a form may suggest: in use or invited, oneself not among them. */
export function suggestPeople(work: UnitOfWork, ctx: DeskContext, tenantId: string | null): Promise<PersonChoice[]> {
  const given = [tenantId, ctx.account?.id ?? null];
  const condition = conditionSql(ctx.ability, 'account.read', ACCOUNT_FACTS, given);
  return work.run(reading(ctx), (tx) =>
    tx.query<PersonChoice>(
      `SELECT a.login, a.name, coalesce(o.name, t.name) AS organ FROM ${ACCOUNT_TABLES}
       WHERE ($1::uuid IS NULL OR a.tenant_id = $1) AND a.id IS DISTINCT FROM $2::uuid AND a.state IN ('open', 'invited')
         AND ${condition.sql}
       ORDER BY ${ACCOUNT_SORTS.name} LIMIT ${SUGGESTED}`,
      condition.parameters,
    ),
  );
}

export interface OrganChoice {
  tenantId: string;
  id: string;
  name: string;
}

const INVITING = { tenantId: 'o.tenant_id', organId: 'o.id', accountId: 'NULL::uuid' } as const;

/** More than this nobody finds in a list. */
const MOST = 400;

/** Tenants in which there is an organ whose people the caller may invite, in the order of the province. */
export function findInvitingTenants(work: UnitOfWork, ctx: DeskContext): Promise<{ id: string; name: string }[]> {
  const { sql, parameters } = conditionSql(ctx.ability, 'account.invite', INVITING);
  return work.run(reading(ctx), (tx) =>
    tx.query(
      `SELECT t.id, t.name FROM tenant t
       WHERE EXISTS (SELECT FROM organ o WHERE o.tenant_id = t.id AND o.ended_on IS NULL AND ${sql})
       ORDER BY t.path LIMIT ${MOST}`,
      parameters,
    ),
  );
}

/** Organs of a tenant whose people the caller may invite: the choices of a form. */
export function findInvitingOrgans(work: UnitOfWork, ctx: DeskContext, tenantId: string): Promise<OrganChoice[]> {
  const { sql, parameters } = conditionSql(ctx.ability, 'account.invite', INVITING, [tenantId]);
  return work.run(reading(ctx), (tx) =>
    tx.query<OrganChoice>(
      `SELECT o.tenant_id AS "tenantId", o.id, o.name FROM organ o
       WHERE o.tenant_id = $1::uuid AND o.ended_on IS NULL AND ${sql} ORDER BY o.kind, o.name, o.id LIMIT ${MOST}`,
      parameters,
    ),
  );
}
