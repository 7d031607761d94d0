import type { ActWords } from '../kernel/audit/acts.js';

export const contentActs: ActWords = {
  'item.published': '发布稿件',
  'item.edition-published': '发布稿件的新版本',
  'channel.created': '新建栏目',
  'channel.changed': '修改栏目',
  'channel.moved': '移动栏目',
  'channel.closed': '关闭栏目',
  'channel.reopened': '恢复栏目更新',
  'channel.hidden': '隐藏栏目',
  'channel.shown': '恢复显示栏目',
  'channel.deleted': '删除栏目',
};
