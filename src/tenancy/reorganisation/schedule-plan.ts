import { authorize, type DeskContext, writing } from '../../authority/desk-context.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { Calendar } from '../../kernel/time/calendar.js';
import { conflictsError } from './apply-plan.js';
import { reorganisationErrors } from './errors.js';
import { comingDay } from './plan-day.js';
import { findPlan, holdPlan, requireState, requireUnchanged } from './stored-plan.js';
import type { TryPlan } from './try-plan.js';

/** Sets the day from which a plan that was tried holds; again for another day. What the trial showed is of that day. */
export class SchedulePlan {
  constructor(
    private readonly work: UnitOfWork,
    private readonly calendar: Calendar,
    private readonly trial: TryPlan,
  ) {}

  /**
   * @param written a day, today or later
   * @param seen the draft number of what the caller was shown
   * @throws UserError `authority.missing`, `authority.refused`, `reorganisation.state`, `reorganisation.day-*`,
   * `reorganisation.changed-meanwhile`, `reorganisation.conflicts` when it was tried for another day and cannot be done on
   * this one
   */
  async run(ctx: DeskContext, planId: string, written: string, seen?: number): Promise<void> {
    const found = await findPlan(this.work, ctx, planId);
    const { tenantId } = found;
    authorize(ctx, 'reorganisation.plan', { tenantId });
    const day = comingDay(written, this.calendar.day(new Date()));
    requireState(found, ['tried', 'scheduled'], '排期');
    const report = found.triedDay === day ? null : await this.trial.forDay(ctx, found, day);
    if (report && report.conflicts.length > 0) throw conflictsError(found, report);
    await this.work.run(writing(ctx, tenantId), async (tx) => {
      const plan = await holdPlan(tx, planId);
      requireState(plan, ['tried', 'scheduled'], '排期');
      requireUnchanged(plan, seen ?? found.draftNumber);
      // Tried for this day when it was found, and for another one since.
      if (!report && plan.triedDay !== day)
        throw reorganisationErrors['reorganisation.changed-meanwhile']({ title: plan.title });
      await tx.query(
        `UPDATE reorganisation SET state = 'scheduled', day = $3, failure = NULL,
           draft_number = draft_number + CASE WHEN day IS DISTINCT FROM $3::date THEN 1 ELSE 0 END,
           report = coalesce($4, report), tried_day = $3, tried_at = CASE WHEN $4::jsonb IS NULL THEN tried_at ELSE now() END
         WHERE tenant_id = $1 AND id = $2`,
        [tenantId, planId, day, report && JSON.stringify(report)],
      );
      tx.audit('reorganisation.scheduled', `reorganisation:${planId}`, {
        name: plan.title,
        before: { day: plan.day },
        after: { day },
      });
    });
  }
}

/** A plan that is not to be applied. */
export class CancelPlan {
  constructor(private readonly work: UnitOfWork) {}

  /** @throws UserError `authority.missing`, `authority.refused`, `reorganisation.state` */
  async run(ctx: DeskContext, planId: string, reason: string): Promise<void> {
    const { tenantId } = await findPlan(this.work, ctx, planId);
    authorize(ctx, 'reorganisation.plan', { tenantId });
    await this.work.run(writing(ctx, tenantId), async (tx) => {
      const plan = await holdPlan(tx, planId);
      requireState(plan, ['draft', 'tried', 'scheduled'], '取消');
      await tx.query(`UPDATE reorganisation SET state = 'cancelled' WHERE tenant_id = $1 AND id = $2`, [
        tenantId,
        planId,
      ]);
      tx.audit('reorganisation.cancelled', `reorganisation:${planId}`, { name: plan.title, reason });
    });
  }
}
