import { Body, Inject, Param } from '@nestjs/common';
import { z } from 'zod';
import type { DeskSession } from '../../access/desk-session.js';
import { authorize } from '../../authority/desk-context.js';
import type { Platform } from '../../kernel/platform/platform.js';
import { UserError } from '../../kernel/user-error.js';
import { reorganisationErrors } from '../../tenancy/reorganisation/errors.js';
import { comingDay, readDay } from '../../tenancy/reorganisation/plan-day.js';
import type { PlanState } from '../../tenancy/reorganisation/plan-line.js';
import type { PlanReport, TakenBackReport } from '../../tenancy/reorganisation/plan-report.js';
import { findPlan, requireState, requireUnchanged, type StoredPlan } from '../../tenancy/reorganisation/stored-plan.js';
import { type Answer, done, Redirect, View } from '../shell/answers.js';
import { PLATFORM } from '../shell/desk.js';
import { optionalText, text } from '../shell/form.js';
import { Ctx, DeskRoutes, Does, Shows } from '../shell/route.js';
import { type Fault, submitted, untouched } from '../shell/submitted.js';
import { consequencesOf, countNote, sentenceOf } from './plan-report.view.js';
import { REORGANISATIONS, type ReorganisationDesk } from './reorganisation-desk.js';

/** Which writing of the plan the page showed. */
const draft = z.coerce.number().int().optional().catch(undefined);
/** `shown`: the day whose numbers the page showed, where that is not the day of the last trial. */
const onDay = z.object({ day: text(20, '请填写日期'), shown: optionalText(20), draft });
const because = z.object({ reason: text(200, '请写明原因，会记入审计') });
const asked = z.object({});
const askedOf = z.object({ draft });

const pathOf = (id: string): string => `/reorganisations/${id}`;

