import { authorize, type DeskContext, writing } from '../../authority/desk-context.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { Calendar } from '../../kernel/time/calendar.js';
import { carryOut, openReorganisation, takeTurn } from './carry-out.js';
import { reorganisationErrors } from './errors.js';
import type { PlanState } from './plan-line.js';
import type { PlanReport } from './plan-report.js';
import type { ReorganisationPart } from './reorganisation-part.js';
import { findPlan, holdPlan, requireComing, requireState, requireUnchanged, type StoredPlan } from './stored-plan.js';

/**
 * Does a plan in earnest and takes it back at once: what it reports is what applying it now would do. The report is kept
 * with the plan; one without conflicts may be scheduled.
 */
export class TryPlan {
  constructor(
    private readonly work: UnitOfWork,
    private readonly calendar: Calendar,
    private readonly parts: readonly ReorganisationPart[],
  ) {}

  /**
   * For the plan's day; while it has none, for today.
   * @throws UserError `authority.missing`, `authority.refused`, `reorganisation.state`, `reorganisation.day-gone`,
   * `reorganisation.changed-meanwhile`, `tenancy.archived`
   */
  async run(ctx: DeskContext, planId: string): Promise<PlanReport> {
    const plan = await findPlan(this.work, ctx, planId);
    authorize(ctx, 'reorganisation.plan', plan);
    requireState(plan, ['draft', 'tried', 'scheduled'], '试算');
    const today = this.calendar.day(new Date());
    requireComing(plan, today, '试算');
    const day = plan.day ?? today;
    const report = await this.forDay(ctx, plan, day);
    await this.keep(ctx, plan, day, report);
    return report;
  }

  /**
   * What it would do from another day on: kept nowhere.
   * @param day YYYY-MM-DD
   * @throws UserError `tenancy.archived`
   */
  async forDay(ctx: DeskContext, plan: StoredPlan, day: string): Promise<PlanReport> {
    authorize(ctx, 'reorganisation.plan', plan);
    const { report } = await this.work.rehearse(writing(ctx, plan.tenantId), async (tx) => {
      await takeTurn(tx);
      return carryOut(tx, await openReorganisation(tx, plan, day, this.calendar.instant(day)), this.parts);
    });
    return report;
  }

  private async keep(ctx: DeskContext, tried: StoredPlan, day: string, report: PlanReport): Promise<void> {
    await this.work.run(writing(ctx, tried.tenantId), async (tx) => {
      const plan = await holdPlan(tx, tried.id);
      requireUnchanged(plan, tried.draftNumber);
      if (plan.state !== tried.state)
        throw reorganisationErrors['reorganisation.changed-meanwhile']({ title: plan.title });
      const passed: PlanState = report.conflicts.length > 0 ? 'draft' : 'tried';
      await tx.query(
        `UPDATE reorganisation SET state = $3, report = $4, tried_at = now(), tried_day = $5
         WHERE tenant_id = $1 AND id = $2`,
        [plan.tenantId, plan.id, plan.state === 'scheduled' ? plan.state : passed, JSON.stringify(report), day],
      );
      tx.audit('reorganisation.tried', `reorganisation:${plan.id}`, {
        name: plan.title,
        day,
        conflicts: report.conflicts.length,
        changes: countChanges(report),
      });
    });
  }
}

/** Rows that move, by the part's title. */
export const countChanges = (report: PlanReport): Record<string, number> =>
  Object.fromEntries(report.parts.map(({ title, changes }) => [title, changes.length]));
