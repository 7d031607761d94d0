import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aDocument, aSite, type BuiltSite, publish } from '../../../test/builders.js';
import { aDesk, type Browser, type TestDesk } from '../../../test/desk.js';
import { aSeat, type Seat, said } from '../../../test/desk-people.js';
import { expectFourWays, expectMissing, expectRefusedForm, type FourWays } from '../../../test/four-ways.js';
import { aGrant, anAccount } from '../../../test/people.js';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import { until } from '../../../test/web.js';
import { newId } from '../../kernel/id.js';
import { FillReadings } from '../../tenancy/site/fill-readings.js';

let platform: TestPlatform;
let desk: TestDesk;
let nongan: BuiltSite;
let dehui: BuiltSite;
let operator: Browser;
let ways: FourWays;

const seat = (...held: Seat[]) => aSeat(platform, desk, held);

beforeAll(async () => {
  platform = await aPlatform();
  nongan = await aSite(platform, { slug: 'nongan' });
  dehui = await aSite(platform, { slug: 'dehui' });
  await new FillReadings(platform.work).run(OPERATOR);
  desk = await aDesk(platform);
  operator = await seat({ role: 'platform-operator', scope: 'platform' });
  ways = {
    may: operator,
    reader: await seat(
      { role: 'supervisor', scope: 'region', of: nongan },
      { role: 'node-operator', scope: 'node', of: dehui },
    ),
    stranger: await seat({ role: 'node-operator', scope: 'node', of: dehui }),
    id: nongan.id,
    nothing: newId(),
  };
});

afterAll(async () => {
  await desk?.close();
  await platform?.close();
});

describe('the list', () => {
  it('shows each the sites that are theirs to see', async () => {
    const [all, own] = [await operator.get('/sites'), await ways.stranger.get('/sites')];
    expect(said(all.body)).toContain('nongan.localhost/');
    expect(said(all.body)).toContain('共 2 条');
    expect(said(own.body)).toContain('dehui.localhost/');
    expect(said(own.body)).toContain('共 1 条');
  });

  it('is not there for who sees no site', async () => {
    expect((await (await seat({ role: 'liaison', scope: 'site', of: nongan })).get('/sites')).status).toBe(404);
    expect((await desk.nobody.get('/sites')).headers.location).toBe('/sign-in?return=%2Fsites');
  });

  it('finds by name, by pinyin, by code and by state, and says so when nothing fits', async () => {
    for (const search of ['nongan', 'nonganrenminzhengfu', 'nongan.localhost'])
      expect(said((await operator.get(`/sites?q=${search}`)).body)).toContain('共 1 条');
    const none = await operator.get('/sites?state=archived');
    expect(said(none.body)).toContain('没有符合条件的网站');
    await operator.get('/sites?all=1');
  });

  it('comes in the order that is asked for', async () => {
    const names = async (sort: string) =>
      [...(await operator.get(`/sites?sort=${sort}`)).body.matchAll(/class="title" href="[^"]+">([^<]+)</g)].map(
        ([, name]) => name,
      );
    expect(await names('name')).toEqual(['dehui人民政府', 'nongan人民政府']);
    expect(await names('region')).toEqual(['nongan人民政府', 'dehui人民政府']);
    expect(await names('newest')).toEqual(['dehui人民政府', 'nongan人民政府']);
    await operator.get('/sites?all=1');
  });
});

