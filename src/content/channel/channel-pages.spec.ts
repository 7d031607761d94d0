import pg from 'pg';
import { aDocument, aSite, type BuiltSite, publish } from '../../../test/builders.js';
import { aDesk, type Browser, noticeOf as noticeIn, type TestDesk } from '../../../test/desk.js';
import { anOrgan, aPerson, type BuiltAccount } from '../../../test/people.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import type { Answer } from '../../../test/web.js';
import type { Role } from '../../authority/role.js';
import { newId } from '../../kernel/id.js';

let platform: TestPlatform;
let superuser: pg.Client;
let desk: TestDesk;
let here: BuiltSite;
let there: BuiltSite;

beforeAll(async () => {
  platform = await aPlatform();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  desk = await aDesk(platform);
});

beforeEach(async () => {
  here = await aSite(platform, { channels: ['ywdt', 'zwgk/zcwj/jy/kaoshi', 'zwgk/zcwj/wj'] });
  there = await aSite(platform, { channels: ['ywdt'] });
});

afterAll(async () => {
  await desk?.close();
  await superuser?.end();
  await platform?.close();
});

const rows = async <T = Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<T[]> =>
  (await superuser.query(sql, values)).rows;
const channelAt = async (path: string) =>
  (await rows('SELECT * FROM channel WHERE site_id = $1 AND path = $2', [here.id, path]))[0];
/** A browser in which an account has signed in and chosen a site. */
async function signedIn(account: BuiltAccount, site: BuiltSite | null): Promise<Browser> {
  const browser = await desk.as(account);
  await rows('UPDATE session SET site_tenant_id = $2, site_id = $3 WHERE account_id = $1', [
    account.id,
    site?.tenantId ?? null,
    site?.id ?? null,
  ]);
  return browser;
}
/** Somebody at the desk who holds one role over the site or a channel of it. */
const seated = async (role: Role, over: 'site' | { channel: string } = 'site'): Promise<Browser> =>
  signedIn((await aPerson(platform, here, role, over)).account, here);
const chief = () => seated('editor-in-chief');
const bureau = () => seated('channel-manager', { channel: 'zwgk/zcwj/jy' });
const noticeOf = (answer: Answer) => noticeIn(platform, answer)?.text ?? '';
const id = (path: string) => here.channels[path]!;
/** The names of the rows of a tree, with what the page says of their depth. */
const treeIn = (body: string) =>
  [...body.matchAll(/data-tree-row[^>]* data-depth="(\d)"[\s\S]*?data-tree-name[^>]*>([^<]+)</g)].map(
    ([, depth, name]) => `${depth} ${name}`,
  );

