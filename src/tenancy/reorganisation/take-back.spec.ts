import { scopeOf } from '../../../test/builders.js';
import { aCounty, type County } from '../../../test/county.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import { aReorganiser, type Lines, type Reorganiser } from '../../../test/reorganiser.js';

let platform: TestPlatform;
let desk: Reorganiser;
let county: County;

beforeAll(async () => {
  platform = await aPlatform();
  desk = await aReorganiser(platform);
});

afterAll(async () => {
  await desk?.end();
  await platform?.close();
});

beforeEach(async () => {
  county = await aCounty(platform, {
    organs: [
      { name: '甲局', shortName: '甲', site: '/bm/jia/' },
      { name: '乙局', shortName: '乙', site: '/bm/yi/' },
      { name: '丙局' },
    ],
    people: [
      { login: 'a', name: '张三', organ: '甲局' },
      { login: 'b', name: '李四', organ: '乙局' },
    ],
    channels: [
      { path: 'zwgk' },
      { path: 'zwgk/jia', organ: '甲局', description: '甲局的栏目' },
      { path: 'zwgk/yi', organ: '乙局', description: '乙局的栏目' },
      { path: 'zwgk/bing', organ: '丙局' },
    ],
    grants: [
      { login: 'a', role: 'editor', at: 'zwgk/jia' },
      { login: 'b', role: 'editor', at: '/bm/yi/' },
    ],
  });
});

const MERGE: Lines = [
  { action: '合并', from: '甲局', to: '丁局' },
  { action: '合并', from: '乙局', to: '丁局', subSite: '归档' },
];
const MOVE: Lines = [{ action: '合并', from: '甲局', to: '乙局', channels: 'zwgk/jia', under: 'zwgk/yi' }];

const reorganised = (lines: Lines, title?: string) => desk.reorganised(county.tenantId, lines, title);
const takeBack = (id: string) => desk.takeBack(county.tenantId, id);
/** By the desk's role, as a person's command would. */
const byHand = (sql: string, ...values: unknown[]) =>
  platform.work.run(scopeOf(county.tenantId), (tx) => tx.query(sql, values));
const madeOrgan = async () =>
  (await desk.one<{ id: string }>(`SELECT id FROM organ WHERE tenant_id = $1 AND name = '丁局'`, county.tenantId)).id;

it('keeps what was changed by hand since, and lists it', async () => {
  const { id } = await reorganised(MERGE);
  await byHand('UPDATE account SET organ_id = $1 WHERE id = $2', county.organs.丙局, county.people.a);
  await byHand(
    `UPDATE channel SET description = '手工改过', overridden = overridden || '{keywords}' WHERE id = $1`,
    county.channels['zwgk/jia'],
  );
  const { kept } = await takeBack(id);
  expect(kept).toEqual([
    {
      part: '栏目',
      name: 'zwgk/jia（zwgk/jia）',
      field: '说明',
      value: '手工改过',
      why: '执行后被人改过，保持现在的样子',
    },
    {
      part: '人员',
      name: `张三（${county.slug}-a）`,
      field: '机关',
      value: '丙局',
      why: '执行后被人改过，保持现在的样子',
    },
  ]);
  expect(
    await desk.one('SELECT description, organ_id, overridden FROM channel WHERE id = $1', county.channels['zwgk/jia']),
  ).toEqual({ description: '手工改过', organ_id: county.organs.甲局, overridden: ['description', 'keywords'] });
  expect(await desk.one('SELECT organ_id FROM account WHERE id = $1', county.people.a)).toEqual({
    organ_id: county.organs.丙局,
  });
});

it('takes the new organ away with what was changed of it, and says so', async () => {
  const { id } = await reorganised(MERGE);
  await byHand(`UPDATE organ SET telephone = '0431-5555' WHERE id = $1`, await madeOrgan());
  const { kept } = await takeBack(id);
  expect(kept).toEqual([
    { part: '机关', name: '丁局', field: '电话', value: '0431-5555', why: '执行后被人改过，随方案新设的一起撤去' },
  ]);
  expect(await desk.rows(`SELECT name FROM organ WHERE tenant_id = $1 AND name = '丁局'`, county.tenantId)).toEqual([]);
});

it('does not revive what was given anew, nor what a closed account held', async () => {
  const { id } = await reorganised(MERGE);
  await byHand(
    `INSERT INTO access_grant (tenant_id, id, account_tenant_id, account_id, role, scope, site_id, given_by)
     VALUES ($1, gen_random_uuid(), $1, $2, 'editor', 'site', $3, 'x')`,
    county.tenantId,
    county.people.b,
    county.subSites['/bm/yi/'],
  );
  const { kept } = await takeBack(id);
  expect(kept).toMatchObject([{ part: '授权', name: '李四：编辑（乙局）', why: '后来已重新授权' }]);

  const again = await reorganised(MERGE);
  await byHand(`UPDATE account SET state = 'closed' WHERE id = $1`, county.people.b);
  expect((await takeBack(again.id)).kept).toMatchObject([{ name: '李四：编辑（乙局）', why: '账号已注销，不再恢复' }]);
});

