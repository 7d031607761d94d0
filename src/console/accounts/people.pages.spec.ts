import { aSite, type BuiltSite } from '../../../test/builders.js';
import { aDesk, type Browser, type TestDesk } from '../../../test/desk.js';
import { aSeat } from '../../../test/desk-people.js';
import { aGrant, anAccount, anOrgan, aPerson, type BuiltAccount } from '../../../test/people.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';

let platform: TestPlatform;
let desk: TestDesk;
let site: BuiltSite;
let foreign: BuiltSite;
let organ: string;
let administrator: { account: BuiltAccount; browser: Browser };
let editor: { account: BuiltAccount; browser: Browser };
let stranger: BuiltAccount;
let strangersGrant: string;

const MISSING = '01890000-0000-7000-8000-000000000000';

beforeAll(async () => {
  platform = await aPlatform();
  desk = await aDesk(platform);
  site = await aSite(platform, { slug: 'nongan', channels: ['zwgk/jy'] });
  foreign = await aSite(platform, { slug: 'dehui', channels: ['zwgk/jy'] });
  organ = await anOrgan(platform, site.tenantId);
  const admin = await aPerson(platform, site, 'tenant-administrator', 'tenant', { organId: organ });
  administrator = { account: admin.account, browser: await desk.as(admin.account) };
  const writer = await aPerson(platform, site, 'editor', { channel: 'zwgk/jy' }, { organId: organ });
  editor = { account: writer.account, browser: await desk.as(writer.account) };
  const other = await aPerson(platform, foreign, 'editor', { channel: 'zwgk/jy' });
  stranger = other.account;
  strangersGrant = other.grant;
});

afterAll(async () => {
  await desk?.close();
  await platform?.close();
});

const shown = (body: string) => body.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');

