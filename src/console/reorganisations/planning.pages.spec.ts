import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { aCounty, type County } from '../../../test/county.js';
import { aDesk, type Browser, type Form, type TestDesk } from '../../../test/desk.js';
import { fieldsOf, optionsOf, said } from '../../../test/form-fields.js';
import { aGrant, anAccount } from '../../../test/people.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import { type Answer } from '../../../test/web.js';
import { newId } from '../../kernel/id.js';

let platform: TestPlatform;
let desk: TestDesk;
let county: County;
let administrator: Browser;

const EDUCATION = '青松县教育局';
const SPORTS = '青松县体育局';
const CULTURE = '青松县文化局';

beforeAll(async () => {
  platform = await aPlatform();
  desk = await aDesk(platform);
});

afterAll(async () => {
  await desk?.close();
  await platform?.close();
});

beforeEach(async () => {
  county = await aCounty(platform, {
    organs: [
      { name: EDUCATION, shortName: '教育局', telephone: '0431-11111', site: '/bm/jyj/' },
      { name: SPORTS, shortName: '体育局', telephone: '0431-22222' },
      { name: CULTURE, shortName: '文化局', telephone: '0431-33333' },
    ],
    people: [
      { login: 'zhang', name: '张三', organ: EDUCATION },
      { login: 'li', name: '李四', organ: EDUCATION },
      { login: 'zhao', name: '赵六', organ: CULTURE },
    ],
    channels: [
      { path: 'zwgk' },
      { path: 'zwgk/jy', name: '教育信息', organ: EDUCATION },
      { path: 'zwgk/ty', name: '体育信息', organ: SPORTS },
    ],
  });
  administrator = await over(county);
});

/** An administrator of these counties. */
async function over(...counties: County[]): Promise<Browser> {
  const account = await anAccount(platform, { tenantId: counties[0]!.tenantId });
  for (const { tenantId } of counties)
    await aGrant(platform, account, { role: 'tenant-administrator', scope: 'tenant', tenantId });
  return desk.as(account);
}

const NEW = '/reorganisations/new';

/** Fills the page's form in and presses one of its buttons. */
async function press(page: Answer, command: string, typed: Form = {}, path = NEW): Promise<Answer> {
  return administrator.post(path, { ...fieldsOf(page.body, path), ...typed, do: command });
}

const begin = () => administrator.get(NEW);
const planAt = (answer: Answer): string =>
  /^\/reorganisations\/([0-9a-f-]{36})/.exec(answer.headers.location ?? '')![1]!;

async function mergeStep(page: Answer): Promise<Answer> {
  const { [EDUCATION]: jy, [SPORTS]: ty } = county.organs;
  const organs = await press(page, 'add-merge', { title: '教育体育合并' });
  const details = await press(organs, 'details', { from: [jy!, ty!] });
  return press(details, 'put', { 'way0-name': '青松县教育体育局', 'way0-telephone': '0431-99999' });
}

it('writes a merger step by step, keeping what was typed, and saves it as the plan says it', async () => {
  const page = await mergeStep(await begin());
  expect(page.status).toBe(200);
  expect(said(page.body)).toContain(`合并 ${EDUCATION}、${SPORTS} → 青松县教育体育局（新设）`);
  expect(fieldsOf(page.body, NEW).title).toEqual(['教育体育合并']);
  const saved = await press(page, 'save', { day: '2031-01-01' });
  expect(saved).toMatchObject({ status: 303 });
  expect(saved.headers.location).toMatch(/^\/reorganisations\/[0-9a-f-]{36}$/);
  const plan = said((await administrator.get(saved.headers.location!)).body);
  expect(plan).toContain('1 合并 青松县教育局 青松县教育体育局');
  expect(plan).toContain('2031-01-01（还没有排期）');
});

