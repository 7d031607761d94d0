import { authorize, type DeskContext, writing } from '../../authority/desk-context.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { Calendar } from '../../kernel/time/calendar.js';
import { auditRows } from './apply-plan.js';
import { type ChangeOfPart, openReorganisation, takeTurn } from './carry-out.js';
import { reorganisationErrors } from './errors.js';
import { lineText } from './organs-part.js';
import type { TakenBackReport } from './plan-report.js';
import type { PlanTx, ReorganisationPart } from './reorganisation-part.js';
import { findPlan, holdPlan, requireState, type StoredPlan } from './stored-plan.js';

/**
 * Puts back what a plan changed, whole or not at all. What was changed by hand since stays and is listed; where something
 * later stands in the way nothing is done, and every reason is said.
 */
export class TakeBackPlan {
  constructor(
    private readonly work: UnitOfWork,
    private readonly calendar: Calendar,
    private readonly parts: readonly ReorganisationPart[],
  ) {}

  /**
   * @throws UserError `authority.missing`, `authority.refused`, `reorganisation.state`, `reorganisation.cannot-take-back`,
   * `tenancy.archived`
   */
  async run(ctx: DeskContext, planId: string): Promise<TakenBackReport> {
    const { tenantId } = await findPlan(this.work, ctx, planId);
    authorize(ctx, 'reorganisation.take-back', { tenantId });
    return this.work.run(writing(ctx, tenantId), (tx) => this.takeBack(tx, planId));
  }

  /**
   * What taking it back now would do, for the page that asks once.
   * @throws UserError as `run`
   */
  async rehearse(ctx: DeskContext, planId: string): Promise<TakenBackReport> {
    const { tenantId } = await findPlan(this.work, ctx, planId);
    authorize(ctx, 'reorganisation.take-back', { tenantId });
    return this.work.rehearse(writing(ctx, tenantId), (tx) => this.takeBack(tx, planId));
  }

  private async takeBack(tx: PlanTx, planId: string): Promise<TakenBackReport> {
    const plan = await holdPlan(tx, planId);
    requireState(plan, ['applied'], '收回');
    await takeTurn(tx);
    const day = plan.day!;
    const reorganisation = await openReorganisation(tx, plan, day, this.calendar.instant(day));
    const changes = await changesOfPlan(tx, planId);
    const byPart = Map.groupBy(changes, ({ part }) => part);
    const reasons = await laterPlans(tx, plan);
    for (const part of this.parts)
      reasons.push(...(await part.obstacles(tx, reorganisation, byPart.get(part.name) ?? [])));
    if (reasons.length > 0) throw inTheWay(plan, reasons);

    const report: TakenBackReport = { restored: {}, kept: [] };
    const tags: string[] = [];
    for (const part of this.parts.toReversed()) {
      const own = byPart.get(part.name) ?? [];
      byPart.delete(part.name);
      if (own.length === 0) continue;
      const back = await part.takeBack(tx, reorganisation, own).catch((error: { code?: string }) => {
        // Something refers to what the plan made, or is gone that was referred to, and no part knows of it.
        throw error.code === '23503'
          ? inTheWay(plan, ['后来有资料用到了新设的机关，或原来的栏目、机关已被删除。'])
          : error;
      });
      if (back.changes.length > 0) report.restored[part.title] = back.changes.length;
      report.kept.push(...back.kept.map((one) => ({ ...one, part: part.title })));
      tags.push(...back.tags);
      const restored = back.changes.map((change) => ({ ...change, part: part.name }));
      auditRows(tx, reorganisation, this.parts, restored, 'reorganisation.row-restored');
    }
    if (byPart.size > 0) throw new Error(`no part of this program takes back: ${[...byPart.keys()].join(', ')}`);
    await tx.query(
      `UPDATE reorganisation SET state = 'taken-back', taken_back_report = $3, taken_back_at = now(), taken_back_by = $4
       WHERE tenant_id = $1 AND id = $2`,
      [plan.tenantId, planId, JSON.stringify(report), tx.scope.actor.name],
    );
    tx.audit('reorganisation.taken-back', `reorganisation:${planId}`, {
      name: plan.title,
      lines: plan.lines.map(lineText),
      ...report,
    });
    await tx.emit({ name: 'tenancy.organs-reorganised', tenantId: plan.tenantId, tags });
    return report;
  }
}

const inTheWay = (plan: StoredPlan, reasons: readonly string[]) =>
  reorganisationErrors['reorganisation.cannot-take-back']({
    title: plan.title,
    reasons: [...new Set(reasons)].join('\n'),
  });

/** In the order in which they were made. */
function changesOfPlan(tx: PlanTx, planId: string): Promise<ChangeOfPart[]> {
  return tx.query<ChangeOfPart>(
    `SELECT part, split_part(subject, ':', 1) AS "table", key, name, before, after
     FROM reorganisation_change WHERE tenant_id = $1 AND plan_id = $2 ORDER BY position`,
    [tx.scope.tenantId, planId],
  );
}

/** Plans applied after this one to the same rows: they are taken back first. */
async function laterPlans(tx: PlanTx, plan: StoredPlan): Promise<string[]> {
  const later = await tx.query<{ title: string }>(
    `SELECT DISTINCT r.title FROM reorganisation r
     JOIN reorganisation_change c ON c.tenant_id = r.tenant_id AND c.plan_id = r.id
     JOIN reorganisation_change own ON own.tenant_id = c.tenant_id AND own.subject = c.subject AND own.plan_id = $2
     WHERE r.tenant_id = $1 AND r.state = 'applied' AND r.id <> $2
       AND r.applied_at > (SELECT applied_at FROM reorganisation WHERE tenant_id = $1 AND id = $2)
     ORDER BY r.title`,
    [plan.tenantId, plan.id],
  );
  return later.map(({ title }) => `之后执行的方案“${title}”改了同样的内容，请先收回它。`);
}
