import { TOTP } from 'otpauth';
import { AdministerAccount } from '../../src/access/account/administer-account.js';
import { operatorContext } from '../../src/authority/desk-context.js';
import { sealNotice } from '../../src/console/shell/notice.js';
import { newId } from '../../src/kernel/id.js';
import { OPERATOR } from '../platform.js';
import type { Answer } from '../web.js';
import { fingerprint } from './matrix/fingerprint.js';
import { type Matrix, openMatrix } from './matrix/open-matrix.js';
import type { Person } from './matrix/people.js';
import type { Route } from './matrix/routes.js';

/** What somebody would try at the desk. Attacks on signing in itself are src/identity's. */
let matrix: Matrix;
let administrator: Person;
let before: Record<string, string>;

beforeAll(async () => {
  matrix = await openMatrix();
  administrator = matrix.personOf('tenant-administrator over tenant');
}, 120_000);

afterAll(() => matrix?.close());

beforeEach(async () => {
  before = await fingerprint(matrix.world.superuser);
});
afterEach(async () => expect(await fingerprint(matrix.world.superuser)).toEqual(before));

const ask = (host: string, path: string, options: Parameters<Matrix['desk']['web']['ask']>[2] = {}): Promise<Answer> =>
  matrix.desk.web.ask(host, path, options);

const cookieOf = ({ headers }: Answer): string =>
  [headers['set-cookie'] ?? []]
    .flat()
    .map((line) => line.split(';', 1)[0]!)
    .find((pair) => pair.startsWith('jiyue-session=')) ?? '';

describe('a session that somebody planted', () => {
  it('is worth nothing after the sign-in: each step gives a token of its own, and the one before opens nothing', async () => {
    const { platform, desk, world, rehearsal } = matrix;
    await rehearsal.kept(async () => {
      const link = await new AdministerAccount(platform.work, platform.calendar).invite(
        operatorContext(OPERATOR, [world.county.id]),
        {
          tenantId: world.county.id,
          word: 'guding',
          name: '固定',
          organId: world.organId,
          kind: 'staff',
          email: '',
          telephone: '',
          endsOn: null,
          grant: { scope: 'tenant', tenantId: world.county.id, role: 'tenant-administrator' },
        },
      );
      const planted = `jiyue-session=${'P'.repeat(43)}`;
      const post = (path: string, cookie: string, form: Record<string, string>) =>
        ask(desk.host, path, {
          method: 'POST',
          headers: { cookie, origin: `http://${desk.host}`, 'content-type': 'application/x-www-form-urlencoded' },
          body: new URLSearchParams(form).toString(),
        });
      const opens = async (cookie: string) => {
        const { status, headers } = await ask(desk.host, '/me', { headers: { cookie } });
        return status === 200 ? 'the desk' : (headers.location ?? '').split('?')[0];
      };

      const password = 'Zjw8-kTq2-Vbx5-Rmd';
      const accepted = await post(`/invitation/${link.token}`, planted, { password, again: password });
      const first = cookieOf(accepted);
      expect([accepted.status, accepted.headers.location, await opens(first), await opens(planted)]).toEqual([
        303,
        '/sign-in/enrol',
        '/sign-in/enrol',
        '/sign-in',
      ]);

      const page = await ask(desk.host, '/sign-in/enrol', { headers: { cookie: first } });
      const secret = /((?:[A-Z2-7]{4}\s?(?:<[^>]+>\s*)*){8})/.exec(page.body.replace(/\s+/g, ' '))![1]!;
      const totp = new TOTP({ secret: secret.replace(/<[^>]+>|\s/g, '') });
      const enrolled = await post('/sign-in/enrol', first, { code: totp.generate() });
      const second = cookieOf(enrolled);
      expect([await opens(second), await opens(first), await opens(planted)]).toEqual([
        'the desk',
        '/sign-in',
        '/sign-in',
      ]);

      const again = await post('/sign-in', planted, { login: link.login, password });
      const third = cookieOf(again);
      expect([await opens(third), await opens(planted), await opens(second)]).toEqual([
        '/sign-in/code',
        '/sign-in',
        'the desk',
      ]);
      expect(new Set([planted, first, second, third]).size).toBe(4);
      before = await fingerprint(world.superuser);
    });
  });
});

