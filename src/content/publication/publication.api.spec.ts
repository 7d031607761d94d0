import pg from 'pg';
import { anApi, aToken, type TestApi } from '../../../test/api.js';
import { aDocument, aSite, type BuiltSite, publish } from '../../../test/builders.js';
import { aGrant, anAccount, aPerson } from '../../../test/people.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import type { Role } from '../../authority/role.js';
import { newId } from '../../kernel/id.js';
import { publicationResource } from './publication-resource.js';

const CHANNELS = ['ywdt', 'zwgk/jy', 'zwgk/jy/kc', 'zwgk/jyj'];

let platform: TestPlatform;
let superuser: pg.Client;
let api: TestApi;
let here: BuiltSite;
let there: BuiltSite;
/** Newest first. */
let rows: { id: string; siteId: string; channel: string }[];

beforeAll(async () => {
  platform = await aPlatform();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  api = await anApi(platform);
  here = await aSite(platform, { slug: 'here', channels: CHANNELS });
  there = await aSite(platform, { slug: 'there', channels: CHANNELS });
  // Some on the same day at 00:00, so that the time alone gives no order.
  for (const publishedOn of ['2026-03-02', '2026-03-01', '2026-03-02'])
    for (const site of [here, there])
      for (const channel of CHANNELS) await publish(platform, site, channel, aDocument({ publishedOn }));
  rows = (
    await superuser.query(
      `SELECT p.id, p.site_id AS "siteId", c.path AS channel FROM publication p JOIN channel c ON c.id = p.channel_id
       ORDER BY p.placed_at DESC, p.id DESC`,
    )
  ).rows;
});

afterAll(async () => {
  await api?.close();
  await superuser?.end();
  await platform?.close();
});

async function tokenOf(site: BuiltSite, role: Role, over?: Parameters<typeof aPerson>[3]) {
  return (await aToken(platform, (await aPerson(platform, site, role, over)).account)).token;
}
async function idsOf(path: string, token: string): Promise<string[]> {
  const found = [];
  for (let next: string | null = path; next; ) {
    const { status, json } = await api.ask(next, { token });
    expect(status).toBe(200);
    for (const publication of json.data) {
      publicationResource.schema.parse(publication);
      found.push(publication.id);
    }
    next = json.next?.slice('https://console.example'.length) ?? null;
  }
  return found;
}
const missing = { status: 404, json: { type: '/api/docs#authority.missing' } };

const PEOPLE: [string, () => Promise<string>, (row: { siteId: string; channel: string }) => boolean][] = [
  [
    'a platform’s supervisor',
    async () => {
      const account = await anAccount(platform);
      await aGrant(platform, account, { role: 'supervisor', scope: 'platform' });
      return (await aToken(platform, account)).token;
    },
    () => true,
  ],
  ['an administrator here', () => tokenOf(here, 'tenant-administrator'), (row) => row.siteId === here.id],
  ['an administrator there', () => tokenOf(there, 'tenant-administrator'), (row) => row.siteId === there.id],
  ['a site’s publisher', () => tokenOf(here, 'publisher', 'site'), (row) => row.siteId === here.id],
  [
    'a channel’s editor',
    () => tokenOf(here, 'editor', { channel: 'zwgk/jy' }),
    (row) => row.siteId === here.id && /^zwgk\/jy(\/|$)/.test(row.channel),
  ],
];

describe.each(PEOPLE)('%s', (_, makeToken, sees) => {
  it('lists what is theirs to see, newest first, and sees the same one by one', async () => {
    const token = await makeToken();
    const wanted = rows.filter(sees).map((row) => row.id);
    expect(wanted.length).toBeGreaterThan(0);
    expect(await idsOf('/api/v1/publications', token)).toEqual(wanted);
    expect(await idsOf('/api/v1/publications?limit=2', token)).toEqual(wanted);
    for (const row of rows) {
      const answer = await api.ask(`/api/v1/publications/${row.id}`, { token });
      if (sees(row)) expect(answer).toMatchObject({ status: 200, json: { id: row.id, siteId: row.siteId } });
      else expect(answer).toMatchObject(missing);
    }
    for (const site of [here, there]) {
      const inSite = rows.filter((row) => sees(row) && row.siteId === site.id);
      expect(await idsOf(`/api/v1/publications?site=${site.id}&limit=3`, token)).toEqual(inSite.map((row) => row.id));
      for (const channel of CHANNELS)
        expect(await idsOf(`/api/v1/publications?channel=${site.channels[channel]}`, token)).toEqual(
          inSite.filter((row) => row.channel === channel).map((row) => row.id),
        );
    }
    expect(await api.ask(`/api/v1/publications/${newId()}`, { token })).toMatchObject(missing);
  });
});

it('has the address that visitors know, and what has become of it', async () => {
  const token = await tokenOf(here, 'tenant-administrator');
  const document = aDocument({ title: '取暖通知（示例）', pinned: true });
  const { itemId, path } = await publish(platform, here, 'ywdt', document);
  const { json } = await api.ask(`/api/v1/publications?channel=${here.channels.ywdt}&limit=1`, { token });
  expect(json.data[0]).toMatchObject({
    itemId,
    title: '取暖通知（示例）',
    address: `https://here.localhost/${path}`,
    state: 'public',
    pinned: true,
    visibleUntil: null,
  });
  await superuser.query(`UPDATE publication SET state = 'withdrawn' WHERE item_id = $1`, [itemId]);
  expect((await api.ask(`/api/v1/publications/${json.data[0].id}`, { token })).json.state).toBe('withdrawn');
});

it('a text of another tenant keeps its title behind that tenant’s wall', async () => {
  const { itemId } = await publish(platform, there, 'ywdt', aDocument({ title: '别的单位的稿件' }));
  const id = newId();
  await superuser.query(
    `INSERT INTO publication (tenant_id, id, site_id, channel_id, source_tenant_id, item_id, path, placed_at, visible_from)
     VALUES ($1, $2, $3, $4, $5, $6, 'ywdt/202611/t20261101_1.html', now(), now())`,
    [here.tenantId, id, here.id, here.channels.ywdt, there.tenantId, itemId],
  );
  const token = await tokenOf(here, 'editor', { channel: 'ywdt' });
  expect((await api.ask(`/api/v1/publications/${id}`, { token })).json).toMatchObject({ itemId, title: null });
  expect(await api.ask(`/api/v1/items/${itemId}`, { token })).toMatchObject(missing);
  const { json } = await api.ask('/api/v1/items', { token });
  expect(json.data.map((item: { id: string }) => item.id)).not.toContain(itemId);
});