describe('the tree', () => {
  it('shows the channels of the site with lights, grants and the selected one at the side', async () => {
    await publish(platform, here, 'zwgk/zcwj/jy', aDocument());
    await rows(
      `UPDATE channel SET update_days = 7, limit_days = 14, responsible_name = '李四', responsible_telephone = '0431-1' WHERE id = $1`,
      [id('zwgk/zcwj/jy')],
    );
    const person = await aPerson(platform, here, 'editor', { channel: 'zwgk/zcwj/jy' });
    const { status, body } = await (await chief()).get(`/channels?at=${id('zwgk/zcwj/jy')}`);
    expect(status).toBe(200);
    expect(treeIn(body)).toEqual([
      '0 栏目 ywdt',
      '0 栏目 zwgk',
      '1 栏目 zwgk/zcwj',
      '2 栏目 zwgk/zcwj/jy',
      '3 栏目 zwgk/zcwj/jy/kaoshi',
      '2 栏目 zwgk/zcwj/wj',
    ]);
    expect(body).toContain('今天 / 7 天</span><span class="vh">，按期更新</span>');
    expect(body).toContain('起草 1');
    expect(body).toContain('/zwgk/zcwj/jy/');
    expect(body).toContain('李四，0431-1');
    expect(body).toContain(person.account.name);
    expect(body).toContain(`/grants/new?place=channel:${here.tenantId}:${here.id}:${id('zwgk/zcwj/jy')}`);
  });

  it('is folded and searched by addresses alone', async () => {
    const seat = await chief();
    expect(treeIn((await seat.get('/channels?shut=zwgk%2Fzcwj')).body)).toEqual([
      '0 栏目 ywdt',
      '0 栏目 zwgk',
      '1 栏目 zwgk/zcwj',
    ]);
    expect(treeIn((await seat.get('/channels?q=kaoshi')).body)).toEqual([
      '0 栏目 zwgk',
      '1 栏目 zwgk/zcwj',
      '2 栏目 zwgk/zcwj/jy',
      '3 栏目 zwgk/zcwj/jy/kaoshi',
    ]);
    const none = await seat.get(`/channels?q=${encodeURIComponent('没有这样的')}`);
    expect(none.body).toContain('没有符合条件的栏目');
    expect(none.body).not.toContain('<dt>地址</dt>');
    const organId = await anOrgan(platform, here.tenantId, '教育局');
    await rows('UPDATE channel SET organ_id = $2 WHERE id = $1', [id('zwgk/zcwj/jy'), organId]);
    const ofOrgan = await seat.get(`/channels?organ=${organId}`);
    expect(treeIn(ofOrgan.body)).toEqual(['0 栏目 zwgk', '1 栏目 zwgk/zcwj', '2 栏目 zwgk/zcwj/jy']);
    expect(ofOrgan.body).toContain('负责机关：教育局');
    expect(treeIn((await seat.get('/channels?light=bad')).body)).toEqual([]);
  });

  it('shows a bureau its own subtree, where it stands, and no sibling', async () => {
    const { status, body } = await (await bureau()).get('/channels?arrange=1');
    expect(status).toBe(200);
    expect(treeIn(body)).toEqual(['0 栏目 zwgk/zcwj/jy', '1 栏目 zwgk/zcwj/jy/kaoshi']);
    expect(body).toContain('上级栏目：栏目 zwgk › 栏目 zwgk/zcwj');
    expect(body).not.toContain('zcwj/wj');
    // Its own channel has no buttons that move it, what is below it has.
    expect([...body.matchAll(/action="\/channels\/([^/"]+)\/position"/g)].map(([, of]) => of)).toEqual([
      id('zwgk/zcwj/jy/kaoshi'),
    ]);
  });

  it('asks for a site first, and shows a site out of reach to nobody', async () => {
    const { account } = await aPerson(platform, here, 'editor-in-chief', 'site');
    expect((await (await signedIn(account, null)).get('/channels')).status).toBe(409);
    const astray = await (await signedIn(account, there)).get('/channels');
    // A site that may not be entered is none that was chosen.
    expect(astray.status).toBe(409);
    expect(astray.body).not.toContain('栏目 ywdt');
    expect((await (await seated('letter-clerk')).get('/channels')).status).toBe(404);
  });
});

