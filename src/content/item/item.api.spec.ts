import pg from 'pg';
import { anApi, aToken, type TestApi } from '../../../test/api.js';
import { aDocument, aMedium, aSite, type BuiltSite, publish } from '../../../test/builders.js';
import { aGrant, anAccount, aPerson, type BuiltAccount } from '../../../test/people.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import { statementsOf } from '../../../test/statements.js';
import type { Role } from '../../authority/role.js';
import { newId } from '../../kernel/id.js';
import { itemResource, itemTextResource } from './item-resource.js';

const CHANNELS = ['ywdt', 'zwgk/jy', 'zwgk/jy/kc', 'zwgk/jyj'];

let platform: TestPlatform;
let superuser: pg.Client;
let api: TestApi;
let here: BuiltSite;
let beside: BuiltSite;
let there: BuiltSite;
/** Ids of items by `site channel`, in the order in which they were made. */
const made: { site: BuiltSite; channel: string; id: string }[] = [];

beforeAll(async () => {
  platform = await aPlatform();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  api = await anApi(platform);
  here = await aSite(platform, { slug: 'here', channels: CHANNELS });
  beside = await secondSiteOf(here);
  there = await aSite(platform, { slug: 'there', channels: CHANNELS });
  for (let round = 0; round < 3; round += 1)
    for (const site of [here, beside, there])
      for (const channel of CHANNELS) {
        const { itemId } = await publish(
          platform,
          site,
          channel,
          aDocument({ title: `${site.label} ${channel} ${round}` }),
        );
        made.push({ site, channel, id: itemId });
      }
});

afterAll(async () => {
  await api?.close();
  await superuser?.end();
  await platform?.close();
});

/** Another site of the same tenant, with the same channels. */
async function secondSiteOf(site: BuiltSite): Promise<BuiltSite> {
  const id = newId();
  await superuser.query(
    `INSERT INTO site (tenant_id, id, kind, level, key, parent_site_id, prefix, region_path, name, short_name, sponsor_id, undertaker_id)
     SELECT tenant_id, $2, 'department', level, 'bm/jyj', id, '/bm/jyj/', region_path, '教育局', '教育局', sponsor_id, sponsor_id
     FROM site WHERE id = $1`,
    [site.id, id],
  );
  const channels: Record<string, string> = {};
  for (const path of ['ywdt', 'zwgk', ...CHANNELS.slice(1)]) {
    channels[path] = newId();
    const segments = path.split('/');
    await superuser.query(
      `INSERT INTO channel (tenant_id, id, site_id, parent_id, slug, path, depth, position, name, column_type, item_kind)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $6, '工作动态', 'article')`,
      [
        site.tenantId,
        channels[path],
        id,
        channels[segments.slice(0, -1).join('/')] ?? null,
        segments.at(-1),
        path,
        segments.length,
      ],
    );
  }
  return { ...site, id, label: 'beside', channels };
}

const tokenOf = async (account: BuiltAccount, over = {}) => (await aToken(platform, account, over)).token;
async function personsToken(site: BuiltSite, role: Role, over?: Parameters<typeof aPerson>[3], more = {}) {
  return tokenOf((await aPerson(platform, site, role, over)).account, more);
}
const newestFirst = (which: (one: (typeof made)[number]) => boolean) =>
  made
    .filter(which)
    .map((one) => one.id)
    .toReversed();
const missing = { status: 404, json: { type: '/api/docs#authority.missing' } };

/** Every page of a list, by its own links. */
async function all(path: string, token: string): Promise<{ id: string; updatedAt: string }[]> {
  const found = [];
  for (let next: string | null = path; next; ) {
    const { status, json } = await api.ask(next, { token });
    expect(status).toBe(200);
    found.push(...json.data);
    next = json.next?.slice('https://console.example'.length) ?? null;
  }
  return found;
}
const idsOf = async (path: string, token: string) => (await all(path, token)).map((item) => item.id);

