import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aSite, type BuiltSite } from '../../../test/builders.js';
import { aDesk, type Browser, noticeOf, type TestDesk } from '../../../test/desk.js';
import { aSeat, said } from '../../../test/desk-people.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import type { Answer } from '../../../test/web.js';

let platform: TestPlatform;
let desk: TestDesk;
let here: BuiltSite;
let manager: Browser;

beforeAll(async () => {
  platform = await aPlatform();
  here = await aSite(platform, { slug: 'here' });
  desk = await aDesk(platform);
  manager = await aSeat(platform, desk, [{ role: 'tenant-administrator', scope: 'tenant', of: here }], {
    tenantId: here.tenantId,
  });
  await manager.post('/sites/switch', { site: here.id, back: '/' });
  await manager.get('/');
});

afterAll(async () => {
  await desk?.close();
  await platform?.close();
});

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** A request of the one who is signed in, as it is written. */
const ask = (path: string, { headers = {}, ...options }: Parameters<TestDesk['web']['ask']>[2] = {}) =>
  desk.web.ask(desk.host, path, {
    ...options,
    headers: { cookie: manager.cookies(), origin: `http://${desk.host}`, ...headers },
  });
const post = (path: string, body: string, headers: Record<string, string> = FORM) =>
  ask(path, { method: 'POST', body, headers });

/** It is a page of the desk, in Chinese, within the frame of whoever is signed in. */
function expectPage(answer: Answer, status: number, ...words: string[]) {
  expect([answer.status, answer.headers['content-type']]).toEqual([status, 'text/html; charset=utf-8']);
  expect(answer.headers['cache-control']).toBe('no-store');
  expect(answer.body).toContain('<html lang="zh-CN">');
  expect(answer.body).toContain('action="/sign-out"');
  for (const word of words) expect(said(answer.body)).toContain(word);
}

describe('a method that an address does not take', () => {
  it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND'])('%s', async (method) => {
    const answer = await ask('/channels', { method });
    expectPage(answer, 405, method, '没有执行');
    expect(answer.headers.allow).toBe('GET, HEAD, POST');
    const nobody = await desk.web.ask(desk.host, '/channels', { method });
    expect([nobody.status, nobody.headers.allow]).toEqual([405, 'GET, HEAD, POST']);
    expect(said(nobody.body)).toContain('不接受这种操作');
    expectPage(await ask('/nowhere', { method }), 404, '没有找到');
  });

  it('a page is not sent to, a form is not opened', async () => {
    const sent = await manager.post('/me');
    expectPage(sent, 405, '不接受这种操作（POST）');
    expect(sent.headers.allow).toBe('GET, HEAD');
    const opened = await manager.get('/sign-out');
    expectPage(opened, 405, '不能直接打开');
    expect(opened.headers.allow).toBe('POST');
  });
});

describe('an address that is none', () => {
  it.each([
    ['an address that nobody wrote', '/nowhere'],
    ['a broken encoding', '/channels/%zz/edit'],
    ['an id that is far too long', `/channels/${'a'.repeat(3_000)}/edit`],
    ['an empty part', '/channels//edit'],
    ['a way upwards', '/sites/../me'],
    ['encoded characters', '/%E6%A0%8F%E7%9B%AE'],
  ])('%s', async (_, path) => expectPage(await ask(path), 404, '没有找到'));

  it('with a character that the database does not take is refused, not failed on', async () => {
    expectPage(await ask('/accounts?q=%00'), 400, '地址里有无法识别的字符');
    expect((await ask('/accounts?q=%zz%E4')).status).toBe(200);
  });
});

