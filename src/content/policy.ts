import { policy } from '../authority/policy.js';

const overChannels = ['tenant-administrator', 'editor-in-chief', 'channel-manager', 'contractor'] as const;
const writers = ['editor', 'reviewer', 'secrecy-reviewer', 'publisher', 'liaison', 'media-partner'] as const;

/**
 * Over channels one has authority by the path that the facts state: the channel's own for reading and changing, its
 * parent's for arranging. So who holds a channel arranges what stands below it, and never the channel itself.
 */
export const contentPolicy = policy('content', {
  'channel.read': {
    says: '查看栏目、它的负责人和更新情况',
    by: [...overChannels, ...writers, 'supervisor', 'auditor', 'platform-operator', 'node-operator'],
  },
  'channel.change': { says: '修改栏目的名称、说明、更新承诺和负责人', by: overChannels },
  'channel.arrange': { says: '在栏目之下新建、排序、移动、关闭、隐藏和删除栏目', by: overChannels },
  'item.read': {
    says: '查看栏目里有哪些稿件',
    by: ['tenant-administrator', 'editor-in-chief', 'channel-manager', ...writers, 'supervisor'],
  },
});