/** Who sees what: said by hand. */
const PEOPLE: [string, () => Promise<string>, (one: (typeof made)[number]) => boolean][] = [
  [
    'a platform’s supervisor',
    async () => {
      const account = await anAccount(platform);
      await aGrant(platform, account, { role: 'supervisor', scope: 'platform' });
      return tokenOf(account);
    },
    () => true,
  ],
  ['a tenant’s administrator', () => personsToken(here, 'tenant-administrator'), ({ site }) => site !== there],
  ['another tenant’s administrator', () => personsToken(there, 'tenant-administrator'), ({ site }) => site === there],
  ['a site’s editor-in-chief', () => personsToken(here, 'editor-in-chief', 'site'), ({ site }) => site === here],
  [
    'a channel’s editor',
    () => personsToken(here, 'editor', { channel: 'zwgk/jy' }),
    ({ site, channel }) => site === here && (channel === 'zwgk/jy' || channel === 'zwgk/jy/kc'),
  ],
  [
    'an editor of a site and of a channel elsewhere',
    async () => {
      const { account } = await aPerson(platform, beside, 'editor', 'site');
      await aGrant(platform, account, {
        role: 'editor',
        scope: 'channel',
        tenantId: there.tenantId,
        siteId: there.id,
        channelId: there.channels.ywdt,
      });
      return tokenOf(account);
    },
    ({ site, channel }) => site === beside || (site === there && channel === 'ywdt'),
  ],
  [
    'an administrator who edits a channel of the same tenant too',
    async () => {
      const { account } = await aPerson(platform, here, 'tenant-administrator');
      await aGrant(platform, account, {
        role: 'editor',
        scope: 'channel',
        siteId: here.id,
        channelId: here.channels.ywdt,
      });
      return tokenOf(account);
    },
    ({ site }) => site !== there,
  ],
  [
    'a supervisor by a token for one site',
    async () => {
      const account = await anAccount(platform);
      await aGrant(platform, account, { role: 'supervisor', scope: 'platform' });
      return tokenOf(account, { site: { tenantId: beside.tenantId, siteId: beside.id } });
    },
    ({ site }) => site === beside,
  ],
  [
    'a channel’s editor by a token for the site',
    async () =>
      personsToken(here, 'editor', { channel: 'zwgk/jy' }, { site: { tenantId: here.tenantId, siteId: here.id } }),
    ({ site, channel }) => site === here && (channel === 'zwgk/jy' || channel === 'zwgk/jy/kc'),
  ],
];

describe.each(PEOPLE)('%s', (_, makeToken, sees) => {
  let token: string;
  beforeAll(async () => {
    token = await makeToken();
  });

  it('lists what is theirs to see, newest first, whatever the length of a page', async () => {
    const wanted = newestFirst(sees);
    expect(await idsOf('/api/v1/items', token)).toEqual(wanted);
    expect(await idsOf('/api/v1/items?limit=2', token)).toEqual(wanted);
  });

  it('sees one by one what the list has, and nothing else', async () => {
    for (const one of made) {
      const answer = await api.ask(`/api/v1/items/${one.id}`, { token });
      if (sees(one)) expect(answer).toMatchObject({ status: 200, json: { id: one.id, siteId: one.site.id } });
      else expect(answer).toMatchObject(missing);
    }
  });

  it('follows changes in their order, page by page', async () => {
    const wanted = newestFirst(sees).toReversed();
    expect(await idsOf('/api/v1/items?updatedSince=2020-01-01T00:00:00Z&limit=2', token)).toEqual(wanted);
  });

  it('narrows to a site or a channel of theirs; a stranger’s has nothing in it', async () => {
    for (const site of [here, beside, there]) {
      const inSite = (one: (typeof made)[number]) => sees(one) && one.site === site;
      expect(await idsOf(`/api/v1/items?site=${site.id}&limit=2`, token)).toEqual(newestFirst(inSite));
      for (const channel of CHANNELS)
        expect(await idsOf(`/api/v1/items?channel=${site.channels[channel]}`, token)).toEqual(
          newestFirst((one) => inSite(one) && one.channel === channel),
        );
    }
    expect(await idsOf(`/api/v1/items?site=${newId()}`, token)).toEqual([]);
    expect(await idsOf(`/api/v1/items?channel=${newId()}`, token)).toEqual([]);
    expect(await idsOf(`/api/v1/items?site=${here.id}&channel=${there.channels.ywdt}`, token)).toEqual([]);
  });
});

it('an item has the form that the documents state, in lists and by itself', async () => {
  const token = await personsToken(here, 'tenant-administrator');
  const { json } = await api.ask('/api/v1/items', { token });
  for (const item of json.data) itemResource.schema.parse(item);
  const medium = aMedium(here);
  const document = aDocument({
    kind: 'policy-document',
    title: '关于取暖的通知（示例）',
    documentNumber: '示政发〔2026〕1号',
    keywords: ['取暖'],
    html: '<p>全文。</p>',
  });
  const { itemId, serial } = await publish(platform, here, 'zwgk/jyj', document, [medium]);
  made.push({ site: here, channel: 'zwgk/jyj', id: itemId });
  const one = await api.ask(`/api/v1/items/${itemId}`, { token });
  expect(itemTextResource.schema.parse(one.json)).toMatchObject({
    serial,
    kind: 'policy-document',
    title: '关于取暖的通知（示例）',
    documentNumber: '示政发〔2026〕1号',
    state: 'public',
    edition: 1,
    html: '<p>全文。</p>',
    keywords: ['取暖'],
    attachments: [{ name: medium.name, size: 10, sha256: medium.sha256, mediaType: 'application/pdf' }],
  });
  expect(JSON.stringify(one.json)).not.toContain(medium.objectKey);
});

