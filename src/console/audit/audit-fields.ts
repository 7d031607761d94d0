import { validate as isUuid } from 'uuid';
import { ALL_ROLES, roleFacts, SCOPES } from '../../authority/role.js';
import { shownHost } from '../../tenancy/hostname/shown-host.js';
import { SITE_KINDS } from '../../tenancy/site/site.queries.js';
import { browserName } from '../shell/browser-name.js';

/** What the details of the audit say, field by field, in the words of those who read it. */
const FIELDS: Record<string, string> = {
  account: '账号',
  accounts: '账号',
  accountsMoving: '划转的账号',
  act: '行为',
  actions: '可以做的',
  address: '地址',
  agent: '浏览器',
  attachmentBytes: '附件字节数',
  attachments: '附件',
  basis: '依据',
  changed: '改动',
  changes: '改动',
  channel: '栏目',
  channels: '栏目',
  channelsLosingOrgan: '不再有负责机关的栏目',
  channelsWithoutOrgan: '没有负责机关的栏目',
  code: '代码',
  columnType: '栏目类型',
  conflicts: '冲突',
  counts: '数量',
  day: '日期',
  depth: '层级',
  description: '说明',
  documentPrefix: '机关代字',
  edition: '版次',
  email: '邮箱',
  endsAt: '到期',
  endsOn: '最后一天',
  entries: '核对的记录',
  expiresOn: '到期',
  filter: '条件',
  findings: '发现的问题',
  former: '原来的',
  freeze: '冻结编号',
  from: '来自',
  governmentName: '政府全称',
  grant: '授权编号',
  grants: '授权',
  grantsEnded: '结束的授权',
  grantsEnding: '结束的授权',
  grantsFollowing: '继续有效的授权',
  host: '域名',
  hostnames: '域名',
  hours: '办公时间',
  icpNumber: 'ICP备案号',
  identificationCode: '网站标识码',
  inCharge: '负责账号',
  introduction: '简介',
  issuer: '统一身份认证',
  itemKind: '稿件类型',
  items: '稿件',
  keeper: '链头存放处',
  kept: '保留',
  keywords: '关键词',
  kind: '类别',
  left: '剩下的恢复码',
  limitDays: '考核期限（天）',
  lines: '事项',
  lockedFor: '锁定原因',
  lockedOn: '锁定日期',
  login: '登录名',
  mac: '签名',
  made: '新建',
  mayGiveOn: '可以转授',
  means: '登录方式',
  minutes: '暂停的分钟数',
  name: '名称',
  note: '用途',
  notice: '给公众的说明',
  objects: '文件',
  opened: '新开通',
  organ: '机关',
  organId: '机关',
  parentId: '上级栏目',
  path: '路径',
  place: '范围',
  placements: '别站的刊载',
  plan: '方案',
  position: '次序',
  prefix: '网址',
  primary: '主域名',
  publications: '刊载',
  publicSecurityNumber: '公安备案号',
  purpose: '用途',
  range: '地址范围',
  reason: '原因',
  responsibleName: '负责人',
  responsibleTelephone: '负责人电话',
  restored: '恢复',
  role: '角色',
  rows: '记录数',
  scope: '范围种类',
  sequence: '第几次导出',
  sessions: '登录',
  shortName: '简称',
  site: '网站',
  sites: '网站',
  slug: '网址',
  state: '状态',
  step: '下一步',
  subject: '对方的编号',
  suspendedFor: '停用原因',
  tagline: '标语',
  telephone: '电话',
  tenant: '单位',
  tenants: '单位',
  theme: '主题',
  title: '标题',
  to: '去往',
  tokens: '令牌',
  updateDays: '更新承诺（天）',
  what: '内容',
  why: '情形',
  withBelow: '连同下级',
};

/** A field of a detail that has no words here is shown as it stands. */
export const fieldInWords = (field: string): string => FIELDS[field] ?? field;

const LOCKED_FOR = { dormant: '久未使用', ended: '使用期限已过', hand: '由管理员锁定' };

