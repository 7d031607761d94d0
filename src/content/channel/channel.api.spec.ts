import pg from 'pg';
import { anApi, aToken, type TestApi } from '../../../test/api.js';
import { aSite, type BuiltSite } from '../../../test/builders.js';
import { aPerson } from '../../../test/people.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import type { Role } from '../../authority/role.js';
import { newId } from '../../kernel/id.js';
import { channelResource } from './channel-resource.js';

let platform: TestPlatform;
let superuser: pg.Client;
let api: TestApi;
let here: BuiltSite;
let there: BuiltSite;

beforeAll(async () => {
  platform = await aPlatform();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  api = await anApi(platform);
});

beforeEach(async () => {
  here = await aSite(platform, { channels: ['ywdt', 'zwgk/zcwj/jy', 'zwgk/zcwj/wj'] });
  there = await aSite(platform, { channels: ['ywdt'] });
});

afterAll(async () => {
  await api?.close();
  await superuser?.end();
  await platform?.close();
});

async function tokenOf(site: BuiltSite, role: Role, over?: Parameters<typeof aPerson>[3], more = {}) {
  const { account } = await aPerson(platform, site, role, over);
  return (await aToken(platform, account, more)).token;
}
const administrator = (site = here) => tokenOf(site, 'tenant-administrator');
const write = (method: string, path: string, token: string, body: unknown, headers = {}) =>
  api.ask(`/api/v1${path}`, { method, token, body, headers });
const pathsOf = (json: { data: { path: string }[] }) => json.data.map((channel) => channel.path);
const lastAudit = async () =>
  (await superuser.query('SELECT act, subject, actor, request FROM audit ORDER BY at DESC, position DESC LIMIT 1'))
    .rows[0];
const missing = { status: 404, json: { type: '/api/docs#authority.missing' } };
const refused = { status: 403, json: { type: '/api/docs#authority.refused' } };

describe('channels are read', () => {
  it('each after the one above it, with address, promise and state', async () => {
    const { json } = await api.ask(`/api/v1/sites/${here.id}/channels`, { token: await administrator() });
    expect(pathsOf(json)).toEqual(['ywdt', 'zwgk', 'zwgk/zcwj', 'zwgk/zcwj/jy', 'zwgk/zcwj/wj']);
    for (const channel of json.data) channelResource.schema.parse(channel);
    expect(json.data[3]).toMatchObject({
      id: here.channels['zwgk/zcwj/jy'],
      parentId: here.channels['zwgk/zcwj'],
      address: `https://${here.label}.localhost/zwgk/zcwj/jy/`,
      state: 'open',
      inherited: true,
    });
  });

  it('by who holds a part of the tree: that part, and nothing beside or above it', async () => {
    const token = await tokenOf(here, 'channel-manager', { channel: 'zwgk/zcwj/jy' });
    const { json } = await api.ask(`/api/v1/sites/${here.id}/channels`, { token });
    expect(pathsOf(json)).toEqual(['zwgk/zcwj/jy']);
    expect((await api.ask(`/api/v1/channels/${here.channels['zwgk/zcwj/jy']}`, { token })).status).toBe(200);
    for (const path of ['zwgk/zcwj', 'zwgk/zcwj/wj', 'zwgk', 'ywdt'])
      expect(await api.ask(`/api/v1/channels/${here.channels[path]}`, { token })).toMatchObject(missing);
  });

  it('in a list, as many as one by one, for every role', async () => {
    const roles: [Role, Parameters<typeof aPerson>[3]][] = [
      ['tenant-administrator', 'tenant'],
      ['editor-in-chief', 'site'],
      ['channel-manager', { channel: 'zwgk/zcwj' }],
      ['editor', { channel: 'ywdt' }],
      ['letter-clerk', 'site'],
    ];
    for (const [role, over] of roles) {
      const token = await tokenOf(here, role, over);
      const list = await api.ask(`/api/v1/sites/${here.id}/channels`, { token });
      const one = [];
      for (const [path, id] of Object.entries(here.channels).sort())
        if ((await api.ask(`/api/v1/channels/${id}`, { token })).status === 200) one.push(path);
      expect([role, list.status === 200 ? pathsOf(list.json) : []]).toEqual([role, one]);
    }
  });

  it.each([
    ['here', () => [here, there]],
    ['there', () => [there, here]],
  ])('not of another tenant: its site and channels are missing, seen from %s', async (_, sites) => {
    const [own, foreign] = sites();
    const token = await administrator(own);
    for (const path of [`channels/${foreign!.channels.ywdt}`, `sites/${foreign!.id}/channels`, `channels/${newId()}`])
      expect(await api.ask(`/api/v1/${path}`, { token })).toMatchObject(missing);
    expect((await api.ask(`/api/v1/channels/${own!.channels.ywdt}`, { token })).status).toBe(200);
  });
});