/** What is done to a plan: tried, scheduled, carried out, taken back, cancelled. Each asks once, in numbers. */
@DeskRoutes('reorganisations')
export class PlanActPages {
  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(REORGANISATIONS) private readonly plans: ReorganisationDesk,
  ) {}

  @Does(':id/try', 'reorganisation.plan')
  async try(@Ctx() ctx: DeskSession, @Param('id') id: string): Promise<Answer> {
    const { conflicts, parts } = await this.plans.trial.run(ctx, id);
    const to = pathOf(id);
    if (conflicts.length > 0)
      return new Redirect(to, { tone: 'bad', text: `试算完了：有 ${conflicts.length} 处冲突，解决后才能执行。` });
    return done(to, parts.length > 0 ? '试算通过，什么都没有改。' : '试算通过，但方案没有要改的内容。');
  }

  @Shows(':id/schedule', 'reorganisation.plan')
  async askDay(@Ctx() ctx: DeskSession, @Param('id') id: string): Promise<View> {
    const plan = await this.waiting(ctx, id, '排期');
    return this.schedulePage(plan, untouched({ day: plan.day ?? '' }));
  }

  @Does(':id/schedule', 'reorganisation.plan')
  schedule(@Ctx() ctx: DeskSession, @Param('id') id: string, @Body() body: unknown): Promise<Answer> {
    return submitted(body, {
      schema: onDay,
      run: async ({ day, shown, draft }) => {
        const unseen = await this.trialOfOtherDay(ctx, id, day, shown, draft);
        if (!unseen) await this.plans.schedule.run(ctx, id, day, draft);
        return unseen;
      },
      next: (unseen, { day }) =>
        unseen
          ? this.schedulePage(unseen.plan, untouched({ day: unseen.day }), unseen)
          : done(pathOf(id), `已排期，${readDay(day)} 起自动执行。到那天之前可以改期或取消。`),
      again: async (fault) => this.schedulePage(await findPlan(this.platform.work, ctx, id), fault),
      fieldOf: (code) => (code.startsWith('reorganisation.day-') ? 'day' : undefined),
    });
  }

  @Shows(':id/apply', 'reorganisation.apply')
  async askApply(@Ctx() ctx: DeskSession, @Param('id') id: string): Promise<View> {
    const plan = await this.waiting(ctx, id, '执行', 'reorganisation.apply');
    const { title, day } = plan;
    if (day && day > this.platform.calendar.day(new Date()))
      throw reorganisationErrors['reorganisation.too-early']({ title, day });
    return this.applyPage(plan, untouched());
  }

  @Does(':id/apply', 'reorganisation.apply')
  apply(@Ctx() ctx: DeskSession, @Param('id') id: string, @Body() body: unknown): Promise<Answer> {
    return submitted(body, {
      schema: askedOf,
      run: ({ draft }) => this.plans.apply.run(ctx, id, { seen: draft }),
      next: (report) => done(pathOf(id), `已执行：${countsOf(report)}。`),
      again: async (fault) => this.applyPage(await findPlan(this.platform.work, ctx, id), fault),
    });
  }

  @Shows(':id/take-back', 'reorganisation.take-back')
  async askTakeBack(@Ctx() ctx: DeskSession, @Param('id') id: string): Promise<View> {
    const plan = await this.found(ctx, id, ['applied'], '收回', 'reorganisation.take-back');
    try {
      return this.takeBackPage(plan, await this.plans.takeBack.rehearse(ctx, id), []);
    } catch (error) {
      if (!(error instanceof UserError) || error.code !== 'reorganisation.cannot-take-back') throw error;
      return this.takeBackPage(plan, null, reasonsOf(error.message));
    }
  }

  @Does(':id/take-back', 'reorganisation.take-back')
  takeBack(@Ctx() ctx: DeskSession, @Param('id') id: string, @Body() body: unknown): Promise<Answer> {
    return submitted(body, {
      schema: asked,
      run: () => this.plans.takeBack.run(ctx, id),
      next: ({ kept }) =>
        done(
          pathOf(id),
          kept.length > 0 ? `已收回。执行后改过的 ${kept.length} 处没有动，见列表。` : '已收回，全部恢复原样。',
        ),
      again: async ({ summary }) => {
        const plan = await findPlan(this.platform.work, ctx, id);
        return this.takeBackPage(plan, null, reasonsOf(summary[0]?.text ?? ''));
      },
    });
  }

  @Shows(':id/cancel', 'reorganisation.plan')
  async askCancel(@Ctx() ctx: DeskSession, @Param('id') id: string): Promise<View> {
    return this.cancelPage(await this.found(ctx, id, ['draft', 'tried', 'scheduled'], '取消'), untouched());
  }

  @Does(':id/cancel', 'reorganisation.plan')
  cancel(@Ctx() ctx: DeskSession, @Param('id') id: string, @Body() body: unknown): Promise<Answer> {
    return submitted(body, {
      schema: because,
      run: ({ reason }) => this.plans.cancel.run(ctx, id, reason),
      next: () => done(pathOf(id), '已取消，不会执行。'),
      again: async (fault) => this.cancelPage(await findPlan(this.platform.work, ctx, id), fault),
    });
  }

  /** Nobody schedules numbers that they did not see: those of the day, when the plan was tried for another one. Null: seen. */
  private async trialOfOtherDay(
    ctx: DeskSession,
    id: string,
    written: string,
    shown: string | undefined,
    draft: number | undefined,
  ): Promise<OtherDay | null> {
    const plan = await this.waiting(ctx, id, '排期');
    requireUnchanged(plan, draft);
    const day = comingDay(written, this.platform.calendar.day(new Date()));
    if (day === plan.triedDay || day === shown) return null;
    return { plan, day, report: await this.plans.trial.forDay(ctx, plan, day) };
  }

  private waiting(
    ctx: DeskSession,
    id: string,
    act: string,
    action: 'reorganisation.plan' | 'reorganisation.apply' = 'reorganisation.plan',
  ): Promise<StoredPlan> {
    return this.found(ctx, id, ['tried', 'scheduled'], act, action);
  }

  private async found(
    ctx: DeskSession,
    id: string,
    states: readonly PlanState[],
    act: string,
    action: 'reorganisation.plan' | 'reorganisation.apply' | 'reorganisation.take-back' = 'reorganisation.plan',
  ): Promise<StoredPlan> {
    const plan = await findPlan(this.platform.work, ctx, id);
    authorize(ctx, action, { tenantId: plan.tenantId });
    requireState(plan, states, act);
    return plan;
  }

  private schedulePage(plan: StoredPlan, fault: Fault, other?: OtherDay): View {
    const { day, report } = other ?? { day: plan.triedDay, report: plan.report };
    const conflicts = other?.report.conflicts ?? [];
    const still = plan.state === 'scheduled' && other ? `现在仍定在 ${plan.day}。` : '';
    return this.confirm(plan, fault, {
      title: `“${plan.title}”从哪一天起执行？`,
      lead:
        conflicts.length > 0
          ? `按 ${day} 重新试算，有冲突，不能排在这一天。${still}`
          : '到那天由系统自动执行：先按当天的情况再检查一遍，有冲突就不执行，并在首页提醒。',
      consequences: report && conflicts.length === 0 ? consequencesOf(report) : [],
      after: `${day && conflicts.length === 0 ? `数字是按 ${day} 试算的。` : ''}执行之前可以改期、重新试算或取消；执行之后可以收回。`,
      fields: { draft: plan.draftNumber, ...(other && conflicts.length === 0 ? { shown: other.day } : {}) },
      refused: conflicts.length > 0 ? '没有排期' : '还没有排期',
      reasons:
        other && conflicts.length === 0
          ? [`日期与试算的不同，已按 ${day} 重新试算。请核对下面的数字，再按一次“排期”。${still}`]
          : conflicts.map(sentenceOf),
      inputs: [
        {
          name: 'day',
          label: '生效日期',
          type: 'date',
          value: fault.values.day ?? '',
          error: fault.errors.day ?? null,
          min: this.platform.calendar.day(new Date()),
          required: true,
          width: 'short',
        },
      ],
      action: `${pathOf(plan.id)}/schedule`,
      verb: '排期',
      tone: 'primary',
    });
  }

  private applyPage(plan: StoredPlan, fault: Fault): View {
    return this.confirm(plan, fault, {
      title: `现在执行“${plan.title}”？`,
      lead: '下面是试算的数字。执行时按现在的情况再检查一遍，有冲突就什么都不改。',
      consequences: plan.report ? consequencesOf(plan.report) : [],
      after: '公众随即看到新的名称，已经发布的稿件仍署原来的名称。执行后可以收回。',
      inputs: [],
      fields: { draft: plan.draftNumber },
      action: `${pathOf(plan.id)}/apply`,
      verb: '立即执行',
      tone: 'danger',
    });
  }

  private cancelPage(plan: StoredPlan, fault: Fault): View {
    return this.confirm(plan, fault, {
      title: `取消“${plan.title}”？`,
      lead: '取消后不会执行，也不能再改；方案和试算结果留着备查。',
      consequences: [],
      after: '要再做，请重新起草。',
      inputs: [
        {
          name: 'reason',
          label: '原因',
          value: fault.values.reason ?? '',
          error: fault.errors.reason ?? null,
          required: true,
        },
      ],
      action: `${pathOf(plan.id)}/cancel`,
      verb: '取消方案',
      tone: 'danger',
    });
  }

  private confirm(plan: StoredPlan, fault: Fault, question: Question): View {
    const { title, fields = {}, refused, reasons = [], ...confirm } = question;
    // Several reasons come as one text, a line each: nothing was saved wrongly, so they are no faults of the form.
    const [whole] = fault.summary.filter(({ name }) => name === '');
    return new View(
      'console/reorganisation-confirm.njk',
      { title, lead: plan.tenantName, section: 'reorganisations' },
      {
        planId: plan.id,
        refused,
        reasons: whole ? whole.text.split('\n') : reasons,
        confirm: {
          ...confirm,
          fields,
          errors: fault.summary.filter(({ name }) => name !== ''),
          cancel: pathOf(plan.id),
        },
      },
    );
  }

  private takeBackPage(plan: StoredPlan, report: TakenBackReport | null, reasons: string[]): View {
    return new View(
      'console/reorganisation-take-back.njk',
      { title: `收回“${plan.title}”？`, lead: plan.tenantName, section: 'reorganisations' },
      {
        planId: plan.id,
        reasons,
        consequences: Object.entries(report?.restored ?? {}).map(([title, count]) => ({
          count,
          unit: '项',
          text: `${title}恢复原样`,
        })),
        kept: report?.kept ?? [],
        keptNote: countNote(report?.kept.length ?? 0, '处'),
      },
    );
  }
}

/** What confirm.njk asks, without what is the same for all. */
interface Question {
  title: string;
  lead: string;
  consequences: object[];
  after: string;
  inputs: object[];
  action: string;
  verb: string;
  tone: 'primary' | 'danger';
  /** Sent along unseen. */
  fields?: Record<string, string | number>;
  /** What was not done, and why, where the question itself knows. */
  refused?: string;
  reasons?: string[];
}

/** A trial for another day than the plan's last. */
interface OtherDay {
  plan: StoredPlan;
  day: string;
  report: PlanReport;
}

/** `机关 3、人员 12` */
const countsOf = ({ parts }: PlanReport): string =>
  parts.map(({ title, changes }) => `${title} ${changes.length}`).join('、') || '没有要改的内容';

/** The lines of `cannot-take-back` after its first. */
const reasonsOf = (message: string): string[] => {
  const [first = '', ...reasons] = message.split('\n');
  return reasons.length > 0 ? reasons : [first];
};
