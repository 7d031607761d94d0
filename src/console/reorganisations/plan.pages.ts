import { Inject, Param, Query } from '@nestjs/common';
import { findPeopleBehind } from '../../access/account/people-names.js';
import type { DeskSession } from '../../access/desk-session.js';
import { may, maySomewhere } from '../../authority/desk-context.js';
import type { ReadSession } from '../../identity/session/read-session.js';
import type { Platform } from '../../kernel/platform/platform.js';
import { STATES } from '../../tenancy/reorganisation/plan-line.js';
import { findPlan, findPlans, type PlanSort, type StoredPlan } from '../../tenancy/reorganisation/stored-plan.js';
import { type Answer, View } from '../shell/answers.js';
import { PLATFORM } from '../shell/desk.js';
import { pageNumber } from '../shell/form.js';
import { chipsOf, type Query as ListQuery, one, orderOf, pagerOf } from '../shell/list.js';
import { remembered } from '../shell/remember.js';
import { Ctx, DeskRoutes, Session, Shows } from '../shell/route.js';
import { hrefsOfRows, sitesOfChannels } from './places-of-rows.js';
import { countActions, findChangedRows, namesInLines } from './plan.queries.js';
import { countNote, reportView } from './plan-report.view.js';
import { countText, isPlanState, lineRows, planLight, SHOWN_STATES } from './plan-words.js';

const LIST = { name: 'reorganisations', path: '/reorganisations', parameters: ['state', 'sort'] };
const ORDERS: Record<PlanSort, 'asc' | 'desc'> = { newest: 'desc', day: 'asc', title: 'asc' };

/** Plans of reorganisation: which there are, and what each does or did. What is done to one stands in plan-acts.pages.ts. */
@DeskRoutes('reorganisations')
export class PlanPages {
  constructor(@Inject(PLATFORM) private readonly platform: Platform) {}

  @Shows('', 'reorganisation.read')
  async list(@Ctx() ctx: DeskSession, @Session() session: ReadSession, @Query() query: ListQuery): Promise<Answer> {
    const { work, calendar } = this.platform;
    const before = await remembered(work, ctx, session, LIST, query);
    if (before) return before;
    const state = one(query, 'state');
    const { sort, sorts, kept } = orderOf(LIST.path, query, ORDERS);
    const page = pageNumber(query.page);
    const filter = isPlanState(state) ? { state } : {};
    const { rows, total } = await findPlans(work, ctx, filter, page, sort);
    const counts = await countActions(
      work,
      ctx,
      rows.map(({ id }) => id),
    );
    const person = await findPeopleBehind(
      work,
      ctx,
      rows.map(({ createdBy }) => createdBy),
    );
    return new View(
      'console/reorganisations.njk',
      {
        title: '机构改革',
        lead: '机关合并、拆分、更名和撤销的方案：先试算，再按日执行，执行后可以收回。',
        section: 'reorganisations',
      },
      {
        filter: { state },
        sorts,
        kept,
        states: Object.entries(SHOWN_STATES).map(([value, label]) => ({ value, label })),
        chips: chipsOf(
          LIST.path,
          query,
          isPlanState(state) ? [{ name: 'state', label: '状态', value: SHOWN_STATES[state] }] : [],
        ),
        rows: rows.map((plan) => ({
          id: plan.id,
          title: plan.title,
          tenant: plan.tenantName,
          light: planLight(plan),
          day: plan.day ? `${plan.day}${this.isGone(plan) ? '（已过）' : ''}` : '未定',
          steps: countText(counts.get(plan.id) ?? {}),
          by: `${person(plan.createdBy)}，${calendar.day(plan.createdAt)}`,
        })),
        pager: pagerOf(LIST.path, query, page, total),
        mayPlan: maySomewhere(ctx, 'reorganisation.plan'),
      },
    );
  }

  @Shows(':id', 'reorganisation.read')
  async show(@Ctx() ctx: DeskSession, @Session() session: ReadSession, @Param('id') id: string): Promise<View> {
    const { work } = this.platform;
    const plan = await findPlan(work, ctx, id);
    const names = await namesInLines(work, ctx, plan);
    const person = await findPeopleBehind(work, ctx, [plan.createdBy, plan.appliedBy, plan.takenBackBy]);
    const done = plan.state === 'applied' || plan.state === 'taken-back';
    const changed = done ? await findChangedRows(work, ctx, plan) : [];
    const back = plan.takenBackReport;
    return new View(
      'console/reorganisation.njk',
      { title: plan.title, lead: `${plan.tenantName} · ${STATES[plan.state]}`, section: 'reorganisations' },
      {
        plan: { id, state: plan.state, light: planLight(plan), failure: plan.failure?.split('\n') ?? [], done },
        goneDay: this.isGone(plan) ? plan.day : null,
        facts: this.factsOf(plan, person),
        lines: lineRows(plan.lines, names),
        report: plan.report && reportView(plan.report, hrefsOfRows(ctx, session, changed)),
        sites: sitesOfChannels(ctx, session, plan.tenantId, changed),
        takenBack: back && {
          restored: Object.entries(back.restored).map(([title, count]) => ({ title, count })),
          kept: back.kept,
          keptNote: countNote(back.kept.length, '处'),
        },
        may: this.actsOn(ctx, plan),
      },
    );
  }

  /** What this caller may do with the plan as it stands now. */
  private actsOn(ctx: DeskSession, plan: StoredPlan) {
    const { tenantId, state, day } = plan;
    const gone = this.isGone(plan);
    const plans = may(ctx, 'reorganisation.plan', { tenantId });
    const waiting = state === 'tried' || state === 'scheduled';
    const comes = day !== null && day > this.platform.calendar.day(new Date());
    return {
      edit: plans && (state === 'draft' || state === 'tried'),
      try: plans && !gone && (state === 'draft' || waiting),
      schedule: plans && waiting,
      apply: waiting && !comes && !gone && may(ctx, 'reorganisation.apply', { tenantId }),
      takeBack: state === 'applied' && may(ctx, 'reorganisation.take-back', { tenantId }),
      cancel: plans && (state === 'draft' || waiting),
    };
  }

  /** The day of a plan that nobody scheduled has passed. */
  private isGone({ state, day }: Pick<StoredPlan, 'state' | 'day'>): boolean {
    const open = state === 'draft' || state === 'tried';
    return open && day !== null && day < this.platform.calendar.day(new Date());
  }

  private factsOf(plan: StoredPlan, person: (login: string) => string) {
    const { calendar } = this.platform;
    const when = (at: Date | null, by: string | null) => at && `${calendar.minute(at)}，${person(by ?? '')}`;
    return [
      { term: '单位', text: plan.tenantName },
      {
        term: '生效日期',
        text: plan.day
          ? `${plan.day}${plan.state === 'draft' || plan.state === 'tried' ? '（还没有排期）' : ''}`
          : '未定',
      },
      { term: '起草', text: when(plan.createdAt, plan.createdBy) },
      ...(plan.triedAt ? [{ term: '试算', text: calendar.minute(plan.triedAt) }] : []),
      ...(plan.triedDay && plan.triedDay !== plan.day ? [{ term: '试算所按', text: plan.triedDay }] : []),
      ...(plan.appliedAt ? [{ term: '执行', text: when(plan.appliedAt, plan.appliedBy) }] : []),
      ...(plan.takenBackAt ? [{ term: '收回', text: when(plan.takenBackAt, plan.takenBackBy) }] : []),
    ];
  }
}
