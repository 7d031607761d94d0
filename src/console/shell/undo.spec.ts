import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { aSite, type BuiltSite } from '../../../test/builders.js';
import { aDesk, type Browser, noticeOf, type TestDesk } from '../../../test/desk.js';
import { said } from '../../../test/desk-people.js';
import { aGrant, anAccount, type BuiltAccount } from '../../../test/people.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import type { Answer } from '../../../test/web.js';
import { openNotice, sealNotice } from './notice.js';

let platform: TestPlatform;
let desk: TestDesk;
let superuser: pg.Client;
let here: BuiltSite;
let operator: Browser;
let chief: Browser;
let chiefAccount: BuiltAccount;
let colleague: Browser;

beforeAll(async () => {
  platform = await aPlatform();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  desk = await aDesk(platform);
  const person = await anAccount(platform);
  await aGrant(platform, person, { role: 'platform-operator', scope: 'platform', mayGiveOn: true });
  operator = await desk.as(person);
});

beforeEach(async () => {
  here = await aSite(platform, { channels: ['a/x', 'a/y', 'a/z', 'b'] });
  const administrator = async () => {
    const account = await anAccount(platform, { tenantId: here.tenantId });
    const { tenantId } = here;
    await aGrant(platform, account, { role: 'tenant-administrator', scope: 'tenant', tenantId, mayGiveOn: true });
    return account;
  };
  chiefAccount = await administrator();
  chief = await desk.as(chiefAccount);
  colleague = await desk.as(await administrator());
  for (const browser of [chief, colleague]) await browser.post('/sites/switch', { site: here.id, back: '/' });
  await chief.get('/me');
});

afterAll(async () => {
  await desk?.close();
  await superuser?.end();
  await platform?.close();
});

const rows = async <T = Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<T[]> =>
  (await superuser.query(sql, values)).rows;
const one = async (sql: string, ...values: unknown[]) => (await rows(sql, values))[0]!;
const lastAct = () =>
  one('SELECT act, actor, detail FROM audit WHERE tenant_id = $1 ORDER BY position DESC LIMIT 1', here.tenantId);
const tree = async () =>
  (await rows<{ path: string }>('SELECT path FROM channel WHERE site_id = $1 ORDER BY path', [here.id])).map(
    ({ path }) => path,
  );
const order = async () =>
  (
    await rows<{ slug: string }>(`SELECT slug FROM channel WHERE site_id = $1 AND path LIKE 'a/%' ORDER BY position`, [
      here.id,
    ])
  ).map(({ slug }) => slug);

/** The button that takes an act back, as the page that follows shows it. */
function undoOn(page: Answer): { action: string; fields: Record<string, string> } {
  const [, action, inner] = /<form method="post" action="([^"]+)" data-undo>([\s\S]*?)<\/form>/.exec(page.body) ?? [];
  if (!action) throw new Error(`no undo: ${said(page.body).slice(0, 500)}`);
  const fields = [...inner!.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [name!, value!]);
  return { action, fields: Object.fromEntries(fields) };
}
const act = async (browser: Browser, path: string, form = {}) => undoOn(await browser.follow(path, form));
/** Presses it; what the page after it says. */
async function press(browser: Browser, { action, fields }: ReturnType<typeof undoOn>) {
  const answer = await browser.post(action, fields);
  return { status: answer.status, ...noticeOf(platform, answer) };
}
const CHANGED = { tone: 'bad', text: expect.stringMatching(/^没有撤销：“.+”在这之后又有改动/) };

