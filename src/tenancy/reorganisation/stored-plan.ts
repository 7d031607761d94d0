import { validate as isUuid } from 'uuid';
import { conditionSql } from '../../authority/condition-sql.js';
import { type DeskContext, reading } from '../../authority/desk-context.js';
import { authorityErrors } from '../../authority/errors.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { reorganisationErrors } from './errors.js';
import { type MadeOrgan, type PlanLine, type PlanState, STATES } from './plan-line.js';
import type { PlanReport, TakenBackReport } from './plan-report.js';
import type { PlanTx } from './reorganisation-part.js';

export interface PlanSummary {
  tenantId: string;
  tenantName: string;
  id: string;
  title: string;
  state: PlanState;
  /** YYYY-MM-DD, from the draft on. */
  day: string | null;
  createdAt: Date;
  createdBy: string;
  appliedAt: Date | null;
  appliedBy: string | null;
  takenBackAt: Date | null;
  takenBackBy: string | null;
  /** Why its day passed without it. */
  failure: string | null;
}

export interface StoredPlan extends PlanSummary {
  /** Which writing of the plan it is. */
  draftNumber: number;
  /** YYYY-MM-DD: of which day the report is. */
  triedDay: string | null;
  triedAt: Date | null;
  lines: PlanLine[];
  made: MadeOrgan[];
  report: PlanReport | null;
  takenBackReport: TakenBackReport | null;
}

const SUMMARY = `r.tenant_id AS "tenantId", t.name AS "tenantName", r.id, r.title, r.state, to_char(r.day, 'YYYY-MM-DD') AS day,
  r.created_at AS "createdAt", r.created_by AS "createdBy", r.applied_at AS "appliedAt", r.applied_by AS "appliedBy",
  r.taken_back_at AS "takenBackAt", r.taken_back_by AS "takenBackBy", r.failure`;
const WHOLE = `${SUMMARY}, r.draft_number AS "draftNumber", to_char(r.tried_day, 'YYYY-MM-DD') AS "triedDay",
  r.tried_at AS "triedAt", r.lines, r.made, r.report, r.taken_back_report AS "takenBackReport"`;
const FROM = 'FROM reorganisation r JOIN tenant t ON t.id = r.tenant_id';

/**
 * A plan the caller may read.
 * @throws UserError `authority.missing`, the same for one that is not there
 */
export async function findPlan(work: UnitOfWork, ctx: DeskContext, planId: string): Promise<StoredPlan> {
  const { sql, parameters } = conditionSql(ctx.ability, 'reorganisation.read', { tenantId: 'r.tenant_id' }, [
    isUuid(planId) ? planId : null,
  ]);
  const [plan] = await work.run(reading(ctx), (tx) =>
    tx.query<StoredPlan>(`SELECT ${WHOLE} ${FROM} WHERE r.id = $1 AND ${sql}`, parameters),
  );
  if (!plan) throw authorityErrors['authority.missing']();
  return plan;
}

export const PLANS_A_PAGE = 50;

const PLAN_SORTS = {
  newest: 'r.created_at DESC, r.id DESC',
  day: 'r.day NULLS LAST, r.id',
  title: 'r.title COLLATE "zh-x-icu", r.id',
} as const;
export type PlanSort = keyof typeof PLAN_SORTS;

/** Plans the caller may read, without their lines. */
export function findPlans(
  work: UnitOfWork,
  ctx: DeskContext,
  filter: { tenantId?: string; state?: PlanState } = {},
  page = 1,
  sort: PlanSort = 'newest',
): Promise<{ rows: PlanSummary[]; total: number }> {
  const { sql, parameters } = conditionSql(ctx.ability, 'reorganisation.read', { tenantId: 'r.tenant_id' }, [
    filter.tenantId ?? null,
    filter.state ?? null,
  ]);
  const where = `WHERE ($1::uuid IS NULL OR r.tenant_id = $1) AND ($2::text IS NULL OR r.state = $2) AND ${sql}`;
  return work.run(reading(ctx), async (tx) => {
    const [count] = await tx.query<{ total: number }>(`SELECT count(*)::int AS total ${FROM} ${where}`, parameters);
    const rows = await tx.query<PlanSummary>(
      `SELECT ${SUMMARY} ${FROM} ${where} ORDER BY ${PLAN_SORTS[sort]}
       LIMIT ${PLANS_A_PAGE} OFFSET ${(page - 1) * PLANS_A_PAGE}`,
      parameters,
    );
    return { rows, total: count!.total };
  });
}

/** The plan as it is now, held until the end of the transaction. */
export async function holdPlan(tx: PlanTx, planId: string): Promise<StoredPlan> {
  const [plan] = await tx.query<StoredPlan>(
    `SELECT ${WHOLE} ${FROM} WHERE r.tenant_id = $1 AND r.id = $2 FOR UPDATE OF r`,
    [tx.scope.tenantId, planId],
  );
  if (!plan) throw authorityErrors['authority.missing']();
  return plan;
}

/**
 * Whoever acts on a plan acts on what they saw of it.
 * @param seen `draftNumber` of what was shown; undefined: nothing was
 * @throws UserError `reorganisation.changed-meanwhile`
 */
export function requireUnchanged(plan: StoredPlan, seen: number | undefined): void {
  if (seen !== undefined && plan.draftNumber !== seen)
    throw reorganisationErrors['reorganisation.changed-meanwhile']({ title: plan.title });
}

/**
 * The day of a plan that nobody scheduled may have passed unnoticed; one that was scheduled is late and still waits.
 * @throws UserError `reorganisation.day-gone`
 */
export function requireComing({ title, state, day }: PlanSummary, today: string, act: string): void {
  if (day !== null && day < today && state !== 'scheduled')
    throw reorganisationErrors['reorganisation.day-gone']({ title, day, act });
}

/** @throws UserError `reorganisation.state` */
export function requireState(plan: PlanSummary, states: readonly PlanState[], act: string): void {
  if (!states.includes(plan.state))
    throw reorganisationErrors['reorganisation.state']({ title: plan.title, state: STATES[plan.state], act });
}
