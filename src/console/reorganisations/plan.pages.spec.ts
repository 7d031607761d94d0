import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aCounty, type County } from '../../../test/county.js';
import { aDesk, type Browser, type TestDesk } from '../../../test/desk.js';
import { fieldsOf, said } from '../../../test/form-fields.js';
import { expectFourWays, expectMissing, expectRefusedForm, type FourWays } from '../../../test/four-ways.js';
import { aGrant, anAccount, type BuiltAccount } from '../../../test/people.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import { aReorganiser, type Lines, type Reorganiser } from '../../../test/reorganiser.js';
import type { Role } from '../../authority/role.js';
import { newId } from '../../kernel/id.js';

let platform: TestPlatform;
let desk: TestDesk;
let plans: Reorganiser;
let county: County;
let other: County;
let account: BuiltAccount;
let administrator: Browser;
let ways: Omit<FourWays, 'id'>;

const EDUCATION = '青松县教育局';
const SPORTS = '青松县体育局';
const MERGE: Lines = [
  { action: '合并', from: EDUCATION, to: '青松县教育体育局' },
  { action: '合并', from: SPORTS, to: '青松县教育体育局' },
];

const aCountyOfTwo = () =>
  aCounty(platform, {
    organs: [
      { name: EDUCATION, telephone: '0431-11111', site: '/bm/jyj/' },
      { name: SPORTS, telephone: '0431-22222' },
    ],
    people: [
      { login: 'zhang', name: '张三', organ: EDUCATION },
      { login: 'li', name: '李四', organ: SPORTS },
    ],
    channels: [
      { path: 'jy', name: '教育信息', organ: EDUCATION, description: `${EDUCATION}负责。` },
      { path: 'ty', name: '体育信息', organ: SPORTS, description: `${SPORTS}负责`, overridden: ['description'] },
    ],
  });

async function seat(...grants: [Role, County][]): Promise<Browser> {
  const person = await anAccount(platform, { tenantId: grants[0]![1].tenantId });
  for (const [role, { tenantId }] of grants) await aGrant(platform, person, { role, scope: 'tenant', tenantId });
  return desk.as(person);
}

beforeAll(async () => {
  platform = await aPlatform();
  desk = await aDesk(platform);
  plans = await aReorganiser(platform);
  other = await aCounty(platform, { organs: [{ name: '红旗县教育局' }, { name: '红旗县体育局' }] });
});

afterAll(async () => {
  await plans?.end();
  await desk?.close();
  await platform?.close();
});

beforeEach(async () => {
  county = await aCountyOfTwo();
  account = await anAccount(platform, { tenantId: county.tenantId });
  await aGrant(platform, account, { role: 'tenant-administrator', scope: 'tenant', tenantId: county.tenantId });
  administrator = await desk.as(account);
  ways = {
    may: administrator,
    reader: await seat(['supervisor', county], ['tenant-administrator', other]),
    stranger: await seat(['tenant-administrator', other]),
    nothing: newId(),
  };
});

const drafted = async (lines = MERGE, title = '教育体育合并') => (await plans.draft(county.tenantId, lines, title)).id;

async function tried(lines = MERGE): Promise<string> {
  const id = await drafted(lines);
  await plans.tryPlan(county.tenantId, id);
  return id;
}

async function applied(): Promise<string> {
  const id = await tried();
  await plans.apply(county.tenantId, id);
  return id;
}

const at = (id: string) => `/reorganisations/${id}`;
const today = () => platform.calendar.day(new Date());
const shown = async (id: string) => said((await administrator.get(at(id))).body);
const stateOf = async (id: string) =>
  (await plans.one<{ state: string }>('SELECT state FROM reorganisation WHERE id = $1', id)).state;
const organOf = (person: string) =>
  plans.one('SELECT o.name FROM account a JOIN organ o ON o.id = a.organ_id WHERE a.id = $1', county.people[person]);

