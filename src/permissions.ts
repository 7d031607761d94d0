import { givenBy } from './access/policy.js';
import { SUBJECTS, type SubjectKind } from './authority/policy.js';
import { ALL_ROLES, roleFacts, SCOPES } from './authority/role.js';
import { policies } from './policies.js';

const SUBJECT_NAMES: Record<SubjectKind, string> = {
  platform: '平台',
  tenant: '单位',
  organ: '机关',
  site: '网站',
  hostname: '域名',
  channel: '栏目',
  item: '稿件',
  account: '账号',
  grant: '授权',
  range: '登录地址范围',
  audit: '审计记录',
  reorganisation: '机构改革方案',
};

/**
 * docs/permissions.md: roles, what each may do, who gives what. Printed from the very rules that are applied; CI fails
 * when the committed file says otherwise.
 */
export function permissionsMarkdown(): string {
  const rules = policies.flatMap((policy) => policy.rules);
  const lines = [
    '# 谁可以做什么',
    '',
    'Printed by `npm run permissions` from the roles (`src/authority/role.ts`) and every room’s `policy.ts`; do not edit.',
    'What is not ticked is refused. A role holds within its scope only: see the last part.',
    '',
    '## 角色',
    '',
    '| 角色 | 做什么 | 可以授予的范围 | 动态口令 | 可以转授 |',
    '|---|---|---|---|---|',
    ...ALL_ROLES.map((role) => {
      const facts = roleFacts(role);
      const gives = givenBy(role).map((given) => roleFacts(given).name);
      return `| ${facts.name}<br>\`${role}\` | ${facts.about}${facts.separate ? '三员之一，不能兼任另外两员。' : ''}${facts.temporary ? '必须有截止日期。' : ''} | ${facts.scopes.map((scope) => SCOPES[scope]).join('<br>')} | ${facts.secondFactor ? '必须' : '可选'} | ${gives.join('、') || '—'} |`;
    }),
    '',
  ];
  for (const subject of Object.keys(SUBJECTS) as SubjectKind[]) {
    const about = rules.filter((rule) => rule.subject === subject);
    if (about.length === 0) continue;
    const roles = ALL_ROLES.filter((role) => about.some((rule) => rule.roles.includes(role)));
    lines.push(
      `## ${SUBJECT_NAMES[subject]}`,
      '',
      `| 可以…… | ${roles.map((role) => roleFacts(role).name).join(' | ')} |`,
      `|---|${roles.map(() => ':-:|').join('')}`,
      ...about.map(
        (rule) =>
          `| ${rule.says}${rule.notOneself ? '（不能对自己）' : ''}<br>\`${rule.action}\` | ${roles.map((role) => (rule.roles.includes(role) ? '✓' : '')).join(' | ')} |`,
      ),
      '',
    );
  }
  lines.push(
    '## 范围',
    '',
    '| 授权在…… | 及于 |',
    '|---|---|',
    '| 全平台 | 所有单位、网站、栏目和人 |',
    '| 分平台、地区 | 该单位及其所有下级单位 |',
    '| 一个单位 | 该单位的全部网站、栏目和人；不及于上级、下级和别的单位 |',
    '| 一个网站 | 该网站及其全部栏目；人限于本人所在机关；不及于同一单位的别的网站 |',
    '| 一个栏目 | 该栏目及其下级；人限于本人所在机关；不及于上级和并列的栏目 |',
    '',
    'Every line of this table is tried for every role and action in `test/isolation/authority-matrix.spec.ts`.',
    '',
  );
  return lines.join('\n');
}