it('what changes comes again after what was read, with its new edition', async () => {
  const token = await personsToken(there, 'editor-in-chief', 'site');
  const document = aDocument({ title: '第一版' });
  const { itemId } = await publish(platform, there, 'ywdt', document);
  const before = await all('/api/v1/items?updatedSince=2020-01-01T00:00:00Z', token);
  await publish(platform, there, 'ywdt', { ...document, title: '第二版' });
  const since = before.at(-1)!.updatedAt;
  const after = await all(`/api/v1/items?updatedSince=${since}`, token);
  expect(after.at(-1)).toMatchObject({ id: itemId, title: '第二版', edition: 2, updatedAt: expect.any(String) });
  expect(await idsOf(`/api/v1/items?updatedSince=${encodeURIComponent('2100-01-01T08:00:00+08:00')}`, token)).toEqual(
    [],
  );
  made.push({ site: there, channel: 'ywdt', id: itemId });
});

it('an item that stands in no channel is seen by who sees the site, and not by who holds a channel', async () => {
  const id = newId();
  await superuser.query(
    `INSERT INTO item (tenant_id, id, site_id, kind, source_by, source_value) VALUES ($1, $2, $3, 'article', 'id', 'x')`,
    [here.tenantId, id, here.id],
  );
  const editor = await personsToken(here, 'editor', { channel: 'zwgk/jy' });
  expect(await api.ask(`/api/v1/items/${id}`, { token: editor })).toMatchObject(missing);
  expect(await idsOf('/api/v1/items', editor)).not.toContain(id);
  const chief = await personsToken(here, 'editor-in-chief', 'site');
  const { json } = await api.ask(`/api/v1/items/${id}`, { token: chief });
  expect(itemTextResource.schema.parse(json)).toMatchObject({ id, title: null, state: 'unreleased', html: null });
  expect((await idsOf('/api/v1/items', chief))[0]).toBe(id);
  await superuser.query('DELETE FROM item WHERE id = $1', [id]);
});

it('an item placed on another site too is its own site’s: the same in a list and one by one', async () => {
  const { id } = made.find((one) => one.site === here && one.channel === 'ywdt')!;
  await superuser.query(
    `INSERT INTO publication (tenant_id, id, site_id, channel_id, source_tenant_id, item_id, path, placed_at, visible_from)
     VALUES ($1, $2, $3, $4, $1, $5, 'zwgk/jy/202611/t20261101_1.html', now(), now())`,
    [beside.tenantId, newId(), beside.id, beside.channels['zwgk/jy'], id],
  );
  const people: [BuiltSite, Role, Parameters<typeof aPerson>[3], boolean][] = [
    [beside, 'editor', { channel: 'zwgk/jy' }, false],
    [beside, 'editor', 'site', false],
    [here, 'editor', { channel: 'ywdt' }, true],
    [here, 'editor', { channel: 'zwgk/jy' }, false],
    [here, 'tenant-administrator', 'tenant', true],
  ];
  for (const [site, role, over, sees] of people) {
    const token = await personsToken(site, role, over);
    expect((await api.ask(`/api/v1/items/${id}`, { token })).status).toBe(sees ? 200 : 404);
    for (const query of ['', '?updatedSince=2020-01-01T00:00:00Z'])
      expect((await idsOf(`/api/v1/items${query}`, token)).filter((one) => one === id)).toHaveLength(sees ? 1 : 0);
  }
});

it('items are read only so far: nothing else is taken', async () => {
  const token = await personsToken(here, 'tenant-administrator');
  for (const path of ['/api/v1/items', `/api/v1/items/${made[0]!.id}`]) {
    for (const method of ['POST', 'PUT', 'PATCH'])
      expect((await api.ask(path, { token, method, body: {} })).status).toBe(405);
    expect((await api.ask(path, { token, method: 'DELETE' })).status).toBe(405);
  }
});

it('a list takes as many statements with many sites as with one', async () => {
  const account = await anAccount(platform);
  await aGrant(platform, account, { role: 'supervisor', scope: 'platform' });
  const token = await tokenOf(account);
  const paths = ['/api/v1/items', '/api/v1/publications', '/api/v1/sites', `/api/v1/sites/${here.id}/channels`];
  // The first request with a token notes its use.
  await api.ask('/api/v1/items', { token });
  const before = [];
  for (const path of paths) before.push(await statementsOf(() => api.ask(path, { token })));
  for (let i = 0; i < 20; i += 1) await publish(platform, await aSite(platform), 'ywdt');
  const after = [];
  for (const path of paths) after.push(await statementsOf(() => api.ask(path, { token })));
  expect(after).toEqual(before);
});
