import { findChannelsOfSite } from '../content/channel/channel.queries.js';
import type { CommandContext } from './command-context.js';
import { findSite } from './find-site.js';

/** `channels`: the tree of a site, each channel inherited, overridden here, or made here. */
export async function channels(context: CommandContext, written: string): Promise<void> {
  await context.withPlatform(async (platform) => {
    const { site } = await findSite(platform, written);
    const scope = { kind: 'tenant', actor: context.actor, tenantId: site.tenantId } as const;
    const tree = await platform.work.run(scope, (tx) => findChannelsOfSite(tx, site.id));
    for (const c of tree) {
      const origin = !c.blueprintKey
        ? '自建'
        : c.overridden.length > 0
          ? `本地改过：${c.overridden.join('、')}`
          : '继承';
      const promise = c.updateDays ? `每 ${c.updateDays} 天更新` : '有变化时更新';
      context.result(`${'  '.repeat(c.depth - 1)}${c.path}\t${c.name}\t${promise}\t${origin}`);
    }
  });
}
