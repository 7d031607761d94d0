import { Body, Inject, Param, Query } from '@nestjs/common';
import type { DeskSession } from '../../access/desk-session.js';
import { authorize } from '../../authority/desk-context.js';
import type { ReadSession } from '../../identity/session/read-session.js';
import type { Platform } from '../../kernel/platform/platform.js';
import { UserError } from '../../kernel/user-error.js';
import { faultOfDay } from '../../tenancy/reorganisation/plan-day.js';
import { ACTIONS } from '../../tenancy/reorganisation/plan-line.js';
import { findPlan, requireState, type StoredPlan } from '../../tenancy/reorganisation/stored-plan.js';
import { type Answer, done, View } from '../shell/answers.js';
import { PLATFORM } from '../shell/desk.js';
import type { FormBody } from '../shell/form.js';
import { type Query as ListQuery, one } from '../shell/list.js';
import { Ctx, DeskRoutes, Does, Session, Shows } from '../shell/route.js';
import { findTargetTenants } from '../sites/targets.queries.js';
import { readPlanningFacts } from './plan.queries.js';
import { type Composition, compose, faultsOfSteps, readComposition } from './plan-composition.js';
import { linesOf, stepNotes, stepsOf, stepTitle } from './plan-step.js';
import type { PlanningFacts } from './planning-facts.js';
import { REORGANISATIONS, type ReorganisationDesk } from './reorganisation-desk.js';
import { textOf } from './step-editor.js';
import { editorView } from './step-editor.view.js';

/** What is wrong with a plan that was to be saved: of the page and of its fields. */
interface Wrong {
  sentences: string[];
  fields: Record<string, string>;
}

const NOTHING_WRONG: Wrong = { sentences: [], fields: {} };
/** What another tab or another person saved meanwhile: what was written here stays on the page. */
const CHANGED = 'reorganisation.changed-meanwhile';
const BEGUN: Composition = { title: '', day: '', steps: [], editor: null };

