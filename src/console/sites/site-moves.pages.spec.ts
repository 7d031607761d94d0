import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { aDocument, publish } from '../../../test/builders.js';
import { aDesk, type Browser, type TestDesk } from '../../../test/desk.js';
import { aSeat, said } from '../../../test/desk-people.js';
import { expectFourWays, expectRefusedForm, type FourWays } from '../../../test/four-ways.js';
import { anAccount, aPerson } from '../../../test/people.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import { aUnit, type BuiltUnit } from '../../../test/tenancy-builders.js';
import { until } from '../../../test/web.js';
import { newId } from '../../kernel/id.js';

let platform: TestPlatform;
let superuser: pg.Client;
let desk: TestDesk;
let operator: Browser;
let county: BuiltUnit;
let neighbour: BuiltUnit;
let ways: FourWays;

beforeAll(async () => {
  platform = await aPlatform();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  const province = await aUnit(platform, { slug: 'sheng' });
  county = await aUnit(platform, {
    slug: 'nongan',
    parent: province,
    name: '农安县',
    departments: ['jyj', 'wjj'],
    townships: ['kaian'],
  });
  neighbour = await aUnit(platform, { slug: 'dehui', parent: province, name: '德惠市', departments: ['jyj'] });
  desk = await aDesk(platform);
  operator = await aSeat(platform, desk, [{ role: 'platform-operator', scope: 'platform' }]);
  ways = {
    may: operator,
    reader: await aSeat(platform, desk, [
      { role: 'supervisor', scope: 'region', of: county.portal },
      { role: 'node-operator', scope: 'node', of: neighbour.portal },
    ]),
    stranger: await aSeat(platform, desk, [{ role: 'node-operator', scope: 'node', of: neighbour.portal }]),
    id: county.subs.kaian!.id,
    nothing: newId(),
  };
});

afterAll(async () => {
  await superuser?.end();
  await desk?.close();
  await platform?.close();
});

const rows = async <T = Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<T[]> =>
  (await superuser.query(sql, values)).rows;