describe('a channel is made', () => {
  const aChannel = (over = {}) => ({ siteId: here.id, parentId: null, slug: 'jyxx', name: '教育信息', ...over });

  it('and is there at its address; the audit names the account and the request', async () => {
    const token = await administrator();
    const made = await write('POST', '/channels', token, aChannel({ updateDays: 30, limitDays: 90 }));
    expect(made.status).toBe(201);
    expect(channelResource.schema.parse(made.json)).toMatchObject({ path: 'jyxx', updateDays: 30, inherited: false });
    expect(made.headers.location).toBe(`https://console.example/api/v1/channels/${made.json.id}`);
    const read = await api.ask(`/api/v1/channels/${made.json.id}`, { token });
    expect([read.json, read.headers.etag]).toEqual([made.json, made.headers.etag]);
    expect(await lastAudit()).toMatchObject({
      act: 'channel.created',
      subject: `channel:${made.json.id}`,
      actor: expect.stringMatching(/^person/),
      request: expect.stringMatching(/^[0-9a-f]{12}$/),
    });
  });

  it('not with what is wrong: every fault by its field', async () => {
    const answer = await write('POST', '/channels', await administrator(), {
      parentId: null,
      slug: 'Not Good',
      name: '',
      updateDays: 0,
      tenantId: there.tenantId,
      blueprintKey: 'x',
    });
    expect(answer).toMatchObject({
      status: 422,
      json: {
        type: '/api/docs#api.body',
        errors: {
          siteId: '必须填写',
          slug: expect.stringMatching(/./),
          name: '请填写栏目名',
          updateDays: '最少 1 天',
          tenantId: '没有这一项，请去掉',
          blueprintKey: '没有这一项，请去掉',
        },
      },
    });
  });

  it('not beside another of that address', async () => {
    const answer = await write('POST', '/channels', await administrator(), aChannel({ slug: 'ywdt' }));
    expect(answer).toMatchObject({ status: 409, json: { type: '/api/docs#content.channel-slug-taken' } });
  });

  it('by a bureau below its own channel, and nowhere else', async () => {
    const token = await tokenOf(here, 'channel-manager', { channel: 'zwgk/zcwj/jy' });
    const below = await write('POST', '/channels', token, aChannel({ parentId: here.channels['zwgk/zcwj/jy'] }));
    expect(below.status).toBe(201);
    expect(await write('POST', '/channels', token, aChannel())).toMatchObject(refused);
    for (const parentId of [here.channels['zwgk/zcwj/wj'], here.channels['zwgk/zcwj'], newId()])
      expect(await write('POST', '/channels', token, aChannel({ parentId }))).toMatchObject(missing);
  });

  it('not by who only reads, nor by a token that was made for reading, nor in another tenant', async () => {
    const editor = await tokenOf(here, 'editor', 'site');
    expect((await write('POST', '/channels', editor, aChannel())).json.type).toBe('/api/docs#api.action-refused');
    const reader = await tokenOf(here, 'tenant-administrator', 'tenant', { actions: ['channel.read'] });
    expect((await write('POST', '/channels', reader, aChannel())).json.type).toBe('/api/docs#api.action-refused');
    for (const siteId of [there.id, newId()])
      expect(await write('POST', '/channels', await administrator(), aChannel({ siteId }))).toMatchObject(missing);
    const { rows } = await superuser.query(`SELECT FROM channel WHERE slug = 'jyxx' AND site_id = ANY ($1)`, [
      [here.id, there.id],
    ]);
    expect(rows).toHaveLength(0);
  });
});

