import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Body, Inject, Query } from '@nestjs/common';
import type { DeskSession } from '../../access/desk-session.js';
import type { ReadSession } from '../../identity/session/read-session.js';
import { projectRoot } from '../../kernel/config/project-root.js';
import type { Platform } from '../../kernel/platform/platform.js';
import { UserError } from '../../kernel/user-error.js';
import { PlanFaults } from '../../tenancy/reorganisation/draft-plan.js';
import { faultOfDay } from '../../tenancy/reorganisation/plan-day.js';
import { COLUMNS, DAY_COLUMN, type LineFault } from '../../tenancy/reorganisation/plan-line.js';
import { type Answer, Download, done, View } from '../shell/answers.js';
import { PLATFORM } from '../shell/desk.js';
import type { FormBody } from '../shell/form.js';
import { type Query as ListQuery, one } from '../shell/list.js';
import { Ctx, DeskRoutes, Does, Session, Shows } from '../shell/route.js';
import { UploadedFile } from '../shell/upload.js';
import { findTargetTenants } from '../sites/targets.queries.js';
import { findPlanningTenant } from './plan.queries.js';
import { REORGANISATIONS, type ReorganisationDesk } from './reorganisation-desk.js';
import { textOf } from './step-editor.js';

const SAMPLE = join(projectRoot, 'samples', 'reorganisation.csv');
/** Excel takes a file without it for one in the old encoding. */
const BYTE_ORDER_MARK = '\uFEFF';
const LONGEST_TITLE = 60;

/** What is wrong with a file, and what was typed beside it. */
interface FileFault {
  tenant: string;
  title: string;
  day: string;
  fields: Record<string, string>;
  /** Line by line, as a spreadsheet counts them; 0: of the whole. */
  rows: readonly LineFault[];
}

/** A plan from a table: read whole, all that is wrong with it said at once, and nothing kept then. */
@DeskRoutes('reorganisations')
export class PlanFilePages {
  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(REORGANISATIONS) private readonly plans: ReorganisationDesk,
  ) {}

  @Shows('file', 'reorganisation.plan')
  ask(@Ctx() ctx: DeskSession, @Session() session: ReadSession, @Query() query: ListQuery): Promise<View> {
    const tenant = one(query, 'tenant') || (session.siteTenantId ?? '');
    return this.page(ctx, { tenant, title: '', day: '', fields: {}, rows: [] });
  }

  @Does('file', 'reorganisation.plan')
  async take(@Ctx() ctx: DeskSession, @Body() body: FormBody = {}): Promise<Answer> {
    const tenant = textOf(body, 'tenant');
    const { file } = body;
    const [typedTitle, day] = [textOf(body, 'title'), textOf(body, 'day')];
    const fault = { tenant, title: typedTitle, day, fields: {}, rows: [] };
    if (!tenant) return (await this.page(ctx, { ...fault, fields: { tenant: '请选择单位' } })).with(422);
    await findPlanningTenant(this.platform.work, ctx, tenant);
    const wrongDay = faultOfDay(day, this.today());
    if (wrongDay) return (await this.page(ctx, { ...fault, fields: { day: wrongDay } })).with(422);
    if (!(file instanceof UploadedFile))
      return (await this.page(ctx, { ...fault, fields: { file: '请选择一个 .csv 文件' } })).with(422);
    const title = (fault.title || file.name.replace(/\.[^.]*$/, '')).slice(0, LONGEST_TITLE);
    try {
      const { id } = await this.plans.draft.fromFile(ctx, tenant, { title, name: file.name, day, bytes: file.bytes });
      return done(`/reorganisations/${id}`, `已读入“${title}”。下一步：试算。`);
    } catch (error) {
      if (!(error instanceof UserError) || error.status !== 422) throw error;
      const rows = error.cause instanceof PlanFaults ? error.cause.faults : [];
      return (
        await this.page(ctx, { ...fault, rows, fields: { file: rows.length > 0 ? '请改好后重新选择' : error.message } })
      ).with(422);
    }
  }

  @Shows('sample', 'reorganisation.plan')
  async sample(): Promise<Download> {
    const table = await readFile(SAMPLE, 'utf8');
    return new Download('机构改革方案示例.csv', 'text/csv; charset=utf-8', `${BYTE_ORDER_MARK}${table}`);
  }

  private today(): string {
    return this.platform.calendar.day(new Date());
  }

  private async page(ctx: DeskSession, { tenant, title, day, fields, rows }: FileFault): Promise<View> {
    const tenants = await findTargetTenants(this.platform.work, ctx, 'reorganisation.plan', null);
    const known = tenants.some(({ value }) => value === tenant) ? tenant : '';
    return new View(
      'console/reorganisation-file.njk',
      {
        title: '用表格起草机构改革方案',
        lead: '在 Excel 或 WPS 里填好，另存为 .csv。有错的行一次全部列出，改好再传。',
        section: 'reorganisations',
      },
      {
        tenants,
        tenant: known || (tenants.length === 1 ? tenants[0]!.value : ''),
        title,
        day,
        today: this.today(),
        errors: fields,
        rows: rows.map(({ row, sentence }) => ({ row: row > 0 ? `第 ${row} 行` : '整个文件', sentence })),
        columns: [...Object.values(COLUMNS), DAY_COLUMN],
      },
    );
  }
}