describe('a way back that leads elsewhere', () => {
  const AWAY = [
    'https://example.org/',
    '//example.org/',
    '///example.org/',
    '/\\example.org/',
    '\\\\example.org/',
    '/\t/example.org/',
    '/%09/example.org',
    '/..//example.org/',
    '/.//example.org/',
    'javascript:alert(1)',
    'data:text/html,x',
    ' //example.org',
    '/\r\nLocation: https://example.org/',
    'http:example.org',
    `/${'a'.repeat(3_000)}`,
  ];
  const within = (to = '') =>
    /^\/(?![/\\])/.test(to) && new URL(to, 'http://console.localhost').host === 'console.localhost';

  it.each(AWAY)('is not taken: %j', async (back) => {
    const { host } = matrix.desk;
    const origin = `http://${host}`;
    const chosen = await administrator.send({
      method: 'POST',
      path: '/sites/switch',
      form: { site: matrix.world.county.portal.id, back },
    });
    const wentOn = await ask(host, '/sign-in/recovery-codes', {
      method: 'POST',
      headers: { origin, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ back }).toString(),
    });
    for (const { status, headers } of [chosen, wentOn]) {
      expect([back, status, within(headers.location)]).toEqual([back, 303, true]);
      expect(headers.location).not.toMatch(/[\r\n\t\\]/);
    }
    for (const path of [
      `/sign-in?return=${encodeURIComponent(back)}`,
      `/sites/switch?back=${encodeURIComponent(back)}`,
    ]) {
      const page = await administrator.send({ method: 'GET', path });
      const kept = [...page.body.matchAll(/name="back" value="([^"]*)"/g)].map(([, value]) => value!);
      for (const value of kept.filter(Boolean)) expect([path, within(value)]).toEqual([path, true]);
    }
  });

  it('is not made of the page that a request says it comes from', async () => {
    const referer = 'http://example.org/channels?arrange=1';
    const { portal } = matrix.world.county;
    const moved = await administrator.send({
      method: 'POST',
      path: `/channels/${portal.channels['mx/wj']}/position`,
      form: { move: 'up' },
      headers: { referer },
    });
    const switcher = await administrator.send({ method: 'GET', path: '/sites/switch', headers: { referer } });
    expect([moved.headers.location ?? '', switcher.body].join()).not.toContain('example.org');
  });

  it('is not made of a page of the desk whose address another host could be read from', async () => {
    const referer = `http://${matrix.desk.host}//example.org/channels`;
    const refused = await administrator.send({
      method: 'POST',
      path: '/sites/switch',
      form: { site: newId() },
      headers: { referer, origin: 'http://example.org' },
    });
    const stale = await ask(matrix.desk.host, '/sites/switch', {
      method: 'POST',
      headers: {
        cookie: administrator.cookie,
        origin: `http://${matrix.desk.host}`,
        referer,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: '_csrf=x',
    });
    for (const { status, body } of [refused, stale]) {
      expect(status).toBe(403);
      expect(body).not.toContain('example.org');
    }
  });
});

