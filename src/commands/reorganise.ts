import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { operatorContext } from '../authority/desk-context.js';
import type { ClusterScope } from '../kernel/database/scope.js';
import type { Platform } from '../kernel/platform/platform.js';
import { UserError } from '../kernel/user-error.js';
import { reorganisationParts } from '../reorganisation-parts.js';
import { tenancyErrors } from '../tenancy/errors.js';
import { ApplyDuePlans } from '../tenancy/reorganisation/apply-due-plans.js';
import { ApplyPlan } from '../tenancy/reorganisation/apply-plan.js';
import { DraftPlan } from '../tenancy/reorganisation/draft-plan.js';
import { STATES } from '../tenancy/reorganisation/plan-line.js';
import type { PlanReport } from '../tenancy/reorganisation/plan-report.js';
import type { Kept } from '../tenancy/reorganisation/recorded-rows.js';
import { SchedulePlan } from '../tenancy/reorganisation/schedule-plan.js';
import { findPlan, findPlans } from '../tenancy/reorganisation/stored-plan.js';
import { TakeBackPlan } from '../tenancy/reorganisation/take-back-plan.js';
import { TryPlan } from '../tenancy/reorganisation/try-plan.js';
import type { CommandContext } from './command-context.js';

/**
 * `reorganise try`: drafts a plan from a table, tries it for its day and shows what it would do; with `--day` it is
 * scheduled, a day in the table alone only stands in the draft. The last line is the plan's number. Exit code 1 when something stands in the way.
 */
export async function tryReorganisation(
  context: CommandContext,
  written: string,
  options: { unit: string; title?: string; day?: string },
): Promise<void> {
  const name = basename(written);
  const bytes = await readFile(context.path(written)).catch((cause) => {
    throw new UserError('reorganise.no-file', 404, `没有文件 ${written}，请核对路径。`, { cause });
  });
  await context.withPlatform(async (platform) => {
    const tenant = await findTenant(platform, context, options.unit);
    const ctx = operatorContext(context.actor, [tenant.id]);
    const title = options.title ?? name.slice(0, -extname(name).length || undefined);
    const { work, calendar } = platform;
    const { id } = await new DraftPlan(work, calendar).fromFile(ctx, tenant.id, {
      title,
      name,
      day: options.day,
      bytes,
    });
    const trial = new TryPlan(work, calendar, reorganisationParts);
    const report = await trial.run(ctx, id);
    const { day, triedDay } = await findPlan(work, ctx, id);
    context.say(`${tenant.name}：${title}（按 ${triedDay} 试算，什么都没有改）`);
    sayReport(context, report);
    if (report.conflicts.length > 0) process.exitCode = 1;
    else if (options.day) {
      await new SchedulePlan(work, calendar, trial).run(ctx, id, options.day);
      context.say(`已排期：${day}`);
    } else if (day) context.say(`生效日期：${day}（还没有排期）`);
    context.result(id);
  });
}

/** `reorganise apply`: one plan now, or all whose day has come. Exit code 1 when one could not be. */
export async function applyReorganisations(context: CommandContext, id: string | undefined): Promise<void> {
  await context.withPlatform(async (platform) => {
    const applyPlan = new ApplyPlan(platform.work, platform.calendar, reorganisationParts);
    if (id) {
      const ctx = operatorContext(context.actor, await allTenants(platform, context));
      sayReport(context, await applyPlan.run(ctx, id));
      context.result('已执行');
      return;
    }
    const { applied, failed } = await new ApplyDuePlans(platform.work, platform.calendar, applyPlan).run();
    for (const { planId, sentence } of failed) context.say(`${planId}：${sentence}`);
    if (failed.length > 0) process.exitCode = 1;
    context.result(`执行 ${applied.length} 个方案，${failed.length} 个没有执行`);
  });
}