describe('a new channel', () => {
  it('is made below the one chosen, and the page says where it stands', async () => {
    const seat = await chief();
    const form = await seat.get(`/channels/new?below=${id('zwgk/zcwj')}`);
    expect(form.body).toMatch(new RegExp(`<option value="${id('zwgk/zcwj')}" selected>`));
    const made = await seat.post('/channels', {
      name: '农业农村',
      parentId: id('zwgk/zcwj'),
      updateDays: '90',
      limitDays: '180',
      keywords: '农业、农村',
      itemKind: 'policy-document',
    });
    expect(made.status).toBe(303);
    expect(noticeOf(made)).toContain('地址是 /zwgk/zcwj/nync/');
    expect(await channelAt('zwgk/zcwj/nync')).toMatchObject({
      name: '农业农村',
      keywords: ['农业', '农村'],
      update_days: 90,
      item_kind: 'policy-document',
    });
  });

  it('comes back with what was typed and what is to be mended', async () => {
    const seat = await chief();
    const faulty = await seat.post('/channels', {
      name: '',
      slug: '2024',
      description: '<b>留着</b>',
      updateDays: '多少',
    });
    expect(faulty.status).toBe(422);
    for (const text of ['请填写栏目名', '字母开头', '写天数', '&lt;b&gt;留着&lt;/b&gt;', 'value="2024"'])
      expect(faulty.body).toContain(text);
    const taken = await seat.post('/channels', { name: '新的', slug: 'ywdt' });
    expect(taken.status).toBe(422);
    expect(taken.body).toContain('已经有地址为“ywdt”的栏目“栏目 ywdt”');
    expect(taken.body).toContain('value="新的"');
  });

  it('stands below its own for a bureau, refused at the top, and missing elsewhere', async () => {
    const seat = await bureau();
    const form = await seat.get('/channels/new');
    const [parents] = /name="parentId"[\s\S]*?<\/select>/.exec(form.body)!;
    expect([...parents.matchAll(/<option value="([^"]*)"/g)].map(([, of]) => of)).toEqual([
      id('zwgk/zcwj/jy'),
      id('zwgk/zcwj/jy/kaoshi'),
    ]);
    expect((await seat.post('/channels', { name: '招生', parentId: id('zwgk/zcwj/jy') })).status).toBe(303);
    expect(await channelAt('zwgk/zcwj/jy/zs')).toBeDefined();
    expect((await seat.post('/channels', { name: '招生' })).status).toBe(403);
    for (const parentId of [id('zwgk/zcwj'), there.channels.ywdt!, newId()])
      expect((await seat.post('/channels', { name: '招生', parentId })).status).toBe(404);
    expect((await (await seated('editor')).get('/channels/new')).status).toBe(404);
  });
});

describe('what a channel says', () => {
  it('is shown to be changed, and changed', async () => {
    const seat = await chief();
    const form = await seat.get(`/channels/${id('ywdt')}/edit`);
    expect(form.status).toBe(200);
    expect(form.body).toContain('来自统一的网站结构');
    const organId = await anOrgan(platform, here.tenantId);
    const saved = await seat.post(`/channels/${id('ywdt')}`, {
      name: '要闻',
      description: '县里的要闻',
      organId,
      responsibleName: '李四',
      slug: 'smuggled',
      state: 'hidden',
    });
    expect(saved.status).toBe(303);
    expect(await channelAt('ywdt')).toMatchObject({
      name: '要闻',
      organ_id: organId,
      state: 'open',
      responsible_name: '李四',
    });
    const faulty = await seat.post(`/channels/${id('ywdt')}`, { name: '要闻', updateDays: '90', limitDays: '30' });
    expect(faulty.status).toBe(422);
    expect(faulty.body).toContain('不能短于承诺的天数');
  });

  it('is refused to who only reads, and is not there for who does not', async () => {
    const reviewer = await seated('reviewer');
    const bureauSeat = await bureau();
    for (const [seat, of, status] of [
      [bureauSeat, id('zwgk/zcwj/jy'), 200],
      [bureauSeat, id('zwgk/zcwj/wj'), 404],
      [bureauSeat, there.channels.ywdt!, 404],
      [bureauSeat, newId(), 404],
      [reviewer, id('ywdt'), 404],
    ] as const) {
      expect((await seat.get(`/channels/${of}/edit`)).status).toBe(status);
      expect((await seat.post(`/channels/${of}`, { name: '改名' })).status).toBe(status === 200 ? 303 : status);
    }
    // Holds one channel, reads all of the site.
    const { account } = await aPerson(platform, here, 'channel-manager', { channel: 'zwgk/zcwj/jy' });
    await rows(
      `INSERT INTO access_grant (tenant_id, id, account_tenant_id, account_id, role, scope, site_id, given_by) VALUES ($1, $2, $1, $3, 'editor', 'site', $4, 'x')`,
      [here.tenantId, newId(), account.id, here.id],
    );
    const reader = await signedIn(account, here);
    expect((await reader.get(`/channels/${id('ywdt')}/edit`)).status).toBe(403);
    const refused = await reader.post(`/channels/${id('ywdt')}`, { name: '改名' });
    expect(refused.status).toBe(403);
    expect(refused.body).toContain('修改栏目的名称');
    expect(await channelAt('ywdt')).toMatchObject({ name: '栏目 ywdt' });
  });
});