/** Writes a plan step by step, without a script: each button brings the page back with everything that stands in it. */
@DeskRoutes('reorganisations')
export class PlanningPages {
  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(REORGANISATIONS) private readonly plans: ReorganisationDesk,
  ) {}

  @Shows('new', 'reorganisation.plan')
  async begin(@Ctx() ctx: DeskSession, @Session() session: ReadSession, @Query() query: ListQuery): Promise<View> {
    const tenants = await findTargetTenants(this.platform.work, ctx, 'reorganisation.plan', null);
    const chosen = one(query, 'tenant') || (tenants.length === 1 ? tenants[0]!.value : '');
    if (chosen) return this.page(await this.factsOf(ctx, chosen), BEGUN, null);
    return new View(
      'console/reorganisation-tenant.njk',
      { title: '起草机构改革方案', lead: '一个方案只涉及一个单位之内的机关。', section: 'reorganisations' },
      { tenants, current: session.siteTenantId ?? '' },
    );
  }

  @Does('new', 'reorganisation.plan')
  async write(@Ctx() ctx: DeskSession, @Body() body: FormBody = {}): Promise<Answer> {
    const facts = await this.factsOf(ctx, textOf(body, 'tenant'));
    return this.answer(body, facts, null, async (composition) => {
      const { title, day, steps } = composition;
      const lines = steps.flatMap((step) => linesOf(step, facts));
      const { id } = await this.plans.draft.run(ctx, facts.tenant.id, { title, day, lines });
      return done(`/reorganisations/${id}`, `已保存“${title}”。下一步：试算。`);
    });
  }

  @Shows(':id/edit', 'reorganisation.plan')
  async open(@Ctx() ctx: DeskSession, @Param('id') id: string): Promise<View> {
    const { plan, facts } = await this.changeable(ctx, id);
    const steps = stepsOf(plan.lines, plan.made);
    const { title, day, draftNumber } = plan;
    return this.page(facts, { title, day: day ?? '', draftNumber, steps, editor: null }, id);
  }

  @Does(':id/edit', 'reorganisation.plan')
  async rewrite(@Ctx() ctx: DeskSession, @Param('id') id: string, @Body() body: FormBody = {}): Promise<Answer> {
    const { facts } = await this.changeable(ctx, id);
    return this.answer(body, facts, id, async ({ title, day, steps, draftNumber }) => {
      const lines = steps.flatMap((step) => linesOf(step, facts));
      await this.plans.draft.again(ctx, id, { title, day, lines }, draftNumber);
      return done(`/reorganisations/${id}`, `已保存“${title}”。改过的方案要重新试算。`);
    });
  }

  private today(): string {
    return this.platform.calendar.day(new Date());
  }

  private factsOf(ctx: DeskSession, tenantId: string): Promise<PlanningFacts> {
    return readPlanningFacts(this.platform.work, ctx, tenantId);
  }

  /** A plan that may still be written anew. */
  private async changeable(ctx: DeskSession, id: string): Promise<{ plan: StoredPlan; facts: PlanningFacts }> {
    const plan = await findPlan(this.platform.work, ctx, id);
    authorize(ctx, 'reorganisation.plan', { tenantId: plan.tenantId });
    requireState(plan, ['draft', 'tried'], '再改');
    return { plan, facts: await this.factsOf(ctx, plan.tenantId) };
  }

  /** What the pressed button asks for: the page as it is then, or the plan saved. */
  private async answer(
    body: FormBody,
    facts: PlanningFacts,
    planId: string | null,
    save: (composition: Composition) => Promise<Answer>,
  ): Promise<Answer> {
    const now = readComposition(body);
    const command = textOf(body, 'do');
    if (command !== 'save') {
      const { composition, errors } = compose(now, command, facts);
      const view = this.page(facts, composition, planId, { sentences: [], fields: errors });
      return Object.keys(errors).length > 0 ? view.with(422) : view;
    }
    const wrong = unready(now, facts, this.today());
    if (wrong) return this.page(facts, now, planId, wrong).with(422);
    try {
      return await save(now);
    } catch (error) {
      const mendable = error instanceof UserError && (error.status === 422 || error.code === CHANGED);
      if (!mendable) throw error;
      return this.page(facts, now, planId, { sentences: error.message.split('\n'), fields: {} }).with(422);
    }
  }

  private page(
    facts: PlanningFacts,
    composition: Composition,
    planId: string | null,
    wrong: Wrong = NOTHING_WRONG,
  ): View {
    const { title, day, draftNumber, steps, editor } = composition;
    const faults = faultsOfSteps(steps, facts);
    return new View(
      'console/reorganisation-plan.njk',
      {
        title: planId ? '修改机构改革方案' : '起草机构改革方案',
        lead: `${facts.tenant.name} · 保存后先试算，不会马上执行。`,
        section: 'reorganisations',
      },
      {
        action: planId ? `/reorganisations/${planId}/edit` : '/reorganisations/new',
        cancel: planId ? `/reorganisations/${planId}` : '/reorganisations',
        fileHref: planId ? null : `/reorganisations/file?tenant=${facts.tenant.id}`,
        tenant: facts.tenant,
        title,
        day,
        draftNumber,
        today: this.today(),
        written: JSON.stringify(steps),
        steps: steps.map((step, i) => ({
          verb: ACTIONS[step.action],
          title: stepTitle(step, facts),
          notes: stepNotes(step, facts),
          faults: faults.filter(({ row }) => row === i + 1).map(({ sentence }) => sentence),
        })),
        actions: Object.entries(ACTIONS).map(([action, label]) => ({ action, label })),
        editor: editor && editorView(editor, facts, wrong.fields),
        errors: wrong.fields,
        sentences: wrong.sentences,
      },
    );
  }
}

/** Why a plan cannot be saved as it stands: null when nothing is known. */
function unready({ title, day, steps, editor }: Composition, facts: PlanningFacts, today: string): Wrong | null {
  const fields: Record<string, string> = {};
  if (!title) fields.title = '请填写方案名称';
  const wrongDay = faultOfDay(day, today);
  if (wrongDay) fields.day = wrongDay;
  const sentences = [
    ...(editor ? ['还有一步没有写完：请先“放进方案”，或放弃这一步。'] : []),
    ...(steps.length === 0 && !editor ? ['方案里还没有步骤：请先增加一步。'] : []),
    ...faultsOfSteps(steps, facts).map(({ row, sentence }) => `第 ${row} 步：${sentence}`),
  ];
  return sentences.length + Object.keys(fields).length > 0 ? { sentences, fields } : null;
}
