import type { CloneReport } from '../../tenancy/clone/clone-site.js';
import type { ClonedRow } from '../../tenancy/clone/clone-step.js';
import { shownHost } from '../../tenancy/hostname/shown-host.js';
import { SITE_KINDS } from '../../tenancy/site/site.queries.js';
import { effect, plainEffect, someEffect } from '../shell/consequence.js';
import { themeSample } from '../tenants/theme-samples.js';
import type { SiteCounts } from './site-page.queries.js';

const FATES: Record<ClonedRow['fate'], { label: string; tone: string }> = {
  made: { label: '新建', tone: 'ok' },
  changed: { label: '更新', tone: 'info' },
  kept: { label: '保留', tone: '' },
};

/** What a rehearsed clone says of itself before it is done in earnest. */
export function clonePreview(report: CloneReport, left: SiteCounts) {
  const { opened, kind, parts, given } = report;
  const sum = (of: 'made' | 'changed' | 'kept') => parts.reduce((total, part) => total + part[of].length, 0);
  return {
    facts: [
      { term: '网站', text: `${report.name}（${SITE_KINDS[kind]}，${opened ? '新开' : '已有'}）` },
      { term: '单位', text: report.tenantName },
      { term: '地址', text: report.address ? shownHost(report.address) : '门户还没有域名' },
      { term: '主办单位', text: report.sponsor },
      { term: '主题', text: report.theme ? themeSample(report.theme).label : '按类型和级别' },
      { term: '首页', text: `${SITE_KINDS[kind]}的统一版式，没有内容的区块不显示` },
      ...(given ? [{ term: '负责账号', text: `${given.name}（${given.login}）：${given.roles.join('、')}` }] : []),
    ],
    consequences: [
      effect(sum('made'), '个', '栏目新建'),
      ...someEffect(sum('changed'), '个', '栏目改成来源网站的名称、类型和更新承诺，其上的授权保留'),
      ...someEffect(sum('kept'), '个', '栏目来源网站没有，原样保留'),
      ...(given ? [effect(given.roles.length, '项', `授权给${given.name}`)] : []),
      ...someEffect(left.publications, '处', '刊载不复制：只复制结构'),
      plainEffect('来源网站的稿件、附件、授权、栏目的负责机关和负责人、域名都不复制'),
      plainEffect(
        opened
          ? '域名、网站标识码和备案号用所在门户的，公众随即可以访问'
          : '网站的名称、域名、标识码、备案号和人员都不变',
      ),
    ],
    rows: parts
      .flatMap(({ tree }) => tree)
      .map(({ fate, depth, ...row }) => ({ ...row, indent: '　'.repeat(depth - 1), fate: FATES[fate] })),
    after: '预览是把复制完整做了一遍再撤回，数字就是实际的数字。复制后可以在栏目里继续调整。',
    verb: opened ? '开通并复制结构' : '复制结构',
  };
}
