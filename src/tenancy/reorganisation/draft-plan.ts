import { validate as isUuid } from 'uuid';
import { z } from 'zod';
import { conditionSql } from '../../authority/condition-sql.js';
import { authorize, type DeskContext, reading, writing } from '../../authority/desk-context.js';
import { authorityErrors } from '../../authority/errors.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { newId } from '../../kernel/id.js';
import type { Calendar } from '../../kernel/time/calendar.js';
import { reorganisationErrors } from './errors.js';
import { dayOf, type WrittenDay } from './plan-day.js';
import { readPlanFacts } from './plan-facts.js';
import { COLUMNS, faultText, type LineFault, type LineInput } from './plan-line.js';
import { clean, MOST_LINES, readPlanFile } from './read-plan-file.js';
import type { PlanTx } from './reorganisation-part.js';
import { type SettledLines, settleLines } from './settle-lines.js';
import { findPlan, holdPlan, requireState, requireUnchanged } from './stored-plan.js';

const cell = z.string().max(4000).default('').transform(clean);
const lineSchema = z.object(
  Object.fromEntries(Object.keys(COLUMNS).map((field) => [field, cell])) as Record<keyof typeof COLUMNS, typeof cell>,
);
const draftSchema = z.object({
  title: z.string().transform(clean).pipe(z.string().min(1, '请填写方案名称').max(60, '方案名称最多 60 个字')),
  /** From which day on, as people write it; left out: it is said when the plan is scheduled. */
  day: cell,
  lines: z.array(lineSchema).min(1, '方案里至少要有一行').max(MOST_LINES, `一个方案最多 ${MOST_LINES} 行`),
});

/** A plan as a form sends it: the words of the table (`COLUMNS`), a line each; empty lines are passed over. */
export type DraftInput = z.input<typeof draftSchema>;

export interface DraftFile {
  title: string;
  /** Of the file, for what is said about it. */
  name: string;
  /** Where it does not stand in the table. */
  day?: string;
  bytes: Buffer;
}

/** The cause of `reorganisation.plan-faults`: each fault and the line it is in (of a form: 1 is the first). */
export class PlanFaults extends Error {
  constructor(readonly faults: readonly LineFault[]) {
    super(faultText(faults));
  }
}

interface ReadDraft {
  title: string;
  lines: LineInput[];
  days: WrittenDay[];
}

/** Writes down a plan: of a form or a table. All that is wrong with it is said at once; then nothing is written. */
export class DraftPlan {
  constructor(
    private readonly work: UnitOfWork,
    private readonly calendar: Calendar,
  ) {}

  /** @throws UserError `authority.missing`, `authority.refused`, `reorganisation.plan-faults` */
  run(ctx: DeskContext, tenantId: string, input: DraftInput): Promise<{ id: string }> {
    return this.draft(ctx, tenantId, readDraft(input));
  }

  /** @throws UserError as `run`, and `reorganisation.file-encoding`, `reorganisation.file-form`, `reorganisation.file-columns` */
  async fromFile(ctx: DeskContext, tenantId: string, file: DraftFile): Promise<{ id: string }> {
    await this.requirePlanner(ctx, tenantId);
    const { title, days } = readDraft({ title: file.title, day: file.day, lines: [{}] }, 'title');
    const read = readPlanFile(file.bytes, file.name);
    return this.draft(ctx, tenantId, { title, lines: read.lines, days: [...days, ...read.days] });
  }

