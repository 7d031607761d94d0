import type { TenantScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import type { Kept, RecordedTable, RowChange } from './recorded-rows.js';
import type { Reorganisation } from './reorganisation.js';
import type { Restored } from './restored-rows.js';

export type PlanTx = Tx<TenantScope>;

/** Something to be known before a plan is applied, and the line of the plan that it concerns. */
export interface Finding {
  row: number | null;
  sentence: string;
}

export interface Foreseen {
  /** Why it cannot be applied: all reasons. */
  conflicts: Finding[];
  /** What people might not expect of it. */
  warnings: Finding[];
}

export interface CarriedOut {
  changes: RowChange[];
  kept: Kept[];
  warnings?: Finding[];
  /** Public pages that show it. */
  tags: string[];
}

export interface PutBack extends Restored {
  tags: string[];
}

/**
 * What a room does when organs are reorganised. A room joins by one of these, given to the commands at the top; parts are
 * applied in their order and taken back in the opposite one, all in one transaction. A part changes rows of its own room
 * alone, by `changeRows` and its like, which keep what they changed.
 */
export interface ReorganisationPart {
  /** Stands with each change in the database: for good. */
  name: string;
  /** What the preview calls it: 人员. */
  title: string;
  tables: readonly RecordedTable[];
  /** A value of a column in people's words. */
  say?(column: string, value: unknown, plan: Reorganisation): string;
  /** Looks, and changes nothing. */
  foresee(tx: PlanTx, plan: Reorganisation): Promise<Foreseen>;
  /** @param done what the parts before it changed */
  apply(tx: PlanTx, plan: Reorganisation, done: readonly RowChange[]): Promise<CarriedOut>;
  /** Why it cannot be taken back: all reasons, one sentence each. Looks, and changes nothing. */
  obstacles(tx: PlanTx, plan: Reorganisation, changes: readonly RowChange[]): Promise<string[]>;
  takeBack(tx: PlanTx, plan: Reorganisation, changes: readonly RowChange[]): Promise<PutBack>;
}

/**
 * Rows that belong to an organ of the plan's making and came to it otherwise: with them it cannot be taken away.
 * @param column which names the organ
 */
export async function stayBehind(
  tx: PlanTx,
  plan: Reorganisation,
  table: RecordedTable,
  column: string,
  changes: readonly RowChange[],
): Promise<{ organ: string; row: string }[]> {
  const made = [...plan.made.keys()];
  if (made.length === 0) return [];
  const key = table.key.map((name) => `t.${name}`).join(` || ' ' || `);
  const rows = await tx.query<{ id: string; organId: string; row: Record<string, unknown> }>(
    `SELECT ${key} AS id, t.${column} AS "organId", to_jsonb(t) AS row FROM ${table.name} t
     WHERE t.tenant_id = $1 AND t.${column} = ANY ($2::uuid[]) ORDER BY 1`,
    [tx.scope.tenantId, made],
  );
  const brought = new Set(
    changes
      .filter(({ after, before }) => before && after && made.includes(String(after[column])))
      .map(({ key: own }) => Object.values(own).join(' ')),
  );
  return rows
    .filter((row) => !brought.has(row.id))
    .map(({ organId, row }) => ({ organ: plan.nameOf(organId), row: table.nameOf(row) }));
}
