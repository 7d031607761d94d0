/** What an authority can be held over, from the widest to the narrowest. */
export const SCOPES = {
  platform: '全平台',
  node: '分平台（一个市及其下级）',
  region: '地区（一个单位及其下级）',
  tenant: '一个单位',
  site: '一个网站',
  channel: '一个栏目及其下级',
} as const;
export type ScopeKind = keyof typeof SCOPES;

interface RoleFacts {
  /** What people call it. */
  name: string;
  /** One sentence for the one who gives it. */
  about: string;
  /** Over what it can be held. */
  scopes: readonly ScopeKind[];
  /** Every role above an editor's signs in with a second factor. */
  secondFactor: boolean;
  /** One of the three duties that are never in one hand (GB/T 22239-2019 §8.1.4: 三员分立). */
  separate?: true;
  /** Only for a time: a grant without an end is refused. */
  temporary?: true;
}

const role = <const R extends RoleFacts>(facts: R): RoleFacts => facts;

/** The roles of the platform. What each may do stands in the policy.ts of the rooms; docs/permissions.md prints both. */
export const ROLES = {
  'platform-operator': role({
    name: '平台运维员',
    about: '开通和停用单位、网站和域名；不管账号和授权，不看审计。',
    scopes: ['platform'],
    secondFactor: true,
    separate: true,
  }),
  'security-administrator': role({
    name: '安全管理员',
    about: '管理账号、授权和登录限制；不开通网站，不看审计。',
    scopes: ['platform'],
    secondFactor: true,
    separate: true,
  }),
  auditor: role({
    name: '审计员',
    about: '查看和导出审计记录，查看谁能做什么；什么也不能改。',
    scopes: ['platform', 'node', 'tenant'],
    secondFactor: true,
    separate: true,
  }),
  'node-operator': role({
    name: '分平台运维员',
    about: '在一个市的分平台里开通和停用单位、网站和域名。',
    scopes: ['node'],
    secondFactor: true,
  }),
  supervisor: role({
    name: '监管员',
    about: '查看所辖各网站、栏目及其负责人；什么也不能改。',
    scopes: ['platform', 'node', 'region'],
    secondFactor: true,
  }),
  'tenant-administrator': role({
    name: '单位管理员',
    about: '管理本单位的账号、授权、网站资料和栏目。',
    scopes: ['tenant'],
    secondFactor: true,
  }),
  'editor-in-chief': role({
    name: '网站总编',
    about: '管理一个网站的资料、栏目，以及谁在哪个栏目做什么。',
    scopes: ['tenant', 'site'],
    secondFactor: true,
  }),
  'channel-manager': role({
    name: '栏目管理员',
    about: '在自己的栏目之下设栏目、请编辑、定审核人。',
    scopes: ['site', 'channel'],
    secondFactor: true,
  }),
  editor: role({
    name: '编辑',
    about: '在自己的栏目里起草稿件。',
    scopes: ['tenant', 'site', 'channel'],
    secondFactor: false,
  }),
  reviewer: role({
    name: '审核员',
    about: '审核自己栏目里他人的稿件。',
    scopes: ['tenant', 'site', 'channel'],
    secondFactor: true,
  }),
  'secrecy-reviewer': role({
    name: '保密审查员',
    about: '发布前对稿件作保密审查。',
    scopes: ['tenant', 'site', 'channel'],
    secondFactor: true,
  }),
  publisher: role({
    name: '签发人',
    about: '签发审核过的稿件。',
    scopes: ['tenant', 'site', 'channel'],
    secondFactor: true,
  }),
  'letter-clerk': role({
    name: '信件办理员',
    about: '受理、分办和答复来信。',
    scopes: ['tenant', 'site'],
    secondFactor: true,
  }),
  liaison: role({
    name: '信息联络员',
    about: '向网站报送信息。',
    scopes: ['tenant', 'site', 'channel'],
    secondFactor: false,
  }),
  'media-partner': role({
    name: '合作媒体',
    about: '只在一个专题栏目里供稿。',
    scopes: ['channel'],
    secondFactor: false,
    temporary: true,
  }),
  contractor: role({
    name: '外包服务人员',
    about: '在约定的期限内维护一个网站或栏目的栏目设置。',
    scopes: ['site', 'channel'],
    secondFactor: true,
    temporary: true,
  }),
} as const satisfies Record<string, RoleFacts>;
export type Role = keyof typeof ROLES;

export const ALL_ROLES = Object.keys(ROLES) as Role[];

export const isRole = (name: string): name is Role => Object.hasOwn(ROLES, name);

export const roleFacts = (name: Role): RoleFacts => ROLES[name];
