import { isDeepStrictEqual } from 'node:util';
import type { TextOwner } from './organ-texts.js';
import type { Kept, RecordedTable, Row } from './recorded-rows.js';
import { keyOf } from './recorded-rows.js';
import type { Reorganisation } from './reorganisation.js';
import type { PlanTx } from './reorganisation-part.js';

/**
 * What earlier plans, applied and not taken back, wrote into the columns of a table: by subject. A field in `overridden`
 * that still holds it was changed by a plan and not by a person.
 */
export async function writtenByPlans(tx: PlanTx, table: RecordedTable): Promise<Map<string, Row>> {
  const rows = await tx.query<{ subject: string; after: Row }>(
    `SELECT c.subject, c.after FROM reorganisation_change c
     JOIN reorganisation r ON r.tenant_id = c.tenant_id AND r.id = c.plan_id
     WHERE c.tenant_id = $1 AND c.subject >= $2 || ':' AND c.subject < $2 || ';' AND c.after IS NOT NULL AND r.state = 'applied'
     ORDER BY r.applied_at, c.position`,
    [tx.scope.tenantId, table.name],
  );
  const written = new Map<string, Row>();
  for (const { subject, after } of rows) written.set(subject, { ...written.get(subject), ...after });
  return written;
}

export interface TextField {
  column: string;
  /** Characters that it may have. */
  most: number;
}

/** Rewrites the texts of one row, unless a person changed them. */
export class TextRewriting {
  readonly kept: Kept[] = [];

  constructor(
    private readonly plan: Reorganisation,
    private readonly table: RecordedTable,
    private readonly written: ReadonlyMap<string, Row>,
  ) {}

  isByHand(row: Row, column: string): boolean {
    const marks = (this.table.marks ? row[this.table.marks] : []) as string[];
    if (!marks.includes(column)) return false;
    const put = this.written.get(`${this.table.name}:${keyOf(this.table, row)}`);
    return !put || !(column in put) || !isDeepStrictEqual(put[column], row[column]);
  }

  /** @returns the fields to be set */
  fields(row: Row, fields: readonly TextField[], owner: TextOwner): Row {
    const set: Row = {};
    for (const { column, most } of fields) {
      const value = row[column];
      const texts = (Array.isArray(value) ? value : [value]) as string[];
      const rewritten = texts.map((text) => this.plan.texts.rewrite(text, owner));
      for (const name of new Set(rewritten.flatMap(({ undecided }) => undecided)))
        this.keep(row, column, `“${name}”分成了几个机关，请人工改`);
      const after = rewritten.map(({ text }) => text);
      if (isDeepStrictEqual(after, texts)) continue;
      if (after.some((text) => [...text].length > most))
        this.keep(row, column, `换成新名称后超过 ${most} 个字，请人工改`);
      else this.set(set, row, column, Array.isArray(value) ? [...new Set(after)] : after[0]);
    }
    return set;
  }

  /** Sets a field, or keeps it and lists it when a person changed it. */
  set(set: Row, row: Row, column: string, value: unknown): void {
    if (this.isByHand(row, column)) this.keep(row, column, '被人改过，没有替换');
    else set[column] = value;
  }

  private keep(row: Row, column: string, why: string): void {
    const value = row[column];
    this.kept.push({
      name: this.table.nameOf(row),
      field: this.table.columns[column] ?? '',
      value: Array.isArray(value) ? value.join('、') : String(value),
      why,
    });
  }

  /** What is inherited from a blueprint and written here is marked, so that the blueprint does not take it back. */
  marked(set: Row, row: Row, inherited: readonly string[]): Row {
    const { marks } = this.table;
    const columns = inherited.filter((column) => column in set);
    if (!marks || columns.length === 0) return set;
    return { ...set, [marks]: [...new Set([...(row[marks] as string[]), ...columns])] };
  }
}