describe('a move', () => {
  it('by the buttons of a row comes back to the tree as it was', async () => {
    const seat = await chief();
    const referer = 'http://console.localhost/channels?arrange=1&shut=ywdt';
    const moved = await seat.post(`/channels/${id('zwgk')}/position`, { move: 'up' }, { referer });
    expect(moved.status).toBe(303);
    expect(moved.headers.location).toBe(`/channels?arrange=1&shut=ywdt&at=${id('zwgk')}#up-${id('zwgk')}`);
    expect((await seat.get('/channels?arrange=1')).body).toContain(`id="up-${id('zwgk')}"`);
    expect(treeIn((await seat.get('/channels')).body)[0]).toBe('0 栏目 zwgk');
    const again = await seat.post(`/channels/${id('zwgk')}/position`, { move: 'up' });
    expect(again.status).toBe(303);
    expect(noticeOf(again)).toContain('已经是同级的第一个');
  });

  it('by a drop: before a channel, into one, or last on the first level', async () => {
    const seat = await chief();
    const drop = (path: string, fields: Record<string, string>) =>
      seat.post(`/channels/${id(path)}/position`, { before: '', into: '', ...fields });
    const into = await drop('zwgk/zcwj/wj', { into: id('ywdt') });
    expect(noticeOf(into)).toContain('新地址是 /ywdt/wj/；1 个栏目的旧地址会自动转到新地址');
    await drop('zwgk/zcwj/jy', { before: id('ywdt') });
    await drop('zwgk/zcwj', {});
    expect(treeIn((await seat.get('/channels')).body).map((row) => row.split('/').at(-1))).toEqual([
      'jy',
      'kaoshi',
      '0 栏目 ywdt',
      'wj',
      '0 栏目 zwgk',
      'zcwj',
    ]);
    const inside = await drop('ywdt', { into: id('zwgk/zcwj/wj') });
    expect(noticeOf(inside)).toContain('不能把');
  });

  it('by the form, to another place and another address, says what follows', async () => {
    await publish(platform, here, 'zwgk/zcwj/jy');
    const seat = await chief();
    const form = await seat.get(`/channels/${id('zwgk/zcwj/jy')}/move`);
    expect(form.body).toMatch(/<b>2<small>个<\/small><\/b><span>栏目换了地址/);
    expect(form.body).toMatch(/<b>1<small>篇<\/small><\/b>/);
    // Not into itself.
    expect(form.body).not.toContain(`<option value="${id('zwgk/zcwj/jy/kaoshi')}"`);
    const moved = await seat.post(`/channels/${id('zwgk/zcwj/jy')}/move`, { into: id('ywdt'), slug: 'jiaoyu' });
    expect(moved.status).toBe(303);
    expect(await channelAt('ywdt/jiaoyu/kaoshi')).toBeDefined();
    const renamed = await seat.post(`/channels/${id('ywdt')}/move`, { into: '', slug: 'yw' });
    expect(renamed.status).toBe(303);
    expect(await channelAt('yw/jiaoyu/kaoshi')).toBeDefined();
    const taken = await seat.post(`/channels/${id('zwgk/zcwj')}/move`, { into: '', slug: 'yw' });
    expect(taken.status).toBe(422);
    expect(taken.body).toContain('请给其中一个换一个地址');
  });

  it('is refused for a bureau’s own channel and out of it, and missing for a sibling', async () => {
    const seat = await bureau();
    const to = (of: string, fields: Record<string, string>) => seat.post(`/channels/${of}/position`, fields);
    expect((await to(id('zwgk/zcwj/jy'), { move: 'up' })).status).toBe(403);
    expect((await seat.get(`/channels/${id('zwgk/zcwj/jy')}/move`)).status).toBe(403);
    expect((await to(id('zwgk/zcwj/jy/kaoshi'), { move: 'out' })).status).toBe(403);
    expect((await to(id('zwgk/zcwj/jy/kaoshi'), { into: id('zwgk/zcwj/wj') })).status).toBe(404);
    for (const channel of [id('zwgk/zcwj/wj'), there.channels.ywdt!, newId(), 'x'])
      expect((await to(channel, { move: 'up' })).status).toBe(404);
  });
});

