import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { aSite, type BuiltSite } from '../../../test/builders.js';
import { aDesk, type Browser, type TestDesk } from '../../../test/desk.js';
import { aSeat, said } from '../../../test/desk-people.js';
import { expectFourWays, expectRefusedForm, type FourWays } from '../../../test/four-ways.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import { until } from '../../../test/web.js';
import { newId } from '../../kernel/id.js';

let platform: TestPlatform;
let desk: TestDesk;
let nongan: BuiltSite;
let dehui: BuiltSite;
let operator: Browser;
let ways: FourWays;

beforeAll(async () => {
  platform = await aPlatform();
  nongan = await aSite(platform, { slug: 'nongan' });
  dehui = await aSite(platform, { slug: 'dehui' });
  desk = await aDesk(platform);
  operator = await aSeat(platform, desk, [{ role: 'platform-operator', scope: 'platform' }]);
  ways = {
    may: operator,
    reader: await aSeat(platform, desk, [
      { role: 'supervisor', scope: 'region', of: nongan },
      { role: 'node-operator', scope: 'node', of: dehui },
    ]),
    stranger: await aSeat(platform, desk, [{ role: 'node-operator', scope: 'node', of: dehui }]),
    id: nongan.id,
    nothing: newId(),
  };
});

afterAll(async () => {
  await desk?.close();
  await platform?.close();
});

const answerOf = async (host: string) => {
  const { status, headers } = await desk.web.ask(host);
  return [status, headers.location];
};
const named = (host: string): FourWays => ({ ...ways, id: host, nothing: 'nobody-has-this.gov.cn' });

it('adds a name, which leads to the primary one', async () => {
  await expectFourWays(ways, (id) => `/sites/${id}/hostnames/new`, '增加域名');
  await expectRefusedForm(ways, (id) => `/sites/${id}/hostnames`, { host: 'www.nongan.gov.cn' });
  const page = said((await operator.follow(`/sites/${nongan.id}/hostnames`, { host: 'www.nongan.gov.cn' })).body);
  expect(page).toContain('www.nongan.gov.cn 跳转到主域名');
  await until(async () => (await desk.web.ask('www.nongan.gov.cn')).status === 301);
  expect((await answerOf('www.nongan.gov.cn'))[1]).toContain('nongan.localhost');
});

it('shows a name in Han as people read it, beside the form that is written into other systems, and finds it so', async () => {
  const [han, ascii] = ['www.农安.中国', 'www.xn--j7qv5v.xn--fiqs8s'];
  expect(said((await operator.get(`/tenants/hostname?host=${encodeURIComponent(han)}`)).body)).toContain(
    `${han}（${ascii}） 可以使用`,
  );
  const page = said((await operator.follow(`/sites/${nongan.id}/hostnames`, { host: han })).body);
  expect(page).toContain(`已增加 ${han}（${ascii}），它跳转到主域名`);
  expect(page).toContain(`${han} ${ascii} 跳转到主域名`);
  expect(said((await operator.get(`/hostnames/${ascii}/primary`)).body)).toContain(
    `把 ${han}（${ascii}） 设为主域名？`,
  );
  const led = said((await operator.follow(`/hostnames/${ascii}/primary`)).body);
  expect(led).toContain(`主域名现在是 ${han}，nongan.localhost 跳转到它`);
  expect(led).toContain(` · ${han}/ `);
  expect((await operator.post(`/hostnames/${ascii}/end`)).body).toContain(`“${han}”是网站现在用的域名`);
  for (const asked of [han, '农安.中国', ascii]) {
    const listed = said((await operator.get(`/sites?q=${encodeURIComponent(asked)}`)).body);
    expect(listed).toContain(`${han}/`);
    expect(listed).not.toContain('dehui');
  }
  await operator.get('/sites?all=1');
  const auditor = await aSeat(platform, desk, [{ role: 'auditor', scope: 'platform' }]);
  expect(said((await auditor.get('/audit?act=hostname.')).body)).toContain(`域名 ${han}`);
  await operator.follow('/hostnames/nongan.localhost/primary');
  await operator.follow(`/hostnames/${ascii}/end`);
});