describe('headers and cookies', () => {
  it('a token that is changed in one place, cut or lengthened opens nothing', async () => {
    const { cookie } = administrator;
    const token = cookie.slice(cookie.indexOf('=') + 1);
    const flipped = (i: number) => `${token.slice(0, i)}${token[i] === 'A' ? 'B' : 'A'}${token.slice(i + 1)}`;
    for (const wrong of [
      ...[0, 10, 20].map(flipped),
      token.slice(0, -1),
      `${token}A`,
      token.toLowerCase(),
      token.toUpperCase(),
      ` ${token}x`,
      `${token}%00`,
      `"${token}"x`,
      encodeURIComponent(`${token}\0`),
    ]) {
      const { status } = await ask(matrix.desk.host, '/accounts', { headers: { cookie: `jiyue-session=${wrong}` } });
      expect([wrong.length, status]).toEqual([wrong.length, 303]);
    }
  });

  it('what a cookie tells is shown as text, and only what the desk said to this very session', async () => {
    const { secretKey } = matrix.platform;
    const shown = async (cookie: string) => {
      const headers = { cookie: `${administrator.cookie}; jiyue-notice=${cookie}` };
      const answer = await ask(matrix.desk.host, '/me', { headers });
      expect(answer.status).toBe(200);
      return answer.body.slice(answer.body.indexOf('<main'));
    };
    const undo = { action: '/grants', fields: { role: 'platform-operator' } };
    const mine = await matrix.world.superuser.query('SELECT id FROM session WHERE account_id = $1', [
      administrator.account.id,
    ]);
    const of = mine.rows[0].id as string;
    const told = sealNotice(secretKey, { tone: 'ok', text: '<script>alert(1)</script>', undo }, of);
    expect(await shown(told)).toContain('&lt;script&gt;alert(1)');
    expect(await shown(told)).toContain('action="/grants"');
    const nobody = sealNotice(secretKey, { tone: 'ok', text: '密码已改', undo }, null);
    expect(await shown(nobody)).toContain('密码已改');
    for (const planted of [
      ...[nobody, sealNotice(secretKey, { tone: 'ok', text: '种下的', undo }, newId())],
      ...[
        { tone: 'ok', text: '种下的', undo },
        { tone: 'ok', text: '种下的', undo, of, at: Date.now() },
      ].flatMap((notice) => [
        encodeURIComponent(JSON.stringify(notice)),
        Buffer.from(JSON.stringify(notice)).toString('base64url'),
        sealNotice('0'.repeat(64), notice as never, of),
      ]),
      `${told.slice(0, -4)}AAAA`,
      ...['', 'x', 'null', '%00', '[]'],
    ]) {
      const body = await shown(planted);
      expect(body).not.toContain('action="/grants"');
      expect(body).not.toContain('种下的');
    }
  });

  it('says of itself where it comes from in vain: nobody but a trusted proxy is believed', async () => {
    const { world, desk } = matrix;
    await world.superuser.query(
      `UPDATE sign_in_range SET range = '192.0.2.0/24' WHERE tenant_id = $1 AND range = '127.0.0.0/8'`,
      [world.county.id],
    );
    for (const headers of [
      {},
      { 'x-forwarded-for': '192.0.2.7' },
      { 'x-forwarded-for': '192.0.2.7, 127.0.0.1' },
      { 'x-real-ip': '192.0.2.7' },
      { forwarded: 'for=192.0.2.7' },
      { 'x-client-ip': '192.0.2.7', 'true-client-ip': '192.0.2.7', 'cf-connecting-ip': '192.0.2.7' },
    ]) {
      const { status } = await ask(desk.host, '/accounts', {
        headers: { cookie: administrator.cookie, ...(headers as Record<string, string>) },
      });
      expect([headers, status]).toEqual([headers, 303]);
    }
    await world.superuser.query(
      `UPDATE sign_in_range SET range = '127.0.0.0/8' WHERE tenant_id = $1 AND range = '192.0.2.0/24'`,
      [world.county.id],
    );
  });

  it('asks in vain for another method than its own', async () => {
    const { portal } = matrix.world.county;
    const faults: string[] = [];
    const own = (route: Route) => route.address.replace(/:\w+/g, matrix.world.things.account![0]!.id);
    for (const route of matrix.routes.filter(
      ({ method, isApi, address }) => method === 'POST' && !isApi && !address.includes('visitors'),
    ))
      for (const headers of [
        { 'x-http-method-override': 'POST' },
        { 'x-http-method': 'POST' },
        { 'x-method-override': 'POST' },
      ]) {
        const path = `${own(route)}?_method=POST&reason=x&_csrf=${administrator.csrf}&site=${portal.id}`;
        const { status, headers: answered } = await administrator.send({
          method: 'GET',
          path,
          headers: headers as never,
        });
        const plain = await administrator.send({ method: 'GET', path });
        if (status !== plain.status || answered.location !== plain.headers.location)
          faults.push(`${route.key}: ${status}`);
      }
    expect(faults).toEqual([]);
  }, 60_000);
});

describe('hosts', () => {
  const signedIn = (headers: Record<string, string> = {}) => ({
    headers: { cookie: administrator.cookie, ...headers },
  });

  it('a site’s host shows no page of the desk, however the address is written', async () => {
    for (const host of ['qinghe.localhost', 'songbei.localhost', 'nobody.localhost', 'localhost'])
      for (const path of [
        '/accounts',
        '/console/accounts',
        '/console',
        '/%63onsole/accounts',
        '//console/accounts',
        '/me',
        '/api/v1/sites',
        '/console/api/v1/sites',
        '/sign-in',
        '/console/assets/desk.css',
      ]) {
        const { status, body } = await ask(
          host,
          path,
          signedIn({
            'x-forwarded-host': matrix.desk.host,
            'x-host': matrix.desk.host,
            forwarded: `host=${matrix.desk.host}`,
          }),
        );
        expect([host, path, [301, 404, 421].includes(status)]).toEqual([host, path, true]);
        expect(body).not.toMatch(/_csrf|data-desk|jiyue-session/);
      }
  });

  it('the desk’s host shows no site, and no route by its inner name', async () => {
    const { files } = matrix.world;
    for (const path of [
      `/${files.qinghe!.path}`,
      `/${files.qinghe!.filePath}`,
      '/page',
      '/healthz',
      '/readyz',
      '/console',
      '/console/accounts',
      '/assets',
      '/zwgk/',
    ]) {
      const { status, body } = await ask(matrix.desk.host, path, signedIn());
      expect([path, status]).toEqual([path, 404]);
      expect(body).not.toContain(files.qinghe!.content);
    }
  });

  it('two hosts in one request are none', async () => {
    const { port } = matrix.desk.web;
    const { connect } = await import('node:net');
    const said = await new Promise<string>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () =>
        socket.end(
          `GET /accounts HTTP/1.1\r\nHost: qinghe.localhost\r\nHost: ${matrix.desk.host}\r\nCookie: ${administrator.cookie}\r\nConnection: close\r\n\r\n`,
        ),
      );
      let text = '';
      socket.on('data', (chunk) => (text += chunk));
      socket.on('end', () => resolve(text));
      socket.on('error', reject);
    });
    expect(said).toMatch(/^HTTP\/1\.1 400 /);
  });
});
