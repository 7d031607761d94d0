import type { ActWords } from '../../kernel/audit/acts.js';

export const reorganisationActs: ActWords = {
  'reorganisation.drafted': '起草机构改革方案',
  'reorganisation.redrafted': '修改机构改革方案',
  'reorganisation.tried': '试算机构改革方案',
  'reorganisation.scheduled': '给机构改革方案排期',
  'reorganisation.cancelled': '取消机构改革方案',
  'reorganisation.applied': '执行机构改革方案',
  'reorganisation.failed': '机构改革方案到期未能执行',
  'reorganisation.taken-back': '收回机构改革方案',
  'reorganisation.row-changed': '因机构改革而改变',
  'reorganisation.row-restored': '因收回机构改革而恢复',
};
