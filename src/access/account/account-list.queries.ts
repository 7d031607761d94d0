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

export const ACCOUNT_SORTS = {
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

export interface OrganChoice {
  tenantId: string;
  id: string;
  name: string;
  tenantName: string;
}

/** Organs whose people the caller may invite: the choices of the form. */
export function findInvitingOrgans(work: UnitOfWork, ctx: DeskContext): Promise<OrganChoice[]> {
  const facts = { tenantId: 'o.tenant_id', organId: 'o.id', accountId: 'NULL::uuid' };
  const condition = conditionSql(ctx.ability, 'account.invite', facts);
  return work.run(reading(ctx), (tx) =>
    tx.query<OrganChoice>(
      `SELECT o.tenant_id AS "tenantId", o.id, o.name, t.name AS "tenantName"
       FROM organ o JOIN tenant t ON t.id = o.tenant_id WHERE o.ended_on IS NULL AND ${condition.sql} ORDER BY t.path, o.kind, o.name LIMIT 500`,
      condition.parameters,
    ),
  );
}
