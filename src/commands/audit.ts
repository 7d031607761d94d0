import { acts } from '../acts.js';
import { exportHeadsNow } from '../kernel/audit/export-heads.js';
import { verifyAudit } from '../kernel/audit/verify-audit.js';
import { PLATFORM_TENANT } from '../kernel/database/scope.js';
import { ProgressBar } from '../progress.js';
import type { CommandContext } from './command-context.js';

/** `audit verify`: every tenant's chain, or one. Each finding on standard error; exit code 1 when there is any. */
export async function auditVerify(context: CommandContext, options: { tenant?: string }): Promise<void> {
  await context.withPlatform(async (platform) => {
    const bar = new ProgressBar('核对审计记录');
    const { tenants, entries, findings } = await verifyAudit(platform, context.actor, acts, {
      tenant: options.tenant?.trim(),
      onChain: (done, of) => bar.show(done, of),
    });
    bar.end(`${entries} 条`);
    for (const { sentence } of findings) context.say(sentence);
    await platform.work.run({ kind: 'cluster', actor: context.actor, work: 'audit' }, async (tx) => {
      const detail = { tenants, entries, findings: findings.length };
      tx.audit('audit.verified', `audit:${options.tenant?.trim() ?? 'all'}`, detail, PLATFORM_TENANT);
    });
    if (findings.length > 0) process.exitCode = 1;
    const outcome = findings.length > 0 ? `发现 ${findings.length} 处问题` : '没有发现问题';
    context.result(`核对了 ${tenants} 个单位的 ${entries} 条审计记录，${outcome}`);
  });
}

/** `audit export-heads`: what the platform does daily by itself. */
export async function auditExportHeads(context: CommandContext): Promise<void> {
  await context.withPlatform(async (platform) => {
    const { sequence, heads, mac } = await exportHeadsNow(platform, context.actor);
    context.say(`签名 ${mac}：可抄存在别处，日后与数据目录 audit-heads 里的同一行比对。`);
    context.result(`已导出 ${heads.length} 个单位的链头，第 ${sequence} 次`);
  });
}
