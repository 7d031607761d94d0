import { conditionSql } from '../../authority/condition-sql.js';
import { type DeskContext, reading } from '../../authority/desk-context.js';
import type { Role, ScopeKind } from '../../authority/role.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';

/** A grant as lists show it. The name of an account of another tenant is filled in by `nameHolders`. */
export interface GrantRow {
  id: string;
  tenantId: string;
  accountTenantId: string;
  accountId: string;
  accountName: string;
  accountLogin: string;
  role: Role;
  scope: ScopeKind;
  siteId: string | null;
  channelId: string | null;
  channelPath: string | null;
  mayGiveOn: boolean;
  endsAt: Date | null;
  givenAt: Date;
  givenBy: string;
  place: string;
}

/** Who gave it: by name where that is somebody of the grant's own tenant, else as they sign in. */
export const GIVER =
  'coalesce((SELECT giver.name FROM account giver WHERE giver.login = g.given_by AND giver.tenant_id = g.tenant_id), g.given_by)';

export const GRANT_COLUMNS = `g.id, g.tenant_id AS "tenantId", g.account_tenant_id AS "accountTenantId",
  g.account_id AS "accountId", coalesce(a.name, '') AS "accountName", coalesce(a.login, '') AS "accountLogin", g.role, g.scope,
  g.site_id AS "siteId", g.channel_id AS "channelId", c.path AS "channelPath", g.may_give_on AS "mayGiveOn",
  g.ends_at AS "endsAt", g.given_at AS "givenAt", ${GIVER} AS "givenBy",
  concat_ws(' › ', t.name, s.name, c.name) AS place`;
export const GRANT_TABLES = `access_grant g JOIN tenant t ON t.id = g.tenant_id
  LEFT JOIN site s ON s.tenant_id = g.tenant_id AND s.id = g.site_id
  LEFT JOIN channel c ON c.tenant_id = g.tenant_id AND c.id = g.channel_id
  LEFT JOIN account a ON a.tenant_id = g.account_tenant_id AND a.id = g.account_id`;
export const GRANT_FACTS = {
  tenantId: 'g.tenant_id',
  siteId: 'g.site_id',
  channelPath: 'c.path',
  accountId: 'g.account_id',
} as const;

export interface GrantFilter {
  /** Part of a name or sign-in name. */
  search?: string;
  role?: Role;
  accountId?: string;
  siteId?: string;
  channelId?: string;
  /** Only those that end within so many days. */
  endingWithin?: number;
}

export const PAGE = 50;

const GRANT_SORTS = {
  given: 'g.given_at DESC, g.id DESC',
  name: 'a.name COLLATE "zh-x-icu" NULLS LAST, g.id',
  place: 't.path, s.position NULLS FIRST, c.path NULLS FIRST, g.id',
  ends: 'g.ends_at NULLS LAST, g.id',
} as const;
export type GrantSort = keyof typeof GRANT_SORTS;

/** Grants in force that the caller may see, newest first. Three statements, whatever there is. */
export async function findGrants(
  work: UnitOfWork,
  ctx: DeskContext,
  filter: GrantFilter,
  page: number,
  sort: GrantSort = 'given',
): Promise<{ rows: GrantRow[]; total: number }> {
  const where: string[] = ['g.ended_at IS NULL', '(g.ends_at IS NULL OR g.ends_at > now())'];
  const given: unknown[] = [];
  const add = (sql: (parameter: string) => string, value: unknown) => {
    given.push(value);
    where.push(sql(`$${given.length}`));
  };
  if (filter.search)
    add(
      (p) => `(a.name ILIKE ${p} OR a.login ILIKE ${p} OR s.name ILIKE ${p} OR c.name ILIKE ${p})`,
      `%${filter.search.replace(/[%_\\]/g, '\\$&')}%`,
    );
  if (filter.role) add((p) => `g.role = ${p}`, filter.role);
  if (filter.accountId) add((p) => `g.account_id = ${p}::uuid`, filter.accountId);
  if (filter.siteId) add((p) => `g.site_id = ${p}::uuid`, filter.siteId);
  if (filter.channelId) add((p) => `g.channel_id = ${p}::uuid`, filter.channelId);
  if (filter.endingWithin) add((p) => `g.ends_at < now() + make_interval(days => ${p}::int)`, filter.endingWithin);
  const condition = conditionSql(ctx.ability, 'grant.read', GRANT_FACTS, given);
  const sql = `FROM ${GRANT_TABLES} WHERE ${[...where, condition.sql].join(' AND ')}`;
  const found = await work.run(reading(ctx), async (tx) => {
    const [count] = await tx.query<{ total: number }>(`SELECT count(*)::int AS total ${sql}`, condition.parameters);
    const rows = await tx.query<GrantRow>(
      `SELECT ${GRANT_COLUMNS} ${sql} ORDER BY ${GRANT_SORTS[sort]} LIMIT ${PAGE} OFFSET ${(page - 1) * PAGE}`,
      condition.parameters,
    );
    return { rows, total: count?.total ?? 0 };
  });
  await nameHolders(work, ctx, found.rows);
  return found;
}

/** The names of holders whose accounts are another tenant's: of those that hold a grant in sight, and no others. */
export async function nameHolders(work: UnitOfWork, ctx: DeskContext, rows: GrantRow[]): Promise<void> {
  const unnamed = rows.filter((row) => row.accountName === '');
  if (unnamed.length === 0) return;
  const names = await work.run({ kind: 'cluster', actor: ctx.actor, work: 'directory' }, (tx) =>
    tx.query<{ id: string; name: string; login: string; tenant: string }>(
      `SELECT a.id, a.name, a.login, t.name AS tenant FROM access_grant g
       JOIN account a ON a.tenant_id = g.account_tenant_id AND a.id = g.account_id JOIN tenant t ON t.id = a.tenant_id
       WHERE g.id = ANY ($1::uuid[])`,
      [unnamed.map((row) => row.id)],
    ),
  );
  const known = new Map(names.map((row) => [row.id, row]));
  for (const row of unnamed) {
    const holder = known.get(row.accountId);
    if (!holder) continue;
    row.accountName = `${holder.name}（${holder.tenant}）`;
    row.accountLogin = holder.login;
  }
}
