import { policy } from '../../authority/policy.js';

const planners = ['tenant-administrator', 'node-operator', 'platform-operator'] as const;

export const reorganisationPolicy = policy('reorganisation', {
  'reorganisation.read': { says: '查看机构改革方案及其预览', by: [...planners, 'supervisor', 'auditor'] },
  'reorganisation.plan': { says: '起草、试算、排期和取消机构改革方案', by: planners },
  'reorganisation.apply': { says: '执行机构改革方案', by: planners },
  'reorganisation.take-back': { says: '收回已执行的机构改革方案', by: planners },
});