describe('a channel', () => {
  const position = (path: string) => `/channels/${here.channels[path]}/position`;

  it.each<[string, string, Record<string, string | undefined>]>([
    ['moved up', 'a/z', { move: 'up' }],
    ['moved down', 'a/x', { move: 'down' }],
    ['moved below its neighbour', 'a/y', { move: 'in' }],
    ['moved out', 'a/y', { move: 'out' }],
    ['dropped before another', 'a/x', { before: 'b' }],
    ['dropped into another', 'a/x', { into: 'b' }],
    ['dropped at the end', 'a/x', {}],
  ])('%s goes back where it stood', async (_, path, move) => {
    const before = [await tree(), await order()];
    const named = Object.fromEntries(
      Object.entries(move).map(([name, value]) => [name, name === 'move' ? value : here.channels[value!]]),
    );
    const undo = await act(chief, position(path), named);
    expect([await tree(), await order()]).not.toEqual(before);
    expect(await press(chief, undo)).toMatchObject({
      status: 303,
      tone: 'ok',
      text: expect.stringContaining('回到原处'),
    });
    expect([await tree(), await order()]).toEqual(before);
    expect(await lastAct()).toMatchObject({ act: 'channel.moved', detail: { after: { path } } });
    // Once.
    expect(await press(chief, undo)).toMatchObject(CHANGED);
    expect([await tree(), await order()]).toEqual(before);
  });

  it('that got another address by the form has its own again', async () => {
    const undo = await act(chief, `/channels/${here.channels['a/x']}/move`, { into: here.channels.b, slug: 'neu' });
    expect(await tree()).toContain('b/neu');
    await press(chief, undo);
    expect(await tree()).toEqual(['a', 'a/x', 'a/y', 'a/z', 'b']);
    expect(await order()).toEqual(['x', 'y', 'z']);
  });

  it('that somebody moved on, or whose place is taken, stays', async () => {
    const undo = await act(chief, position('a/x'), { into: here.channels.b });
    await colleague.post(position('a/x'), { move: 'out' });
    const now = await tree();
    expect(await press(chief, undo)).toMatchObject(CHANGED);
    expect(await tree()).toEqual(now);

    const other = await act(chief, position('a/y'), { into: here.channels.b });
    await colleague.post(position('a/z'), { into: here.channels.b });
    expect(await press(chief, other)).toMatchObject(CHANGED);
    const third = await act(chief, position('b'), { move: 'up' });
    await colleague.post(`/channels/${here.channels.b}/move`, { slug: 'anders' });
    expect(await press(chief, third)).toMatchObject(CHANGED);
  });

  it.each([
    ['hide', 'hidden', 'open'],
    ['close', 'closed', 'open'],
  ])('%s and its reverse are taken back', async (way, turned, before) => {
    const id = here.channels.a!;
    const state = async () => (await one('SELECT state FROM channel WHERE id = $1', id)).state;
    const undo = await act(chief, `/channels/${id}/${way}`);
    expect(await state()).toBe(turned);
    expect(await press(chief, undo)).toMatchObject({ tone: 'ok', text: expect.stringMatching(/^已撤销。/) });
    expect(await state()).toBe(before);
    expect(await press(chief, undo)).toMatchObject(CHANGED);
    await act(chief, `/channels/${id}/${way}`);
    const again = await act(chief, undo.action);
    await press(chief, again);
    expect(await state()).toBe(turned);
  });

  it('that was so already offers nothing', async () => {
    const path = `/channels/${here.channels.a}/show`;
    expect((await chief.follow(path)).body).not.toContain('data-undo');
  });

  it('says again of itself what it said, unless somebody wrote meanwhile', async () => {
    const id = here.channels.a!;
    const words = () =>
      one('SELECT name, description, keywords, update_days, limit_days FROM channel WHERE id = $1', id);
    await chief.post(`/channels/${id}`, {
      name: '甲',
      description: '第一行\n第二“行”',
      keywords: '教育、学校',
      updateDays: '7',
    });
    const before = await words();
    const undo = await act(chief, `/channels/${id}`, { name: '乙' });
    expect(await words()).toMatchObject({ name: '乙', description: '', keywords: [], update_days: null });
    await press(chief, { ...undo, fields: { ...undo.fields, description: '第一行\n第二“行”' } });
    expect(await words()).toEqual(before);
    const other = await act(chief, `/channels/${id}`, { name: '丙' });
    await colleague.post(`/channels/${id}`, { name: '丙', description: '别人写的' });
    expect(await press(chief, other)).toMatchObject(CHANGED);
    expect(await words()).toMatchObject({ name: '丙', description: '别人写的' });
  });
});