it('shows of each organ what comes along, and asks what becomes of its sub-site', async () => {
  const organs = await press(await begin(), 'add-merge');
  const details = await press(organs, 'details', { from: [county.organs[EDUCATION]!, county.organs[SPORTS]!] });
  expect(said(details.body)).toContain('2 人，2 个栏目，子站 /bm/jyj/');
  const fate = `fate-${county.organs[EDUCATION]}`;
  expect(Object.keys(optionsOf(details.body, fate))).toContain('归档，不再更新');
  const put = await press(details, 'put', { 'way0-name': '青松县教育体育局', [fate]: 'archived' });
  const saved = await press(put, 'save', { title: '合并' });
  expect(said((await administrator.get(`/reorganisations/${planAt(saved)}`)).body)).toContain('子站：归档');
});

it('splits an organ: people and channels one by one, the others by “其余”', async () => {
  const organs = await press(await begin(), 'add-split', { title: '教育局拆分' });
  const details = await press(organs, 'details', { from: county.organs[EDUCATION]! });
  const kept = optionsOf(details.body, 'way0-to')[`${EDUCATION}（保留）`]!;
  const put = await press(details, 'put', {
    'way0-to': kept,
    rest: '0',
    'way1-name': '青松县招生办公室',
    [`person-${county.people.li}`]: '1',
    [`channel-${county.channels['zwgk/jy']}`]: '1',
    subSite: '0:stays',
  });
  const saved = await press(put, 'save');
  const { [EDUCATION]: jy } = county.organs;
  const [plan] = await platform.work.run(
    { kind: 'tenant', actor: { kind: 'system', name: 'test' }, tenantId: county.tenantId },
    (tx) => tx.query<{ lines: object[] }>('SELECT lines FROM reorganisation WHERE id = $1', [planAt(saved)]),
  );
  expect(plan!.lines).toMatchObject([
    { action: 'split', fromId: jy, toId: jy, rest: true, accountIds: [], fate: 'stays' },
    {
      action: 'split',
      fromId: jy,
      toName: '青松县招生办公室',
      rest: false,
      accountIds: [county.people.li],
      channels: [{ id: county.channels['zwgk/jy'], underId: null }],
    },
  ]);
});

it('moves channels of what merges below another one, and adds ways to a split', async () => {
  const organs = await press(await begin(), 'add-merge', { title: '合并' });
  const details = await press(organs, 'details', { from: [county.organs[EDUCATION]!, county.organs[SPORTS]!] });
  const put = await press(details, 'put', {
    'way0-name': '青松县教育体育局',
    move: county.channels['zwgk/ty']!,
    'way0-under': county.channels['zwgk/jy']!,
  });
  expect(said(put.body)).toContain('1 个栏目移到 /zwgk/jy/ 之下');
  const splitting = await press(await press(put, 'add-split'), 'details', { from: county.organs[CULTURE]! });
  const three = await press(splitting, 'way', { 'way0-name': '青松县文化馆' });
  expect(fieldsOf(three.body, NEW)).toMatchObject({ 'way0-name': ['青松县文化馆'], 'way2-name': [''] });
  const page = await press(three, 'put', { 'way1-name': '青松县图书馆', rest: '1' });
  expect(said(page.body)).toContain('→ 青松县文化馆（新设）、青松县图书馆（新设）');
  const saved = await press(page, 'save');
  const plan = said((await administrator.get(`/reorganisations/${planAt(saved)}`)).body);
  expect(plan).toContain('栏目：体育信息，移到“教育信息”之下');
});

it('renames with what stands there as the first words, and closes with a successor', async () => {
  const renaming = await press(await press(await begin(), 'add-rename'), 'details', { from: county.organs[SPORTS]! });
  expect(fieldsOf(renaming.body, NEW)).toMatchObject({
    'way0-name': [SPORTS],
    'way0-shortName': ['体育局'],
    'way0-telephone': ['0431-22222'],
  });
  const renamed = await press(renaming, 'put', { 'way0-name': '青松县体育发展局', title: '两步' });
  const closing = await press(await press(renamed, 'add-close'), 'details', { from: county.organs[CULTURE]! });
  expect(Object.keys(optionsOf(closing.body, 'way0-to'))).not.toContain(CULTURE);
  const page = await press(closing, 'put', { 'way0-to': county.organs[SPORTS]! });
  const saved = await press(page, 'save');
  const plan = said((await administrator.get(`/reorganisations/${planAt(saved)}`)).body);
  expect(plan).toContain(`1 更名 ${SPORTS} 青松县体育发展局`);
  expect(plan).toContain(`2 撤销 ${CULTURE} ${SPORTS}`);
});

