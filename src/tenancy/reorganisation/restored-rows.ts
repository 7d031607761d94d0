import { isDeepStrictEqual } from 'node:util';
import type { Scope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import {
  addRows,
  type Kept,
  keyOf,
  lockRows,
  type RecordedTable,
  type Row,
  type RowChange,
  type Say,
  writeRows,
} from './recorded-rows.js';

export interface Restored {
  /** What went back, as a change in the other direction. */
  changes: RowChange[];
  kept: Kept[];
}

const BY_HAND = '执行后被人改过，保持现在的样子';

/**
 * Brings rows back to what they were before a plan, column by column: what is no longer as the plan left it was changed by
 * hand since, stays, and is listed.
 */
export async function restoreRows(
  tx: Tx<Scope>,
  table: RecordedTable,
  tenantId: string,
  changes: readonly RowChange[],
  say: Say = plainly,
): Promise<Restored> {
  const current = await currentRows(tx, table, tenantId, changes);
  const restored: Restored = { changes: [], kept: [] };
  const writes: Row[] = [];
  for (const change of changes) {
    const { key, before, after } = change;
    const now = current.get(keyOf(table, key));
    if (before && after) {
      if (!now) {
        restored.kept.push({ name: change.name, field: '', value: '', why: '执行后已被删除' });
        continue;
      }
      const { set, kept } = goesBack(table, now, before, after, say);
      restored.kept.push(...kept.map((one) => ({ ...one, name: change.name })));
      if (Object.keys(set).length === 0) continue;
      writes.push({ ...key, ...set });
      const was = Object.fromEntries(Object.keys(set).map((column) => [column, now[column]]));
      restored.changes.push({ ...change, before: was, after: set });
    }
  }
  await writeRows(tx, table, tenantId, writes);
  for (const change of changes) {
    const now = current.get(keyOf(table, change.key));
    if (!change.before && now) {
      // What the plan made goes, with whatever was changed of it since; that is listed, so that nobody misses it.
      for (const [column, value] of Object.entries(now))
        if (table.columns[column] && !isDeepStrictEqual(value, change.after?.[column]))
          restored.kept.push({
            name: change.name,
            field: table.columns[column],
            value: say(column, value),
            why: '执行后被人改过，随方案新设的一起撤去',
          });
      await removeRow(tx, table, tenantId, change.key);
      restored.changes.push({ ...change, before: now, after: null });
    }
    if (!change.after) {
      if (now) restored.kept.push({ name: change.name, field: '', value: '', why: BY_HAND });
      else restored.changes.push(...(await addBack(tx, table, tenantId, change)));
    }
  }
  return restored;
}

async function currentRows(
  tx: Tx<Scope>,
  table: RecordedTable,
  tenantId: string,
  changes: readonly RowChange[],
): Promise<Map<string, Row>> {
  const same = table.key.map((column) => `t.${column} = d.${column}`).join(' AND ');
  const where = `EXISTS (SELECT FROM jsonb_populate_recordset(NULL::${table.name}, $2) d WHERE ${same})`;
  const keys = JSON.stringify(changes.map((change) => change.key));
  const rows = changes.length > 0 ? await lockRows(tx, table, tenantId, where, [keys]) : [];
  return new Map(rows.map((row) => [keyOf(table, row), row]));
}

/** Which columns may go back, and to what. */
export function goesBack(
  table: RecordedTable,
  now: Row,
  before: Row,
  after: Row,
  say: Say = plainly,
): { set: Row; kept: Omit<Kept, 'name'>[] } {
  const columns = Object.keys(after).filter((column) => column !== table.marks);
  const untouched = (column: string) => !(column in after) || isDeepStrictEqual(now[column], after[column]);
  const stays = columns.filter((column) => {
    const group = table.together?.find((one) => one.includes(column)) ?? [column];
    return !group.every(untouched);
  });
  const set = Object.fromEntries(columns.filter((c) => !stays.includes(c)).map((c) => [c, before[c]]));
  const kept = stays
    .filter((column) => table.columns[column])
    .map((column) => ({ field: table.columns[column]!, value: say(column, now[column]), why: BY_HAND }));
  if (table.marks && table.marks in after) {
    const [was, put, is] = [before, after, now].map((row) => row[table.marks!] as string[]);
    const added = put!.filter((mark) => !was!.includes(mark));
    const marks = is!.filter((mark) => !added.includes(mark) || stays.includes(mark));
    if (!isDeepStrictEqual(marks, is)) set[table.marks] = marks;
  }
  return { set, kept };
}

/** A value that speaks for itself. */
export function plainly(_column: string, value: unknown): string {
  return Array.isArray(value) ? value.join('、') : String(value ?? '');
}

async function removeRow(tx: Tx<Scope>, table: RecordedTable, tenantId: string, key: Row): Promise<void> {
  const columns = Object.keys(key);
  await tx.query(
    `DELETE FROM ${table.name} WHERE tenant_id = $1 AND ${columns.map((column, i) => `${column} = $${i + 2}`).join(' AND ')}`,
    [tenantId, ...Object.values(key)],
  );
}

async function addBack(tx: Tx<Scope>, table: RecordedTable, tenantId: string, change: RowChange): Promise<RowChange[]> {
  const { tenant_id, ...row } = change.before!;
  return addRows(tx, table, tenantId, [row]);
}