describe('accounts', () => {
  it('are listed with what is personal masked, those in sight alone', async () => {
    const person = await anAccount(platform, { tenantId: site.tenantId, organId: organ, name: '周密' });
    await platform.work.run({ kind: 'tenant', actor: { kind: 'system', name: 't' }, tenantId: site.tenantId }, (tx) =>
      tx.query(`UPDATE account SET telephone = '13812345678', email = 'zhoumi@example.cn' WHERE id = $1`, [person.id]),
    );
    const { body, status } = await administrator.browser.get('/accounts');
    expect(status).toBe(200);
    expect(shown(body)).toContain('周密');
    expect(body).not.toContain('13812345678');
    expect(body).not.toContain('zhoumi@example.cn');
    expect(body).not.toContain(stranger.login);
  });

  it('are made with a first grant and a one-time link, shown once', async () => {
    const { body, status } = await administrator.browser.post('/accounts', {
      name: '钱进',
      login: 'qianjin',
      organ: `${site.tenantId}:${organ}`,
      kind: 'staff',
      role: 'editor',
      place: `tenant:${site.tenantId}`,
    });
    expect(status).toBe(200);
    const link = /\/invitation\/([A-Za-z0-9_-]{43})/.exec(body)?.[1];
    expect(link).toBeTruthy();
    expect(shown(body)).toContain('nongan-qianjin');
    const again = await administrator.browser.get('/accounts?q=qianjin');
    expect(again.body).not.toContain(link);
    // The link leads to a page that changes nothing by being looked at, and into the desk when a password is chosen.
    expect((await desk.nobody.get(`/invitation/${link}`)).status).toBe(200);
    const chosen = 'Chunfeng-42-huayu';
    const entered = await desk.nobody.post(`/invitation/${link}`, { password: chosen, again: chosen });
    expect([entered.status, entered.headers.location]).toEqual([303, '/']);
    expect((await desk.nobody.get(`/invitation/${link}`)).status).toBe(410);
    // What an act tells that gives the session a new number is told to that number.
    const { body: form } = await desk.nobody.get('/me/password');
    const [, csrf = ''] = /name="_csrf" value="([^"]+)"/.exec(form) ?? [];
    const [current, password] = [chosen, 'Qiuyue-57-chunjiang'];
    const changed = await desk.nobody.follow('/me/password', { _csrf: csrf, current, password, again: password });
    expect(shown(changed.body)).toContain('已换成新密码');
    const [, anew = ''] = /name="_csrf" value="([^"]+)"/.exec(changed.body) ?? [];
    expect(shown((await desk.nobody.follow('/sign-out', { _csrf: anew })).body)).toContain('已退出。');
  });

  it('come back with what was typed when a form cannot be taken, each fault at its field', async () => {
    const { body, status } = await administrator.browser.post('/accounts', {
      name: '孙立',
      login: 'X!',
      organ: `${site.tenantId}:${organ}`,
      telephone: '12',
      role: 'editor',
    });
    expect(status).toBe(422);
    expect(body).toContain('value="孙立"');
    expect(shown(body)).toContain('角色和范围要一起选');
    const next = await administrator.browser.post('/accounts', {
      name: '孙立',
      login: 'X!',
      organ: `${site.tenantId}:${organ}`,
    });
    expect(shown(next.body)).toContain('登录名“X!”不合要求');
  });

  it('keep what was typed while the organs of another unit are asked for', async () => {
    const security = await aSeat(platform, desk, [{ role: 'security-administrator', scope: 'platform' }]);
    const typed = {
      name: '孙立',
      login: 'sunli',
      email: 'sunli@example.cn',
      telephone: '13812345678',
      kind: 'contractor',
    };
    const { body, status } = await security.post('/accounts', {
      ...typed,
      endsOn: '2027-06-30',
      organ: `${foreign.tenantId}:${MISSING}`,
      tenant: site.tenantId,
      do: 'tenant',
    });
    expect(status).toBe(200);
    for (const value of [typed.name, typed.login, typed.email, typed.telephone, '2027-06-30'])
      expect(body).toContain(`value="${value}"`);
    expect(body).toMatch(/value="contractor" checked/);
    expect(body).toContain(`<option value="${site.tenantId}:${organ}"`);
    expect(body).not.toContain(`<option value="${foreign.tenantId}:`);
    expect(body).not.toContain('data-error-summary');
    // Enter in a field sends the form, it does not ask for organs.
    const [first] = /<button[^>]*type="submit"[^>]*>/.exec(body.slice(body.indexOf('action="/accounts"'))) ?? [];
    expect(first).not.toContain('name="do"');
    // A form that was refused stays with its unit.
    const refused = await security.post('/accounts', { ...typed, login: 'X!', tenant: site.tenantId });
    expect(refused.status).toBe(422);
    expect(refused.body).toContain(`<option value="${site.tenantId}" selected`);
  });

  it.each(['', '/change', '/reset', '/lock', '/close', '/hand-over', '/sessions'])(
    'page /accounts/:id%s: a stranger’s answers like a missing one, to those without the right there is no such page',
    async (page) => {
      const [strange, missing] = [
        await administrator.browser.get(`/accounts/${stranger.id}${page}`),
        await administrator.browser.get(`/accounts/${MISSING}${page}`),
      ];
      expect([strange.status, missing.status]).toEqual([404, 404]);
      expect(strange.body.length).toBe(missing.body.length);
      expect((await editor.browser.get(`/accounts/${editor.account.id}${page}`)).status).toBe(404);
      const own = await administrator.browser.get(`/accounts/${editor.account.id}${page}`);
      expect(own.status).toBe(200);
      expect(own.body).toContain(`/accounts/${editor.account.id}`);
    },
  );

  it('whose invitation did not arrive say so, on their page and at home', async () => {
    const invited = await anAccount(platform, {
      tenantId: site.tenantId,
      organId: organ,
      name: '收不到',
      state: 'invited',
    });
    const fail = (why: string | null) =>
      platform.work.run({ kind: 'cluster', actor: { kind: 'system', name: 't' }, work: 'identity' }, (tx) =>
        tx.query(
          `UPDATE account SET mail_failure = $2::text, mail_failed_at = CASE WHEN $2::text IS NOT NULL THEN now() END WHERE id = $1`,
          [invited.id, why],
        ),
      );
    await fail('refused');
    expect(shown((await administrator.browser.get(`/accounts/${invited.id}`)).body)).toContain(
      '邮件服务器不收这个邮箱地址',
    );
    expect(shown((await administrator.browser.get('/')).body)).toContain('邀请邮件没有送达');
    await fail(null);
    expect(shown((await administrator.browser.get('/')).body)).not.toContain('邀请邮件没有送达');
  });

  it('go to another organ of their tenant, and to none of a stranger’s', async () => {
    const health = await anOrgan(platform, site.tenantId, '卫生健康局');
    const { account } = await aPerson(platform, site, 'editor', { channel: 'zwgk/jy' }, { organId: organ });
    const at = `/accounts/${account.id}/change`;
    expect((await administrator.browser.get(at)).body).toContain(`<option value="${health}"`);
    const moved = await administrator.browser.post(at, { name: account.name, organ: health });
    expect(moved.status).toBe(303);
    expect(shown((await administrator.browser.get(`/accounts/${account.id}`)).body)).toContain('卫生健康局');

    const strangers = await anOrgan(platform, foreign.tenantId);
    expect((await administrator.browser.post(at, { name: account.name, organ: strangers })).status).toBe(422);
    expect(shown((await administrator.browser.get(`/accounts/${account.id}`)).body)).toContain('卫生健康局');
  });

  it('hand their work to whoever’s sign-in name is typed; a stranger’s is not known', async () => {
    const { account } = await aPerson(platform, site, 'editor', { channel: 'zwgk/jy' }, { organId: organ });
    const successor = await anAccount(platform, { tenantId: site.tenantId, organId: organ, name: '接班' });
    const at = `/accounts/${account.id}/hand-over`;
    expect((await administrator.browser.get(at)).body).toContain(`<option value="${successor.login}">接班（教育局）`);
    const to = async (login: string) => administrator.browser.post(at, { to: login, reason: '调离' });
    const [unknown, strange] = [await to('nobody-at-all'), await to(stranger.login)];
    expect([unknown.status, strange.status]).toEqual([422, 422]);
    expect(shown(unknown.body)).toContain('没有登录名或姓名是“nobody-at-all”的账号');
    expect(strange.body.replaceAll(stranger.login, '')).toBe(unknown.body.replaceAll('nobody-at-all', ''));
    expect((await to(successor.login.toUpperCase())).headers.location).toBe(`/accounts/${successor.id}`);
  });

  it('are made in any tenant that one invites for, whose organs are offered alone', async () => {
    const guard = await anAccount(platform);
    await aGrant(platform, guard, { role: 'security-administrator', scope: 'platform' });
    const security = await desk.as(guard);
    const organs = async (tenant: string) =>
      [...(await security.get(`/accounts/new?tenant=${tenant}`)).body.matchAll(/<option value="([^":]+):[^"]+"/g)].map(
        ([, owner]) => owner,
      );
    for (const { tenantId } of [site, foreign]) {
      const offered = (await organs(tenantId)).filter((owner) => !['tenant', 'node'].includes(owner!));
      expect(new Set(offered)).toEqual(new Set([tenantId]));
    }
    expect((await administrator.browser.get(`/accounts/new?tenant=${foreign.tenantId}`)).body).not.toContain(
      foreign.tenantId,
    );
  });

  it('are locked with a reason; who is locked is out at once', async () => {
    const { account } = await aPerson(platform, site, 'editor', { channel: 'zwgk/jy' }, { organId: organ });
    const browser = await desk.as(account);
    expect((await browser.get('/')).status).toBe(200);
    expect((await administrator.browser.post(`/accounts/${account.id}/lock`, {})).status).toBe(422);
    const locked = await administrator.browser.post(`/accounts/${account.id}/lock`, { reason: '离岗' });
    expect(locked.status).toBe(303);
    const out = await browser.get('/');
    expect([out.status, out.headers.location]).toEqual([303, '/sign-in']);
  });

  it('refuse with every reason: one’s own account is not locked by oneself', async () => {
    const { body, status } = await administrator.browser.get(`/accounts/${administrator.account.id}/lock`);
    expect(status).toBe(403);
    expect(shown(body)).toContain('不能对自己的账号做');
  });
});