describe('a site', () => {
  const FORM = { shortName: '短', tagline: '标语', identificationCode: '', icpNumber: '', publicSecurityNumber: '' };
  const words = () => one('SELECT name, short_name, tagline, theme FROM site WHERE id = $1', here.id);

  it('says again of itself what it said, its theme too, unless somebody wrote meanwhile', async () => {
    const path = `/sites/${here.id}`;
    await chief.post(path, { ...FORM, name: '旧名', theme: 'county' });
    const before = await words();
    const undo = await act(chief, path, { ...FORM, name: '新名', theme: 'city' });
    expect(await press(chief, undo)).toMatchObject({ tone: 'ok' });
    expect(await words()).toEqual(before);
    expect(await lastAct()).toMatchObject({ act: 'site.edited', detail: { after: { name: '旧名', theme: 'county' } } });
    const other = await act(chief, path, { ...FORM, name: '再改' });
    await colleague.post(path, { ...FORM, name: '再改', tagline: '别人的标语' });
    expect(await press(chief, other)).toMatchObject(CHANGED);
    expect(await words()).toMatchObject({ tagline: '别人的标语' });
  });

  it('is shown under its former name again, unless a third came', async () => {
    const [{ name }] = (await rows<{ name: string }>('SELECT name FROM hostname WHERE site_id = $1', [here.id])) as [
      { name: string },
    ];
    const first = `${name}.localhost`;
    const hosts = ['eins', 'zwei'].map((word) => `www.${word}-${name}.cn`) as [string, string];
    for (const host of hosts) await operator.post(`/sites/${here.id}/hostnames`, { host });
    const primary = async () =>
      (await one('SELECT name FROM hostname WHERE site_id = $1 AND is_primary', here.id)).name;
    const undo = await act(operator, `/hostnames/${hosts[0]}/primary`);
    expect(undo.action).toBe(`/hostnames/${first}/primary`);
    await press(operator, undo);
    expect(await primary()).toBe(name);
    const other = await act(operator, `/hostnames/${hosts[0]}/primary`);
    await operator.post(`/hostnames/${hosts[1]}/primary`);
    expect(await press(operator, other)).toMatchObject(CHANGED);
    expect(await primary()).toBe(hosts[1]);
  });
});

it('a tenant has its former names again, unless it was named anew', async () => {
  const names = () =>
    one('SELECT name, short_name, government_name, document_prefix FROM tenant WHERE id = $1', here.tenantId);
  const form = (name: string) => ({
    name,
    shortName: name,
    governmentName: `${name}人民政府`,
    documentPrefix: '甲政',
    reason: '撤县设市',
  });
  const path = `/tenants/${here.tenantId}/rename`;
  const before = await names();
  await press(operator, await act(operator, path, form('新市')));
  expect(await names()).toEqual(before);
  expect(await lastAct()).toMatchObject({ act: 'tenant.renamed', detail: { reason: '撤销刚才的改名' } });
  const undo = await act(operator, path, form('二市'));
  await operator.post(path, form('三市'));
  expect(await press(operator, undo)).toMatchObject(CHANGED);
  expect(await names()).toMatchObject({ name: '三市' });
});

it('a tenant’s undo leaves what somebody wrote on its portal meanwhile', async () => {
  const names = {
    name: '甲县',
    shortName: '甲',
    governmentName: '甲县人民政府',
    documentPrefix: '甲政',
  };
  const path = `/tenants/${here.tenantId}/rename`;
  const portal = () => one('SELECT name, short_name FROM site WHERE id = $1', here.id);
  await rows('UPDATE site SET name = $2, short_name = $3 WHERE id = $1', [
    here.id,
    names.governmentName,
    names.shortName,
  ]);
  await rows('UPDATE tenant SET short_name = $2, government_name = $3 WHERE id = $1', [
    here.tenantId,
    names.shortName,
    names.governmentName,
  ]);
  const renamed = { ...names, name: '乙市', shortName: '乙', governmentName: '乙市人民政府', reason: '撤县设市' };
  await press(operator, await act(operator, path, renamed));
  expect(await portal()).toEqual({ name: '甲县人民政府', short_name: '甲' });
  const undo = await act(operator, path, renamed);
  await colleague.post(`/sites/${here.id}`, { name: '乙市人民政府', shortName: '乙市政府' });
  await press(operator, undo);
  expect(await portal()).toEqual({ name: '甲县人民政府', short_name: '乙市政府' });
});

