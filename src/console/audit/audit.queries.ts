import { conditionSql } from '../../authority/condition-sql.js';
import { type DeskContext, reading } from '../../authority/desk-context.js';
import { authorityErrors } from '../../authority/errors.js';
import type { AuditEntry } from '../../kernel/audit/audit.queries.js';
import { auditDigest, CHAINED_COLUMNS, type ChainedEntry, chainStart } from '../../kernel/audit/audit-digest.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';

export interface AuditTenant {
  id: string;
  name: string;
}

/** The tenants whose audit the caller may read or export, the platform first. */
export function findAuditTenants(
  work: UnitOfWork,
  ctx: DeskContext,
  action: 'audit.read' | 'audit.export',
): Promise<AuditTenant[]> {
  const { sql, parameters } = conditionSql(ctx.ability, action, { tenantId: 't.id' });
  return work.run(reading(ctx), (tx) =>
    tx.query<AuditTenant>(`SELECT t.id, t.name FROM tenant t WHERE ${sql} ORDER BY t.path, t.id`, parameters),
  );
}

/** Accounts in whose name stands what was typed, of the tenants whose audit the caller may read or export. */
export async function findPeopleCalled(
  work: UnitOfWork,
  ctx: DeskContext,
  action: 'audit.read' | 'audit.export',
  typed: string,
): Promise<{ id: string; login: string }[]> {
  if (!typed) return [];
  const { sql, parameters } = conditionSql(ctx.ability, action, { tenantId: 'a.tenant_id' }, [typed]);
  return work.run(reading(ctx), (tx) =>
    tx.query<{ id: string; login: string }>(
      `SELECT a.id, a.login FROM account a WHERE strpos(a.name, $1) > 0 AND ${sql}`,
      parameters,
    ),
  );
}

/** An entry with its place in the chain. */
export interface ChainedAuditEntry extends AuditEntry {
  /** SHA-256, as hexadecimal digits. */
  hash: string;
  previousHash: string;
  /** What it says and the entry before it give its hash; `gone`: the one before is not there. */
  chain: 'joined' | 'broken' | 'gone';
  hasNext: boolean;
}

type Row = ChainedEntry & { moment: Date; tenantName: string };

/**
 * One entry, whose hash is counted anew from the one before.
 * @throws UserError `authority.missing` for one that is not there, or is not the caller's to read
 */
export async function findAuditEntry(
  work: UnitOfWork,
  ctx: DeskContext,
  tenantId: string,
  position: number,
): Promise<ChainedAuditEntry> {
  const given = [tenantId, [position - 1, position, position + 1]];
  const { sql, parameters } = conditionSql(ctx.ability, 'audit.read', { tenantId: 'a.tenant_id' }, given);
  const rows = await work.run(reading(ctx), (tx) =>
    tx.query<Row>(
      `SELECT ${CHAINED_COLUMNS}, at AS moment, (SELECT name FROM tenant t WHERE t.id = a.tenant_id) AS "tenantName"
       FROM audit a WHERE a.tenant_id = $1::uuid AND a.position = ANY ($2::bigint[]) AND ${sql}`,
      parameters,
    ),
  );
  const at = (wanted: number) => rows.find((row) => row.position === wanted);
  const row = at(position);
  if (!row) throw authorityErrors['authority.missing']();
  const previous = position === 1 ? chainStart(tenantId) : at(position - 1)?.hash;
  const { moment, tenantName, hash, ...entry } = row;
  return {
    ...entry,
    at: moment,
    tenantName,
    actorId: entry.actorId || null,
    detail: JSON.parse(entry.detail) as Record<string, unknown>,
    hash: hash.toString('hex'),
    previousHash: previous?.toString('hex') ?? '',
    chain: !previous ? 'gone' : auditDigest(previous, row).equals(hash) ? 'joined' : 'broken',
    hasNext: at(position + 1) !== undefined,
  };
}

/**
 * What the numbers in entries of some tenants stand for now, of what stands in these; a number without a name is left out.
 * @param action by which the caller sees the entries
 */
export async function findNames(
  work: UnitOfWork,
  ctx: DeskContext,
  action: 'audit.read' | 'audit.export',
  tenantIds: readonly string[],
  numbers: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (numbers.length === 0) return new Map();
  const given = [[...new Set(tenantIds)], [...new Set(numbers)]];
  const { sql, parameters } = conditionSql(ctx.ability, action, { tenantId: 'n.tenant_id' }, given);
  const named = (table: string, name = 'name') =>
    `SELECT tenant_id, id, ${name} AS name FROM ${table} WHERE tenant_id = ANY ($1::uuid[]) AND id = ANY ($2::uuid[])`;
  const rows = await work.run(reading(ctx), (tx) =>
    tx.query<{ id: string; name: string }>(
      `SELECT n.id, n.name FROM (${NAMED.map(([table, name]) => named(table, name)).join(' UNION ALL ')}) n WHERE ${sql}
       UNION ALL SELECT id, name FROM tenant WHERE id = ANY ($2::uuid[])`,
      parameters,
    ),
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}

const NAMED = [
  ['site', 'name'],
  ['channel', 'name'],
  ['organ', 'name'],
  ['account', 'name'],
  ['reorganisation', 'title'],
] as const;
