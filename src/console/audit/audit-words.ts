import type { ActWords } from '../../kernel/audit/acts.js';

/** The words of all rooms' acts, put together at the top. */
export const ACTS = Symbol('what each act of the audit is called');

/** What this room writes itself. */
export const consoleActs: ActWords = { 'audit.exported': '导出审计记录' };

/** What a subject is, by the part before the colon; acts are grouped by the same words. */
const KINDS: Record<string, string> = {
  account: '账号',
  audit: '审计',
  channel: '栏目',
  grant: '授权',
  hostname: '域名',
  item: '稿件',
  organ: '机关',
  publishing: '发布冻结',
  range: '登录地址',
  region: '区划',
  reorganisation: '机构改革',
  session: '登录状态',
  'sign-in': '登录',
  site: '网站',
  tenant: '单位',
  token: 'API 令牌',
  unit: '开通',
};

export const kindInWords = (kind: string): string => KINDS[kind] ?? kind;

/** The acts as choices of a filter, by what they are done to; the first of each group stands for the whole group. */
export function actOptions(acts: ActWords) {
  const groups = new Map<string, { value: string; label: string }[]>();
  for (const [act, label] of Object.entries(acts)) {
    const kind = act.slice(0, act.indexOf('.'));
    if (!groups.has(kind)) groups.set(kind, [{ value: `${kind}.`, label: `${kindInWords(kind)}：全部` }]);
    groups.get(kind)!.push({ value: act, label });
  }
  return [...groups]
    .map(([kind, options]) => ({ label: kindInWords(kind), options }))
    .sort((a, b) => a.label.localeCompare(b.label, 'zh-Hans-CN'));
}

const FIELDS: Record<string, string> = {
  account: '账号',
  accounts: '账号',
  act: '行为',
  address: '地址',
  agent: '浏览器',
  channel: '栏目',
  channels: '栏目',
  changed: '改动',
  code: '代码',
  columnType: '栏目类型',
  counts: '数量',
  day: '日期',
  description: '说明',
  documentPrefix: '机关代字',
  email: '邮箱',
  endsAt: '到期',
  endsOn: '最后一天',
  filter: '条件',
  former: '原来的',
  freeze: '冻结编号',
  from: '来自',
  governmentName: '政府全称',
  grants: '授权',
  grantsEnded: '结束的授权',
  host: '域名',
  icpNumber: 'ICP备案号',
  identificationCode: '网站标识码',
  items: '稿件',
  kind: '类别',
  limitDays: '考核期限（天）',
  lines: '事项',
  login: '登录名',
  mayGiveOn: '可以转授',
  means: '登录方式',
  name: '名称',
  note: '用途',
  notice: '给公众的说明',
  opened: '新开通',
  organ: '机关',
  organId: '机关',
  path: '路径',
  place: '范围',
  placements: '别站的刊载',
  publicSecurityNumber: '公安备案号',
  publications: '刊载',
  range: '地址范围',
  reason: '理由',
  responsibleName: '负责人',
  responsibleTelephone: '负责人电话',
  role: '角色',
  rows: '记录数',
  scope: '范围',
  sessions: '登录',
  shortName: '简称',
  site: '网站',
  sites: '网站',
  slug: '网址',
  state: '状态',
  suspendedFor: '停用原因',
  tagline: '标语',
  telephone: '电话',
  tenant: '单位',
  theme: '主题',
  title: '标题',
  to: '去往',
  tokens: '令牌',
  updateDays: '更新承诺（天）',
  why: '原因',
};

/** A field of a detail that has no words here is shown as it stands. */
export const fieldInWords = (field: string): string => FIELDS[field] ?? field;

/** A value as a reader takes it: texts as they are, the rest as the audit keeps it; '' for nothing. */
export function valueInWords(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? '是' : '否';
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) return value.join('、');
  return JSON.stringify(value);
}

type Fields = Record<string, unknown>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Before and after, field by field; what did not change is left out. */
export function changesOf(detail: Fields): { label: string; before: string; after: string }[] {
  const { before, after } = detail;
  if (before === undefined && after === undefined) return [];
  if (!isFields(before ?? {}) || !isFields(after ?? {}))
    return [{ label: '内容', before: valueInWords(before), after: valueInWords(after) }];
  const [was, is] = [(before ?? {}) as Fields, (after ?? {}) as Fields];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .map((field) => ({
      label: fieldInWords(field),
      before: valueInWords(was[field]),
      after: valueInWords(is[field]),
    }))
    .filter((change) => change.before !== change.after);
}