describe('a channel is changed', () => {
  const change = (token: string, id: string, body: unknown, headers = {}) =>
    write('PATCH', `/channels/${id}`, token, body, headers);

  it('in what is given, and in nothing else', async () => {
    const token = await administrator();
    const id = here.channels.ywdt!;
    const before = (await api.ask(`/api/v1/channels/${id}`, { token })).json;
    const changed = await change(token, id, { name: '要闻', responsibleName: '李四' });
    expect(changed).toMatchObject({ status: 200, json: { ...before, name: '要闻', responsibleName: '李四' } });
    expect(await lastAudit()).toMatchObject({ act: 'channel.changed', subject: `channel:${id}` });
    expect((await change(token, id, {})).json).toEqual(changed.json);
  });

  it('only as long as it is what the client has read', async () => {
    const token = await administrator();
    const id = here.channels.ywdt!;
    const { etag } = (await api.ask(`/api/v1/channels/${id}`, { token })).headers;
    const first = await change(token, id, { name: '一' }, { 'if-match': etag! });
    expect(first.status).toBe(200);
    const late = await change(token, id, { name: '二' }, { 'if-match': etag! });
    expect(late).toMatchObject({ status: 412, json: { type: '/api/docs#api.changed' } });
    expect((await api.ask(`/api/v1/channels/${id}`, { token })).json.name).toBe('一');
    expect((await change(token, id, { name: '三' }, { 'if-match': `"x", ${first.headers.etag}` })).status).toBe(200);
    expect((await change(token, id, { name: '四' }, { 'if-match': `W/${etag}` })).status).toBe(412);
    expect((await change(token, id, { name: '五' }, { 'if-match': '*' })).status).toBe(200);
  });

  it('by one of ten who read the same and change it at once', async () => {
    const token = await administrator();
    const id = here.channels.ywdt!;
    const { etag } = (await api.ask(`/api/v1/channels/${id}`, { token })).headers;
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => change(token, id, { name: `第 ${i}` }, { 'if-match': etag! })),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, ...Array(9).fill(412)]);
  });

  it('not with fields of its place, its tenant, or unknown ones; nor with half a promise', async () => {
    const token = await administrator();
    const id = here.channels.ywdt!;
    const answer = await change(token, id, { slug: 'x', siteId: there.id, tenant_id: there.tenantId, id: newId() });
    expect(Object.keys(answer.json.errors)).toEqual(['slug', 'siteId', 'tenant_id', 'id']);
    expect((await change(token, id, { updateDays: 3 })).json.errors).toEqual({
      limitDays: '更新承诺和最长期限要一起填写',
    });
    const organ = await change(token, id, { organId: newId() });
    expect(organ).toMatchObject({ status: 422, json: { type: '/api/docs#content.organ-unknown' } });
  });

  it('not by who may only read it; and another’s is missing', async () => {
    const editor = await tokenOf(here, 'editor', { channel: 'ywdt' });
    expect((await change(editor, here.channels.ywdt!, { name: '新' })).status).toBe(403);
    const { account } = await aPerson(platform, here, 'supervisor', 'tenant', { scope: 'region' });
    const { token } = await aToken(platform, account);
    expect((await change(token, here.channels.ywdt!, { name: '新' })).status).toBe(403);
    for (const id of [there.channels.ywdt!, newId()])
      expect(await change(await administrator(), id, { name: '新' })).toMatchObject(missing);
    expect(
      (await api.ask(`/api/v1/channels/${there.channels.ywdt}`, { token: await administrator(there) })).json.name,
    ).toBe('栏目 ywdt');
  });

  it('refused, not missing, where it may be read and not changed', async () => {
    const { account } = await aPerson(platform, here, 'channel-manager', { channel: 'zwgk/zcwj/jy' });
    await superuser.query(
      `INSERT INTO access_grant (tenant_id, id, account_tenant_id, account_id, role, scope, site_id, given_by)
       VALUES ($1, gen_random_uuid(), $1, $2, 'editor', 'site', $3, 'test')`,
      [here.tenantId, account.id, here.id],
    );
    const { token } = await aToken(platform, account);
    expect((await change(token, here.channels['zwgk/zcwj/jy']!, { name: '教育' })).status).toBe(200);
    expect(await change(token, here.channels['zwgk/zcwj/wj']!, { name: '卫生' })).toMatchObject(refused);
  });
});