describe('grants', () => {
  it('are given from the form and end with a reason', async () => {
    const person = await anAccount(platform, { tenantId: site.tenantId, organId: organ, name: '李想' });
    const place = `channel:${site.tenantId}:${site.id}:${site.channels['zwgk/jy']}`;
    const form = await administrator.browser.get(`/grants/new?account=${person.id}`);
    expect(shown(form.body)).toContain('李想');
    const given = await administrator.browser.post('/grants', { account: person.id, role: 'reviewer', place });
    expect([given.status, given.headers.location]).toEqual([303, `/accounts/${person.id}`]);
    const list = await administrator.browser.get('/grants?q=李想'.replace('李想', encodeURIComponent('李想')));
    const id = /\/grants\/([0-9a-f-]{36})\/end/.exec(list.body)?.[1];
    expect((await administrator.browser.get(`/grants/${id}/end`)).status).toBe(200);
    expect((await administrator.browser.post(`/grants/${id}/end`, { reason: '' })).status).toBe(422);
    expect((await administrator.browser.post(`/grants/${id}/end`, { reason: '岗位调整' })).status).toBe(303);
    expect((await administrator.browser.get(`/grants/${id}/end`)).status).toBe(404);
  });

  it('are given to whoever is named on the form, beginning at a place', async () => {
    const person = await anAccount(platform, { tenantId: site.tenantId, organId: organ, name: '独此一人' });
    const place = `channel:${site.tenantId}:${site.id}:${site.channels['zwgk/jy']}`;
    await administrator.browser.post('/sites/switch', { site: site.id, back: '/' });
    const form = (await administrator.browser.get(`/grants/new?place=${place}`)).body;
    expect(form).toContain(`value="${place}" selected`);
    expect(form).toContain(`<option value="${person.login}">独此一人（教育局）`);
    const give = (who: string) => administrator.browser.post('/grants', { who, role: 'reviewer', place });
    for (const [who, words] of [
      ['', '请填写登录名或姓名'],
      ['没有这个人', '没有登录名或姓名是“没有这个人”的账号'],
      [stranger.login, `没有登录名或姓名是“${stranger.login}”的账号`],
    ] as const) {
      const refused = await give(who);
      expect(refused.status).toBe(422);
      expect(shown(refused.body)).toContain(words);
    }
    expect((await give('独此一人')).headers.location).toBe(`/accounts/${person.id}`);
    const given = shown((await administrator.browser.get(`/accounts/${person.id}`)).body);
    expect(given).toContain(`${administrator.account.name}，`);
    expect(given).not.toContain(`${administrator.account.login}，`);
  });

  it('of a stranger answer like missing ones; whoever reads none has no such page', async () => {
    for (const id of [strangersGrant, MISSING]) {
      expect((await administrator.browser.get(`/grants/${id}/end`)).status).toBe(404);
      expect((await administrator.browser.post(`/grants/${id}/end`, { reason: 'x' })).status).toBe(404);
    }
    expect((await editor.browser.get('/grants')).status).toBe(404);
  });
});

