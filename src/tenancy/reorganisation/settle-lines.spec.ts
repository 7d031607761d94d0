import type { KnownOrgan, PlanFacts } from './plan-facts.js';
import { COLUMNS, type LineInput } from './plan-line.js';
import { settleLines } from './settle-lines.js';

const organ = (id: string, name: string, over: Partial<KnownOrgan> = {}): KnownOrgan => ({
  id,
  name,
  kind: 'department',
  shortName: name.replace('农安县', ''),
  telephone: '0431-1111',
  address: '',
  endedOn: null,
  ...over,
});

const FACTS: PlanFacts = {
  tenant: { name: '农安县' },
  organs: [
    organ('gov', '农安县人民政府', { kind: 'government' }),
    organ('jy', '农安县教育局'),
    organ('ty', '农安县体育局'),
    organ('wh', '农安县文化局'),
    organ('old', '农安县粮食局', { endedOn: '2020-01-01' }),
  ],
  sites: [
    { id: 'portal', parentSiteId: null, prefix: '/', name: '农安', sponsorId: 'gov' },
    { id: 'sub', parentSiteId: 'portal', prefix: '/bm/tyj/', name: '体育局', sponsorId: 'ty' },
  ],
  channels: [
    { id: 'zwgk', siteId: 'portal', parentId: null, path: 'zwgk', name: '政务公开', organId: null },
    { id: 'tyc', siteId: 'portal', parentId: 'zwgk', path: 'zwgk/ty', name: '体育', organId: 'ty' },
    { id: 'tyjx', siteId: 'portal', parentId: 'tyc', path: 'zwgk/ty/jx', name: '竞训', organId: null },
    { id: 'jyc', siteId: 'portal', parentId: 'zwgk', path: 'zwgk/jy', name: '教育', organId: 'jy' },
    { id: 'gzdt', siteId: 'sub', parentId: null, path: 'gzdt', name: '工作动态', organId: null },
  ],
  accounts: [
    { id: '1', login: 'nongan-li', name: '李四', organId: 'ty' },
    { id: '2', login: 'nongan-wang', name: '王五', organId: 'ty' },
    { id: '3', login: 'nongan-wang-2', name: '王五', organId: 'ty' },
    { id: '4', login: 'nongan-zhang', name: '张三', organId: 'jy' },
  ],
};

const settle = (...lines: Partial<LineInput>[]) => {
  const empty = Object.fromEntries(Object.keys(COLUMNS).map((field) => [field, ''])) as unknown as LineInput;
  return settleLines(
    lines.map((line, i) => ({ ...empty, row: i + 1, ...line })),
    FACTS,
  );
};
const faults = (...lines: Partial<LineInput>[]) =>
  settle(...lines).faults.map(({ row, sentence }) => `${row} ${sentence}`);

it('makes one new organ of several lines, with what any of them says of it', () => {
  const { lines, made, faults } = settle(
    { action: '合并', from: '农安县教育局', to: '农安县教育体育局', telephone: '0431-2222' },
    { action: '合并', from: '农安县 体育局', to: '农安县教育体育局', shortName: '教体局', subSite: '并入' },
  );
  expect(faults).toEqual([]);
  expect(made).toMatchObject([{ name: '农安县教育体育局', shortName: '教体局', telephone: '0431-2222', likeId: 'jy' }]);
  expect(lines.map(({ fromId, toId, fate }) => [fromId, toId === made[0]!.id, fate])).toEqual([
    ['jy', true, null],
    ['ty', true, 'redirected'],
  ]);
});

it('understands an organ by the name that the plan gives it', () => {
  const { lines, made, faults } = settle(
    { action: '合并', from: '农安县体育局', to: '农安县教体局' },
    { action: '更名', from: '农安县教育局', to: '农安县教体局' },
  );
  expect([faults, made]).toEqual([[], []]);
  expect(lines).toMatchObject([
    { fromId: 'ty', toId: 'jy' },
    { fromId: 'jy', toId: 'jy', facts: { name: '农安县教体局' } },
  ]);
});

it('finds people by sign-in name or name, and channels by their address on portal and sub-site', () => {
  const { lines, faults } = settle(
    {
      action: '拆分',
      from: '农安县体育局',
      to: '农安县甲局',
      people: '李四；nongan-wang',
      channels: '/zwgk/ty/jx/、bm/tyj/gzdt',
    },
    { action: '拆分', from: '农安县体育局', to: '农安县乙局', people: '其余', subSite: '保留' },
  );
  expect(faults).toEqual([]);
  expect(lines).toMatchObject([
    {
      accountIds: ['1', '2'],
      channels: [
        { id: 'tyjx', underId: null },
        { id: 'gzdt', underId: null },
      ],
      rest: false,
    },
    { accountIds: [], rest: true, fate: 'stays' },
  ]);
});

