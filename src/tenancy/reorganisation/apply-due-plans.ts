import { operatorContext } from '../../authority/desk-context.js';
import type { Actor } from '../../kernel/database/scope.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { Calendar } from '../../kernel/time/calendar.js';
import { UserError } from '../../kernel/user-error.js';
import type { ApplyPlan } from './apply-plan.js';
import { holdPlan } from './stored-plan.js';

const ACTOR: Actor = { kind: 'system', name: '机构改革定时执行' };

export interface DueReport {
  applied: { tenantId: string; planId: string }[];
  /** Plans whose day has come and that could not be applied, each with the sentence that says why. Tried again next time. */
  failed: { tenantId: string; planId: string; sentence: string }[];
}

/**
 * Applies the plans whose day has come: a job of the clock. Repeatable, and at once in several processes: each plan is
 * applied once. One that cannot be stops no other.
 */
export class ApplyDuePlans {
  constructor(
    private readonly work: UnitOfWork,
    private readonly calendar: Calendar,
    private readonly applyPlan: ApplyPlan,
  ) {}

  /** @throws what is no UserError, after all plans had their turn */
  async run(now = new Date()): Promise<DueReport> {
    const due = await this.work.run({ kind: 'cluster', actor: ACTOR, work: 'restructure' }, (tx) =>
      tx.query<{ tenantId: string; planId: string }>(
        `SELECT tenant_id AS "tenantId", id AS "planId" FROM reorganisation
         WHERE state = 'scheduled' AND day <= $1 ORDER BY day, id`,
        [this.calendar.day(now)],
      ),
    );
    const report: DueReport = { applied: [], failed: [] };
    const defects: unknown[] = [];
    for (const plan of due)
      try {
        await this.applyPlan.run(operatorContext(ACTOR, [plan.tenantId]), plan.planId, { now });
        report.applied.push(plan);
      } catch (error) {
        if (!(error instanceof UserError)) defects.push(error);
        else if (await this.noteFailure(plan, error.message)) report.failed.push({ ...plan, sentence: error.message });
      }
    if (defects.length > 0) throw defects[0];
    return report;
  }

  /** @returns whether it is still waiting: another process may have applied it meanwhile */
  private noteFailure({ tenantId, planId }: { tenantId: string; planId: string }, sentence: string): Promise<boolean> {
    return this.work.run({ kind: 'tenant', actor: ACTOR, tenantId }, async (tx) => {
      const plan = await holdPlan(tx, planId);
      if (plan.state !== 'scheduled') return false;
      if (plan.failure === sentence) return true;
      await tx.query('UPDATE reorganisation SET failure = $3 WHERE tenant_id = $1 AND id = $2', [
        tenantId,
        planId,
        sentence,
      ]);
      tx.audit('reorganisation.failed', `reorganisation:${planId}`, { name: plan.title, reason: sentence });
      return true;
    });
  }
}