describe('one’s own account', () => {
  it('shows what one holds and where one is signed in; another’s session and grant answer as missing', async () => {
    const { body } = await editor.browser.get('/me');
    expect(shown(body)).toContain('编辑');
    expect((await editor.browser.get(`/me/grants/${strangersGrant}/end`)).status).toBe(404);
    await editor.browser.post(`/me/sessions/${MISSING}/end`);
    expect((await administrator.browser.get('/')).status).toBe(200);
  });

  it('is left by a form: the session is worth nothing afterwards', async () => {
    const browser = await desk.as(editor.account);
    expect((await browser.get('/')).status).toBe(200);
    const kept = browser.cookies();
    const left = await browser.post('/sign-out');
    expect([left.status, left.headers.location]).toEqual([303, '/sign-in']);
    const again = await desk.web.ask(desk.host, '/', { headers: { cookie: kept } });
    expect(again.status).toBe(303);
  });
});

describe('“who can do what and why”', () => {
  it('names the grant that allows, or every reason against', async () => {
    const place = `channel:${site.tenantId}:${site.id}:${site.channels['zwgk/jy']}`;
    await administrator.browser.get('/access');
    const ask = (action: string) =>
      administrator.browser.get(
        `/access?login=${editor.account.login}&action=${action}&place=${encodeURIComponent(place)}`,
      );
    expect(shown((await ask('item.read')).body)).toContain('可以。');
    const refused = shown((await ask('channel.arrange')).body);
    expect(refused).toContain('不可以。');
    expect(refused).toContain('“编辑”不包括');
    expect((await editor.browser.get('/access')).status).toBe(404);
  });

  it('offers its places to those who only read grants, and none that they may not read', async () => {
    const places = ({ body }: { body: string }) =>
      [...body.matchAll(/<option value="((?:tenant|site):[^"]+)"/g)].map(([, v]) => v);
    const auditor = await desk.as((await aPerson(platform, site, 'auditor', 'tenant')).account);
    const offered = places(await auditor.get('/access'));
    expect(offered).toContain(`tenant:${site.tenantId}`);
    expect(offered.filter((value) => value!.includes(foreign.tenantId))).toEqual([]);
    const asked = `login=${editor.account.login}&action=item.read&place=${encodeURIComponent(offered[0]!)}`;
    expect(shown((await auditor.get(`/access?${asked}`)).body)).toContain('不可以。');
  });

  it('takes the name as well as the sign-in name, and says so when there is nobody', async () => {
    const ask = async (who: string) =>
      shown(
        (
          await administrator.browser.get(
            `/access?login=${encodeURIComponent(who)}&action=item.read&place=${encodeURIComponent(`tenant:${site.tenantId}`)}`,
          )
        ).body,
      );
    expect(await ask(editor.account.name)).toContain(`${editor.account.name}（${editor.account.login}）在“`);
    expect(await ask('没有这个人')).toContain('没有登录名或姓名是“没有这个人”的账号');
  });

  it('offers channels in the order of the site, not of their addresses', async () => {
    const ordered = await aSite(platform, { slug: 'shunxu', channels: ['ywdt/zw', 'ywdt/bm', 'aa', 'ywdt/zw/x'] });
    const { account } = await aPerson(platform, ordered, 'tenant-administrator', 'tenant');
    const seat = await desk.as(account);
    await seat.post('/sites/switch', { site: ordered.id, back: '/' });
    const offered = [...(await seat.get('/grants/new')).body.matchAll(/<option[^>]*>\s*([^<]*栏目：[^<]+)/g)];
    expect(offered.map(([, label]) => label!.replace(/^[\s　]*栏目：栏目 /, '').trim())).toEqual([
      'ywdt',
      'ywdt/zw',
      'ywdt/zw/x',
      'ywdt/bm',
      'aa',
    ]);
  });

  it('says nothing of a stranger', async () => {
    const answer = async (login: string) =>
      shown(
        (
          await administrator.browser.get(
            `/access?login=${login}&action=item.read&place=${encodeURIComponent(`tenant:${site.tenantId}`)}`,
          )
        ).body,
      ).replaceAll(login, '');
    expect(await answer(stranger.login)).toBe(await answer('nobody-at-all'));
  });
});
