import type { ActWords } from '../kernel/audit/acts.js';

export const accessActs: ActWords = {
  'grant.given': '授权',
  'grant.ended': '收回授权',
  'grant.moved': '授权随机构改革转移',
  'grant.revived': '恢复授权',
  'account.handed-over': '移交工作',
};
