import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aDesk, type Browser, type TestDesk } from '../../../test/desk.js';
import { aSeat, said } from '../../../test/desk-people.js';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import { newId } from '../../kernel/id.js';
import { openRooms, readPlan } from '../../rooms.js';

let platform: TestPlatform;
let desk: TestDesk;
let operator: Browser;
let city: { id: string };
let otherCity: { id: string };

beforeAll(async () => {
  platform = await aPlatform();
  const { provisionProvince } = await openRooms(platform);
  const plan = await readPlan();
  for (const only of ['220100', '220300']) await provisionProvince.run(OPERATOR, plan, { only });
  const tenants = await platform.work.run({ kind: 'cluster', actor: OPERATOR, work: 'audit' }, (tx) =>
    tx.query<{ id: string; code: string }>('SELECT id, region_code AS code FROM tenant'),
  );
  city = tenants.find(({ code }) => code === '220100')!;
  otherCity = tenants.find(({ code }) => code === '220300')!;
  desk = await aDesk(platform);
  operator = await aSeat(platform, desk, [{ role: 'platform-operator', scope: 'platform' }]);
});

afterAll(async () => {
  await desk?.close();
  await platform?.close();
});

const typedIn = (body: string, name: string) =>
  new RegExp(`name="${name}" type="[a-z]+" value="([^"]*)"`).exec(body)?.[1];
const selected = (body: string, name: string) =>
  new RegExp(`<select[^>]*name="${name}"[\\s\\S]*?value="([^"]*)" selected`).exec(body)?.[1];

const NONGAN = {
  name: '农安县',
  shortName: '农安',
  governmentName: '农安县人民政府',
  documentPrefix: '农政',
  regionCode: '220122',
  level: 'county',
  form: 'county',
  slug: 'nongan',
  blueprint: 'portal',
  theme: 'usual',
  demonstration: '1',
  administratorName: '吴明',
  administratorLogin: 'admin',
  administratorTelephone: '13900000000',
};

describe('the form', () => {
  it('finds units of the plan by name, pinyin and code, those alone below which one may open', async () => {
    for (const search of ['农安', 'nongan', '220122'])
      expect((await operator.get(`/tenants/new?q=${encodeURIComponent(search)}`)).body).toContain(
        '/tenants/new?unit=220122',
      );
    const node = await aSeat(platform, desk, [
      { role: 'node-operator', scope: 'node', of: { tenantId: otherCity.id } },
    ]);
    expect(said((await node.get('/tenants/new?q=nongan')).body)).toContain('区划里没有找到“nongan”');
    expect(said((await operator.get('/tenants/new?q=changchun')).body)).toContain('已开通');
  });

  it('is filled in from the plan', async () => {
    const { body } = await operator.get('/tenants/new?unit=220122');
    expect(typedIn(body, 'name')).toBe('农安县');
    expect(typedIn(body, 'governmentName')).toBe('农安县人民政府');
    expect(typedIn(body, 'slug')).toBe('nongan');
    expect(selected(body, 'parentTenantId')).toBe(city.id);
    expect(selected(body, 'form')).toBe('county');
    expect(said(body)).toMatch(/同时开通子站：\d+ 个乡镇街道、\d+ 个部门/);
  });

  it('says at the box when the divisions know no sub-sites of the unit, and opens nothing then', async () => {
    const form = { ...NONGAN, parentTenantId: city.id, regionCode: '220199', slug: 'xinqu', subSites: '1' };
    const answer = await operator.post('/tenants', form);
    expect(answer.status).toBe(422);
    const [, error] = /id="f-subSites-error">([\s\S]*?)<\/p>/.exec(answer.body) ?? [];
    expect(said(error!)).toContain('区划里没有 220199，不知道它有哪些乡镇和部门，没有子站可以同时开通');
    expect(answer.body).toMatch(/name="subSites" value="1" checked/);
    expect((await desk.web.ask('xinqu.localhost')).status).toBe(421);
  });

  it('is not there for who opens nothing', async () => {
    const administrator = await aSeat(platform, desk, [
      { role: 'tenant-administrator', scope: 'tenant', of: { tenantId: city.id } },
    ]);
    expect((await administrator.get('/tenants/new')).status).toBe(404);
    expect((await administrator.post('/tenants', { ...NONGAN, parentTenantId: city.id })).status).toBe(404);
  });

  it('says every field that is wrong at once, and keeps what was typed', async () => {
    const answer = await operator.post('/tenants', {
      ...NONGAN,
      parentTenantId: '',
      slug: 'changchun',
      regionCode: '12',
      theme: 'none-such',
      administratorName: '',
      administratorTelephone: '12',
    });
    expect(answer.status).toBe(422);
    const page = said(answer.body);
    for (const words of [
      '请选择上级单位',
      '这个域名已被使用',
      '区划代码是六位数字',
      '没有这个主题',
      '电话“12”写得不对',
      '有 6 处要改',
    ])
      expect(page).toContain(words);
    expect(typedIn(answer.body, 'regionCode')).toBe('12');
    expect(typedIn(answer.body, 'governmentName')).toBe('农安县人民政府');
  });

  it('opens nothing below another’s city, and says the same of one that is not there', async () => {
    const node = await aSeat(platform, desk, [
      { role: 'node-operator', scope: 'node', of: { tenantId: otherCity.id } },
    ]);
    expect((await node.post('/tenants', { ...NONGAN, parentTenantId: city.id })).status).toBe(404);
    expect((await node.post('/tenants', { ...NONGAN, parentTenantId: newId() })).status).toBe(404);
  });
});

describe('opening a county', () => {
  it('serves it, shows its administrator’s link this once, and the link leads in', async () => {
    const answer = await operator.post('/tenants', { ...NONGAN, parentTenantId: city.id });
    expect(answer.status).toBe(200);
    const page = said(answer.body);
    for (const words of [
      '农安县已开通',
      'nongan.localhost',
      '公众可以访问了',
      '1 个网站，没有子站',
      'nongan-admin',
      '只显示这一次',
    ])
      expect(page).toContain(words);
    expect(page).toMatch(/用时 \d+\.\d 秒/);
    const site = await desk.web.ask('nongan.localhost');
    expect([site.status, site.body.includes('农安县人民政府')]).toEqual([200, true]);

    const [, link] = /<code id="one-time-link"[^>]*>([^<]+)</.exec(answer.body)!;
    const invitation = await desk.nobody.get(new URL(link!).pathname);
    expect(invitation.status).toBe(200);
    expect(invitation.body).toContain('nongan-admin');
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('tells how many sub-sites of which kind were opened along', async () => {
    const other = { name: '德惠市', shortName: '德惠', governmentName: '德惠市人民政府', documentPrefix: '德政' };
    const unit = { regionCode: '220183', form: 'county-city', slug: 'dehui', subSites: '1' };
    const answer = await operator.post('/tenants', { ...NONGAN, ...other, ...unit, parentTenantId: city.id });
    expect(answer.status).toBe(200);
    expect(said(answer.body)).toMatch(/开通 1 个门户网站，\d+ 个乡镇街道子站，\d+ 个部门子站/);
  });

  it('is told when it is open already', async () => {
    const answer = await operator.post('/tenants', { ...NONGAN, parentTenantId: city.id });
    expect(answer.status).toBe(422);
    for (const words of ['这个域名已被使用', '这个区划代码的单位已经开通']) expect(said(answer.body)).toContain(words);
  });
});
