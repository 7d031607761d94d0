import { CHANNELS } from './channel-list.view.js';
import type { ChannelTreeRow } from './channel-tree.js';
import { type ChannelContents, contentsInWords } from './delete-channel.js';

export type ChannelAct = 'close' | 'hide' | 'delete';

/** What confirm.njk wants: what will happen, in numbers, before it happens. */
export function confirmationOf(act: ChannelAct, channel: ChannelTreeRow, contents: ChannelContents) {
  const common = { action: `${CHANNELS}/${channel.id}/${act}`, cancel: `${CHANNELS}?at=${channel.id}` };
  const below =
    contents.channels > 0 ? [{ count: contents.channels, unit: '个', text: '下级栏目也一样', tone: null }] : [];
  switch (act) {
    case 'close':
      return {
        ...common,
        title: `关闭“${channel.name}”？`,
        lead: '关闭后公众照常阅读，但不能再发布新稿件，也不再计算更新期限。',
        consequences: [
          ...below,
          { count: contents.publishedWithBelow, unit: '篇', text: '已发布的稿件照常可以阅读', tone: null },
        ],
        after: '随时可以恢复更新。',
        verb: '关闭',
        tone: 'danger',
      };
    case 'hide':
      return {
        ...common,
        title: `隐藏“${channel.name}”？`,
        lead: '隐藏后公众立即看不到这个栏目，打开它的地址显示“没有找到”。',
        consequences: [
          ...below,
          { count: contents.publishedWithBelow, unit: '篇', text: '稿件公众打不开，附件也打不开', tone: 'bad' },
        ],
        after: '随时可以恢复显示，稿件的地址不变。',
        verb: '隐藏',
        tone: 'danger',
      };
    case 'delete':
      return { ...common, ...deletion(channel, contents) };
  }
}

function deletion(channel: ChannelTreeRow, contents: ChannelContents) {
  const what = contentsInWords(contents);
  return {
    title: `删除“${channel.name}”？`,
    lead: channel.inherited
      ? '这个栏目来自统一的网站结构，不能删除。不需要时请隐藏。'
      : what
        ? `里面还有 ${what}，现在不能删除。请先把它们移走；只是不想让公众看到时，可以隐藏。`
        : '栏目里没有内容，可以删除。删除后不能恢复，要用时须重新建。',
    consequences: [
      {
        count: contents.grants,
        unit: '项',
        text: '对这个栏目的授权同时结束',
        tone: contents.grants > 0 ? 'bad' : null,
      },
    ],
    after: '删除和结束的授权都留在审计记录里。',
    // What would only be refused is not offered.
    verb: channel.inherited || what ? null : '删除',
    tone: 'danger',
  };
}