it('says at once which steps do not go together, and does not save them', async () => {
  const merged = await mergeStep(await begin());
  const closing = await press(await press(merged, 'add-close'), 'details', { from: county.organs[SPORTS]! });
  const page = await press(closing, 'put', { 'way0-to': county.organs[CULTURE]! });
  expect(said(page.body)).toContain(`“${SPORTS}”在第 1 步已有安排`);
  const saved = await press(page, 'save');
  expect(saved.status).toBe(422);
  expect(said(saved.body)).toContain(`第 2 步：“${SPORTS}”在第 1 步已有安排`);
  expect(said((await administrator.get('/reorganisations')).body)).toContain('还没有机构改革方案');
});

it('takes a step out, opens one again as it was written, and gives one up', async () => {
  const page = await mergeStep(await begin());
  const open = await press(page, 'edit-0');
  expect(fieldsOf(open.body, NEW)).toMatchObject({
    'way0-name': ['青松县教育体育局'],
    'way0-telephone': ['0431-99999'],
  });
  const again = await press(open, 'put', { 'way0-name': '青松县教体局' });
  expect(said(again.body)).toContain('→ 青松县教体局（新设）');
  expect(said((await press(open, 'leave')).body)).toContain('→ 青松县教育体育局（新设）');
  expect(said((await press(page, 'drop-0')).body)).toContain('还没有步骤');
});

it.each([
  ['no organ', 'details', {}, '请选择要合并的机关'],
  ['another tenant’s organ', 'details', { from: newId() }, '请选择要合并的机关'],
])('does not go on with %s', async (_, command, typed, says) => {
  const answer = await press(await press(await begin(), 'add-merge'), command, typed);
  expect(answer.status).toBe(422);
  expect(said(answer.body)).toContain(says);
});

it.each([
  ['without a name', {}, '请填写名称，或选一个现有机关'],
  ['with a name for an organ that exists', { 'way0-to': 'CULTURE', 'way0-name': '新局' }, '名称请留空'],
])('does not take a merger %s', async (_, typed: Record<string, string>, says) => {
  const organs = await press(await begin(), 'add-merge');
  const details = await press(organs, 'details', { from: [county.organs[EDUCATION]!, county.organs[SPORTS]!] });
  const wanted = typed['way0-to'] ? { ...typed, 'way0-to': county.organs[CULTURE]! } : typed;
  const answer = await press(details, 'put', wanted);
  expect(answer.status).toBe(422);
  expect(said(answer.body)).toContain(says);
});

it('does not save a plan without a name, without steps or with one half-written', async () => {
  const page = await begin();
  expect(said((await press(page, 'save')).body)).toMatch(/方案里还没有步骤.*请填写方案名称/);
  const open = await press(page, 'add-merge', { title: '合并' });
  const saved = await press(open, 'save');
  expect(saved.status).toBe(422);
  expect(said(saved.body)).toContain('还有一步没有写完');
});

it('takes steps that no page of it wrote for none', async () => {
  const answer = await press(await begin(), 'stay', { title: '合并', steps: '[{"action":"merge","from":"x"}]' });
  expect(answer.status).toBe(200);
  expect(said(answer.body)).toContain('还没有步骤');
});

