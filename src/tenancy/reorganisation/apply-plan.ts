import { authorize, type DeskContext, writing } from '../../authority/desk-context.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { Calendar } from '../../kernel/time/calendar.js';
import { type ChangeOfPart, carryOut, openReorganisation, reported, takeTurn } from './carry-out.js';
import { reorganisationErrors } from './errors.js';
import { lineText } from './organs-part.js';
import { faultText } from './plan-line.js';
import type { PlanReport } from './plan-report.js';
import { subjectOf } from './recorded-rows.js';
import type { Reorganisation } from './reorganisation.js';
import type { PlanTx, ReorganisationPart } from './reorganisation-part.js';
import { findPlan, holdPlan, requireComing, requireState, requireUnchanged, type StoredPlan } from './stored-plan.js';
import { countChanges } from './try-plan.js';

/** Carries a plan out, whole or not at all, and writes down each row that it changes, as it was and as it became. */
export class ApplyPlan {
  constructor(
    private readonly work: UnitOfWork,
    private readonly calendar: Calendar,
    private readonly parts: readonly ReorganisationPart[],
  ) {}

  /**
   * @param seen the draft number of what the caller was shown; left out: whatever the plan says
   * @throws UserError `authority.missing`, `authority.refused`, `reorganisation.state`, `reorganisation.too-early`,
   * `reorganisation.day-gone`, `reorganisation.changed-meanwhile`, `reorganisation.conflicts` (all of them), `tenancy.archived`
   */
  async run(
    ctx: DeskContext,
    planId: string,
    { now = new Date(), seen }: { now?: Date; seen?: number } = {},
  ): Promise<PlanReport> {
    const { tenantId } = await findPlan(this.work, ctx, planId);
    authorize(ctx, 'reorganisation.apply', { tenantId });
    return this.work.run(writing(ctx, tenantId), async (tx) => {
      const plan = await holdPlan(tx, planId);
      requireState(plan, ['tried', 'scheduled'], '执行');
      const today = this.calendar.day(now);
      const day = plan.day ?? today;
      requireUnchanged(plan, seen);
      requireComing(plan, today, '执行');
      if (day > today) throw reorganisationErrors['reorganisation.too-early']({ title: plan.title, day });
      await takeTurn(tx);
      const reorganisation = await openReorganisation(tx, plan, day, this.calendar.instant(day));
      const { report, changes, tags } = await carryOut(tx, reorganisation, this.parts);
      if (report.conflicts.length > 0) throw conflictsError(plan, report);
      await this.writeDown(tx, plan, day, report, changes);
      auditRows(tx, reorganisation, this.parts, changes, 'reorganisation.row-changed');
      await tx.emit({ name: 'tenancy.organs-reorganised', tenantId, tags });
      return report;
    });
  }

  private async writeDown(
    tx: PlanTx,
    plan: StoredPlan,
    day: string,
    report: PlanReport,
    changes: readonly ChangeOfPart[],
  ): Promise<void> {
    const rows = changes.map((change, i) => ({ ...change, position: i + 1, subject: subjectOf(change) }));
    await tx.query(
      `INSERT INTO reorganisation_change (tenant_id, plan_id, position, part, subject, key, name, before, after)
       SELECT $1, $2, c.position, c.part, c.subject, c.key, c.name, c.before, c.after
       FROM jsonb_to_recordset($3) AS c(position int, part text, subject text, key jsonb, name text, before jsonb, after jsonb)`,
      [plan.tenantId, plan.id, JSON.stringify(rows)],
    );
    await tx.query(
      `UPDATE reorganisation SET state = 'applied', day = $3, report = $4, failure = NULL, applied_at = clock_timestamp(),
         applied_by = $5
       WHERE tenant_id = $1 AND id = $2`,
      [plan.tenantId, plan.id, day, JSON.stringify(report), tx.scope.actor.name],
    );
    tx.audit('reorganisation.applied', `reorganisation:${plan.id}`, {
      name: plan.title,
      day,
      lines: plan.lines.map(lineText),
      changes: countChanges(report),
      kept: report.kept.length,
    });
  }
}

export const conflictsError = ({ title }: StoredPlan, { conflicts }: PlanReport) =>
  reorganisationErrors['reorganisation.conflicts']({
    title,
    conflicts: faultText(conflicts.map(({ row, sentence }) => ({ row: row ?? 0, sentence }))),
  });

/** Each row in the audit, so that who looks for a person or a channel finds what the plan did to it. */
export function auditRows(
  tx: PlanTx,
  plan: Reorganisation,
  parts: readonly ReorganisationPart[],
  changes: readonly ChangeOfPart[],
  act: 'reorganisation.row-changed' | 'reorganisation.row-restored',
): void {
  for (const change of changes) {
    const part = parts.find(({ name }) => name === change.part)!;
    const told = part.tables.some(({ name, quiet }) => name === change.table && !quiet) && reported(part, plan, change);
    if (!told) continue;
    const side = (of: 'before' | 'after') =>
      change[of] && Object.fromEntries(told.fields.map((field) => [field.label, field[of]]));
    tx.audit(act, subjectOf(change), {
      name: told.name,
      before: side('before'),
      after: side('after'),
      plan: plan.plan.title,
    });
  }
}