describe('a grant', () => {
  const held = (account: BuiltAccount) =>
    rows(
      'SELECT role, scope, site_id, may_give_on, ends_at FROM access_grant WHERE account_id = $1 AND ended_at IS NULL',
      [account.id],
    );

  it('that was given is taken back; one that was taken back is given again, as it was', async () => {
    const editor = await anAccount(platform, { tenantId: here.tenantId, name: '王编' });
    const given = {
      account: editor.id,
      role: 'editor',
      place: `site:${here.tenantId}:${here.id}`,
      endsOn: '2027-03-31',
    };
    await press(chief, await act(chief, '/grants', given));
    expect(await held(editor)).toEqual([]);
    expect(await lastAct()).toMatchObject({ act: 'grant.ended', detail: { reason: '撤销刚才的授权' } });

    await chief.post('/grants', given);
    const before = await held(editor);
    const { id } = await one('SELECT id FROM access_grant WHERE account_id = $1 AND ended_at IS NULL', editor.id);
    const undo = await act(chief, `/grants/${id}/end`, { reason: '调离' });
    expect(await held(editor)).toEqual([]);
    expect(await press(chief, undo)).toMatchObject({ tone: 'ok', text: '已撤销收回，王编继续担任编辑。' });
    expect(await held(editor)).toEqual(before);
    expect(await press(chief, undo)).toMatchObject({ tone: 'bad', text: expect.stringMatching(/^没有撤销：/) });
    expect(await held(editor)).toEqual(before);
  });

  it('that was given again and that somebody else took back then, is not given a third time', async () => {
    const editor = await anAccount(platform, { tenantId: here.tenantId, name: '王编' });
    const place = `site:${here.tenantId}:${here.id}`;
    const holding = async () =>
      (await one('SELECT id FROM access_grant WHERE account_id = $1 AND ended_at IS NULL', editor.id)).id;
    await chief.post('/grants', { account: editor.id, role: 'editor', place });
    const undo = await act(chief, `/grants/${await holding()}/end`, { reason: '调离' });
    expect(await press(chief, undo)).toMatchObject({ tone: 'ok' });
    expect(await press(chief, undo)).toMatchObject(CHANGED);
    await colleague.post(`/grants/${await holding()}/end`, { reason: '查出问题' });
    expect(await press(chief, undo)).toMatchObject(CHANGED);
    expect(await held(editor)).toEqual([]);
  });

  it('that somebody else took back meanwhile is said to be gone', async () => {
    const editor = await anAccount(platform, { tenantId: here.tenantId });
    const undo = await act(chief, '/grants', {
      account: editor.id,
      role: 'editor',
      place: `site:${here.tenantId}:${here.id}`,
    });
    await colleague.post(undo.action, { reason: '调离' });
    expect(await press(chief, undo)).toMatchObject({
      tone: 'bad',
      text: '没有撤销：它已经不在，或者不在您的授权范围内。',
    });
  });
});

describe('the button', () => {
  it('is judged anew: who may no more, is refused', async () => {
    const undo = await act(chief, `/channels/${here.channels.a}/hide`);
    await rows(`UPDATE access_grant SET role = 'editor' WHERE account_id = $1`, [chiefAccount.id]);
    expect((await chief.post(undo.action, undo.fields)).status).toBe(404);
    await rows(
      `UPDATE access_grant SET role = 'channel-manager', scope = 'channel', site_id = $2, channel_id = $3 WHERE account_id = $1`,
      [chiefAccount.id, here.id, here.channels.a],
    );
    expect((await chief.post(undo.action, undo.fields)).status).toBe(403);
    expect(await one('SELECT state FROM channel WHERE id = $1', here.channels.a)).toEqual({ state: 'hidden' });
  });

  it('is an ordinary form: without its token it does nothing', async () => {
    const undo = await act(chief, `/channels/${here.channels.a}/hide`);
    expect((await chief.post(undo.action, { ...undo.fields, _csrf: 'x' })).status).toBe(403);
  });

  it('stands on the page that follows, and on no other', async () => {
    const answer = await chief.post(`/channels/${here.channels.a}/hide`);
    expect((await chief.get(answer.headers.location!)).body).toContain('data-undo');
    expect((await chief.get(answer.headers.location!)).body).not.toContain('data-undo');
  });

  it('is shown to the session of the act alone, and not for long; too long a one is not offered', () => {
    const undo = { action: '/x', fields: { a: '字'.repeat(200) } };
    const notice = { tone: 'ok', text: '好', undo } as const;
    const { secretKey } = platform;
    const sealed = sealNotice(secretKey, notice, 'me');
    expect(openNotice(secretKey, sealed, 'me')).toEqual(notice);
    expect([openNotice(secretKey, sealed, 'you'), openNotice(secretKey, sealed, null)]).toEqual([null, null]);
    expect(openNotice(secretKey, sealNotice(secretKey, notice, null), 'me')).toEqual({ tone: 'ok', text: '好' });
    const long = { ...notice, undo: { action: '/x', fields: { a: '字'.repeat(2_000) } } };
    expect(openNotice(secretKey, sealNotice(secretKey, long, 'me'), 'me')).toEqual({ tone: 'ok', text: '好' });
  });
});
