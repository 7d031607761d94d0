import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { aDesk, type Browser, type TestDesk } from '../../../test/desk.js';
import { aSeat, said } from '../../../test/desk-people.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import { statementsOf } from '../../../test/statements.js';
import { aUnit, type BuiltUnit } from '../../../test/tenancy-builders.js';

let platform: TestPlatform;
let desk: TestDesk;
let city: BuiltUnit;
let county: BuiltUnit;
let operator: Browser;
let clerk: Browser;

const PAGES = ['/', '/channels', '/me', '/sites/switch'];
const enter = (browser: Browser, { id }: { id: string }) => browser.post('/sites/switch', { site: id, back: '/' });
/** The banner of a page, in words. */
const banner = async (browser: Browser, path = '/me') => {
  const [, text = ''] = /<div class="alert alert-warn">([\s\S]*?)<\/div>/.exec((await browser.get(path)).body) ?? [];
  return said(text).trim();
};

beforeAll(async () => {
  platform = await aPlatform();
  const province = await aUnit(platform, { slug: 'sheng' });
  city = await aUnit(platform, { slug: 'shi', parent: province, name: '长春市' });
  county = await aUnit(platform, { slug: 'xian', parent: city, name: '农安县', departments: ['jyj'] });
  desk = await aDesk(platform);
  operator = await aSeat(platform, desk, [{ role: 'platform-operator', scope: 'platform' }], { name: '李运维' });
  clerk = await aSeat(platform, desk, [{ role: 'tenant-administrator', scope: 'tenant', of: county.portal }], {
    tenantId: county.id,
  });
});

afterAll(async () => {
  await desk?.close();
  await platform?.close();
});

const freezing = (at: string, reason: string) => operator.post(`${at}/freeze`, { reason });
const ending = (at: string) => operator.post(`${at}/unfreeze`, { reason: '排查完毕' });

it('every page within the site says why, since when, by whom, and what goes on; no other does', async () => {
  await enter(clerk, county.portal);
  expect(await banner(clerk)).toBe('');
  await freezing(`/sites/${county.portal.id}`, '网站被篡改，正在排查');
  for (const path of [...PAGES, `/sites/${county.portal.id}`]) {
    const words = await banner(clerk, path);
    expect(words).toMatch(
      /这个网站的发布已冻结： ?网站被篡改，正在排查。\d{4}-\d\d-\d\d \d\d:\d\d 起，由李运维（.+）冻结。/,
    );
    expect(words).toContain('公众照常访问');
  }
  expect((await clerk.get(`/sites/${county.portal.id}`)).body.match(/网站被篡改/g)).toHaveLength(1);
  await enter(clerk, county.subs.jyj!);
  expect(await banner(clerk)).toBe('');
  expect(said((await clerk.get(`/sites/${county.portal.id}`)).body)).toContain('网站被篡改');
  await clerk.post('/sites/switch', { site: '' });
  expect(await banner(clerk)).toBe('');
  await enter(clerk, county.portal);
  await ending(`/sites/${county.portal.id}`);
  expect(await banner(clerk)).toBe('');
});

it('a freeze from above is said to be one; each of several is told; who may end one finds the way', async () => {
  await enter(clerk, county.portal);
  await enter(operator, county.portal);
  await freezing(`/tenants/${city.id}`, '重要时期！');
  expect(await banner(clerk)).toContain('随上级单位冻结发布： 重要时期！20');
  expect((await clerk.get('/me')).body).not.toContain('>解冻 ›');
  await freezing(`/tenants/${county.id}`, '内容整改');
  const words = await banner(clerk);
  expect(words).toContain('本单位及其下级的发布已冻结： 内容整改。');
  expect(words).toContain('另外，随上级单位冻结发布：重要时期！');
  expect((await operator.get('/me')).body).toContain(`href="/tenants/${county.id}/unfreeze">解冻 ›`);
  await ending(`/tenants/${county.id}`);
  expect(await banner(clerk)).toContain('随上级单位冻结发布');
  await ending(`/tenants/${city.id}`);
  expect(await banner(clerk)).toBe('');
});

it('costs a page no statement, frozen or not', async () => {
  await enter(clerk, county.portal);
  const counted = async () => {
    const counts: number[] = [];
    for (const path of PAGES) counts.push(await statementsOf(() => clerk.get(path)));
    return counts;
  };
  const before = await counted();
  await freezing(`/tenants/${city.id}`, '重要时期');
  expect(await counted()).toEqual(before);
  await ending(`/tenants/${city.id}`);
});

it('whoever may enter one site alone sees it on the first page already', async () => {
  await freezing(`/sites/${county.subs.jyj!.id}`, '内容整改');
  const editor = await aSeat(platform, desk, [{ role: 'editor', scope: 'site', of: county.subs.jyj }]);
  expect(await banner(editor, '/')).toContain('内容整改');
});

it('a tenant that is being retired says so', async () => {
  await enter(clerk, county.portal);
  await operator.post(`/tenants/${county.id}/retire`, { reason: '机构改革' });
  const words = await banner(clerk);
  expect(words).toContain('单位正在撤销，发布已冻结： 机构改革。');
});