describe('the list', () => {
  it('shows the plans of one’s own tenant, the newest first, by state when asked', async () => {
    await plans.draft(other.tenantId, [{ action: '更名', from: '红旗县教育局', to: '红旗县教体局' }], '红旗的方案');
    await drafted(MERGE, '先起草的');
    const id = await tried();
    const list = said((await administrator.get('/reorganisations')).body);
    expect(list).toMatch(/教育体育合并.*已试算.*未定.*合并 2.*先起草的.*待试算/);
    expect(list).not.toContain('红旗的方案');
    const narrowed = said((await administrator.get('/reorganisations?state=tried')).body);
    expect(narrowed).toContain('教育体育合并');
    expect(narrowed).not.toContain('先起草的');
    await plans.schedule(county.tenantId, id, '2031-05-01');
    expect(said((await administrator.get('/reorganisations?state=scheduled')).body)).toContain('2031-05-01');
  });

  it('remembers the state that was asked for, and forgets it', async () => {
    await drafted();
    await administrator.get('/reorganisations?state=applied');
    expect((await administrator.get('/reorganisations')).headers.location).toBe('/reorganisations?state=applied');
    expect((await administrator.get('/reorganisations?all=1')).headers.location).toBe('/reorganisations');
  });

  it('is not there for who holds nothing of it', async () => {
    const nobody = await seat(['editor', county]);
    expect((await nobody.get('/reorganisations')).status).toBe(404);
  });
});

describe('a plan', () => {
  it('is shown to who reads it, and to others as one that is not there', async () => {
    const id = await tried();
    const reader = await ways.reader.get(at(id));
    expect(reader.status).toBe(200);
    expect(said(reader.body)).not.toMatch(/立即执行|取消方案|重新试算/);
    await expectMissing({ ...ways, id }, at);
  });

  it('shows by a trial what moves, part by part, and what is kept', async () => {
    const id = await drafted();
    const answer = await administrator.follow(`${at(id)}/try`);
    const page = said(answer.body);
    expect(page).toContain('试算通过，什么都没有改。');
    expect(page).toMatch(/人员 2 项.*张三（.*zhang） 机关 青松县教育局 青松县教育体育局/);
    expect(page).toMatch(/文字 \d+ 处.*栏目：教育信息（jy） 说明 青松县教育局负责。 青松县教育体育局负责。/);
    expect(page).toMatch(/人工改过、保持不变的.*体育信息（ty） 栏目 说明 青松县体育局负责 被人改过/);
    expect(await organOf('zhang')).toEqual({ name: EDUCATION });
    expect(await stateOf(id)).toBe('tried');
  });

  it('is stopped by conflicts, all of which it shows', async () => {
    const id = await drafted([
      { action: '拆分', from: EDUCATION, to: '青松县招生办公室', channels: 'jy' },
      { action: '拆分', from: EDUCATION, to: '青松县督导室' },
    ]);
    const page = said((await administrator.follow(`${at(id)}/try`)).body);
    expect(page).toMatch(/试算完了：有 \d 处冲突/);
    expect(page).toMatch(/冲突 \d 处，解决前不能执行 .*这些人没有去处：张三/);
    expect(page).not.toContain('立即执行');
    expect(await stateOf(id)).toBe('draft');
    expect((await administrator.get(`${at(id)}/apply`)).status).toBe(409);
  });

  it('is tried by planners alone', async () => {
    const id = await drafted();
    await expectRefusedForm({ ...ways, id }, (one) => `${at(one)}/try`, {});
    expect(await stateOf(id)).toBe('draft');
  });
});