  /**
   * Writes a plan anew that is not scheduled yet; it has to be tried again.
   * @param seen the draft number that the writer began from; left out: whatever stands there is written over
   * @throws UserError as `run`, and `reorganisation.state`, `reorganisation.changed-meanwhile`
   */
  async again(ctx: DeskContext, planId: string, input: DraftInput, seen?: number): Promise<void> {
    const { tenantId } = await findPlan(this.work, ctx, planId);
    authorize(ctx, 'reorganisation.plan', { tenantId });
    const draft = readDraft(input);
    const { title } = draft;
    await this.work.run(writing(ctx, tenantId), async (tx) => {
      const plan = await holdPlan(tx, planId);
      requireState(plan, ['draft', 'tried'], '再改');
      requireUnchanged(plan, seen);
      const { lines, made, day } = await this.settle(tx, draft);
      await tx.query(
        `UPDATE reorganisation SET title = $3, day = $4, lines = $5, made = $6, state = 'draft', report = NULL,
           tried_at = NULL, tried_day = NULL, draft_number = draft_number + 1
         WHERE tenant_id = $1 AND id = $2`,
        [tenantId, planId, title, day, JSON.stringify(lines), JSON.stringify(made)],
      );
      tx.audit('reorganisation.redrafted', `reorganisation:${planId}`, {
        name: title,
        lines: lines.length,
        before: { day: plan.day },
        after: { day },
      });
    });
  }

  private async draft(ctx: DeskContext, tenantId: string, draft: ReadDraft): Promise<{ id: string }> {
    await this.requirePlanner(ctx, tenantId);
    const id = newId();
    await this.work.run(writing(ctx, tenantId), async (tx) => {
      const { title } = draft;
      const { lines, made, day } = await this.settle(tx, draft);
      await tx.query(
        'INSERT INTO reorganisation (tenant_id, id, title, day, lines, made, created_by) VALUES ($1, $2, $3, $4, $5, $6, $7)',
        [tenantId, id, title, day, JSON.stringify(lines), JSON.stringify(made), ctx.actor.name],
      );
      tx.audit('reorganisation.drafted', `reorganisation:${id}`, { name: title, lines: lines.length, after: { day } });
    });
    return { id };
  }

  /** @throws UserError `reorganisation.plan-faults` */
  private async settle(tx: PlanTx, draft: ReadDraft): Promise<SettledLines & { day: string | null }> {
    const { day, faults } = dayOf(draft.days, this.calendar.day(new Date()));
    const settled = settleLines(draft.lines, await readPlanFacts(tx));
    const all = [...faults, ...settled.faults].sort((a, b) => a.row - b.row);
    if (all.length > 0) throw faultsError(all);
    return { ...settled, day };
  }

  private async requirePlanner(ctx: DeskContext, tenantId: string): Promise<void> {
    const { sql, parameters } = conditionSql(ctx.ability, 'reorganisation.read', { tenantId: 't.id' }, [
      isUuid(tenantId) ? tenantId : null,
    ]);
    const [seen] = await this.work.run(reading(ctx), (tx) =>
      tx.query(`SELECT FROM tenant t WHERE t.id = $1 AND t.region_code IS NOT NULL AND ${sql}`, parameters),
    );
    if (!seen) throw authorityErrors['authority.missing']();
    authorize(ctx, 'reorganisation.plan', { tenantId });
  }
}

function faultsError(faults: readonly LineFault[]) {
  return reorganisationErrors['reorganisation.plan-faults'](
    { count: faults.length, faults: faultText(faults) },
    { cause: new PlanFaults(faults) },
  );
}

/** @throws UserError `reorganisation.plan-faults` */
function readDraft(input: DraftInput, only?: 'title'): ReadDraft {
  const read = draftSchema.safeParse(input);
  if (!read.success) {
    const faults = read.error.issues.map((issue) => ({
      row: issue.path[0] === 'lines' && typeof issue.path[1] === 'number' ? issue.path[1] + 1 : 0,
      sentence: issue.message,
    }));
    throw faultsError(faults);
  }
  const lines = read.data.lines
    .map((line, i) => ({ row: i + 1, ...line }))
    .filter(({ row, ...cells }) => Object.values(cells).some((text) => text !== ''));
  if (lines.length === 0 && !only) throw faultsError([{ row: 1, sentence: '方案里一行也没有填。' }]);
  const { title, day } = read.data;
  return { title, days: day === '' ? [] : [{ row: 0, written: day }], lines };
}