describe('closing, hiding, deleting', () => {
  it('asks once, in numbers, does it, and can be taken back', async () => {
    await publish(platform, here, 'zwgk/zcwj/jy');
    const seat = await chief();
    const path = `/channels/${id('zwgk/zcwj')}`;
    for (const act of ['close', 'hide']) {
      const asked = await seat.get(`${path}/${act}`);
      expect(asked.body).toMatch(/<b>3<small>个/);
      expect(asked.body).toMatch(/<b>1<small>篇/);
    }
    expect((await seat.post(`${path}/close`)).status).toBe(303);
    expect(await channelAt('zwgk/zcwj/jy')).toMatchObject({ state: 'open', state_above: 'closed' });
    expect((await seat.get('/channels')).body).toContain('随上级关闭');
    await seat.post(`${path}/reopen`);
    await seat.post(`${path}/hide`);
    expect(await channelAt('zwgk/zcwj')).toMatchObject({ state: 'hidden' });
    expect((await seat.get(`/channels?at=${id('zwgk/zcwj')}`)).body).toContain(`action="${path}/show"`);
    await seat.post(`${path}/show`);
    expect(await channelAt('zwgk/zcwj')).toMatchObject({ state: 'open' });
  });

  it('deletes what is empty and says what is not', async () => {
    const seat = await chief();
    await seat.post('/channels', { name: '临时', slug: 'linshi' });
    const made = (await channelAt('linshi'))!.id as string;
    await publish(platform, here, 'linshi');
    const blocked = (await seat.get(`/channels/${made}/delete`)).body;
    expect(blocked).toContain('里面还有 1 篇稿件');
    expect(blocked).not.toContain('<span>删除</span>');
    const refused = await seat.post(`/channels/${made}/delete`);
    expect(refused.status).toBe(409);
    expect(refused.body).toContain('1 篇稿件，不能删除');
    await rows('DELETE FROM publication WHERE channel_id = $1', [made]);
    expect((await seat.get(`/channels/${made}/delete`)).body).toContain('<span>删除</span>');
    expect((await seat.post(`/channels/${made}/delete`)).status).toBe(303);
    expect(await channelAt('linshi')).toBeUndefined();
    expect((await seat.post(`/channels/${id('ywdt')}/delete`)).status).toBe(409);
  });

  it('is refused to a bureau for its own channel, and missing for all others', async () => {
    const seat = await bureau();
    for (const act of ['close', 'hide', 'delete', 'reopen', 'show'])
      for (const [of, status] of [
        [id('zwgk/zcwj/jy'), 403],
        [id('zwgk/zcwj/wj'), 404],
        [there.channels.ywdt!, 404],
      ] as const) {
        expect((await seat.post(`/channels/${of}/${act}`)).status).toBe(status);
        if (act !== 'reopen' && act !== 'show') expect((await seat.get(`/channels/${of}/${act}`)).status).toBe(status);
      }
    expect(await channelAt('zwgk/zcwj/jy')).toMatchObject({ state: 'open' });
  });
});

describe('a form of another page', () => {
  it('does nothing: no origin, a foreign one, no token, another’s token', async () => {
    const seat = await chief();
    const act = `/channels/${id('ywdt')}/hide`;
    for (const answer of [
      await seat.post(act, {}, { origin: 'http://evil.example' }),
      await seat.post(act, { _csrf: '' }),
      await seat.post(act, { _csrf: 'x'.repeat(43) }),
    ])
      expect(answer.status).toBe(403);
    expect(await channelAt('ywdt')).toMatchObject({ state: 'open' });
  });
});
