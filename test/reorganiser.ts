import pg from 'pg';
import { operatorContext } from '../src/authority/desk-context.js';
import { reorganisationParts } from '../src/reorganisation-parts.js';
import { ApplyPlan } from '../src/tenancy/reorganisation/apply-plan.js';
import { DraftPlan } from '../src/tenancy/reorganisation/draft-plan.js';
import type { LineInput } from '../src/tenancy/reorganisation/plan-line.js';
import type { PlanReport } from '../src/tenancy/reorganisation/plan-report.js';
import type { ReorganisationPart } from '../src/tenancy/reorganisation/reorganisation-part.js';
import { SchedulePlan } from '../src/tenancy/reorganisation/schedule-plan.js';
import { TakeBackPlan } from '../src/tenancy/reorganisation/take-back-plan.js';
import { TryPlan } from '../src/tenancy/reorganisation/try-plan.js';
import { OPERATOR, type TestPlatform } from './platform.js';

export type Lines = readonly Partial<LineInput>[];

/** The commands over a tenant's plans, by an operator; and a superuser who looks and meddles. */
export async function aReorganiser(platform: TestPlatform, parts: readonly ReorganisationPart[] = reorganisationParts) {
  const superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  const { work, calendar } = platform;
  const ctx = (tenantId: string) => operatorContext(OPERATOR, [tenantId]);
  const rows = async <T = Record<string, unknown>>(sql: string, ...values: unknown[]): Promise<T[]> =>
    (await superuser.query(sql, values)).rows;
  return {
    applyPlan: new ApplyPlan(work, calendar, parts),
    rows,
    one: async <T = Record<string, unknown>>(sql: string, ...values: unknown[]): Promise<T> =>
      (await rows<T>(sql, ...values))[0]!,
    dump: (tenantId: string) => dumpOf(superuser, tenantId),
    draft: (tenantId: string, lines: Lines, title = '机构改革', day?: string) =>
      new DraftPlan(work, calendar).run(ctx(tenantId), tenantId, { title, day, lines: [...lines] }),
    tryPlan: (tenantId: string, id: string) => new TryPlan(work, calendar, parts).run(ctx(tenantId), id),
    schedule: (tenantId: string, id: string, day: string) =>
      new SchedulePlan(work, calendar, new TryPlan(work, calendar, parts)).run(ctx(tenantId), id, day),
    apply: (tenantId: string, id: string) => new ApplyPlan(work, calendar, parts).run(ctx(tenantId), id),
    takeBack: (tenantId: string, id: string) => new TakeBackPlan(work, calendar, parts).run(ctx(tenantId), id),
    rehearseTakeBack: (tenantId: string, id: string) =>
      new TakeBackPlan(work, calendar, parts).rehearse(ctx(tenantId), id),
    /** Drafted, tried without conflicts and applied. */
    async reorganised(tenantId: string, lines: Lines, title?: string): Promise<{ id: string; report: PlanReport }> {
      const { id } = await this.draft(tenantId, lines, title);
      const tried = await this.tryPlan(tenantId, id);
      if (tried.conflicts.length > 0) throw new Error(tried.conflicts.map(({ sentence }) => sentence).join('\n'));
      return { id, report: await this.apply(tenantId, id) };
    },
    end: () => superuser.end(),
  };
}

export type Reorganiser = Awaited<ReturnType<typeof aReorganiser>>;

const TOUCHED = [
  'organ',
  'site',
  'moved_site',
  'hostname',
  'account',
  'access_grant',
  'channel',
  'redirect',
  'item',
  'edition',
  'release',
  'publication',
];

/** Every row of the tables that a reorganisation touches, and of those that it must not, as text. */
async function dumpOf(superuser: pg.Client, tenantId: string): Promise<Record<string, string[]>> {
  const dump: Record<string, string[]> = {};
  for (const table of TOUCHED) {
    const { rows } = await superuser.query<{ row: string }>(
      `SELECT to_jsonb(t)::text AS row FROM ${table} t WHERE tenant_id = $1 ORDER BY 1`,
      [tenantId],
    );
    dump[table] = rows.map(({ row }) => row);
  }
  return dump;
}