describe('cloning', () => {
  it('offers sites of the same kind without texts, and copies once it is confirmed', async () => {
    const from = county.subs.wjj!;
    await publish(platform, county.subs.jyj!, Object.keys(county.subs.jyj!.channels)[0]!, aDocument());
    await expectFourWays({ ...ways, id: from.id }, (id) => `/sites/${id}/clone`, '复制“农安县wjj局”的结构');
    const page = (await operator.get(`/sites/${from.id}/clone`)).body;
    expect([...page.matchAll(/aria-label="预览复制到([^"]+)"/g)].map(([, name]) => name)).toEqual(['德惠市jyj局']);

    const to = neighbour.subs.jyj!.id;
    await expectRefusedForm({ ...ways, id: from.id }, (id) => `/sites/${id}/clone/preview`, { to });
    const asked = said((await operator.post(`/sites/${from.id}/clone/preview`, { to })).body);
    expect(asked).toContain('把结构复制到“德惠市jyj局”？');
    expect(asked).toContain('0 个 栏目新建');
    expect(asked).toContain('7 个 栏目改成来源网站的名称');
    expect(asked).toContain('授权、栏目的负责机关和负责人、域名都不复制');
    expect(asked).toContain('dehui.localhost/bm/jyj/');
    await expectRefusedForm({ ...ways, id: from.id }, (id) => `/sites/${id}/clone`, { to });
    expect(said((await operator.follow(`/sites/${from.id}/clone`, { to })).body)).toContain('已复制到“德惠市jyj局”');
  });

  it('reads no target that is another’s', async () => {
    const from = neighbour.subs.jyj!.id;
    const to = county.subs.wjj!.id;
    for (const step of ['', '/preview']) {
      expect((await ways.stranger.post(`/sites/${from}/clone${step}`, { to })).status).toBe(404);
      expect((await ways.reader.post(`/sites/${from}/clone${step}`, { to })).status).toBe(403);
    }
  });

  it('opens a sub-site that carries the structure, and names every field that is wrong', async () => {
    const at = `/sites/${county.subs.wjj!.id}/clone`;
    const wrong = await operator.post(at, { tenantId: neighbour.id, name: '', shortName: '农业', slug: 'JY J' });
    expect(wrong.status).toBe(422);
    for (const words of ['请填写网站名称', '只能由小写字母']) expect(said(wrong.body)).toContain(words);
    const form = { tenantId: neighbour.id, name: '德惠市农业农村局', shortName: '农业', slug: 'nyj' };
    expect(said((await operator.follow(at, form)).body)).toContain('已开通“德惠市农业农村局”');
    await until(async () => (await desk.web.ask('dehui.localhost', '/bm/nyj/')).status === 200);
    expect((await operator.post(at, form)).status).toBe(422);
    expect((await operator.post(at, { ...form, tenantId: undefined })).status).toBe(404);
  });
});

describe('the preview of a clone', () => {
  const counted = () =>
    rows(`SELECT (SELECT count(*) FROM site) AS sites, (SELECT count(*) FROM channel) AS channels, (SELECT count(*) FROM organ) AS organs,
      (SELECT count(*) FROM access_grant) AS grants, (SELECT count(*) FROM audit) AS audit, (SELECT count(*) FROM outbox) AS news`);

  it('is made by the clone itself and keeps nothing: tree, address, people, and what is left behind', async () => {
    const both = await aSeat(platform, desk, [
      { role: 'node-operator', scope: 'node', of: county.portal },
      { role: 'node-operator', scope: 'node', of: neighbour.portal },
      { role: 'tenant-administrator', scope: 'tenant', of: neighbour.portal },
    ]);
    const person = await anAccount(platform, { tenantId: neighbour.id, name: '李四' });
    const from = county.subs.jyj!;
    await rows(`UPDATE channel SET state = 'hidden' WHERE site_id = $1 AND path = 'hdjl'`, [from.id]);
    const at = `/sites/${from.id}/clone`;
    expect(said((await both.get(at)).body)).toContain('将得到这个网站的 网站总编（可以转授）');
    const form = { tenantId: neighbour.id, name: '德惠市体育局', shortName: '体育', slug: 'tyj', charge: '李四' };
    const before = await counted();
    const shown = await both.post(`${at}/preview`, form);
    expect(shown.status).toBe(200);
    for (const words of [
      '开通“德惠市体育局”并复制结构？',
      'dehui.localhost/bm/tyj/',
      `李四（${person.login}）：网站总编`,
      '7 个 栏目新建',
      '1 项 授权给李四',
      '部门子站的统一版式',
      '1 处 刊载不复制',
      '互动交流 （隐藏） /hdjl/ 新建',
    ])
      expect(said(shown.body)).toContain(words);
    expect(await counted()).toEqual(before);
    expect((await desk.web.ask('dehui.localhost', '/bm/tyj/')).status).toBe(404);
    // Back to the form with what was typed.
    const [, back] = /class="button" href="([^"]+clone\?[^"]+)"/.exec(shown.body)!;
    expect((await both.get(back!.replaceAll('&amp;', '&'))).body).toContain('value="德惠市体育局"');

    const done = await both.follow(at, form);
    expect(said(done.body)).toContain('李四已是网站总编');
    expect(
      await rows('SELECT role, scope, may_give_on FROM access_grant WHERE account_id = $1 AND ended_at IS NULL', [
        person.id,
      ]),
    ).toEqual([{ role: 'editor-in-chief', scope: 'site', may_give_on: true }]);
  });

  it('says what stands in the way, as the clone would', async () => {
    const person = await anAccount(platform, { tenantId: neighbour.id });
    const at = `/sites/${county.subs.wjj!.id}/clone`;
    const form = { tenantId: neighbour.id, name: '德惠市气象局', shortName: '气象', slug: 'jyj' };
    const before = await counted();
    for (const step of ['', '/preview']) {
      expect(said((await operator.post(at + step, form)).body)).toContain('/bm/jyj/ 已有子站使用');
      const given = await operator.post(at + step, { ...form, slug: 'qxj', charge: person.login });
      expect(given.status).toBe(422);
      expect(said(given.body)).toContain('您不能在这里授予“网站总编”');
      const full = await operator.post(at + step, { to: county.subs.jyj!.id });
      expect(full.status).toBe(422);
      expect(said(full.body)).toContain('已有 1 篇稿件');
    }
    expect(await counted()).toEqual(before);
  });

  it('puts nobody in charge of a site that stands: it keeps its people', async () => {
    const person = await anAccount(platform, { tenantId: neighbour.id });
    const to = neighbour.subs.jyj!.id;
    const done = await operator.follow(`/sites/${county.subs.wjj!.id}/clone`, { to, charge: person.login });
    expect(said(done.body)).toContain('已复制到“德惠市jyj局”');
    expect(await rows('SELECT FROM access_grant WHERE account_id = $1', [person.id])).toEqual([]);
  });
});

describe('moving a sub-site', () => {
  it('shows what follows before it is done, then does it, and old addresses lead on', async () => {
    const site = county.subs.kaian!;
    const channel = Object.keys(site.channels)[0]!;
    await publish(platform, site, channel, aDocument());
    await aPerson(platform, site, 'editor', 'site', { organId: site.organId });
    await expectFourWays(ways, (id) => `/sites/${id}/move`, '划归的单位');
    const form = { toTenantId: neighbour.id, reason: '撤乡并镇' };
    await expectRefusedForm(ways, (id) => `/sites/${id}/move/preview`, form);
    await expectRefusedForm(ways, (id) => `/sites/${id}/move`, form);

    const before = await operator.post(`/sites/${site.id}/move/preview`, form);
    expect(before.status).toBe(200);
    const preview = said(before.body);
    for (const words of [
      'nongan.localhost/xz/kaian/',
      'dehui.localhost/xz/kaian/',
      '1 篇 稿件一起走',
      '1 个 账号随机关划到德惠市',
      '1 项 授权继续有效',
    ])
      expect(preview).toContain(words);
    expect((await desk.web.ask('nongan.localhost', '/xz/kaian/')).status).toBe(200);

    expect(said((await operator.follow(`/sites/${site.id}/move`, form)).body)).toContain('已划归德惠市');
    await until(async () => (await desk.web.ask('nongan.localhost', '/xz/kaian/')).status === 301);
    expect((await ways.stranger.get(`/sites/${site.id}`)).status).toBe(200);
  });

  it('says what stands in the way, and offers no button then', async () => {
    const site = county.subs.jyj!;
    const form = { toTenantId: neighbour.id, reason: '合并' };
    const preview = await operator.post(`/sites/${site.id}/move/preview`, form);
    expect(said(preview.body)).toContain('现在不能划转： 德惠市已有地址为 /bm/jyj/ 的子站');
    expect(preview.body).not.toContain('<span>划转</span>');
    const answer = await operator.post(`/sites/${site.id}/move`, form);
    expect(answer.status).toBe(422);
    expect(said(answer.body)).toContain('德惠市已有地址为 /bm/jyj/ 的子站');
  });

  it('answers while a large site still moves, and it moves on', async () => {
    const site = county.subs.wjj!;
    const form = { toTenantId: neighbour.id, reason: '合并', slug: 'nawjj' };
    const superuser = new pg.Client({ connectionString: platform.superuserUrl });
    await superuser.connect();
    await superuser.query('BEGIN');
    await superuser.query('SELECT FROM tenant WHERE id = $1 FOR UPDATE', [county.id]);
    expect(said((await operator.follow(`/sites/${site.id}/move`, form)).body)).toMatch(
      /正在划转.* 单位 农安县 上级网站/,
    );
    await superuser.query('COMMIT');
    await superuser.end();
    await until(async () => (await operator.get(`/sites/${site.id}`)).body.includes('dehui.localhost/bm/nawjj/'));
  });

  it('asks for a tenant and a reason, and moves no portal', async () => {
    const answer = await operator.post(`/sites/${county.subs.jyj!.id}/move/preview`, { toTenantId: neighbour.id });
    expect(answer.status).toBe(422);
    expect(said(answer.body)).toContain('请填写原因');
    expect((await operator.get(`/sites/${county.portal.id}/move`)).status).toBe(409);
  });

  it('tells whoever began a move that went on and came to nothing, on the page of the site, at home and in the audit', async () => {
    const site = county.subs.jyj!;
    const form = { toTenantId: neighbour.id, reason: '合并', slug: 'najyj' };
    await rows(`CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE deadlock_detected; END $$`);
    await rows('CREATE TRIGGER break_off BEFORE UPDATE ON site FOR EACH ROW EXECUTE FUNCTION break_off()');
    await rows('BEGIN');
    await rows('SELECT FROM site WHERE id = $1 FOR UPDATE', [site.id]);
    expect(said((await operator.follow(`/sites/${site.id}/move`, form)).body)).toContain(
      '没有做成的话，这里和您的首页',
    );
    const page = async (seat = operator) => said((await seat.get(`/sites/${site.id}`)).body);
    await until(async () => (await page()).includes('正在划归德惠市'));
    expect((await operator.get(`/sites/${site.id}`)).body).not.toContain(`/sites/${site.id}/move"`);
    await rows('COMMIT');
    await until(async () => (await page()).includes('没有划归德惠市：'));
    expect(await page()).toContain('没有做成。别的操作占用着同样的数据');
    expect(await page(ways.reader)).not.toContain('没有划归');
    expect(said((await operator.get('/')).body)).toContain('“农安县jyj局”没有划归德惠市');
    const other = await aSeat(platform, desk, [{ role: 'platform-operator', scope: 'platform' }]);
    expect(said((await other.get('/')).body)).not.toContain('没有划归');
    expect(
      await rows(`SELECT tenant_id, detail ->> 'reason' AS reason FROM audit WHERE act = 'site.move-failed'`),
    ).toEqual(expect.arrayContaining([county, neighbour].map(({ id }) => ({ tenant_id: id, reason: '合并' }))));

    // Of a process that ended nothing more is heard.
    await rows(`UPDATE site_move SET failed_at = NULL, failure = NULL, alive_at = now() - interval '3 minutes'`);
    expect(await page()).toContain('没有做成。系统出错或中途停止');
    await rows('DROP TRIGGER break_off ON site');
    await operator.follow(`/sites/${site.id}/move`, form);
    expect(await page()).not.toContain('没有划归');
    expect(await page()).toContain('dehui.localhost/bm/najyj/');
    expect(said((await operator.get('/')).body)).not.toContain('没有划归');
  });
});
