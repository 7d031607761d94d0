import { policy } from '../authority/policy.js';

const overAccounts = ['security-administrator', 'tenant-administrator'] as const;
/** Reach the people of their own organ alone (src/authority/ability.ts). */
const overColleagues = ['editor-in-chief', 'channel-manager'] as const;

export const identityPolicy = policy('identity', {
  'account.read': {
    says: '查看账号',
    by: [...overAccounts, ...overColleagues, 'auditor', 'platform-operator', 'node-operator'],
  },
  'account.invite': { says: '新建账号并发出邀请', by: [...overAccounts, ...overColleagues] },
  'account.change': { says: '修改账号的姓名、机关和联系方式', by: overAccounts },
  'account.lock': { says: '锁定和解锁账号', by: overAccounts, notOneself: true },
  'account.reset': { says: '重设他人的密码和动态口令（发一次性链接）', by: overAccounts, notOneself: true },
  'account.close': { says: '注销账号', by: overAccounts, notOneself: true },
  'account.sessions': { says: '查看和结束他人的登录', by: overAccounts },
  'range.read': { says: '查看允许登录的地址范围', by: [...overAccounts, 'auditor'] },
  'range.change': { says: '设置允许登录的地址范围', by: overAccounts },
});