/** Codes of a field in the words of its readers. */
const CODES: Record<string, Readonly<Record<string, string>>> = {
  kind: {
    ...SITE_KINDS,
    staff: '工作人员',
    contractor: '外包服务人员',
    government: '政府',
    office: '办公机构',
  },
  itemKind: { article: '文章', 'policy-document': '政策文件' },
  lockedFor: LOCKED_FOR,
  means: {
    password: '账号和密码',
    oidc: '统一身份认证',
    invitation: '一次性链接',
  },
  purpose: { join: '加入', reset: '重设密码' },
  role: Object.fromEntries(ALL_ROLES.map((role) => [role, roleFacts(role).name])),
  scope: SCOPES,
  state: {
    open: '正常',
    frozen: '冻结',
    archived: '已归档',
    deleted: '已删除',
    closed: '已关闭',
    hidden: '已隐藏',
    invited: '待启用',
    locked: '已锁定',
    suspended: '已停用',
  },
  step: { code: '输入动态口令', 'new-password': '换密码', enrol: '设置动态口令' },
  why: {
    ...LOCKED_FOR,
    closed: '账号已注销',
    locked: '账号已锁定',
    'wrong-password': '密码不对',
    'wrong-code': '动态口令不对',
    'wrong-recovery-code': '恢复码不对',
    'unknown-name': '没有这个账号',
    'outside-ranges': '不在允许的登录地址内',
    'one-time-expired': '一次性密码已过期',
    'too-many': '同时登录的地方太多，结束最久没有使用的',
    'provider-unlinked': '没有关联统一身份认证',
  },
};

/** Fields that hold hostnames: shown as people read them, beside the entry's subject, which is as it was written. */
const HOSTS: ReadonlySet<string> = new Set(['name', 'host', 'hostnames', 'primary', 'address', 'former']);

/** What stands for something else by its number, and what that is called now: `findNames`. */
export type Names = ReadonlyMap<string, string>;

/** A value as a reader takes it: codes and numbers of things in words, texts as they are; '' for nothing. */
export function valueInWords(field: string, value: unknown, names: Names = new Map()): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string' && field === 'agent') return browserName(value);
  if (typeof value === 'string')
    return CODES[field]?.[value] ?? names.get(value) ?? (HOSTS.has(field) ? shownHost(value) : value);
  if (typeof value === 'boolean') return value ? '是' : '否';
  if (Array.isArray(value))
    return value.map((one) => valueInWords(field, one, names)).join(listed(value) ? '；' : '、');
  if (isFields(value))
    return Object.entries(value)
      .map(([inner, one]) => `${fieldInWords(inner)} ${valueInWords(inner, one, names) || '—'}`)
      .join('，');
  return String(value);
}

/** The numbers of things within a detail, to be named. */
export const numbersIn = (detail: unknown): string[] =>
  typeof detail === 'string'
    ? isUuid(detail)
      ? [detail]
      : []
    : typeof detail === 'object' && detail !== null
      ? Object.values(detail).flatMap(numbersIn)
      : [];

const listed = (values: unknown[]): boolean => values.some(isFields);

type Fields = Record<string, unknown>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Before and after, field by field; what did not change is left out. */
export function changesOf(
  detail: Fields,
  names: Names = new Map(),
): { label: string; before: string; after: string }[] {
  const { before, after } = detail;
  if (before === undefined && after === undefined) return [];
  if (!isFields(before ?? {}) || !isFields(after ?? {}))
    return [
      { label: '内容', before: valueInWords('state', before, names), after: valueInWords('state', after, names) },
    ];
  const [was, is] = [(before ?? {}) as Fields, (after ?? {}) as Fields];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .map((field) => ({
      label: fieldInWords(field),
      before: valueInWords(field, was[field], names),
      after: valueInWords(field, is[field], names),
    }))
    .filter((change) => change.before !== change.after);
}

/** What else it says, field by field: all but its name, what changed and why. */
export const restOf = (
  { name, before, after, reason, ...rest }: Fields,
  names: Names = new Map(),
): { term: string; text: string }[] =>
  Object.entries(rest).map(([field, value]) => ({
    term: fieldInWords(field),
    text: valueInWords(field, value, names),
  }));
