import { aDocument, aSite, type BuiltSite, publish } from '../../../test/builders.js';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import { aWeb, type TestWeb, until } from '../../../test/web.js';
import { operatorContext } from '../../authority/desk-context.js';
import { ChangeChannel } from './change-channel.js';
import { CloseChannel, HideChannel, ShowChannel } from './channel-state.js';
import { MoveChannel } from './move-channel.js';

let platform: TestPlatform;
let web: TestWeb;
let count = 0;
let here: BuiltSite;
let host: string;

beforeAll(async () => {
  platform = await aPlatform();
  web = await aWeb(platform);
});

beforeEach(async () => {
  count += 1;
  here = await aSite(platform, { slug: `seen${count}`, channels: ['zwgk/zcwj/jy', 'zwgk/zcwj/wj', 'fw'] });
  host = `seen${count}.localhost`;
  await until(async () => (await web.ask(host, '/')).status === 200);
});

afterAll(async () => {
  await web?.close();
  await platform?.close();
});

/** Every power over the tenants of these sites. */
const everyPower = (...sites: BuiltSite[]) =>
  operatorContext(
    OPERATOR,
    sites.map((site) => site.tenantId),
  );

const ask = (path: string) => web.ask(host, path);
const move = (path: string, where: Parameters<MoveChannel['run']>[3]) =>
  new MoveChannel(platform.work).run(everyPower(here), here, here.channels[path]!, where);

it('a change of name shows at once on pages that were stored', async () => {
  await publish(platform, here, 'zwgk/zcwj/jy');
  await until(async () => (await ask('/')).body.includes('栏目 zwgk<'));
  await ask('/zwgk/zcwj/jy/');
  await new ChangeChannel(platform.work).run(everyPower(here), here, here.channels['zwgk/zcwj/jy']!, {
    name: '教育政策',
  });
  for (const path of ['/zwgk/zcwj/jy/', '/zwgk/zcwj/'])
    await until(async () => (await ask(path)).body.includes('教育政策'));
});

it('a move shows at once in both places; the old list leads to the new, documents stay', async () => {
  const { path } = await publish(platform, here, 'zwgk/zcwj/jy', aDocument({ title: '招生办法' }));
  const { path: other } = await publish(platform, here, 'fw', aDocument({ title: '别的' }));
  await until(async () => (await ask('/zwgk/zcwj/')).body.includes('招生办法'));
  expect((await ask('/fw/')).body).not.toContain('招生办法');

  await move('zwgk/zcwj/jy', { to: 'into', channelId: here.channels.fw! });
  await until(async () => (await ask('/fw/')).body.includes('招生办法'));
  await until(async () => (await ask('/zwgk/zcwj/')).status === 404);
  expect((await ask('/fw/jy/')).status).toBe(200);
  expect(await ask('/zwgk/zcwj/jy/')).toMatchObject({ status: 301, headers: { location: '/fw/jy/' } });
  expect((await ask(`/${path}`)).body).toContain('招生办法');
  expect((await ask(`/${other}`)).status).toBe(200);
  // What is published from now on stands under the new address.
  expect((await publish(platform, here, 'fw/jy')).path).toMatch(/^fw\/jy\//);
});

it('an old list leads on in one step after two moves, and is itself again when the channel comes back', async () => {
  await publish(platform, here, 'zwgk/zcwj/jy');
  await move('zwgk/zcwj/jy', { to: 'into', channelId: here.channels.fw! });
  await move('zwgk/zcwj/jy', { to: 'address', slug: 'jiaoyu' });
  await until(async () => (await ask('/fw/jiaoyu/')).status === 200);
  await until(async () => (await ask('/zwgk/zcwj/jy/')).status === 301);
  for (const old of ['/zwgk/zcwj/jy/', '/fw/jy/'])
    expect(await ask(old)).toMatchObject({ status: 301, headers: { location: '/fw/jiaoyu/' } });
  await move('zwgk/zcwj/jy', { to: 'address', slug: 'jy' });
  await move('zwgk/zcwj/jy', { to: 'into', channelId: here.channels['zwgk/zcwj']! });
  await until(async () => (await ask('/zwgk/zcwj/jy/')).status === 200);
  await until(async () => (await ask('/fw/jiaoyu/')).status === 301);
  for (const old of ['/fw/jy/', '/fw/jiaoyu/'])
    expect(await ask(old)).toMatchObject({ status: 301, headers: { location: '/zwgk/zcwj/jy/' } });
});

it('the order of channels is the order of the menu', async () => {
  for (const path of ['zwgk', 'fw']) await publish(platform, here, path);
  const inMenu = async () => {
    const { body } = await ask('/');
    return body.indexOf('href="/zwgk/"') < body.indexOf('href="/fw/"');
  };
  await until(async () => (await ask('/')).body.includes('href="/fw/"'));
  expect(await inMenu()).toBe(true);
  await move('fw', { to: 'up' });
  await until(async () => !(await inMenu()));
});

it('what is hidden is gone at once, with its documents and all below it, and comes back', async () => {
  const { path } = await publish(platform, here, 'zwgk/zcwj/jy', aDocument({ title: '招生办法' }));
  const paths = ['/zwgk/zcwj/jy/', `/${path}`, '/zwgk/'];
  for (const one of paths) await until(async () => (await ask(one)).status === 200);
  const run = (Command: typeof HideChannel) =>
    new Command(platform.work).run(everyPower(here), here, here.channels['zwgk/zcwj']!);
  await run(HideChannel);
  for (const one of paths) await until(async () => (await ask(one)).status === 404);
  await until(async () => !(await ask('/')).body.includes('招生办法'));
  await run(ShowChannel);
  for (const one of paths) await until(async () => (await ask(one)).status === 200);
});

it('what is closed is read on', async () => {
  const { path } = await publish(platform, here, 'zwgk/zcwj/jy');
  await new CloseChannel(platform.work).run(everyPower(here), here, here.channels.zwgk!);
  await until(async () => (await ask('/zwgk/zcwj/jy/')).status === 200);
  expect((await ask(`/${path}`)).status).toBe(200);
});
