import { ProgressBar } from '../progress.js';
import { openRooms, readPlan } from '../rooms.js';
import { tenancyErrors } from '../tenancy/errors.js';
import type { CommandContext } from './command-context.js';

/** `provision`: the whole province, or one unit. Exit code 1 when a unit could not be opened. */
export async function provision(context: CommandContext, options: { unit?: string; verbose?: boolean }): Promise<void> {
  const plan = await readPlan();
  if (options.unit?.trim() === '') throw tenancyErrors['tenancy.unit-unknown']({ code: '（空）' });
  const only = options.unit?.trim().padEnd(6, '0');
  await context.withPlatform(async (platform) => {
    const { provisionProvince } = await openRooms(platform);
    const bar = new ProgressBar('开通网站');
    const report = await provisionProvince.run(context.actor, plan, {
      only,
      onUnit: (done, of, unit) => bar.show(done, of, unit.name),
    });
    bar.end(report.changed === 0 ? '都已开通，没有改动' : `新建或更新 ${report.changed} 处`);
    if (!only) {
      context.say(
        `不单独开设网站的农场、公司等 ${plan.notSites.length} 个${options.verbose ? '：' : '（--verbose 列出）'}`,
      );
      if (options.verbose)
        for (const row of plan.notSites) context.say(`  ${row.code}  ${row.county} ${row.name}：${row.reason}`);
    }
    for (const { code, name, sentence } of report.stopped) context.say(`没有开通 ${name}（${code}）：${sentence}`);
    if (report.stopped.length > 0) process.exitCode = 1;
    context.result(`${report.units} 个单位，${report.sites} 个网站，${report.stopped.length} 个没有开通`);
  });
}