describe('a body that is no form', () => {
  it.each<[string, number, string, string]>([
    ['JSON', 415, 'application/json', '{"site":""}'],
    ['JSON that would change what all objects are', 400, 'application/json', '{"__proto__":{"a":1}}'],
    ['JSON that ends in the middle', 400, 'application/json', '{"site'],
    ['text', 415, 'text/plain', 'site='],
    ['XML', 415, 'application/xml', '<site/>'],
    ['something without a name', 415, ';;', 'site='],
    ['a form with a field that all objects have', 400, FORM['content-type'], '__proto__=1&site='],
    ['a form that is too long', 413, FORM['content-type'], `site=${'a'.repeat(1_100_000)}`],
  ])('%s: %i', async (_, status, type, body) => {
    const words = { 400: '无法识别', 413: '最多提交 1 MB', 415: '格式不对' }[status]!;
    expectPage(await post('/sites/switch', body, { 'content-type': type }), status, words, '后退');
  });

  it('a form with the character that the database does not take', async () => {
    expectPage(await manager.post('/sites/switch', { site: '\0' }), 400, '无法识别');
  });

  it.each<[string, string, string]>([
    ['without a boundary', 'multipart/form-data', 'x'],
    ['of nothing that was announced', 'multipart/form-data; boundary=x', 'garbage'],
    [
      'that ends in the middle',
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="file"',
    ],
    [
      'with a field that all objects have',
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="__proto__"\r\n\r\n1\r\n--x--\r\n',
    ],
  ])('an upload %s', async (_, type, body) => {
    expectPage(await post('/reorganisations/x/file', body, { 'content-type': type }), 400, '上传的内容无法识别');
  });

  it('an upload that breaks off leaves the desk as it was', async () => {
    const socket = connect(desk.web.port, '127.0.0.1');
    const head = [
      'POST /reorganisations/x/file HTTP/1.1',
      `Host: ${desk.host}`,
      `Cookie: ${manager.cookies()}`,
      `Origin: http://${desk.host}`,
      'Content-Type: multipart/form-data; boundary=x',
      'Content-Length: 100000',
    ];
    socket.write(
      `${head.join('\r\n')}\r\n\r\n--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc`,
    );
    await sleep(100);
    socket.destroy();
    await sleep(100);
    expect((await manager.get('/me')).status).toBe(200);
  });
});

describe('what is no HTTP request', () => {
  const say = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      let answer = '';
      const socket = connect(desk.web.port, '127.0.0.1', () => socket.write(text));
      socket.setEncoding('utf8').on('data', (part) => (answer += part));
      socket.on('close', () => resolve(answer)).on('error', reject);
    });
  it.each<[string, string, string, string]>([
    ['a method that nobody knows', 'BREW /channels HTTP/1.1\r\nHost: console.localhost\r\n\r\n', '400', '写法不对'],
    ['a header without an end', 'GET / HTTP/1.1\r\nHost: console.localhost\r\nbad header\r\n\r\n', '400', '写法不对'],
    [
      'headers that are too long',
      `GET / HTTP/1.1\r\nHost: console.localhost\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`,
      '431',
      '太长',
    ],
    [
      'an address that is too long',
      `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: console.localhost\r\n\r\n`,
      '431',
      '太长',
    ],
  ])('%s', async (_, text, status, words) => {
    const answer = await say(text);
    expect(answer.split('\r\n', 1)[0]).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain('content-type: text/html; charset=utf-8');
    expect(answer).toContain('content-security-policy:');
    expect(answer).toContain(words);
  });
});

describe('what was typed', () => {
  const TYPED = { name: '教育动态', description: '第一行\n“引号” & <标记>' };
  const fields = (body: string) => {
    const [, action = '', inner = ''] =
      /<form class="post" method="post" action="([^"]+)">((?:<input[^>]+>)+)<button/.exec(
        body.slice(body.indexOf('id="main"')),
      ) ?? [];
    const unescaped = (text: string) =>
      text
        .replace(/&quot;/g, '"')
        .replace(/&lt;/g, '<')
        .replace(/&gt;/g, '>')
        .replace(/&amp;/g, '&');
    return {
      action,
      form: Object.fromEntries(
        [...inner.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [name!, unescaped(value!)]),
      ),
    };
  };
  const NEW = { parentId: '', columnType: '工作动态', itemKind: 'article', slug: 'jydt' };

  it('is still there when the page was of a former session, and is taken at the second try', async () => {
    const answer = await manager.post('/channels', { ...NEW, ...TYPED, _csrf: 'of a former session' });
    expectPage(answer, 403, '页面已经过期', '填写的内容还在');
    const { action, form } = fields(answer.body);
    expect([action, form]).toMatchObject(['/channels', { ...NEW, ...TYPED, description: TYPED.description }]);
    expect((await manager.follow(action, form)).body).toContain('已新建栏目“教育动态”');
  });

  it('is still there when the session has ended meanwhile', async () => {
    const origin = `http://${desk.host}`;
    const answer = await desk.web.ask(desk.host, '/channels', {
      method: 'POST',
      headers: { ...FORM, origin, referer: `${origin}/channels/new` },
      body: new URLSearchParams({ _csrf: 'x', ...NEW, ...TYPED }).toString(),
    });
    expect(answer.status).toBe(403);
    expect(said(answer.body)).toContain('填写的内容还在这一页');
    expect(answer.body).toContain('href="/sign-in?return=%2Fchannels%2Fnew" target="_blank"');
    expect(fields(answer.body)).toMatchObject({ action: '/channels', form: { _csrf: '', ...NEW, ...TYPED } });
  });

  it('is not kept for whoever sends a megabyte of fields, signed in or not: the page would be ten', async () => {
    const body = 'a=b&'.repeat(200_000);
    for (const cookie of ['', manager.cookies()]) {
      const answer = await post('/sites/switch', body, { ...FORM, cookie });
      expect([303, 403]).toContain(answer.status);
      expect(answer.body.length).toBeLessThan(50_000);
    }
  });

  it('but a password, which nothing says twice', async () => {
    const answer = await manager.post('/me/password', { current: 'x', password: 'geheim-geheim', _csrf: 'stale' });
    expectPage(answer, 403, '页面已经过期');
    expect(answer.body).not.toContain('geheim');
    const over = await desk.nobody.post('/me/password', { current: 'x', password: 'geheim-geheim' });
    expect([over.status, over.headers.location]).toEqual([303, '/sign-in']);
  });

  it('is given to no page of another site', async () => {
    const answer = await manager.post('/channels', { ...NEW, ...TYPED }, { origin: 'http://example.org' });
    expectPage(answer, 403, '不是从工作台的页面发出的');
    expect(answer.body).not.toContain('教育动态');
  });
});

