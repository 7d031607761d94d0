import pg from 'pg';
import { anApi, aToken, type TestApi } from '../../../test/api.js';
import { aSite, type BuiltSite } from '../../../test/builders.js';
import { aGrant, anAccount, aPerson, type BuiltAccount } from '../../../test/people.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import { newId } from '../../kernel/id.js';
import { siteResource } from './site-resource.js';

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
  here = await aSite(platform, { slug: 'here' });
  there = await aSite(platform, { slug: 'there' });
});

afterAll(async () => {
  await api?.close();
  await superuser?.end();
  await platform?.close();
});

const tokenOf = async ({ account }: { account: BuiltAccount }, over = {}) =>
  (await aToken(platform, account, over)).token;
const idsIn = (json: { data: { id: string }[] }) => json.data.map((one) => one.id);
const shape = ({ status, json }: { status: number; json: Record<string, unknown> }) => {
  const { instance, requestId, ...rest } = json;
  return { status, rest };
};

it('gives a site with its address and what it says of itself', async () => {
  const token = await tokenOf(await aPerson(platform, here, 'tenant-administrator'));
  const { status, json } = await api.ask(`/api/v1/sites/${here.id}`, { token });
  expect(status).toBe(200);
  expect(siteResource.schema.parse(json)).toMatchObject({
    id: here.id,
    tenantId: here.tenantId,
    tenantName: 'here',
    kind: 'portal',
    name: 'here人民政府',
    address: 'https://here.localhost/',
    state: 'open',
    parentSiteId: null,
  });
});

it('gives a sub-site the address of its portal, and a site under its own domain that', async () => {
  const token = await tokenOf(await aPerson(platform, here, 'tenant-administrator'));
  const id = newId();
  await superuser.query(
    `INSERT INTO site (tenant_id, id, kind, level, key, parent_site_id, prefix, region_path, name, short_name, sponsor_id, undertaker_id)
     SELECT tenant_id, $2, 'township', 'township', 'xz/kaian', id, '/xz/kaian/', region_path, '开安镇', '开安', sponsor_id, sponsor_id
     FROM site WHERE id = $1`,
    [here.id, id],
  );
  expect((await api.ask(`/api/v1/sites/${id}`, { token })).json).toMatchObject({
    address: 'https://here.localhost/xz/kaian/',
    parentSiteId: here.id,
    kind: 'township',
  });
  await superuser.query(`UPDATE hostname SET is_primary = false WHERE site_id = $1`, [here.id]);
  await superuser.query(
    `INSERT INTO hostname (tenant_id, name, under_base, site_id) VALUES ($1, 'www.here.example', false, $2)`,
    [here.tenantId, here.id],
  );
  expect((await api.ask(`/api/v1/sites/${id}`, { token })).json.address).toBe('https://www.here.example/xz/kaian/');
  const { json } = await api.ask('/api/v1/sites?kind=township', { token });
  expect(idsIn(json)).toEqual([id]);
  expect(idsIn((await api.ask('/api/v1/sites?kind=portal&state=open', { token })).json)).toEqual([here.id]);
  expect(idsIn((await api.ask('/api/v1/sites?state=retired', { token })).json)).toEqual([]);
  await superuser.query('DELETE FROM site WHERE id = $1', [id]);
});

it.each([
  ['here', () => [here, there]],
  ['there', () => [there, here]],
])('another tenant’s site is missing like one that is not there: seen from %s', async (_, sites) => {
  const [own, foreign] = sites();
  const token = await tokenOf(await aPerson(platform, own!, 'tenant-administrator'));
  const stranger = await api.ask(`/api/v1/sites/${foreign!.id}`, { token });
  const missing = await api.ask(`/api/v1/sites/${newId()}`, { token });
  expect(stranger).toMatchObject({ status: 404, json: { type: '/api/docs#authority.missing' } });
  expect(shape(stranger)).toEqual(shape(missing));
  expect(Object.keys(stranger.json)).toEqual(Object.keys(missing.json));
  expect(idsIn((await api.ask('/api/v1/sites', { token })).json)).toEqual([own!.id]);
});

it('who holds a channel may list its site, and nothing beside it', async () => {
  const token = await tokenOf(await aPerson(platform, here, 'editor', { channel: 'zwgk/zcwj' }));
  expect(idsIn((await api.ask('/api/v1/sites', { token })).json)).toEqual([here.id]);
});

it('a token for one site shows that one, whatever its account may', async () => {
  const account = await anAccount(platform);
  await aGrant(platform, account, { role: 'supervisor', scope: 'platform' });
  expect(idsIn((await api.ask('/api/v1/sites', { token: await tokenOf({ account }) })).json)).toEqual([
    here.id,
    there.id,
  ]);
  const token = await tokenOf({ account }, { site: { tenantId: there.tenantId, siteId: there.id } });
  expect(idsIn((await api.ask('/api/v1/sites', { token })).json)).toEqual([there.id]);
  expect((await api.ask(`/api/v1/sites/${here.id}`, { token })).status).toBe(404);
  expect((await api.ask(`/api/v1/sites/${here.id}/channels`, { token })).status).toBe(404);
  expect((await api.ask(`/api/v1/channels/${here.channels.ywdt}`, { token })).status).toBe(404);
  expect((await api.ask(`/api/v1/channels/${there.channels.ywdt}`, { token })).status).toBe(200);
});

it('an account without a grant gets nothing at all', async () => {
  const account = await anAccount(platform, { tenantId: here.tenantId });
  const grant = await aGrant(platform, account, { role: 'editor', scope: 'site', siteId: here.id });
  const token = await tokenOf({ account });
  await superuser.query(`UPDATE access_grant SET ends_at = now() - interval '1 second' WHERE id = $1`, [grant]);
  for (const path of ['sites', `sites/${here.id}`, `channels/${here.channels.ywdt}`, 'items', 'publications'])
    expect((await api.ask(`/api/v1/${path}`, { token })).status).toBe(403);
});
