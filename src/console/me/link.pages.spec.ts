import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { aSite } from '../../../test/builders.js';
import { aDesk, type TestDesk } from '../../../test/desk.js';
import { aSeat, said } from '../../../test/desk-people.js';
import { anOidcProvider, OIDC_CLIENT, type OidcProvider } from '../../../test/oidc.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import { PASSWORD, People } from '../../../test/signing-in.js';
import { PROVIDER_CALLBACK } from '../../identity/identity.js';
import { originOf } from '../../origin.js';

let platform: TestPlatform;
let desk: TestDesk;
let people: People;
let outside: OidcProvider;

beforeAll(async () => {
  platform = await aPlatform();
  const origin = originOf(platform.config)(`console.${platform.config.baseDomain}`);
  outside = await anOidcProvider(`${origin}${PROVIDER_CALLBACK}`);
  await outside.start();
  desk = await aDesk(withProvider());
  people = await People.over(platform);
});

afterAll(async () => {
  await outside?.stop();
  await people?.close();
  await desk?.close();
  await platform?.close();
});

const withProvider = () => ({
  ...platform,
  config: { ...platform.config, oidc: { issuer: outside.issuer, ...OIDC_CLIENT } },
});

it('is linked after the password, by a page that leads on, and is a way in until it is taken back', async () => {
  const person = await people.add(await aSite(platform));
  const browser = await desk.as(person);
  expect((await browser.get('/me')).body).toContain('href="/me/oidc"');
  expect((await browser.get('/me/oidc')).body).toContain('type="password"');
  for (const [password, words] of [
    ['', '请填写现在的密码'],
    ['wrong-one', '密码不正确'],
  ] as const) {
    const refused = await browser.post('/me/oidc', { password });
    expect([refused.status, refused.headers.location]).toEqual([expect.any(Number), undefined]);
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(said(refused.body)).toContain(words);
    expect(refused.body).not.toContain('wrong-one');
  }
  const left = await browser.post('/me/oidc', { password: PASSWORD });
  // No redirect: the policy's form-action would hold the browser back.
  expect([left.status, left.headers.location]).toEqual([200, undefined]);
  const [, there = ''] = /http-equiv="refresh" content="0;url=([^"]+)"/.exec(left.body) ?? [];
  const to = there.replaceAll('&amp;', '&');
  expect(to.startsWith(outside.issuer)).toBe(true);
  const back = await outside.visit(to, 'sun-li');
  const linked = await browser.get(`${back.pathname}${back.search}`);
  expect([linked.status, linked.headers.location]).toEqual([303, '/me']);
  const me = (await browser.get('/me')).body;
  expect(said(me)).toContain('已关联统一身份认证');
  expect(me).not.toContain('href="/me/oidc"');

  const away = await desk.nobody.get('/sign-in/oidc');
  const entered = await outside.visit(String(away.headers.location), 'sun-li');
  expect((await desk.nobody.get(`${entered.pathname}${entered.search}`)).headers.location).toBe('/');
  expect((await desk.nobody.get('/me')).status).toBe(200);
  expect(said((await browser.follow('/me/oidc/unlink')).body)).toContain('已取消关联');
  expect((await browser.get('/me')).body).toContain('href="/me/oidc"');
});

it('says at the place where one is why it came to nothing', async () => {
  const site = await aSite(platform);
  const [one, other] = [await people.add(site), await people.add(site)];
  const goThere = async (person: { tenantId: string; id: string }, name: string) => {
    const browser = await desk.as(person);
    const { body } = await browser.post('/me/oidc', { password: PASSWORD });
    const [, there = ''] = /content="0;url=([^"]+)"/.exec(body) ?? [];
    const back = await outside.visit(there.replaceAll('&amp;', '&'), name);
    const { headers } = await browser.get(`${back.pathname}${back.search}`);
    return { to: headers.location, said: said((await browser.get(String(headers.location))).body) };
  };
  expect(await goThere(one, 'zhou-er')).toMatchObject({ to: '/me', said: expect.stringContaining('已关联') });
  expect(await goThere(other, 'zhou-er')).toMatchObject({
    to: '/me',
    said: expect.stringContaining('已经和另一个账号关联'),
  });

  // Nobody is in: it stands above the form, and not at the password, which nobody typed.
  const fresh = await aDesk(withProvider());
  try {
    const away = await fresh.nobody.get('/sign-in/oidc');
    const back = await outside.visit(String(away.headers.location), 'nobody-here');
    const refused = await fresh.nobody.get(`${back.pathname}${back.search}`);
    expect(refused.status).toBe(403);
    expect(refused.body).toMatch(/role="alert".*还没有和这里的账号关联.*<form/s);
    expect(refused.body).not.toContain('field-error');
  } finally {
    await fresh.close();
  }
});

it('asks who is in already for the password before a second factor is set', async () => {
  const person = await aSeat(platform, desk, []);
  expect((await person.get('/me/second-factor')).status).toBe(409);
  const editor = await people.add(await aSite(platform));
  const { login, password } = editor;
  const entered = await desk.nobody.post('/sign-in', { login, password });
  expect(entered.headers.location).toBe('/');
  const { body } = await desk.nobody.get('/me/second-factor');
  expect(body).toContain('name="password"');
  const [, csrf = ''] = /name="_csrf" value="([^"]+)"/.exec(body) ?? [];
  const refused = await desk.nobody.post('/me/second-factor', { _csrf: csrf, code: '123456', password: 'no' });
  expect([refused.status, said(refused.body)]).toEqual([expect.any(Number), expect.stringContaining('密码不正确')]);
  const wrong = await desk.nobody.post('/me/second-factor', { _csrf: csrf, code: '12345x', password });
  expect([wrong.status, said(wrong.body)]).toEqual([422, expect.stringContaining('口令不正确')]);
});