describe('scheduling', () => {
  it('takes the day of the draft over, with the numbers of the trial', async () => {
    const { id } = await plans.draft(county.tenantId, MERGE, '教育体育合并', '2031-05-01');
    expect(said((await administrator.get('/reorganisations')).body)).toMatch(/教育体育合并.*待试算 2031-05-01/);
    await plans.tryPlan(county.tenantId, id);
    expect(await shown(id)).toMatch(/2031-05-01（还没有排期）.*试算 \d{4}-/);
    await expectFourWays({ ...ways, id }, (one) => `${at(one)}/schedule`, '从哪一天起执行');
    const page = await administrator.get(`${at(id)}/schedule`);
    expect(fieldsOf(page.body, `${at(id)}/schedule`).day).toEqual(['2031-05-01']);
    expect(said(page.body)).toMatch(/2 项 人员变动.*数字是按 2031-05-01 试算的/);
    expect(said((await administrator.follow(`${at(id)}/schedule`, { day: '2031-05-01' })).body)).toContain(
      '已排期，2031-05-01 起',
    );
    expect(await shown(id)).not.toContain('立即执行');
  });

  it('tries a plan anew for a day that it was not tried for, and asks once more', async () => {
    const path = (id: string) => `${at(id)}/schedule`;
    const id = await tried();
    expect(await shown(id)).toContain(`试算所按 ${today()}`);
    const again = await administrator.post(path(id), { day: '2031-05-01' });
    expect(again.status).toBe(200);
    expect(again.body).toContain('data-error-summary');
    expect(said(again.body)).toMatch(/已按 2031-05-01 重新试算.*2 项 人员变动.*数字是按 2031-05-01 试算的/);
    expect(await stateOf(id)).toBe('tried');
    const sent = fieldsOf(again.body, path(id));
    // Yet another day is another question.
    expect((await administrator.post(path(id), { ...sent, day: '2031-06-01' })).status).toBe(200);
    expect(said((await administrator.follow(path(id), sent)).body)).toContain('已排期，2031-05-01 起');
    expect(await plans.one('SELECT tried_day::text FROM reorganisation WHERE id = $1', id)).toEqual({
      tried_day: '2031-05-01',
    });
    const moved = await administrator.post(path(id), { day: '2031-07-01' });
    expect(said(moved.body)).toContain('现在仍定在 2031-05-01。');
    expect(said((await administrator.follow(path(id), fieldsOf(moved.body, path(id)))).body)).toContain(
      '已排期，2031-07-01 起',
    );
  });

  it('is not done on a day on which it cannot be, and says why', async () => {
    const id = await tried();
    await plans.rows('UPDATE organ SET ended_on = current_date WHERE id = $1', county.organs[SPORTS]);
    const page = await administrator.post(`${at(id)}/schedule`, { day: '2031-05-01' });
    expect(said(page.body)).toMatch(/没有排期： .*“青松县体育局”已经不在或已撤并.*按 2031-05-01 重新试算，有冲突/);
    expect(fieldsOf(page.body, `${at(id)}/schedule`)).not.toHaveProperty('shown');
    expect(await stateOf(id)).toBe('tried');
  });

  it('says in a tab that is older than the plan that it was changed', async () => {
    const { id } = await plans.draft(county.tenantId, MERGE, '教育体育合并', today());
    await plans.tryPlan(county.tenantId, id);
    const [schedule, apply] = [
      await administrator.get(`${at(id)}/schedule`),
      await administrator.get(`${at(id)}/apply`),
    ];
    const edit = await administrator.get(`${at(id)}/edit`);
    const saved = { ...fieldsOf(edit.body, `${at(id)}/edit`), title: '改过的', do: 'save' };
    expect((await administrator.post(`${at(id)}/edit`, saved)).status).toBe(303);
    await plans.tryPlan(county.tenantId, id);
    for (const [page, path] of [
      [schedule, `${at(id)}/schedule`],
      [apply, `${at(id)}/apply`],
    ] as const) {
      const answer = await administrator.post(path, fieldsOf(page.body, path));
      expect(answer.status).toBe(422);
      expect(said(answer.body)).toContain('“改过的”刚被别人改过');
    }
    expect(await stateOf(id)).toBe('tried');
  });

  it.each([
    ['2020-01-01', '已经过去'],
    ['2031-02-30', '写得不对'],
    ['', '请填写日期'],
  ])('does not take the day “%s”', async (day, says) => {
    const id = await tried();
    const answer = await administrator.post(`${at(id)}/schedule`, { day });
    expect(answer.status).toBe(422);
    expect(said(answer.body)).toContain(says);
    expect(await stateOf(id)).toBe('tried');
  });

  it('is refused to who may not plan', async () => {
    const id = await tried();
    await expectRefusedForm({ ...ways, id }, (one) => `${at(one)}/schedule`, { day: '2031-05-01' });
    expect(await stateOf(id)).toBe('tried');
  });
});

