import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { aDocument, publish } from '../../../test/builders.js';
import { aDesk, type Browser, type TestDesk } from '../../../test/desk.js';
import { aSeat, said } from '../../../test/desk-people.js';
import { expectFourWays, expectMissing, expectRefusedForm, type FourWays } from '../../../test/four-ways.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import { aUnit, type BuiltUnit } from '../../../test/tenancy-builders.js';
import { PLATFORM_TENANT } from '../../kernel/database/scope.js';
import { newId } from '../../kernel/id.js';

let platform: TestPlatform;
let desk: TestDesk;
let operator: Browser;
let province: BuiltUnit;
let city: BuiltUnit;
let county: BuiltUnit;
let ways: FourWays;

beforeAll(async () => {
  platform = await aPlatform();
  province = await aUnit(platform, { slug: 'jl', name: '吉林省' });
  city = await aUnit(platform, { slug: 'changchun', parent: province, name: '长春市' });
  county = await aUnit(platform, { slug: 'nongan', parent: city, name: '农安县', departments: ['jyj'] });
  const neighbour = await aUnit(platform, { slug: 'siping', parent: province, name: '四平市' });
  desk = await aDesk(platform);
  operator = await aSeat(platform, desk, [{ role: 'platform-operator', scope: 'platform' }]);
  ways = {
    may: operator,
    reader: await aSeat(platform, desk, [
      { role: 'supervisor', scope: 'region', of: city.portal },
      { role: 'node-operator', scope: 'node', of: neighbour.portal },
    ]),
    stranger: await aSeat(platform, desk, [{ role: 'node-operator', scope: 'node', of: neighbour.portal }]),
    id: city.id,
    nothing: newId(),
  };
});

afterAll(async () => {
  await desk?.close();
  await platform?.close();
});