describe('a part that htmx asks for', () => {
  const htmx = { 'hx-request': 'true' };

  it('is refused in a sentence, in a place of its own', async () => {
    for (const [path, status] of [
      ['/nowhere', 404],
      ['/sign-out', 405],
      ['/tenants/hostname?q=%00', 400],
    ] as const) {
      const answer = await ask(path, { headers: htmx });
      expect(answer.status).toBe(status);
      expect(answer.headers).toMatchObject({ 'hx-retarget': '#told', 'hx-reselect': '#refusal' });
      expect(answer.body).toContain('<div id="refusal">');
      expect(answer.body).not.toContain('<html');
    }
    expect((await manager.get('/me')).body).toContain('<div id="told" role="alert"></div>');
  });

  it('leads to the sign-in as a whole page', async () => {
    const answer = await desk.web.ask(desk.host, '/tenants/hostname', { headers: htmx });
    expect([answer.status, answer.headers['hx-redirect']]).toEqual([204, '/sign-in?return=%2Ftenants%2Fhostname']);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });
});

describe('a sign-in that is over', () => {
  const cookie = { cookie: 'jiyue-session=one-that-was' };

  it.each([
    ['a page', '/channels', {}],
    ['a part of one', '/tenants/hostname', { 'hx-request': 'true' }],
  ])('says so before one signs in anew: %s', async (_, path, headers) => {
    const answer = await desk.web.ask(desk.host, path, { headers: { ...cookie, ...headers } });
    const to = String(answer.headers.location ?? answer.headers['hx-redirect']);
    expect(to).toBe(`/sign-in?return=${encodeURIComponent(path)}`);
    const [told = ''] = [answer.headers['set-cookie'] ?? []].flat().map((line) => line.split(';', 1)[0]);
    const { body } = await desk.web.ask(desk.host, to, { headers: { cookie: `${cookie.cookie}; ${told}` } });
    expect(said(body)).toContain('登录已经结束');
  });

  it('is told to nobody who was not signed in, and not where there is no hurry', async () => {
    const { body } = await desk.nobody.get('/sign-in?return=%2Fchannels');
    expect(said(body)).not.toContain('登录已经结束');
    const step = await desk.web.ask(desk.host, '/sign-in/code', { headers: cookie });
    expect(noticeOf(platform, step)?.text).toContain('请从账号和密码重新开始');
  });
});

describe('the API', () => {
  it.each([
    ['PROPFIND', '/api/v1/sites', 405],
    ['GET', '/api/v1/nowhere', 404],
    ['GET', '/api/v1/%zz', 404],
  ])('keeps its own words: %s %s', async (method, path, status) => {
    const answer = await ask(path, { method });
    expect([answer.status, answer.headers['content-type']]).toEqual([
      status,
      'application/problem+json; charset=utf-8',
    ]);
  });
});
