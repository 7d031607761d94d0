import { requireWritable } from '../tenant/tenant.queries.js';
import { readOrgans } from './plan-facts.js';
import type { PlanReport, ReportedChange } from './plan-report.js';
import { fixTimeZone, type RowChange } from './recorded-rows.js';
import { Reorganisation } from './reorganisation.js';
import type { Finding, PlanTx, ReorganisationPart } from './reorganisation-part.js';
import { plainly } from './restored-rows.js';
import type { StoredPlan } from './stored-plan.js';

export type ChangeOfPart = RowChange & { part: string };

export interface Outcome {
  report: PlanReport;
  changes: ChangeOfPart[];
  tags: string[];
}

/**
 * Takes the turn to reorganise this tenant: one at a time, and nobody changes its channels or adds to its organs meanwhile.
 * Sites are locked first, as whoever changes channels does, then (by their part) organs.
 * @throws UserError `tenancy.archived`
 */
export async function takeTurn(tx: PlanTx): Promise<void> {
  await requireWritable(tx);
  await tx.query('SELECT FROM tenant WHERE id = $1 FOR NO KEY UPDATE', [tx.scope.tenantId]);
  await tx.query('SELECT FROM site WHERE tenant_id = $1 ORDER BY id FOR NO KEY UPDATE', [tx.scope.tenantId]);
  await fixTimeZone(tx);
}

/** The plan over the organs as they stand now. */
export async function openReorganisation(
  tx: PlanTx,
  plan: StoredPlan,
  day: string,
  from: Date,
): Promise<Reorganisation> {
  const [tenant] = await tx.query<{ name: string; path: string }>('SELECT name, path FROM tenant WHERE id = $1', [
    tx.scope.tenantId,
  ]);
  const lineage = tenant!.path.split('/').filter(Boolean);
  const places = await tx.query<{ name: string }>('SELECT DISTINCT name FROM region WHERE code <> ALL ($1::text[])', [
    lineage,
  ]);
  return new Reorganisation(
    { id: plan.id, title: plan.title, day, from: from.toISOString() },
    plan.lines,
    plan.made,
    await readOrgans(tx),
    { tenantName: tenant!.name, foreignPlaces: new Set(places.map(({ name }) => name)) },
  );
}

/**
 * Everything that a plan does, in this transaction: the same for a trial, which is taken back, and in earnest. With
 * conflicts nothing is done.
 */
export async function carryOut(
  tx: PlanTx,
  plan: Reorganisation,
  parts: readonly ReorganisationPart[],
): Promise<Outcome> {
  const report: PlanReport = { conflicts: [], warnings: [], kept: [], parts: [] };
  for (const part of parts) {
    const { conflicts, warnings } = await part.foresee(tx, plan);
    report.conflicts.push(...conflicts);
    report.warnings.push(...warnings);
  }
  const outcome: Outcome = { report, changes: [], tags: [] };
  if (report.conflicts.length === 0)
    for (const part of parts) {
      const { changes, kept, warnings = [], tags } = await part.apply(tx, plan, outcome.changes);
      outcome.changes.push(...changes.map((change) => ({ ...change, part: part.name })));
      outcome.tags.push(...tags);
      report.warnings.push(...warnings);
      report.kept.push(...kept.map((one) => ({ ...one, part: part.title })));
      const told = changes.flatMap((change) => reported(part, plan, change) ?? []);
      if (told.length > 0) report.parts.push({ part: part.name, title: part.title, changes: told });
    }
  const inOrder = (a: Finding, b: Finding) => (a.row ?? Infinity) - (b.row ?? Infinity);
  report.conflicts.sort(inOrder);
  report.warnings.sort(inOrder);
  return outcome;
}

/** Null: nothing that people are told. */
export function reported(part: ReorganisationPart, plan: Reorganisation, change: RowChange): ReportedChange | null {
  const { before, after, name } = change;
  const table = part.tables.find((one) => one.name === change.table && columnsKnown(one.columns, before ?? after!));
  const say = (column: string, value: unknown) =>
    value === null || value === undefined ? '' : (part.say?.(column, value, plan) ?? plainly(column, value));
  const fields = Object.entries(table?.columns ?? {})
    .filter(([column, label]) => label !== '' && column in (after ?? before!))
    .map(([column, label]) => ({ label, before: say(column, before?.[column]), after: say(column, after?.[column]) }))
    .filter((field) => field.before !== field.after);
  if (fields.length === 0 && before && after) return null;
  return { name, what: !before ? 'made' : !after ? 'removed' : 'changed', fields };
}

const columnsKnown = (columns: Readonly<Record<string, string>>, row: Record<string, unknown>): boolean =>
  Object.keys(row).some((column) => column in columns);
