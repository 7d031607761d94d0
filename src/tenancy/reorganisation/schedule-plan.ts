import { authorize, type DeskContext, writing } from '../../authority/desk-context.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { Calendar } from '../../kernel/time/calendar.js';
import { reorganisationErrors } from './errors.js';
import { findPlan, holdPlan, requireState } from './stored-plan.js';

/** Sets the day from which a plan that was tried holds; again for another day. */
export class SchedulePlan {
  constructor(
    private readonly work: UnitOfWork,
    private readonly calendar: Calendar,
  ) {}

  /**
   * @param day YYYY-MM-DD, today or later
   * @throws UserError `authority.missing`, `authority.refused`, `reorganisation.state`, `reorganisation.day-*`
   */
  async run(ctx: DeskContext, planId: string, day: string): Promise<void> {
    const { tenantId } = await findPlan(this.work, ctx, planId);
    authorize(ctx, 'reorganisation.plan', { tenantId });
    if (!isDay(day)) throw reorganisationErrors['reorganisation.day-form']({ day });
    if (day < this.calendar.day(new Date())) throw reorganisationErrors['reorganisation.day-past']({ day });
    await this.work.run(writing(ctx, tenantId), async (tx) => {
      const plan = await holdPlan(tx, planId);
      requireState(plan, ['tried', 'scheduled'], '排期');
      await tx.query(
        `UPDATE reorganisation SET state = 'scheduled', day = $3, failure = NULL WHERE tenant_id = $1 AND id = $2`,
        [tenantId, planId, day],
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

function isDay(day: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return false;
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}