describe('a channel is moved', () => {
  const place = (token: string, id: string, body: unknown) => write('POST', `/channels/${id}/position`, token, body);

  it('up, before another, into another, to another address', async () => {
    const token = await administrator();
    const [jy, wj, ywdt] = ['zwgk/zcwj/jy', 'zwgk/zcwj/wj', 'ywdt'].map((path) => here.channels[path]!);
    const order = async () => {
      const { json } = await api.ask(`/api/v1/sites/${here.id}/channels`, { token });
      return json.data
        .filter((channel: { parentId: string }) => channel.parentId === here.channels['zwgk/zcwj'])
        .sort((a: { position: number }, b: { position: number }) => a.position - b.position)
        .map((channel: { id: string }) => channel.id);
    };
    expect((await place(token, wj!, { to: 'up' })).status).toBe(200);
    expect(await order()).toEqual([wj, jy]);
    expect((await place(token, wj!, { to: 'up' })).json.type).toBe('/api/docs#content.channel-no-way');
    expect((await place(token, jy!, { to: 'before', channelId: wj })).status).toBe(200);
    expect(await order()).toEqual([jy, wj]);
    expect((await place(token, wj!, { to: 'into', channelId: ywdt })).json).toMatchObject({
      path: 'ywdt/wj',
      parentId: ywdt,
      depth: 2,
    });
    expect((await place(token, wj!, { to: 'into', channelId: null })).json).toMatchObject({
      path: 'wj',
      parentId: null,
    });
    expect((await place(token, wj!, { to: 'address', slug: 'wjj' })).json.path).toBe('wjj');
    expect((await place(token, ywdt!, { to: 'into', channelId: ywdt })).json.type).toBe(
      '/api/docs#content.channel-into-itself',
    );
  });

  it.each([
    ['no way', { to: 'sideways' }],
    ['nothing', {}],
    ['no target', { to: 'before' }],
    ['a target that is no id', { to: 'before', channelId: 'x' }],
    ['more than one way', { to: 'up', channelId: null }],
    ['an address that is none', { to: 'address', slug: 'A B' }],
  ])('not with %s', async (_, body) => {
    expect((await place(await administrator(), here.channels.ywdt!, body)).status).toBe(422);
  });

  it('not to a place out of sight, nor from one that is not the caller’s to arrange', async () => {
    const token = await tokenOf(here, 'channel-manager', { channel: 'zwgk/zcwj/jy' });
    const own = here.channels['zwgk/zcwj/jy']!;
    expect(await place(token, own, { to: 'up' })).toMatchObject(refused);
    const { json } = await write('POST', '/channels', token, {
      siteId: here.id,
      parentId: own,
      slug: 'kc',
      name: '课程',
    });
    for (const channelId of [here.channels['zwgk/zcwj/wj'], there.channels.ywdt, newId()])
      expect(await place(token, json.id, { to: 'into', channelId })).toMatchObject(missing);
    expect(await place(token, there.channels.ywdt!, { to: 'up' })).toMatchObject(missing);
  });
});