it('says all that is wrong at once, each with its line', () => {
  expect(
    faults(
      { action: '兼并', from: '农安县教育局', to: '甲局' },
      { action: '合并', from: '教育局', to: '甲局' },
      { action: '合并', from: '农安县粮食局', to: '甲局' },
      { action: '合并', from: '农安县人民政府', to: '甲局' },
      { action: '合并', to: '' },
      { action: '撤销', from: '农安县文化局', to: '没有的局', telephone: 'abc', people: '李四', subSite: '保留' },
    ),
  ).toEqual([
    '1 不认识动作“兼并”，可以写：合并、拆分、更名、撤销。',
    '2 没有叫“教育局”的机关，是不是“农安县教育局”？',
    '3 “农安县粮食局”已经撤并，不能再调整。',
    '4 “农安县人民政府”是政府本身，不能由机构改革方案调整。',
    '5 没有填“原机关”。',
    '5 没有填“新机关”。',
    '6 电话“abc”只写号码，例如 0431-12345678。',
    '6 撤销要写明由谁接续，但没有叫“没有的局”的机关。',
    '6 撤销时全部人员一起走，“人员”请留空；只有拆分要写。',
    '6 “农安县文化局”没有子站，“子站”请留空。',
  ]);
});

it.each<[string, Partial<LineInput>[], string]>([
  [
    'an organ in two lines',
    [
      { action: '撤销', from: '农安县体育局', to: '农安县教育局' },
      { action: '更名', from: '农安县体育局', to: '农安县新局' },
    ],
    '2 “农安县体育局”在第 1 行已有安排；只有拆分可以写成几行。',
  ],
  [
    'a chain',
    [
      { action: '撤销', from: '农安县体育局', to: '农安县教育局' },
      { action: '撤销', from: '农安县教育局', to: '农安县文化局' },
    ],
    '1 “农安县教育局”在第 2 行也要撤销，请直接写最后去的机关。',
  ],
  ['a circle', [{ action: '合并', from: '农安县体育局', to: '农安县体育局' }], '1 原机关和新机关相同。'],
  [
    'different things of one organ',
    [
      { action: '合并', from: '农安县体育局', to: '农安县甲局', telephone: '0431-2222' },
      { action: '合并', from: '农安县教育局', to: '农安县甲局', telephone: '0431-3333' },
    ],
    '2 “农安县甲局”的资料与第 1 行写的不同（“0431-2222”和“0431-3333”）。',
  ],
  [
    'a renaming to a name that is taken',
    [{ action: '更名', from: '农安县体育局', to: '农安县文化局' }],
    '1 已经有叫“农安县文化局”的机关，不能重名。',
  ],
  [
    'a renaming to nothing new',
    [{ action: '更名', from: '农安县体育局', to: '农安县体育局' }],
    '1 名称、简称、电话和地址都与现在相同，没有要改的。',
  ],
  [
    'a split into one',
    [{ action: '拆分', from: '农安县体育局', to: '农安县甲局', people: '其余' }],
    '1 拆分至少要写两行，每行一个新机关。',
  ],
  [
    'signs in a name',
    [{ action: '更名', from: '农安县体育局', to: '<b>局</b>' }],
    '1 “<b>局</b>”不像机关名称：至少两个字，不能有特殊符号。',
  ],
  [
    'channels without a place',
    [{ action: '撤销', from: '农安县体育局', to: '农安县教育局', channels: 'zwgk/ty' }],
    '1 撤销时栏目都随机关走，“栏目”请留空；要移动栏目时再填“移到栏目”。',
  ],
  [
    'a channel moved to another site',
    [{ action: '撤销', from: '农安县体育局', to: '农安县教育局', channels: 'zwgk/ty', under: 'bm/tyj/gzdt' }],
    '1 栏目 zwgk/ty 只能移到同一个网站的栏目之下，bm/tyj/gzdt 在另一个网站。',
  ],
  [
    'a channel moved into itself',
    [{ action: '撤销', from: '农安县体育局', to: '农安县教育局', channels: 'zwgk/ty', under: 'zwgk/ty/jx' }],
    '1 不能把栏目 zwgk/ty 移到它自己或它的下级之下。',
  ],
])('refuses %s', (_, lines, fault) => expect(faults(...lines)).toEqual([fault]));

it('says of a split who and what is named wrongly', () => {
  expect(
    faults(
      {
        action: '拆分',
        from: '农安县体育局',
        to: '农安县甲局',
        people: '王五、张三、赵六、李四',
        channels: 'zwgk/jy zwgk/no',
      },
      { action: '拆分', from: '农安县体育局', to: '农安县甲局', people: '李四、其余' },
      { action: '拆分', from: '农安县体育局', to: '农安县乙局', people: '其余' },
    ),
  ).toEqual([
    '1 “农安县体育局”有 2 个王五，请写登录名：nongan-wang、nongan-wang-2。',
    '1 张三不在“农安县体育局”。',
    '1 没有叫“赵六”的人，也没有这个登录名。',
    '1 栏目 zwgk/jy 不归“农安县体育局”负责。',
    '1 没有地址为 zwgk/no 的栏目。子站的栏目要连同子站的地址一起写，例如 bm/jyj/gzdt。',
    '2 李四（nongan-li）在第 1 行已经安排过。',
    '2 “农安县甲局”在这次拆分里写了两行，请合成一行。',
    '3 “其余”只能写在一行。',
  ]);
});
