import { isIP } from 'node:net';
import { UserError } from '../kernel/user-error.js';
import { shownHost } from '../tenancy/hostname/shown-host.js';
import { SiteDirectory, type SiteRecord } from '../tenancy/site/site-directory.js';
import type { CommandContext } from './command-context.js';

/** `sites`: address and name of every site, or of those that match. */
export async function sites(context: CommandContext, part = ''): Promise<void> {
  await context.withPlatform(async (platform) => {
    const directory = new SiteDirectory(platform.reads, platform.config.baseDomain);
    await directory.load();
    const { origin } = await context.visitors();
    const all = directory
      .portals()
      .flatMap((portal) => [
        portal,
        ...directory.subSites(portal, 'department'),
        ...directory.subSites(portal, 'township'),
      ]);
    const text = (site: SiteRecord): string =>
      `${site.name} ${site.host}${site.prefix} ${shownHost(site.host)}${site.prefix} ${site.regionCode ?? ''}`;
    const matching = all.filter((site) => {
      const portal = site.parentSiteId && directory.get(site.parentSiteId);
      return text(site).includes(part) || (portal && text(portal).includes(part));
    });
    for (const site of matching) context.result(`${origin(site.host)}${site.prefix}\t${site.name}`);
    context.say(`${matching.length} 个网站`);
    if (matching.length === 0) process.exitCode = 1;
  });
}

/** `hosts`: lines for /etc/hosts, for machines on which *.localhost does not resolve or the platform runs elsewhere. */
export async function hosts(context: CommandContext, { ip }: { ip: string }): Promise<void> {
  if (!isIP(ip))
    throw new UserError('hosts.bad-address', 400, `“${ip}”不是 IP 地址。例如：npm run jiyue -- hosts --ip 192.0.2.10`);
  await context.withPlatform(async (platform) => {
    const directory = new SiteDirectory(platform.reads, platform.config.baseDomain);
    await directory.load();
    context.say(
      '把下面的行加入 hosts 文件（Linux、macOS：/etc/hosts；Windows：C:\\Windows\\System32\\drivers\\etc\\hosts）：',
    );
    for (const portal of directory.portals()) context.result(`${ip}\t${portal.host}`);
  });
}
