import { isDeepStrictEqual } from 'node:util';
import type { Scope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';

/** A row as PostgreSQL writes it into jsonb. */
export type Row = Record<string, unknown>;

/** A table of a room, as far as plans change its rows. All of it is constant text of the program. */
export interface RecordedTable {
  name: string;
  /** Columns of its key beside `tenant_id`. */
  key: readonly string[];
  /** Columns that a plan may change, with what people call them; '' for what they are not told. */
  columns: Readonly<Record<string, string>>;
  /** Columns that say something only together: if one was changed since, none goes back. */
  together?: readonly (readonly string[])[];
  /** Set of names of columns that were changed by hand: each goes back with its column. */
  marks?: string;
  /** Its rows are not told one by one in the audit: the part says there what matters. */
  quiet?: true;
  /** Its rows come and go and are never changed in place: nothing to lock. */
  unlocked?: true;
  /** What a row is called where people read it. */
  nameOf(row: Row): string;
}

/** A value of a column in people's words: names for ids. */
export type Say = (column: string, value: unknown) => string;

/** A row that a plan changed: null before, it was made; null after, it was removed. Of a change only what differs. */
export interface RowChange {
  table: string;
  key: Row;
  name: string;
  before: Row | null;
  after: Row | null;
}

/** Something that a person changed by hand and a plan therefore left alone. */
export interface Kept {
  name: string;
  /** What of it: 简介; '' for the whole. */
  field: string;
  value: string;
  why: string;
}

export const keyOf = (table: RecordedTable, row: Row): string =>
  table.key.map((column) => String(row[column])).join(' ');

export const subjectOf = (change: Pick<RowChange, 'table' | 'key'>): string =>
  `${change.table}:${Object.values(change.key).join(' ')}`;

/**
 * Rows of the scope's tenant, locked until the transaction ends.
 * @param where about `t`; the parameters begin with $2
 * @param strength 'UPDATE': nobody can refer to them anew meanwhile
 */
export async function lockRows(
  tx: Tx<Scope>,
  table: RecordedTable,
  tenantId: string,
  where: string,
  parameters: unknown[] = [],
  strength: 'NO KEY UPDATE' | 'UPDATE' = 'NO KEY UPDATE',
): Promise<Row[]> {
  const order = table.key.map((column) => `t.${column}`).join(', ');
  const rows = await tx.query<{ row: Row }>(
    `SELECT to_jsonb(t) AS row FROM ${table.name} t WHERE t.tenant_id = $1 AND (${where}) ORDER BY ${order} ${table.unlocked ? '' : `FOR ${strength}`}`,
    [tenantId, ...parameters],
  );
  return rows.map(({ row }) => row);
}

/** Instants in rows are compared as text: whatever the server's zone is when a plan is applied and when it is taken back. */
export const fixTimeZone = (tx: Tx<Scope>): Promise<unknown> => tx.query(`SELECT set_config('TimeZone', 'UTC', true)`);

/** Sets columns of rows that were read by `lockRows`. @returns what really differs, as PostgreSQL has it now */
export async function changeRows(
  tx: Tx<Scope>,
  table: RecordedTable,
  tenantId: string,
  edits: readonly { row: Row; set: Row }[],
): Promise<RowChange[]> {
  const changes = edits.flatMap(({ row, set }) => differenceOf(table, row, { ...row, ...set }) ?? []);
  const wanted = changes.map(({ key, after }) => ({ ...key, ...after }));
  const written = new Map((await writeRows(tx, table, tenantId, wanted)).map((row) => [keyOf(table, row), row]));
  return changes.map((change) => {
    const row = written.get(keyOf(table, change.key))!;
    return { ...change, after: Object.fromEntries(Object.keys(change.after!).map((column) => [column, row[column]])) };
  });
}

/** Rows that are new. Columns left out take their defaults. */
export async function addRows(
  tx: Tx<Scope>,
  table: RecordedTable,
  tenantId: string,
  rows: readonly Row[],
): Promise<RowChange[]> {
  const added: Row[] = [];
  for (const row of rows) {
    const columns = Object.keys(row);
    const names = columns.map((column) => `"${column}"`).join(', ');
    const [made] = await tx.query<{ row: Row }>(
      `WITH made AS (
         INSERT INTO ${table.name} (tenant_id, ${names})
         SELECT $1, ${columns.map((column) => `d."${column}"`).join(', ')} FROM jsonb_populate_record(NULL::${table.name}, $2) d
         RETURNING *
       ) SELECT to_jsonb(made) AS row FROM made`,
      [tenantId, JSON.stringify(row)],
    );
    added.push(made!.row);
  }
  return added.map((row) => ({
    table: table.name,
    key: keyColumns(table, row),
    name: table.nameOf(row),
    before: null,
    after: row,
  }));
}

/** What came about between two readings of the same rows by statements of the room's own. */
export function differencesOf(table: RecordedTable, before: readonly Row[], after: readonly Row[]): RowChange[] {
  const was = new Map(before.map((row) => [keyOf(table, row), row]));
  const is = new Map(after.map((row) => [keyOf(table, row), row]));
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((key) => {
    const [old, now] = [was.get(key), is.get(key)];
    const known = (old ?? now)!;
    const whole = { table: table.name, key: keyColumns(table, known), name: table.nameOf(known) };
    if (!old || !now) return [{ ...whole, before: old ?? null, after: now ?? null }];
    return differenceOf(table, old, now) ?? [];
  });
}

function differenceOf(table: RecordedTable, before: Row, after: Row): RowChange | null {
  const columns = Object.keys(table.columns).filter((column) => !isDeepStrictEqual(before[column], after[column]));
  if (columns.length === 0) return null;
  const only = (row: Row) => Object.fromEntries(columns.map((column) => [column, row[column]]));
  return {
    table: table.name,
    key: keyColumns(table, before),
    name: table.nameOf(after),
    before: only(before),
    after: only(after),
  };
}

const keyColumns = (table: RecordedTable, row: Row): Row =>
  Object.fromEntries(table.key.map((column) => [column, row[column]]));

/** Each row with its key and the columns to be set. @returns the rows as they are then */
export async function writeRows(
  tx: Tx<Scope>,
  table: RecordedTable,
  tenantId: string,
  rows: readonly Row[],
): Promise<Row[]> {
  const all: Row[] = [];
  const columnsOf = (row: Row) => Object.keys(row).filter((column) => !table.key.includes(column));
  for (const [list, alike] of Map.groupBy(rows, (row) => columnsOf(row).join())) {
    const set = list.split(',').map((column) => `"${column}" = d."${column}"`);
    const same = table.key.map((column) => `t.${column} = d.${column}`);
    const written = await tx.query<{ row: Row }>(
      `WITH written AS (
         UPDATE ${table.name} t SET ${set.join(', ')} FROM jsonb_populate_recordset(NULL::${table.name}, $2) d
         WHERE t.tenant_id = $1 AND ${same.join(' AND ')} RETURNING t.*
       ) SELECT to_jsonb(written) AS row FROM written`,
      [tenantId, JSON.stringify(alike)],
    );
    if (written.length !== alike.length)
      throw new Error(`${table.name}: ${alike.length} rows were to be written, ${written.length} were`);
    all.push(...written.map(({ row }) => row));
  }
  return all;
}