/** `reorganise take-back`: puts back what a plan changed. */
export async function takeBackReorganisation(context: CommandContext, id: string): Promise<void> {
  await context.withPlatform(async (platform) => {
    const ctx = operatorContext(context.actor, await allTenants(platform, context));
    const takeBack = new TakeBackPlan(platform.work, platform.calendar, reorganisationParts);
    const { restored, kept } = await takeBack.run(ctx, id);
    for (const [title, count] of Object.entries(restored)) context.say(`${title}：恢复 ${count} 处`);
    sayKept(context, kept);
    context.result('已收回');
  });
}

/** `reorganise list`: newest first. */
export async function listReorganisations(context: CommandContext, options: { unit?: string }): Promise<void> {
  await context.withPlatform(async (platform) => {
    const tenantId = options.unit ? (await findTenant(platform, context, options.unit)).id : undefined;
    const ctx = operatorContext(context.actor, tenantId ? [tenantId] : await allTenants(platform, context));
    const { rows, total } = await findPlans(platform.work, ctx, { tenantId });
    for (const plan of rows) {
      context.result(`${plan.id}\t${plan.tenantName}\t${plan.title}\t${STATES[plan.state]}\t${plan.day ?? '未定日期'}`);
      if (plan.failure) context.say(`  没有执行：${plan.failure}`);
    }
    if (total === 0) context.result('还没有机构改革方案');
    else if (total > rows.length)
      context.say(`只列出最近的 ${rows.length} 个，共 ${total} 个；用 --unit 只看一个单位。`);
  });
}

function sayReport(context: CommandContext, report: PlanReport): void {
  const at = (row: number | null) => (row ? `第 ${row} 行：` : '');
  for (const { title, changes } of report.parts) {
    context.say(`${title}（${changes.length}）`);
    for (const { name, what, fields } of changes) {
      const told = fields.map(({ label, before, after }) => `${label} ${brief(before)} → ${brief(after)}`);
      const mark = { made: '新增 ', removed: '撤去 ', changed: '' }[what];
      context.say(`  ${mark}${name}${what === 'changed' ? `：${told.join('；')}` : ''}`);
    }
  }
  sayKept(context, report.kept);
  for (const { row, sentence } of report.warnings) context.say(`注意 ${at(row)}${sentence}`);
  for (const { row, sentence } of report.conflicts) context.say(`不能执行 ${at(row)}${sentence}`);
}

/** A line of a terminal; the desk shows it whole. */
const brief = (text: string): string => (text === '' ? '（空）' : text.length > 30 ? `${text.slice(0, 29)}…` : text);

function sayKept(context: CommandContext, kept: readonly Kept[]): void {
  for (const { name, field, value, why } of kept)
    context.say(`保留 ${name}${field && ` 的${field}`}${value && `“${value}”`}：${why}`);
}

const lookingUp = (context: CommandContext): ClusterScope => ({
  kind: 'cluster',
  actor: context.actor,
  work: 'restructure',
});

/** By the code of its region or its hostname below the base domain. @throws UserError `tenancy.unit-unknown` */
async function findTenant(
  platform: Platform,
  context: CommandContext,
  written: string,
): Promise<{ id: string; name: string }> {
  const unit = written.trim();
  const [tenant] = await platform.work.run(lookingUp(context), (tx) =>
    tx.query<{ id: string; name: string }>(
      `SELECT id, name FROM tenant WHERE region_code IS NOT NULL AND state <> 'deleted' AND (region_code = $1 OR slug = $2)`,
      [unit.padEnd(6, '0'), unit.toLowerCase()],
    ),
  );
  if (!tenant) throw tenancyErrors['tenancy.unit-unknown']({ code: unit || '（空）' });
  return tenant;
}

async function allTenants(platform: Platform, context: CommandContext): Promise<string[]> {
  const tenants = await platform.work.run(lookingUp(context), (tx) =>
    tx.query<{ id: string }>('SELECT id FROM tenant WHERE region_code IS NOT NULL'),
  );
  return tenants.map(({ id }) => id);
}
