import { validate as isUuid } from 'uuid';
import { z } from 'zod';
import { conditionSql } from '../../authority/condition-sql.js';
import { authorize, type DeskContext, reading, writing } from '../../authority/desk-context.js';
import { authorityErrors } from '../../authority/errors.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { newId } from '../../kernel/id.js';
import { reorganisationErrors } from './errors.js';
import { readPlanFacts } from './plan-facts.js';
import { COLUMNS, faultText, type LineFault, type LineInput } from './plan-line.js';
import { clean, MOST_LINES, readPlanFile } from './read-plan-file.js';
import type { PlanTx } from './reorganisation-part.js';
import { type SettledLines, settleLines } from './settle-lines.js';
import { findPlan, holdPlan, requireState } from './stored-plan.js';

const cell = z.string().max(4000).default('').transform(clean);
const lineSchema = z.object(
  Object.fromEntries(Object.keys(COLUMNS).map((field) => [field, cell])) as Record<keyof typeof COLUMNS, typeof cell>,
);
const draftSchema = z.object({
  title: z.string().transform(clean).pipe(z.string().min(1, '请填写方案名称').max(60, '方案名称最多 60 个字')),
  lines: z.array(lineSchema).min(1, '方案里至少要有一行').max(MOST_LINES, `一个方案最多 ${MOST_LINES} 行`),
});

/** A plan as a form sends it: the words of the table (`COLUMNS`), a line each; empty lines are passed over. */
export type DraftInput = z.input<typeof draftSchema>;

export interface DraftFile {
  title: string;
  /** Of the file, for what is said about it. */
  name: string;
  bytes: Buffer;
}

/** The cause of `reorganisation.plan-faults`: each fault and the line it is in (of a form: 1 is the first). */
export class PlanFaults extends Error {
  constructor(readonly faults: readonly LineFault[]) {
    super(faultText(faults));
  }
}

/** Writes down a plan: of a form or a table. All that is wrong with it is said at once; then nothing is written. */
export class DraftPlan {
  constructor(private readonly work: UnitOfWork) {}

  /** @throws UserError `authority.missing`, `authority.refused`, `reorganisation.plan-faults` */
  run(ctx: DeskContext, tenantId: string, input: DraftInput): Promise<{ id: string }> {
    const { title, lines } = readDraft(input);
    return this.draft(ctx, tenantId, title, lines);
  }

  /** @throws UserError as `run`, and `reorganisation.file-encoding`, `reorganisation.file-form`, `reorganisation.file-columns` */
  async fromFile(ctx: DeskContext, tenantId: string, file: DraftFile): Promise<{ id: string }> {
    await this.requirePlanner(ctx, tenantId);
    const { title } = readDraft({ title: file.title, lines: [{}] }, 'title');
    return this.draft(ctx, tenantId, title, readPlanFile(file.bytes, file.name));
  }

  /**
   * Writes a plan anew that is not scheduled yet; it has to be tried again.
   * @throws UserError as `run`, and `reorganisation.state`
   */
  async again(ctx: DeskContext, planId: string, input: DraftInput): Promise<void> {
    const { tenantId } = await findPlan(this.work, ctx, planId);
    authorize(ctx, 'reorganisation.plan', { tenantId });
    const { title, lines: written } = readDraft(input);
    await this.work.run(writing(ctx, tenantId), async (tx) => {
      requireState(await holdPlan(tx, planId), ['draft', 'tried'], '再改');
      const { lines, made } = await settle(tx, written);
      await tx.query(
        `UPDATE reorganisation SET title = $3, lines = $4, made = $5, state = 'draft', report = NULL, tried_at = NULL
         WHERE tenant_id = $1 AND id = $2`,
        [tenantId, planId, title, JSON.stringify(lines), JSON.stringify(made)],
      );
      tx.audit('reorganisation.redrafted', `reorganisation:${planId}`, { name: title, lines: lines.length });
    });
  }

  private async draft(
    ctx: DeskContext,
    tenantId: string,
    title: string,
    written: readonly LineInput[],
  ): Promise<{ id: string }> {
    await this.requirePlanner(ctx, tenantId);
    const id = newId();
    await this.work.run(writing(ctx, tenantId), async (tx) => {
      const { lines, made } = await settle(tx, written);
      await tx.query(
        'INSERT INTO reorganisation (tenant_id, id, title, lines, made, created_by) VALUES ($1, $2, $3, $4, $5, $6)',
        [tenantId, id, title, JSON.stringify(lines), JSON.stringify(made), ctx.actor.name],
      );
      tx.audit('reorganisation.drafted', `reorganisation:${id}`, { name: title, lines: lines.length });
    });
    return { id };
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

/** @throws UserError `reorganisation.plan-faults` */
async function settle(tx: PlanTx, written: readonly LineInput[]): Promise<SettledLines> {
  const settled = settleLines(written, await readPlanFacts(tx));
  if (settled.faults.length > 0) throw faultsError(settled.faults);
  return settled;
}

function faultsError(faults: readonly LineFault[]) {
  return reorganisationErrors['reorganisation.plan-faults'](
    { count: faults.length, faults: faultText(faults) },
    { cause: new PlanFaults(faults) },
  );
}

/** @throws UserError `reorganisation.plan-faults` */
function readDraft(input: DraftInput, only?: 'title'): { title: string; lines: LineInput[] } {
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
  return { title: read.data.title, lines };
}
