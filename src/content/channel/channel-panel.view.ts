import type { DeskSession } from '../../access/desk-session.js';
import type { GrantRow } from '../../access/grant/grant.queries.js';
import { may, maySomewhere } from '../../authority/desk-context.js';
import type { Calendar } from '../../kernel/time/calendar.js';
import { dutyOf, lightInWords } from './channel-list.view.js';
import type { ChannelTreeRow } from './channel-tree.js';
import type { SiteRef } from './site-channels.js';

const OVERRIDDEN: Record<string, string> = {
  name: '名称',
  description: '说明',
  keywords: '关键词',
  update_days: '更新承诺',
  limit_days: '最长期限',
  position: '次序',
  parent_id: '位置',
  slug: '地址',
};

/** The selected channel, at the side of the tree. */
export function channelPanel(channel: ChannelTreeRow) {
  const { updateDays, limitDays, lastOn, days } = channel;
  const changed = channel.overridden.flatMap((field) => OVERRIDDEN[field] ?? []).join('、');
  return {
    id: channel.id,
    name: channel.name,
    where: channel.above.join(' › '),
    address: `/${channel.path}/`,
    organ: channel.organ?.name ?? '',
    responsible: [channel.responsibleName, channel.responsibleTelephone].filter(Boolean).join('，'),
    promise:
      updateDays === null
        ? '有变化时更新'
        : `${updateDays} 天内${limitDays !== null && limitDays !== updateDays ? `，最长 ${limitDays} 天` : ''}`,
    last: lastOn ? (days === 0 ? '今天' : `${lastOn}，${days} 天前`) : '还没有稿件',
    light: lightInWords({ ...channel, below: null }),
    published: channel.published,
    origin: channel.inherited ? `统一的网站结构${changed ? `，本站改过：${changed}` : ''}` : '本站自建',
    description: channel.description,
    inherited: channel.inherited,
    state: channel.state,
    may: channel.may,
    isDeepest: channel.path.split('/').length >= 6,
  };
}

/** Who holds what over the channel: its own grants, then those that come from above. */
export function grantList(
  ctx: DeskSession,
  site: SiteRef,
  channel: ChannelTreeRow,
  grants: readonly GrantRow[],
  calendar: Calendar,
) {
  const accounts = maySomewhere(ctx, 'account.read');
  return grants.map((grant) => {
    const own = grant.channelId === channel.id;
    const facts = {
      tenantId: site.tenantId,
      siteId: grant.siteId,
      channelPath: grant.channelPath,
      accountId: grant.accountId,
    };
    const until = grant.endsAt ? `到 ${calendar.day(new Date(grant.endsAt.getTime() - 1))} 止` : '长期';
    return {
      name: grant.accountName || '（不在您的查看范围内）',
      href: accounts && grant.accountName ? `/accounts/${grant.accountId}` : null,
      note: `${own ? '本栏目及下级' : grant.place.split(' › ').at(-1)}，${until}`,
      role: dutyOf(grant.role),
      inherited: !own,
      end: own && may(ctx, 'grant.end', facts) ? `/grants/${grant.id}/end` : null,
    };
  });
}