it('says what is wrong with a name, and that one is taken, never by whom', async () => {
  for (const [host, words] of [
    ['', '请填写域名'],
    ['dehui', '这个域名已被使用，请换一个'],
    ['不 是', '域名里不能有空格'],
  ] as const) {
    const answer = await operator.post(`/sites/${nongan.id}/hostnames`, { host });
    expect(answer.status).toBe(422);
    expect(said(answer.body)).toContain(words);
    expect(answer.body).not.toContain(dehui.id);
  }
});

it('tells while one types whether a name can be had', async () => {
  const check = async (query: string, seat = operator) =>
    said((await seat.get(`/tenants/hostname?${query}`)).body).trim();
  expect(await check('slug=yushu')).toBe('yushu.localhost 可以使用');
  expect(await check('slug=nongan')).toBe('这个域名已被使用，请换一个');
  expect(await check('slug=www')).toContain('保留词');
  expect(await check('slug=www.nongan.gov.cn')).toContain('只能由小写字母');
  expect(await check('host=www.yushu.gov.cn')).toBe('www.yushu.gov.cn 可以使用');
  expect(await check('slug=')).toBe('');
  const supervisor = await aSeat(platform, desk, [{ role: 'supervisor', scope: 'region', of: nongan }]);
  expect((await supervisor.get('/tenants/hostname?slug=yushu')).status).toBe(404);
});

it('makes it the primary one once it is confirmed; the former redirects', async () => {
  await expectFourWays(named('www.nongan.gov.cn'), (host) => `/hostnames/${host}/primary`, '设为主域名？');
  await expectRefusedForm(named('www.nongan.gov.cn'), (host) => `/hostnames/${host}/primary`, {});
  const page = said((await operator.follow('/hostnames/www.nongan.gov.cn/primary')).body);
  expect(page).toContain('主域名现在是 www.nongan.gov.cn，nongan.localhost 跳转到它');
  await until(async () => (await desk.web.ask('nongan.localhost')).status === 301);
});

it('ends a name that redirects, and no primary one', async () => {
  await expectFourWays(named('nongan.localhost'), (host) => `/hostnames/${host}/end`, '停用 nongan.localhost？');
  await expectRefusedForm(named('nongan.localhost'), (host) => `/hostnames/${host}/end`, {});
  const primary = await operator.post('/hostnames/www.nongan.gov.cn/end');
  expect(primary.status).toBe(422);
  expect(said(primary.body)).toContain('是网站现在用的域名，不能停用');
  expect(said((await operator.follow('/hostnames/nongan.localhost/end')).body)).toContain('已停用，不再跳转');
  await until(async () => (await desk.web.ask('nongan.localhost')).status === 421);
});

it('gives an ended name to another site, where it leads to that site’s own', async () => {
  expect((await operator.get('/hostnames/www.nongan.gov.cn/give')).status).toBe(409);
  await expectFourWays(named('nongan.localhost'), (host) => `/hostnames/${host}/give`, '转给哪个网站');
  const listed = (await operator.get('/hostnames/nongan.localhost/give?q=dehui')).body;
  expect(listed).toContain(`/hostnames/nongan.localhost/give?to=${dehui.id}`);
  expect(said((await operator.get(`/hostnames/nongan.localhost/give?to=${dehui.id}`)).body)).toContain('转给“dehui');
  await expectRefusedForm(named('nongan.localhost'), (host) => `/hostnames/${host}/give`, { to: dehui.id });
  await operator.follow('/hostnames/nongan.localhost/give', { to: dehui.id });
  await until(async () => (await desk.web.ask('nongan.localhost')).status === 301);
  expect((await answerOf('nongan.localhost'))[1]).toContain('dehui.localhost');
});
