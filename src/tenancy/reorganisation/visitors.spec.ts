import { aDocument, publish } from '../../../test/builders.js';
import { aCounty, type County } from '../../../test/county.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import { aReorganiser, type Lines, type Reorganiser } from '../../../test/reorganiser.js';
import { aWeb, type TestWeb, until } from '../../../test/web.js';

let platform: TestPlatform;
let desk: Reorganiser;
let web: TestWeb;
let county: County;
let host: string;

beforeAll(async () => {
  platform = await aPlatform();
  desk = await aReorganiser(platform);
  web = await aWeb(platform);
});

afterAll(async () => {
  await web?.close();
  await desk?.end();
  await platform?.close();
});

beforeEach(async () => {
  county = await aCounty(platform, {
    organs: [
      { name: '农安县教育局', telephone: '0431-1111', site: '/bm/jyj/' },
      { name: '农安县体育局', site: '/bm/tyj/' },
    ],
    channels: [
      { path: 'zwgk', name: '政务公开' },
      { path: 'zwgk/jy', name: '农安县教育局动态', organ: '农安县教育局' },
    ],
  });
  host = `${county.slug}.localhost`;
  await until(async () => (await ask('/bm/tyj/')).status === 200);
});

const ask = (path: string) => web.ask(host, path);
const reorganised = (lines: Lines) => desk.reorganised(county.tenantId, lines);
const at = (prefix: string) => ({
  ...county.portal,
  id: county.subSites[prefix]!,
  channels: { gzdt: county.channels[`${prefix.slice(1)}gzdt`]! },
});

it('a new name shows at once on pages that were stored, and the old one again when it is taken back', async () => {
  const { path } = await publish(
    platform,
    { ...county.portal, channels: county.channels },
    'zwgk/jy',
    aDocument({ html: '<p>农安县教育局印发。</p>' }),
  );
  for (const page of ['/bm/jyj/', '/zwgk/jy/', `/${path}`]) expect((await ask(page)).body).toContain('农安县教育局');
  const { id } = await reorganised([
    { action: '更名', from: '农安县教育局', to: '农安县教体局', telephone: '0431-9999' },
  ]);
  const footer = async () => (await ask('/bm/jyj/')).body;
  await until(async () => /农安县教体局[\s\S]*0431-9999/.test(await footer()));
  expect(await footer()).not.toContain('农安县教育局');
  await until(async () => (await ask('/zwgk/jy/')).body.includes('农安县教体局动态'));
  // The text keeps the name of its day; what stands around it does not.
  await until(async () => (await ask(`/${path}`)).body.includes('农安县教体局动态'));
  expect((await ask(`/${path}`)).body).toContain('农安县教育局印发。');

  await desk.takeBack(county.tenantId, id);
  for (const page of ['/bm/jyj/', '/zwgk/jy/'])
    await until(async () => !(await ask(page)).body.includes('农安县教体局'));
});

it('an archived sub-site is read on, and says so', async () => {
  const { path } = await publish(platform, at('/bm/tyj/'), 'gzdt', aDocument({ title: '运动会' }));
  expect((await ask('/bm/tyj/')).body).not.toContain('归档');
  await reorganised([{ action: '撤销', from: '农安县体育局', to: '农安县教育局', subSite: '归档' }]);
  await until(async () => (await ask('/bm/tyj/')).body.includes('归档'));
  expect((await ask(`/bm/tyj/${path}`)).body).toContain('运动会');
});

it('the addresses of a sub-site that joined another one lead there, lists and documents alike', async () => {
  const { path } = await publish(platform, at('/bm/tyj/'), 'gzdt', aDocument({ title: '运动会' }));
  await until(async () => (await ask('/bm/tyj/gzdt/')).body.includes('运动会'));
  expect((await ask('/bm/jyj/')).status).toBe(200);
  const { id } = await reorganised([{ action: '撤销', from: '农安县体育局', to: '农安县教育局', subSite: '并入' }]);
  await until(async () => (await ask('/bm/tyj/')).status === 301);
  for (const within of ['', 'gzdt/', path]) {
    const { status, headers } = await ask(`/bm/tyj/${within}`);
    expect([status, new URL(headers.location!).pathname]).toEqual([301, `/bm/jyj/${within}`]);
  }
  for (const within of ['gzdt/', path]) expect((await ask(`/bm/jyj/${within}`)).body).toContain('运动会');

  await desk.takeBack(county.tenantId, id);
  await until(async () => (await ask(`/bm/tyj/${path}`)).status === 200);
  await until(async () => (await ask(`/bm/jyj/${path}`)).status === 404);
});