const names = (body: string) =>
  [...body.matchAll(/class="title" href="\/tenants\/[^"]+">([^<]+)</g)].map(([, name]) => name);

describe('the list', () => {
  it('shows in the order of the province what one may see', async () => {
    expect(names((await operator.get('/tenants')).body)).toEqual(['吉林省', '长春市', '农安县', '四平市']);
    expect(names((await ways.reader.get('/tenants')).body)).toEqual(['长春市', '农安县', '四平市']);
    expect(names((await ways.stranger.get('/tenants')).body)).toEqual(['四平市']);
    const editor = await aSeat(platform, desk, [{ role: 'editor', scope: 'site', of: county.portal }]);
    expect((await editor.get('/tenants')).status).toBe(404);
  });

  it('finds by name, pinyin, hostname, code, level and state', async () => {
    for (const [asked, found] of [
      ['q=农安', ['农安县']],
      ['q=nonganxianren', ['农安县']],
      ['q=changchun', ['长春市']],
      [`q=${county.unit.code}`, ['农安县']],
      ['level=city', ['长春市', '四平市']],
      ['state=archived', []],
    ] as const)
      expect([asked, names((await operator.get(`/tenants?${encodeURI(asked)}`)).body)]).toEqual([asked, found]);
    await operator.get('/tenants?all=1');
  });
});

describe('the hostname of a tenant', () => {
  it('is the one in use, in the list and on its page, or none', async () => {
    const hostsOf = async (search: string) => {
      const listed = (await operator.get(`/tenants?q=${encodeURIComponent(search)}`)).body;
      return [...listed.matchAll(/data-label="域名">([^<]*)</g)].map(([, host]) => host);
    };
    const page = async () => said((await operator.get(`/tenants/${county.id}`)).body);
    await operator.follow(`/sites/${county.portal.id}/hostnames`, { host: 'www.农安.中国' });
    await operator.follow('/hostnames/www.xn--j7qv5v.xn--fiqs8s/primary');
    await operator.follow('/hostnames/nongan.localhost/end');
    for (const search of ['农安县', 'www.农安.中国']) expect(await hostsOf(search)).toEqual(['www.农安.中国']);
    expect(await page()).toMatch(/域名 www\.农安\.中国 /);
    expect(await page()).not.toContain('nongan.localhost');

    const superuser = new pg.Client({ connectionString: platform.superuserUrl });
    await superuser.connect();
    await superuser.query('UPDATE hostname SET is_primary = false, ended_at = now() WHERE tenant_id = $1', [county.id]);
    expect(await hostsOf('农安县')).toEqual(['—']);
    expect(await page()).toContain('域名 没有域名');
    await superuser.query(
      `UPDATE hostname SET is_primary = name = 'nongan', ended_at = CASE WHEN name <> 'nongan' THEN now() END WHERE tenant_id = $1`,
      [county.id],
    );
    await superuser.end();
    await operator.get('/tenants?all=1');
  });
});

describe('a tenant', () => {
  it('shows its sites and what lies below, and offers what one may do', async () => {
    await publish(platform, county.portal, 'ywdt/tzgg', aDocument());
    const page = said((await operator.get(`/tenants/${county.id}`)).body);
    for (const words of ['长春市', '农安县人民政府', '农安县jyj局', '1 篇', 'nongan.localhost', '开始撤销', '改名'])
      expect(page).toContain(words);
    expect(said((await operator.get(`/tenants/${city.id}`)).body)).toContain('开通下级单位');
    const supervised = (await ways.reader.get(`/tenants/${county.id}`)).body;
    for (const act of ['rename', 'freeze', 'retire', 'new?parent']) expect(supervised).not.toContain(`/${act}"`);
  });

  it('answers as missing to a stranger', async () => {
    await expectMissing(ways, (id) => `/tenants/${id}`);
    expect((await operator.get('/tenants/nonsense')).status).toBe(404);
  });

  it('is shown, but not changed, when it is the platform itself', async () => {
    expect((await operator.get(`/tenants/${PLATFORM_TENANT}`)).status).toBe(200);
    for (const act of ['rename', 'freeze', 'retire'])
      expect((await operator.get(`/tenants/${PLATFORM_TENANT}/${act}`)).status).toBe(403);
  });

  it('gets another name, and its portal with it', async () => {
    await expectFourWays(ways, (id) => `/tenants/${id}/rename`, '给长春市改名');
    const form = {
      name: '长安市',
      shortName: '长安',
      governmentName: '长安市人民政府',
      documentPrefix: '长政',
      reason: '',
    };
    await expectRefusedForm(ways, (id) => `/tenants/${id}/rename`, { ...form, reason: '批复' });
    const faulty = await operator.post(`/tenants/${city.id}/rename`, form);
    expect(faulty.status).toBe(422);
    expect(said(faulty.body)).toContain('请填写原因');
    const page = said((await operator.follow(`/tenants/${city.id}/rename`, { ...form, reason: '批复' })).body);
    expect(page).toContain('已改名为长安市，简称、政府全称、机关代字一并更改。门户网站的名称和简称随之更改。');
  });

  it('is told of those names alone that are different now', async () => {
    const form = { name: '长安市', shortName: '长安', governmentName: '长安市人民政府', documentPrefix: '长政' };
    const rename = async (over: object) =>
      said((await operator.follow(`/tenants/${city.id}/rename`, { ...form, ...over, reason: '批复' })).body);
    expect(await rename({})).toMatch(/名称没有改动。(?!.*撤销刚才)/);
    const prefixed = await rename({ documentPrefix: '安政' });
    expect(prefixed).toContain('已更改机关代字。');
    expect(prefixed).not.toMatch(/已改名|门户网站的名称/);
    expect(await rename({ shortName: '安' })).toContain('已更改简称、机关代字。门户网站的简称随之更改。');
    await operator.post(`/tenants/${city.id}/rename`, { ...form, reason: '批复' });
  });
});

describe('freezing a subtree', () => {
  it('says how many are concerned, holds below too, and is ended where it was put', async () => {
    await expectFourWays(ways, (id) => `/tenants/${id}/freeze`, '及其下级的发布？');
    expect(said((await operator.get(`/tenants/${city.id}/freeze`)).body)).toContain('2 个 单位停止发布');
    await expectRefusedForm(ways, (id) => `/tenants/${id}/freeze`, { reason: '保障' });
    expect(said((await operator.follow(`/tenants/${city.id}/freeze`, { reason: '重要时期' })).body)).toContain(
      '已冻结 2 个单位的发布',
    );
    await expect(publish(platform, county.portal, 'ywdt/tzgg', aDocument())).rejects.toMatchObject({ status: 409 });
    const below = said((await operator.get(`/tenants/${county.id}`)).body);
    expect(below).toContain('随上级单位冻结发布： 重要时期');
    const listed = async (state: string) => names((await operator.get(`/tenants?state=${state}`)).body);
    expect(await listed('stopped')).toEqual(['长安市', '农安县']);
    expect(await listed('open')).toEqual(['吉林省', '四平市']);
    expect(said((await operator.get('/tenants?state=stopped')).body)).toContain('状态：冻结发布');
    await operator.get('/tenants?all=1');
    expect(said((await operator.get(`/tenants/${city.id}/unfreeze`)).body)).toContain('长安市，现在：冻结发布');
    expect((await operator.get(`/tenants/${county.id}/unfreeze`)).status).toBe(404);
    expect((await operator.get(`/tenants/${city.id}/freeze`)).status).toBe(409);

    await expectFourWays(ways, (id) => `/tenants/${id}/unfreeze`, '重要时期');
    await expectRefusedForm(ways, (id) => `/tenants/${id}/unfreeze`, { reason: '结束' });
    expect(said((await operator.follow(`/tenants/${city.id}/unfreeze`, { reason: '结束' })).body)).toContain(
      '已解冻，涉及 2 个单位',
    );
    await publish(platform, county.portal, 'ywdt/tzgg', aDocument());
  });
});