describe('a site', () => {
  it('shows what it is and who answers for it, and offers what the reader may do', async () => {
    await publish(platform, nongan, 'ywdt', aDocument());
    const chief = await anAccount(platform, { tenantId: nongan.tenantId, name: '周杰' });
    await aGrant(platform, chief, { role: 'editor-in-chief', scope: 'site', siteId: nongan.id });
    const administrator = await seat({ role: 'tenant-administrator', scope: 'tenant', of: nongan });
    const page = said((await administrator.get(`/sites/${nongan.id}`)).body);
    for (const words of ['nongan.localhost', '主域名', '1 篇', '周杰', '网站总编', 'nongan人民政府，0000', '修改资料'])
      expect(page).toContain(words);
    const acts = ['suspend', 'freeze', 'clone', 'hostnames/new'].map((act) => `/sites/${nongan.id}/${act}"`);
    const own = (await administrator.get(`/sites/${nongan.id}`)).body;
    for (const act of acts) expect(own).not.toContain(act);
    const operators = (await operator.get(`/sites/${nongan.id}`)).body;
    for (const act of acts) expect(operators).toContain(act);
    expect(operators).not.toContain('周杰');
  });

  it('answers as missing to a stranger', async () => {
    await expectMissing(ways, (id) => `/sites/${id}`);
    expect((await operator.get('/sites/nonsense')).status).toBe(404);
  });

  it('says of itself what is written into its form, and nothing that the form does not name', async () => {
    await expectFourWays(ways, (id) => `/sites/${id}/edit`, '修改网站资料');
    const form = {
      name: '农安县人民政府',
      shortName: '农安',
      tagline: '黄龙之府',
      identificationCode: '2201220001',
      icpNumber: '',
      publicSecurityNumber: '',
      theme: 'county',
      state: 'suspended',
      tenant_id: dehui.tenantId,
    };
    await expectRefusedForm(ways, (id) => `/sites/${id}`, form);
    const page = said((await operator.follow(`/sites/${nongan.id}`, form)).body);
    for (const words of [
      '公众看到的网页随即更新',
      '农安县人民政府',
      '黄龙之府',
      '2201220001',
      '县级门户（松绿）',
      '● 正常',
    ])
      expect(page).toContain(words.replace('● ', ''));
    expect(said((await operator.follow(`/sites/${nongan.id}`, form)).body)).toContain('没有改动');
    const renamed = await operator.follow(`/sites/${nongan.id}`, { ...form, shortName: '农', tagline: '' });
    expect(said(renamed.body)).toContain('已更改简称、标语，公众看到的网页随即更新');
    await operator.post(`/sites/${nongan.id}`, form);
  });

  it('brings a form back with what was typed and what is to be mended', async () => {
    const answer = await operator.post(`/sites/${nongan.id}`, {
      name: '',
      shortName: '农安',
      identificationCode: '12',
      theme: 'none-such',
    });
    expect(answer.status).toBe(422);
    const page = said(answer.body);
    for (const words of ['请填写网站名称', '网站标识码是十位数字', '没有这个主题']) expect(page).toContain(words);
    expect(answer.body).toContain('value="12"');
  });
});

describe('suspending', () => {
  it('says what will happen, closes the site to visitors, and restores it', async () => {
    await expectFourWays(ways, (id) => `/sites/${id}/suspend`, '停用“农安县人民政府”？');
    expect(said((await operator.get(`/sites/${nongan.id}/suspend`)).body)).toContain('1 篇 已公开的内容');
    await expectRefusedForm(ways, (id) => `/sites/${id}/suspend`, { reason: '漏洞' });
    expect((await operator.post(`/sites/${nongan.id}/suspend`, {})).status).toBe(422);
    const suspended = said(
      (await operator.follow(`/sites/${nongan.id}/suspend`, { reason: '有漏洞', notice: '系统升级' })).body,
    );
    expect(suspended).toContain('公众看到的是：系统升级');
    expect(suspended).toContain('有漏洞');
    await until(async () => (await desk.web.ask('nongan.localhost')).status === 503);
    expect((await operator.get(`/sites/${nongan.id}/suspend`)).status).toBe(409);

    await expectFourWays(ways, (id) => `/sites/${id}/restore`, '恢复“农安县人民政府”？');
    await expectRefusedForm(ways, (id) => `/sites/${id}/restore`, { reason: '修好了' });
    expect(said((await operator.follow(`/sites/${nongan.id}/restore`, { reason: '修好了' })).body)).toContain(
      '网站已恢复',
    );
    await until(async () => (await desk.web.ask('nongan.localhost')).status === 200);
    expect((await operator.get(`/sites/${nongan.id}/restore`)).status).toBe(409);
  });
});

describe('freezing', () => {
  it('stops publishing with a reason and frees it again', async () => {
    await expectFourWays(ways, (id) => `/sites/${id}/freeze`, '冻结“农安县人民政府”的发布？');
    await expectRefusedForm(ways, (id) => `/sites/${id}/freeze`, { reason: '整改' });
    const frozen = said((await operator.follow(`/sites/${nongan.id}/freeze`, { reason: '内容整改' })).body);
    for (const words of ['网站的发布已冻结', '内容整改', '冻结发布', '解冻发布']) expect(frozen).toContain(words);
    await expect(publish(platform, nongan, 'ywdt', aDocument())).rejects.toMatchObject({ status: 409 });
    expect((await operator.get(`/sites/${nongan.id}/freeze`)).status).toBe(409);

    await expectFourWays(ways, (id) => `/sites/${id}/unfreeze`, '内容整改');
    await expectRefusedForm(ways, (id) => `/sites/${id}/unfreeze`, { reason: '好了' });
    expect(said((await operator.follow(`/sites/${nongan.id}/unfreeze`, { reason: '好了' })).body)).toContain('已解冻');
    await publish(platform, nongan, 'ywdt', aDocument());
    expect((await operator.get(`/sites/${nongan.id}/unfreeze`)).status).toBe(404);
  });
});