it('opens a plan to be changed, and what is saved has to be tried again', async () => {
  const id = planAt(await press(await mergeStep(await begin()), 'save'));
  await administrator.post(`/reorganisations/${id}/try`);
  const path = `/reorganisations/${id}/edit`;
  const page = await administrator.get(path);
  expect(said(page.body)).toContain(`合并 ${EDUCATION}、${SPORTS} → 青松县教育体育局（新设）`);
  const open = await press(page, 'edit-0', {}, path);
  const put = await press(open, 'put', { 'way0-name': '青松县教体局' }, path);
  const saved = await press(put, 'save', { title: '改过的' }, path);
  expect(saved).toMatchObject({ status: 303, headers: { location: `/reorganisations/${id}` } });
  const plan = said((await administrator.get(`/reorganisations/${id}`)).body);
  expect(plan).toContain('改过的');
  expect(plan).toContain('待试算');
  expect(plan).toContain('青松县教体局');
});

it('keeps the day with the draft, and says at its field what is wrong with one', async () => {
  const page = await mergeStep(await begin());
  for (const [day, says] of [
    ['2020-01-01', '生效日期 2020-01-01 已经过去'],
    ['2031-02-30', '日期“2031-02-30”写得不对'],
  ] as const) {
    const refused = await press(page, 'save', { day });
    expect(refused.status).toBe(422);
    expect(said(refused.body)).toContain(says);
    expect(fieldsOf(refused.body, NEW).day).toEqual([day]);
  }
  // Browsers without a calendar show a field of text.
  const id = planAt(await press(page, 'save', { day: '2031/1/1' }));
  const edit = await administrator.get(`/reorganisations/${id}/edit`);
  expect(fieldsOf(edit.body, `/reorganisations/${id}/edit`).day).toEqual(['2031-01-01']);
});

it('says in a second tab that the first one saved, keeps what was written there, and saves nothing', async () => {
  const id = planAt(await press(await mergeStep(await begin()), 'save', { day: '2031-01-01' }));
  const path = `/reorganisations/${id}/edit`;
  const [first, second] = [await administrator.get(path), await administrator.get(path)];
  expect((await press(first, 'save', { day: '2031-02-01' }, path)).status).toBe(303);
  const refused = await press(second, 'save', { title: '第二个标签页', day: '2031-03-01' }, path);
  expect(refused.status).toBe(422);
  expect(said(refused.body)).toContain('“教育体育合并”刚被别人改过');
  expect(fieldsOf(refused.body, path)).toMatchObject({ title: ['第二个标签页'], day: ['2031-03-01'] });
  expect(said((await administrator.get(`/reorganisations/${id}`)).body)).toContain('2031-02-01（还没有排期）');
});

it('asks which tenant where one plans for several, and shows none that is not theirs', async () => {
  const other = await aCounty(platform, { organs: [{ name: '红旗县教育局' }] });
  const both = await over(county, other);
  const page = await both.get(NEW);
  expect(Object.values(optionsOf(page.body, 'tenant'))).toEqual(
    expect.arrayContaining([county.tenantId, other.tenantId]),
  );
  expect((await both.get(`${NEW}?tenant=${other.tenantId}`)).status).toBe(200);
  const [strange, missing] = [
    await administrator.get(`${NEW}?tenant=${other.tenantId}`),
    await administrator.get(`${NEW}?tenant=${newId()}`),
  ];
  expect([strange.status, missing.status]).toEqual([404, 404]);
  expect(strange.body).toBe(missing.body);
  expect((await administrator.post(NEW, { tenant: other.tenantId, do: 'add-merge' })).status).toBe(404);
});

it('is not there for who plans nowhere, and refused where one only reads', async () => {
  const account = await anAccount(platform, { tenantId: county.tenantId });
  await aGrant(platform, account, { role: 'supervisor', scope: 'tenant', tenantId: county.tenantId });
  const supervisor = await desk.as(account);
  expect((await supervisor.get(NEW)).status).toBe(404);
  const other = await aCounty(platform, { organs: [{ name: '红旗县教育局' }] });
  await aGrant(platform, account, { role: 'tenant-administrator', scope: 'tenant', tenantId: other.tenantId });
  expect((await supervisor.get(`${NEW}?tenant=${county.tenantId}`)).status).toBe(403);
  expect((await supervisor.post(NEW, { tenant: county.tenantId, do: 'stay' })).status).toBe(403);
});