describe('carrying out', () => {
  it('asks once in numbers, does it, and leads to what it changed', async () => {
    const id = await tried();
    await expectFourWays({ ...ways, id }, (one) => `${at(one)}/apply`, '现在执行');
    const answer = await administrator.follow(`${at(id)}/apply`);
    expect(said(answer.body)).toMatch(/已执行：机关 \d、网站和子站 1、人员 2、栏目 2/);
    expect(answer.body).toContain(`href="/accounts/${county.people.zhang}"`);
    expect(answer.body).toContain(`href="/sites/${county.subSites['/bm/jyj/']}"`);
    expect(answer.body).toContain(`name="site" value="${county.portal.id}"`);
    expect(await organOf('zhang')).toEqual({ name: '青松县教育体育局' });
    await administrator.post('/sites/switch', { site: county.portal.id, back: '/' });
    expect((await administrator.get(at(id))).body).toContain(`href="/channels?at=${county.channels.jy}#row-`);
  });

  it('says every reason when something came in between, and changes nothing', async () => {
    const id = await tried();
    await plans.rows('UPDATE organ SET ended_on = current_date WHERE id = $1', county.organs[SPORTS]);
    const answer = await administrator.post(`${at(id)}/apply`);
    expect(answer.status).toBe(422);
    expect(said(answer.body)).toMatch(/没有执行： .*“青松县体育局”已经不在或已撤并/);
    expect(await organOf('zhang')).toEqual({ name: EDUCATION });
  });

  it('is refused before its day, and to who may not', async () => {
    const id = await tried();
    await expectRefusedForm({ ...ways, id }, (one) => `${at(one)}/apply`, {});
    await plans.schedule(county.tenantId, id, '2031-05-01');
    expect((await administrator.get(`${at(id)}/apply`)).status).toBe(409);
    expect((await administrator.post(`${at(id)}/apply`)).status).toBe(422);
    expect(await stateOf(id)).toBe('scheduled');
  });
});

it('whose day passed before anybody scheduled it says so everywhere', async () => {
  const { id } = await plans.draft(county.tenantId, MERGE, '教育体育合并', today());
  await plans.tryPlan(county.tenantId, id);
  await plans.rows(`UPDATE reorganisation SET day = '2020-01-01' WHERE id = $1`, id);
  const page = await administrator.get(at(id));
  expect(said(page.body)).toContain('生效日期 2020-01-01 已经过去。 请修改方案');
  expect(page.body).not.toMatch(new RegExp(`href="${at(id)}/apply"|action="${at(id)}/try"`));
  expect(said((await administrator.get('/reorganisations')).body)).toContain('2020-01-01（已过）');
  const refusal = '生效日期 2020-01-01 已经过去，不能';
  expect(said((await administrator.post(`${at(id)}/apply`)).body)).toContain(`${refusal}执行`);
  expect(said((await administrator.post(`${at(id)}/try`)).body)).toContain(`${refusal}试算`);
  expect(await organOf('zhang')).toEqual({ name: EDUCATION });
});

