import pg from 'pg';
import { aDocument, aSite, type BuiltSite, publish } from '../../../test/builders.js';
import { aDesk, type Browser, type TestDesk } from '../../../test/desk.js';
import { said } from '../../../test/desk-people.js';
import { aGrant, aPerson } from '../../../test/people.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import type { Role } from '../../authority/role.js';

let platform: TestPlatform;
let superuser: pg.Client;
let desk: TestDesk;
let site: BuiltSite;

beforeAll(async () => {
  platform = await aPlatform();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  site = await aSite(platform, { slug: 'nongan', channels: ['dongtai', 'gonggao', 'zhengce', 'zhineng'] });
  desk = await aDesk(platform);
  await publish(platform, site, 'dongtai', aDocument());
  await promise('dongtai', 7, 14, 3);
  await promise('gonggao', 7, 14, 10);
  await promise('zhengce', 90, 180, 200);
  await promise('zhineng', null, null, 400);
});

afterAll(async () => {
  await superuser?.end();
  await desk?.close();
  await platform?.close();
});

/** What a channel promises, and how many days ago it was made or had its last text. */
async function promise(path: string, updateDays: number | null, limitDays: number | null, days: number): Promise<void> {
  const id = site.channels[path];
  await superuser.query(
    `UPDATE channel SET update_days = $2, limit_days = $3, created_at = now() - make_interval(days => $4) WHERE id = $1`,
    [id, updateDays, limitDays, days],
  );
  await superuser.query('UPDATE publication SET placed_at = now() - make_interval(days => $2) WHERE channel_id = $1', [
    id,
    days,
  ]);
}

async function home(role: Role, over: 'site' | { channel: string }): Promise<string> {
  const browser: Browser = await desk.as((await aPerson(platform, site, role, over)).account);
  await browser.post('/sites/switch', { site: site.id, back: '/' });
  return said((await browser.get('/')).body);
}

it('shows how channels stand to their promises, the most urgent first, and what waits to be updated', async () => {
  const page = await home('editor-in-chief', 'site');
  expect(page).toContain('我的栏目 更新承诺 全部 3 个');
  expect(page).toMatch(/zhengce 200 \/ 90 天，还没有稿件 .*gonggao 10 \/ 7 天，还没有稿件 .*dongtai 3 \/ 7 天 /);
  expect(page).toContain('“栏目 zhengce”超过了更新期限');
  expect(page).toContain('逾期 20 天');
  expect(page).toContain('“栏目 gonggao”快到更新期限');
  expect(page).toContain('承诺 7 天内更新，最长 14 天，还没有稿件');
  expect(page).toContain('还有 4 天');
  for (const words of ['“栏目 dongtai”', '“栏目 zhineng”']) expect(page).not.toContain(words);
});

it('shows an editor the channels they write for, and nobody who only watches any', async () => {
  const editor = await home('editor', { channel: 'dongtai' });
  expect(editor).toContain('全部 1 个');
  expect(editor).toContain('dongtai 3 / 7 天');
  for (const words of ['gonggao', 'zhengce']) expect(editor).not.toContain(words);
  expect(await home('letter-clerk', 'site')).not.toContain('更新承诺');
});

it('shows nothing to whoever keeps channels elsewhere and is here for something else', async () => {
  const elsewhere = await aSite(platform, { slug: 'dehui', channels: ['dongtai'] });
  const { account } = await aPerson(platform, site, 'letter-clerk', 'site');
  await aGrant(platform, account, {
    role: 'editor',
    scope: 'site',
    tenantId: elsewhere.tenantId,
    siteId: elsewhere.id,
  });
  const browser = await desk.as(account);
  await browser.post('/sites/switch', { site: site.id, back: '/' });
  const page = await browser.get('/');
  expect(page.status).toBe(200);
  expect(said(page.body)).not.toContain('更新承诺');
});
