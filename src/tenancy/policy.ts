import { policy } from '../authority/policy.js';
import { ALL_ROLES } from '../authority/role.js';

const operators = ['platform-operator', 'node-operator'] as const;
const watchers = ['supervisor', 'auditor', 'security-administrator'] as const;
const overSites = [...operators, 'tenant-administrator', 'editor-in-chief'] as const;

export const tenancyPolicy = policy('tenancy', {
  'tenant.read': { says: '查看单位的资料和状态', by: [...operators, 'tenant-administrator', ...watchers] },
  'tenant.open': { says: '在单位之下开通新的单位', by: operators },
  'tenant.rename': { says: '给单位改名', by: operators },
  'tenant.freeze': { says: '冻结和解冻单位及其下级的发布', by: operators },
  'tenant.retire': { says: '撤销单位：冻结、归档，以及恢复', by: operators },
  'tenant.delete': { says: '删除已归档满 30 天的单位', by: ['platform-operator'] },

  'site.enter': { says: '进入网站的工作台', by: ALL_ROLES, fromInside: true },
  'site.read': { says: '查看网站的资料和状态', by: [...overSites, ...watchers] },
  'site.open': { says: '在本单位门户之下开通部门和乡镇的子站', by: [...operators, 'tenant-administrator'] },
  'site.edit': { says: '修改网站的名称、标语和备案信息', by: overSites },
  'site.suspend': { says: '停用和恢复网站', by: operators },
  'site.freeze': { says: '冻结和解冻网站的发布', by: operators },
  'site.clone': { says: '复制网站的栏目结构', by: operators },
  'site.move': { says: '把子站划归另一单位', by: operators },

  'hostname.read': { says: '查看网站的域名', by: [...overSites, ...watchers] },
  'hostname.change': { says: '增加、更换、停用和转让域名', by: operators },

  'organ.read': {
    says: '查看机关的名称和联系方式',
    by: [
      ...overSites,
      ...watchers,
      'channel-manager',
      'editor',
      'reviewer',
      'secrecy-reviewer',
      'publisher',
      'letter-clerk',
      'liaison',
      'contractor',
    ],
  },
  'organ.edit': { says: '修改机关的名称和联系方式', by: [...operators, 'tenant-administrator'] },
});
