import { policy } from '../authority/policy.js';
import { ALL_ROLES, type Role } from '../authority/role.js';

const overPeople = ['security-administrator', 'tenant-administrator', 'editor-in-chief', 'channel-manager'] as const;

export const accessPolicy = policy('access', {
  'grant.read': { says: '查看谁在哪里担任什么', by: [...overPeople, 'auditor', 'node-operator', 'supervisor'] },
  'grant.give': { says: '给他人授权（限于可以转授的角色）', by: overPeople, notOneself: true },
  'grant.end': { says: '收回他人的授权（限于可以转授的角色）', by: overPeople, notOneself: true },
  'account.hand-over': {
    says: '把一个账号的工作移交给另一个账号',
    by: ['security-administrator', 'tenant-administrator'],
    notOneself: true,
  },
  'account.explain': {
    says: '查询某个账号能否做某件事及其理由',
    by: ['security-administrator', 'auditor', 'tenant-administrator'],
  },
  'audit.read': { says: '查看审计记录', by: ['auditor'] },
  'audit.export': { says: '导出审计记录', by: ['auditor'] },
});

const workers: Role[] = ['editor', 'reviewer', 'liaison'];

/**
 * Which roles may be given on by whom, within the scope of a grant that may be given on. A role that is not here gives
 * nothing. Operators give nothing: the first administrator of a tenant they open is part of opening it.
 */
export const GIVES: Partial<Record<Role, readonly Role[]>> = {
  'security-administrator': [
    'platform-operator',
    'security-administrator',
    'auditor',
    'node-operator',
    'supervisor',
    'tenant-administrator',
  ],
  'tenant-administrator': [
    'tenant-administrator',
    'editor-in-chief',
    'channel-manager',
    ...workers,
    'secrecy-reviewer',
    'publisher',
    'letter-clerk',
    'media-partner',
    'contractor',
  ],
  'editor-in-chief': ['channel-manager', ...workers, 'publisher', 'media-partner', 'contractor'],
  'channel-manager': ['channel-manager', ...workers],
};

export const givenBy = (role: Role): readonly Role[] => GIVES[role] ?? [];

/** Roles without which a tenant (or the platform) could no longer be governed: the last holder cannot be removed. */
export const NEVER_VACANT: readonly Role[] = [
  'platform-operator',
  'security-administrator',
  'auditor',
  'tenant-administrator',
];

/** Who gives a role, in the words of a refusal: “可由单位管理员、网站总编授权”. */
export const giversOf = (role: Role): Role[] => ALL_ROLES.filter((giver) => givenBy(giver).includes(role));