it('says every reason why it cannot be taken back, and then changes nothing', async () => {
  const { id } = await reorganised(MERGE);
  const made = await madeOrgan();
  await byHand(
    `INSERT INTO account (tenant_id, id, organ_id, login, name) VALUES ($1, gen_random_uuid(), $2, $3, '新来的')`,
    county.tenantId,
    made,
    `${county.slug}-new`,
  );
  await byHand('UPDATE channel SET organ_id = $1 WHERE id = $2', made, county.channels['zwgk/bing']);
  await byHand(
    `INSERT INTO organ (tenant_id, id, kind, key, name, short_name) VALUES ($1, gen_random_uuid(), 'department', 'x', '甲局', '甲')`,
    county.tenantId,
  );
  await reorganised([{ action: '更名', from: '丁局', to: '戊局' }], '再改一次');
  const before = await desk.dump(county.tenantId);
  const refused = await takeBack(id).catch((error) => error);
  expect(refused.code).toBe('reorganisation.cannot-take-back');
  expect(refused.message.split('\n').slice(1)).toEqual([
    '之后执行的方案“再改一次”改了同样的内容，请先收回它。',
    '现在已有另一个叫“甲局”的机关。',
    `新来的（${county.slug}-new）后来才到新设的“丁局”，请先给他另定机关。`,
    '栏目zwgk/bing（zwgk/bing）后来改由新设的“丁局”负责，请先改回去。',
  ]);
  expect(await desk.dump(county.tenantId)).toEqual(before);
});

it('takes plans on the same things back in the opposite order', async () => {
  const before = await desk.dump(county.tenantId);
  const first = await reorganised(MERGE, '先');
  const second = await reorganised([{ action: '撤销', from: '丁局', to: '丙局' }], '后');
  await expect(takeBack(first.id)).rejects.toThrow('“后”');
  await takeBack(second.id);
  await takeBack(first.id);
  expect(await desk.dump(county.tenantId)).toEqual(before);
});

it('leaves a channel where a person moved it since', async () => {
  const { id } = await reorganised(MOVE);
  await byHand(
    `UPDATE channel SET parent_id = $1, path = 'zwgk/bing/jia' WHERE id = $2`,
    county.channels['zwgk/bing'],
    county.channels['zwgk/jia'],
  );
  const { kept } = await takeBack(id);
  expect(kept).toMatchObject([{ part: '栏目的位置', value: 'zwgk/bing/jia', why: '执行后被人移动过，保持现在的位置' }]);
  expect(await desk.one('SELECT path FROM channel WHERE id = $1', county.channels['zwgk/jia'])).toEqual({
    path: 'zwgk/bing/jia',
  });
});

it('takes along what came below a moved channel since', async () => {
  const { id } = await reorganised(MOVE);
  await byHand(
    `INSERT INTO channel (tenant_id, id, site_id, parent_id, slug, path, depth, position, name, column_type, item_kind)
     SELECT tenant_id, gen_random_uuid(), site_id, id, 'xin', path || '/xin', depth + 1, 0, '新栏目', column_type, item_kind
     FROM channel WHERE id = $1`,
    county.channels['zwgk/jia'],
  );
  await takeBack(id);
  expect(
    await desk.rows(`SELECT path, depth FROM channel WHERE tenant_id = $1 AND slug = 'xin'`, county.tenantId),
  ).toEqual([{ path: 'zwgk/jia/xin', depth: 3 }]);
});

it('does not move a channel back onto the address of another', async () => {
  const { id } = await reorganised(MOVE);
  await byHand(
    `INSERT INTO channel (tenant_id, id, site_id, parent_id, slug, path, depth, position, name, column_type, item_kind)
     SELECT tenant_id, gen_random_uuid(), site_id, id, 'jia', path || '/jia', depth + 1, 0, '新的甲', column_type, item_kind
     FROM channel WHERE id = $1`,
    county.channels.zwgk,
  );
  await expect(takeBack(id)).rejects.toThrow('原来的地址 zwgk/jia 现在是栏目“新的甲”，请先给它换一个地址。');
});

it('shows before what it would do, and does it once', async () => {
  const { id } = await reorganised(MERGE);
  const before = await desk.dump(county.tenantId);
  const shown = await desk.rehearseTakeBack(county.tenantId, id);
  expect(shown.restored).toMatchObject({ 人员: 2, 栏目: 3 });
  expect(await desk.dump(county.tenantId)).toEqual(before);
  expect(await takeBack(id)).toEqual(shown);
  await expect(takeBack(id)).rejects.toMatchObject({ code: 'reorganisation.state' });
});
