import { expect, it } from '@jest/globals';
import type { PlanFacts } from '../../tenancy/reorganisation/plan-facts.js';
import type { LineInput } from '../../tenancy/reorganisation/plan-line.js';
import { settleLines } from '../../tenancy/reorganisation/settle-lines.js';
import { aroundDifference } from './plan-report.view.js';
import { linesOf, stepsOf } from './plan-step.js';
import { PlanningFacts } from './planning-facts.js';

const organ = (id: string, name: string) => ({
  id,
  name,
  kind: 'department',
  shortName: name,
  telephone: '0431-11111',
  address: '东街',
  endedOn: null,
});
const channel = (id: string, siteId: string, path: string, organId: string | null) => ({
  id,
  siteId,
  parentId: null,
  path,
  name: path,
  organId,
});
const known: PlanFacts = {
  tenant: { name: '青松县' },
  organs: [organ('jy', '教育局'), organ('ty', '体育局'), organ('wh', '文化局')],
  sites: [
    { id: 'portal', parentSiteId: null, prefix: '/', name: '青松县', sponsorId: 'zf' },
    { id: 'jysite', parentSiteId: 'portal', prefix: '/bm/jyj/', name: '教育局', sponsorId: 'jy' },
  ],
  channels: [
    channel('a', 'portal', 'jyxx', 'jy'),
    channel('b', 'portal', 'tyxx', 'ty'),
    channel('under', 'portal', 'zwgk', null),
    channel('c', 'jysite', 'gzdt', null),
  ],
  accounts: [
    { id: 'zhang', login: 'qs-zhang', name: '张三', organId: 'jy' },
    { id: 'li', login: 'qs-li', name: '李四', organId: 'jy' },
  ],
};
const facts = new PlanningFacts({ id: 't', name: '青松县' }, known, new Set());

const line = (over: Partial<LineInput>, i = 0): LineInput => ({
  row: i + 1,
  action: '',
  from: '',
  to: '',
  shortName: '',
  telephone: '',
  address: '',
  people: '',
  channels: '',
  under: '',
  subSite: '',
  ...over,
});

/** What a plan says that was written from a table, opened as steps, and written again. */
function rewritten(written: Partial<LineInput>[]) {
  const settled = settleLines(
    written.map((one, i) => line(one, i)),
    known,
  );
  expect(settled.faults).toEqual([]);
  const steps = stepsOf(settled.lines, settled.made);
  return { steps, lines: steps.flatMap((step) => linesOf(step, facts)) };
}

it.each<[string, number, Partial<LineInput>[]]>([
  [
    'a merger into a new organ, with moved channels and fates',
    1,
    [
      {
        action: '合并',
        from: '教育局',
        to: '教体局',
        shortName: '教体',
        telephone: '0431-99999',
        address: '南街',
        channels: 'jyxx',
        under: 'zwgk',
        subSite: '归档',
      },
      { action: '合并', from: '体育局', to: '教体局', shortName: '教体', telephone: '0431-99999', address: '南街' },
    ],
  ],
  ['a merger into one that exists', 1, [{ action: '合并', from: '体育局', to: '教育局' }]],
  [
    'a merger whose channels move to several places',
    2,
    [
      { action: '合并', from: '教育局', to: '文化局', channels: 'jyxx', under: 'zwgk' },
      { action: '合并', from: '体育局', to: '文化局', channels: 'tyxx', under: 'jyxx' },
    ],
  ],
  [
    'a split with people, channels and a sub-site',
    1,
    [
      { action: '拆分', from: '教育局', to: '教育局', people: '其余', subSite: '保留' },
      { action: '拆分', from: '教育局', to: '招生办', people: 'qs-zhang、qs-li', channels: 'jyxx、bm/jyj/gzdt' },
    ],
  ],
  [
    'renaming and closing',
    2,
    [
      { action: '更名', from: '体育局', to: '体育发展局', telephone: '0431-22222' },
      { action: '撤销', from: '文化局', to: '教育局' },
    ],
  ],
])('opens %s as %i step(s), and writes the same lines again', (_, count, written) => {
  const { steps, lines } = rewritten(written);
  expect(steps).toHaveLength(count);
  expect(lines).toEqual(
    written.map((one) => {
      const { row, ...cells } = line(one);
      return cells;
    }),
  );
});

it('shows of long texts what differs, with what stands around it', () => {
  const text = (name: string) => `${'甲'.repeat(60)}由${name}负责${'乙'.repeat(60)}`;
  const { before, after } = aroundDifference(text('教育局'), text('教体局'));
  expect(before).toBe(`…${'甲'.repeat(22)}由教育局负责${'乙'.repeat(21)}…`);
  expect(after).toBe(before.replace('教育局', '教体局'));
  expect(aroundDifference('短', '短的')).toEqual({ before: '短', after: '短的' });
  expect(aroundDifference('', '长'.repeat(90))).toEqual({ before: '', after: '长'.repeat(90) });
});
