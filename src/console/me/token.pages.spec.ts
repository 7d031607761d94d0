import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { aSite, type BuiltSite } from '../../../test/builders.js';
import { aDesk, type Browser, type TestDesk } from '../../../test/desk.js';
import { fieldsOf, said } from '../../../test/form-fields.js';
import { aGrant, aPerson, type BuiltAccount } from '../../../test/people.js';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import { until } from '../../../test/web.js';
import type { Role } from '../../authority/role.js';
import { resetAccount } from '../../identity/account/reset-account.js';
import { newId } from '../../kernel/id.js';

let platform: TestPlatform;
let superuser: pg.Client;
let desk: TestDesk;
let here: BuiltSite;

beforeAll(async () => {
  platform = await aPlatform();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  desk = await aDesk(platform);
  here = await aSite(platform, { slug: 'here' });
});

afterAll(async () => {
  await desk?.close();
  await superuser?.end();
  await platform?.close();
});

async function somebody(role: Role = 'tenant-administrator'): Promise<{ account: BuiltAccount; browser: Browser }> {
  const { account } = await aPerson(platform, here, role);
  await superuser.query('UPDATE account SET second_factor = true WHERE id = $1', [account.id]);
  return { account, browser: await desk.as(account) };
}

const tokenIn = (body: string): string => /jiyue_[\w-]{43}/.exec(body)?.[0] ?? '';
const idIn = (body: string): string => /\/me\/tokens\/([0-9a-f-]{36})\/revocation/.exec(body)?.[1] ?? '';
const ask = (path: string, token: string) =>
  desk.web.ask(desk.host, `/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } });

it('a person makes a token for reading in one go, and a program reads with it', async () => {
  const { browser } = await somebody();
  expect(said((await browser.get('/me/tokens')).body)).toContain('还没有令牌');
  const form = (await browser.get('/me/tokens/new')).body;
  const fields = fieldsOf(form, '/me/tokens');
  expect([fields.actions].flat().sort()).toEqual(['channel.read', 'item.read', 'site.enter']);
  const made = await browser.post('/me/tokens', { ...fields, name: '报表程序' });
  expect(made.status).toBe(200);
  expect(made.headers['cache-control']).toBe('no-store');
  const token = tokenIn(made.body);
  expect(said(made.body)).toContain('只显示这一次');

  const answer = await ask('/sites', token);
  expect([answer.status, JSON.parse(answer.body).data[0].id]).toEqual([200, here.id]);
  const list = (await browser.get('/me/tokens')).body;
  expect(said(list)).toContain('报表程序');
  expect(said(list)).toMatch(/有效 到 \d{4}-\d\d-\d\d 止/);
  expect(list).not.toContain(token);
});

it('what a program may do is offered in words, and no more than the person may', async () => {
  const { browser } = await somebody('auditor');
  const form = said((await browser.get('/me/tokens/new')).body);
  expect(form).toContain('查看栏目、它的负责人和更新情况');
  expect(form).toContain('列出一个网站的栏目；查看一个栏目');
  expect(form).not.toContain('新建栏目');
  const sent = { name: '程序', expiresOn: '2026-12-31', site: 'all' };
  for (const action of ['channel.change', 'audit.read', 'no.thing']) {
    const answer = await browser.post('/me/tokens', { ...sent, actions: ['channel.read', action] });
    expect([answer.status, tokenIn(answer.body), said(answer.body)]).toEqual([
      422,
      '',
      expect.stringContaining('令牌也不能有'),
    ]);
  }
});

it('a form with faults comes back with what was typed and ticked', async () => {
  const { browser } = await somebody();
  const answer = await browser.post('/me/tokens', {
    name: '',
    expiresOn: '2020-01-01',
    actions: ['channel.change'],
    site: 'all',
  });
  expect(answer.status).toBe(422);
  expect(said(answer.body)).toContain('请给令牌起一个名字');
  const fields = fieldsOf(answer.body, '/me/tokens');
  expect(fields).toMatchObject({ expiresOn: ['2020-01-01'], actions: ['channel.change'], site: ['all'] });
  const late = await browser.post('/me/tokens', { ...fields, name: '程序' });
  expect([late.status, said(late.body)]).toEqual([422, expect.stringContaining('最长一年')]);
  const none = await browser.post('/me/tokens', { name: '程序', expiresOn: '2026-12-31', site: 'all' });
  expect([none.status, said(none.body)]).toEqual([422, expect.stringContaining('请至少选择一项')]);
});

it('may be for the site on which one works alone', async () => {
  const { browser } = await somebody();
  const before = (await browser.get('/me/tokens/new')).body;
  expect(said(before)).toContain('请先在左上角选择');
  await browser.post('/sites/switch', { site: here.id });
  const form = (await browser.get('/me/tokens/new')).body;
  const made = await browser.post('/me/tokens', {
    ...fieldsOf(form, '/me/tokens'),
    name: '一个网站',
    site: 'current',
  });
  expect(tokenIn(made.body)).not.toBe('');
  expect(said((await browser.get('/me/tokens')).body)).toContain('here人民政府');
});

describe('a token is revoked', () => {
  it('after one question, and is refused from then on', async () => {
    const { browser } = await somebody();
    const form = fieldsOf((await browser.get('/me/tokens/new')).body, '/me/tokens');
    const token = tokenIn((await browser.post('/me/tokens', { ...form, name: '旧程序' })).body);
    expect((await ask('/sites', token)).status).toBe(200);
    const id = idIn((await browser.get('/me/tokens')).body);
    expect(said((await browser.get(`/me/tokens/${id}/revocation`)).body)).toContain('撤销令牌“旧程序”？');
    const after = said((await browser.follow(`/me/tokens/${id}/revocation`)).body);
    expect(after).toContain('已撤销令牌“旧程序”');
    expect((await ask('/sites', token)).status).toBe(401);
    const again = await browser.post(`/me/tokens/${id}/revocation`);
    expect([again.status, said(again.body)]).toEqual([409, expect.stringContaining('已经失效')]);
  });

  it('by its owner alone: another’s is missing like one that is not there', async () => {
    const { browser } = await somebody();
    const form = fieldsOf((await browser.get('/me/tokens/new')).body, '/me/tokens');
    const token = tokenIn((await browser.post('/me/tokens', { ...form, name: '我的' })).body);
    const id = idIn((await browser.get('/me/tokens')).body);
    const { browser: other } = await somebody();
    for (const which of [id, newId(), 'no-id']) {
      expect((await other.get(`/me/tokens/${which}/revocation`)).status).toBe(404);
      expect((await other.post(`/me/tokens/${which}/revocation`)).status).toBe(404);
    }
    expect(said((await other.get('/me/tokens')).body)).toContain('还没有令牌');
    expect((await ask('/sites', token)).status).toBe(200);
  });
});

describe('desk and API have each their own way in', () => {
  it('the desk takes no token, and a form none without its CSRF token', async () => {
    const { browser } = await somebody();
    const form = fieldsOf((await browser.get('/me/tokens/new')).body, '/me/tokens');
    const token = tokenIn((await browser.post('/me/tokens', { ...form, name: '程序' })).body);
    const authorization = `Bearer ${token}`;
    for (const path of ['/me/tokens', '/channels', '/']) {
      const answer = await desk.nobody.get(path, { authorization });
      expect([path, answer.status, answer.headers.location?.startsWith('/sign-in')]).toEqual([path, 303, true]);
    }
    expect((await browser.post('/me/tokens', { ...form, _csrf: '', name: 'x' })).status).toBe(403);
  });

  it('the API takes no session: what a browser sends by itself does nothing there', async () => {
    const { browser } = await somebody();
    const answer = await browser.get('/api/v1/sites');
    expect([answer.status, JSON.parse(answer.body).type]).toEqual([401, '/api/docs#api.token-missing']);
    const sent = await browser.post(`/api/v1/channels/${here.channels.ywdt}/position`, { to: 'up' });
    expect([sent.status, JSON.parse(sent.body).type]).toEqual([401, '/api/docs#api.token-missing']);
  });

  it('nobody signed in sees no page of tokens', async () => {
    for (const path of ['/me/tokens', '/me/tokens/new', `/me/tokens/${newId()}/revocation`])
      expect((await desk.nobody.get(path)).headers.location).toContain('/sign-in');
  });

  it('addresses of the API that are written strangely are answered by the API', async () => {
    for (const path of ['/api/v1/sites/%41', '/api/v1/%', "/api/v1/items/'", '/api/v1//']) {
      const answer = await desk.web.ask(desk.host, path);
      expect([path, answer.status, answer.headers['content-type']]).toEqual([
        path,
        404,
        'application/problem+json; charset=utf-8',
      ]);
    }
  });

  it('the documents are open at the desk’s host, and nowhere else', async () => {
    expect((await desk.web.ask(desk.host, '/api/docs')).status).toBe(200);
    expect((await desk.web.ask(desk.host, '/api/v1/openapi.json')).status).toBe(200);
    for (const path of ['/api/docs', '/api/v1/openapi.json', '/api/v1/sites'])
      expect((await desk.web.ask('here.localhost', path)).status).toBe(404);
  });
});

it('for the site one is on is not made for all of them, or for another, once one has left it', async () => {
  const { account, browser } = await somebody();
  const there = await aSite(platform);
  await aGrant(platform, account, { role: 'tenant-administrator', scope: 'tenant', tenantId: there.tenantId });
  await browser.post('/sites/switch', { site: here.id });
  const fields = { ...fieldsOf((await browser.get('/me/tokens/new')).body, '/me/tokens'), name: '只在这里' };
  // In another window.
  for (const site of ['', there.id]) {
    await browser.post('/sites/switch', { site });
    const refused = await browser.post('/me/tokens', { ...fields, site: 'current' });
    expect([refused.status, tokenIn(refused.body)]).toEqual([422, '']);
    expect(said(refused.body)).toContain('不在打开这个表单时的网站里');
  }
});

it('is not made for whoever was reset while the form was on its way', async () => {
  const { account, browser } = await somebody();
  const fields = { ...fieldsOf((await browser.get('/me/tokens/new')).body, '/me/tokens'), name: '后门' };
  // The reset holds the account; the form, whose session still held when it came, waits for it.
  const scope = { kind: 'cluster', actor: OPERATOR, work: 'identity' } as const;
  let made: ReturnType<Browser['post']> | undefined;
  await platform.work.run(scope, async (tx) => {
    await resetAccount(tx, account, { by: '王强', reason: '试' });
    made = browser.post('/me/tokens', fields);
    await until(
      async () =>
        (
          await superuser.query(
            `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%account%'`,
          )
        ).rows.length > 0,
    );
  });
  expect(tokenIn((await made!).body)).toBe('');
  const { rows } = await superuser.query('SELECT FROM api_token WHERE account_id = $1 AND revoked_at IS NULL', [
    account.id,
  ]);
  expect(rows).toEqual([]);
});
