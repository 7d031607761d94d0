import type { ActWords } from '../../kernel/audit/acts.js';

/** The words of all rooms' acts, put together at the top. */
export const ACTS = Symbol('what each act of the audit is called');

/** What this room writes itself. */
export const consoleActs: ActWords = { 'audit.exported': '导出审计记录' };

/** What a subject is, by the part before the colon; acts are grouped by the same words. */
const KINDS: Record<string, string> = {
  account: '账号',
  audit: '审计',
  'audit-heads': '审计链头',
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

/** Over what an entry was written (`scopeText` of the kernel), for the one who asks how far an act could have reached. */
export function scopeInWords(scope: string): string {
  const [kind = '', what = ''] = scope.split(':');
  const purpose = what.split('/')[1] ?? '';
  if (kind === 'tenant') return ['本单位', PURPOSES[purpose] ?? purpose].filter(Boolean).join('，');
  if (kind === 'cluster') return `跨单位：${WORKS[what] ?? what}`;
  return scope;
}

const PURPOSES: Record<string, string> = { publish: '刊载', provision: '开通' };

const WORKS: Record<string, string> = {
  provision: '开通',
  audit: '审计',
  identity: '登录和账号',
  restructure: '划转、撤销和机构改革',
};