describe('taking back', () => {
  it('shows what comes back and what stays, and does it', async () => {
    const id = await applied();
    await plans.rows(`UPDATE channel SET description = '改过了' WHERE id = $1`, county.channels.jy);
    await expectFourWays({ ...ways, id }, (one) => `${at(one)}/take-back`, '收回“');
    const question = said((await administrator.get(`${at(id)}/take-back`)).body);
    expect(question).toMatch(/2 项 人员恢复原样/);
    expect(question).toMatch(/执行后改过的 1 处.*教育信息（jy） 栏目 说明 改过了 执行后被人改过/);
    const page = said((await administrator.follow(`${at(id)}/take-back`)).body);
    expect(page).toContain('已收回。执行后改过的 1 处没有动');
    expect(page).toMatch(/收回的结果 .*人员：恢复 2 项.*收回时没有动的.*改过了/);
    expect(await organOf('zhang')).toEqual({ name: EDUCATION });
  });

  it('says what stands in the way, and offers no button then', async () => {
    const id = await applied();
    const [made] = await plans.rows<{ id: string }>(
      `SELECT id FROM organ WHERE tenant_id = $1 AND name = '青松县教育体育局'`,
      county.tenantId,
    );
    await anAccount(platform, { tenantId: county.tenantId, organId: made!.id, name: '新来的' });
    const page = await administrator.get(`${at(id)}/take-back`);
    expect(page.status).toBe(200);
    expect(said(page.body)).toMatch(/现在不能收回。.*新来的.*后来才到新设的“青松县教育体育局”/);
    expect(page.body).not.toContain(`action="${at(id)}/take-back"`);
    const answer = await administrator.post(`${at(id)}/take-back`);
    expect(answer.status).toBe(422);
    expect(said(answer.body)).toContain('新来的');
    expect(await stateOf(id)).toBe('applied');
  });

  it('is refused to who may not', async () => {
    const id = await applied();
    await expectRefusedForm({ ...ways, id }, (one) => `${at(one)}/take-back`, {});
    expect(await stateOf(id)).toBe('applied');
  });
});

describe('cancelling', () => {
  it('asks for the reason, and nothing happens on its day', async () => {
    const id = await tried();
    await expectFourWays({ ...ways, id }, (one) => `${at(one)}/cancel`, '取消“');
    expect(said((await administrator.post(`${at(id)}/cancel`)).body)).toContain('请写明原因');
    await expectRefusedForm({ ...ways, id }, (one) => `${at(one)}/cancel`, { reason: '不改了' });
    expect(said((await administrator.follow(`${at(id)}/cancel`, { reason: '不改了' })).body)).toContain('已取消');
    expect(await stateOf(id)).toBe('cancelled');
    expect((await administrator.get(`${at(id)}/cancel`)).status).toBe(409);
    expect((await administrator.get(`${at(id)}/edit`)).status).toBe(409);
  });
});

it('opens a plan to be changed to planners alone', async () => {
  const id = await tried();
  await expectFourWays({ ...ways, id }, (one) => `${at(one)}/edit`, '修改机构改革方案');
  await expectRefusedForm({ ...ways, id }, (one) => `${at(one)}/edit`, { do: 'stay' });
});

describe('the home page', () => {
  it('tells who carries plans out what is near and what did not happen', async () => {
    const id = await tried();
    await plans.schedule(county.tenantId, id, today());
    expect(said((await administrator.get('/')).body)).toMatch(/今天到期.*“教育体育合并”到日期自动执行/);
    await plans.rows(`UPDATE reorganisation SET failure = '有冲突' WHERE id = $1`, id);
    expect(said((await administrator.get('/')).body)).toMatch(/已逾期.*“教育体育合并”到期没有执行/);
    expect(await shown(id)).toContain('到期没有执行：');
  });

  it('does not tell what is far, what is another’s, and what one only reads', async () => {
    const id = await tried();
    await plans.schedule(county.tenantId, id, '2031-05-01');
    expect((await administrator.get('/')).body).not.toContain('教育体育合并');
    await plans.schedule(county.tenantId, id, today());
    expect((await ways.stranger.get('/')).body).not.toContain('教育体育合并');
    expect((await ways.reader.get('/')).body).not.toContain('教育体育合并');
  });
});
