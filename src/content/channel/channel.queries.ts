import type { Scope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { contentErrors } from '../errors.js';
import { Channel } from './channel.entity.js';

/** All channels of a site, parents before children, in their order. */
export async function findChannelsOfSite(tx: Tx<Scope>, siteId: string): Promise<Channel[]> {
  const channels = await tx.manager.find(Channel, {
    where: { siteId },
    order: { depth: 'ASC', position: 'ASC', path: 'ASC' },
  });
  const under = (parentId: string | null): Channel[] =>
    channels.filter((c) => c.parentId === parentId).flatMap((c) => [c, ...under(c.id)]);
  return under(null);
}

/** One line a channel: path and name, indented by depth. */
export function channelListing(channels: Channel[]): string {
  return channels
    .map(
      (c) =>
        `${'  '.repeat(c.depth)}${c.path}　${c.name}${c.state === 'open' && c.stateAbove === 'open' ? '' : '（已停用）'}`,
    )
    .join('\n');
}

/**
 * The channel an operator named by its path (`zwgk/zcwj`, slashes around it do not matter).
 * @throws UserError `content.channel-unknown` listing those there are, `content.channel-closed`
 */
export async function findChannelForPublishing(
  tx: Tx<Scope>,
  site: { id: string; tenantId: string; label: string },
  written: string,
): Promise<Channel> {
  const path = written.replace(/^\/+|\/+$/g, '');
  const channel = await tx.manager.findOneBy(Channel, { tenantId: site.tenantId, siteId: site.id, path });
  if (!channel)
    throw contentErrors['content.channel-unknown']({
      site: site.label,
      channel: written,
      list: channelListing(await findChannelsOfSite(tx, site.id)),
    });
  if (channel.state !== 'open' || channel.stateAbove !== 'open')
    throw contentErrors['content.channel-closed']({ channel: channel.path });
  return channel;
}
