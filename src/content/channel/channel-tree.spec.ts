import pg from 'pg';
import { aDocument, aSite, type BuiltSite, publish } from '../../../test/builders.js';
import { aGrant, anAccount, aPerson } from '../../../test/people.js';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import { type DeskContext, may, operatorContext, reading } from '../../authority/desk-context.js';
import type { Role } from '../../authority/role.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { newId } from '../../kernel/id.js';
import { findChannelTree } from './channel-tree.js';

let platform: TestPlatform;
let superuser: pg.Client;
let here: BuiltSite;

beforeAll(async () => {
  platform = await aPlatform();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
});

beforeEach(async () => {
  here = await aSite(platform, { channels: ['ywdt', 'zwgk/zcwj/jy/kaoshi', 'zwgk/zcwj/wj'] });
});

afterAll(async () => {
  await superuser?.end();
  await platform?.close();
});

/** Every power over the tenants of these sites. */
const everyPower = (...sites: BuiltSite[]) =>
  operatorContext(
    OPERATOR,
    sites.map((site) => site.tenantId),
  );
/** Somebody of the site's tenant who holds one role, over the site or a channel of it. */
const holder = async (site: BuiltSite, role: Role, over: 'tenant' | 'site' | { channel: string } = 'site') =>
  (await aPerson(platform, site, role, over)).ctx;

const rows = async <T = Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<T[]> =>
  (await superuser.query(sql, values)).rows;

/** The tree, and how many statements it took. */
async function treeOf(ctx: DeskContext, site = here, now = new Date()) {
  let statements = 0;
  const tree = await platform.work.run(reading(ctx), (tx) => {
    const counted: Tx = {
      ...tx,
      query: (sql, parameters) => {
        statements += 1;
        return tx.query(sql, parameters);
      },
    };
    return findChannelTree(counted, ctx, platform.calendar, site, now);
  });
  return { tree, statements, at: (path: string) => tree.find((row) => row.path === path)! };
}

/** Somebody of the tenant who holds a role over the tenant, the site or a channel. */
async function aWorker(role: Role, over: { channel: string } | 'site' | 'tenant', endsAt: Date | null = null) {
  const scope = typeof over === 'string' ? over : 'channel';
  return aGrant(platform, await anAccount(platform, { tenantId: here.tenantId }), {
    role,
    scope,
    siteId: scope === 'tenant' ? null : here.id,
    channelId: typeof over === 'object' ? here.channels[over.channel] : null,
    endsAt,
  });
}

it('shows each channel in its place, with whom to call and what is in it', async () => {
  await publish(platform, here, 'zwgk/zcwj/jy');
  await publish(platform, here, 'zwgk/zcwj/jy', aDocument({ publishedOn: '2015-03-01' }));
  await rows(
    `UPDATE channel SET responsible_name = '李四', responsible_telephone = '0431', update_days = 7, limit_days = 14,
       organ_id = (SELECT id FROM organ WHERE tenant_id = $1) WHERE id = $2`,
    [here.tenantId, here.channels['zwgk/zcwj/jy']],
  );
  const { tree, at } = await treeOf(everyPower(here));
  expect(tree.map((row) => [row.depth, row.path])).toEqual([
    [0, 'ywdt'],
    [0, 'zwgk'],
    [1, 'zwgk/zcwj'],
    [2, 'zwgk/zcwj/jy'],
    [3, 'zwgk/zcwj/jy/kaoshi'],
    [2, 'zwgk/zcwj/wj'],
  ]);
  const today = platform.calendar.day(new Date());
  expect(at('zwgk/zcwj/jy')).toMatchObject({
    parentId: here.channels['zwgk/zcwj'],
    organ: { name: `${here.label}人民政府` },
    responsibleName: '李四',
    responsibleTelephone: '0431',
    published: 2,
    lastOn: today,
    days: 0,
    light: 'ok',
    inherited: true,
    may: { change: true, arrange: true, arrangeBelow: true },
  });
  // A list shows what is below it.
  expect(at('zwgk')).toMatchObject({ published: 2, lastOn: today });
  expect(at('zwgk/zcwj/wj')).toMatchObject({ published: 0, lastOn: null, light: 'off' });
});

it('counts the days since the latest text, and puts the worst light on those above', async () => {
  const promise = (path: string) =>
    rows('UPDATE channel SET update_days = 7, limit_days = 14 WHERE id = $1', [here.channels[path]]);
  await promise('zwgk/zcwj/jy');
  await promise('zwgk/zcwj/wj');
  await publish(platform, here, 'zwgk/zcwj/jy', aDocument({ publishedOn: '2026-03-01' }));
  await publish(platform, here, 'zwgk/zcwj/wj', aDocument({ publishedOn: '2026-03-08' }));
  const { at } = await treeOf(everyPower(here), here, platform.calendar.instant('2026-03-16 09:00'));
  expect(at('zwgk/zcwj/jy')).toMatchObject({ lastOn: '2026-03-01', days: 15, light: 'bad' });
  expect(at('zwgk/zcwj/wj')).toMatchObject({ days: 8, light: 'warn' });
  for (const path of ['zwgk', 'zwgk/zcwj'])
    expect(at(path)).toMatchObject({ light: 'off', below: { light: 'bad', channels: 1 }, lastOn: '2026-03-08' });
  expect(at('ywdt').below).toBeNull();
});

it('lets a channel without any text be late from the day it was made, and promises nothing of a closed one', async () => {
  await rows(
    `UPDATE channel SET update_days = 7, limit_days = 14, created_at = now() - interval '20 days' WHERE id = ANY ($1)`,
    [[here.channels.ywdt, here.channels.zwgk]],
  );
  await rows(`UPDATE channel SET state = 'closed' WHERE id = $1`, [here.channels.zwgk]);
  const { at } = await treeOf(everyPower(here));
  expect(at('ywdt')).toMatchObject({ lastOn: null, days: 20, light: 'bad' });
  expect(at('zwgk')).toMatchObject({ light: 'off', state: 'closed' });
});

it('counts only what visitors can see', async () => {
  const [withdrawn, later] = [await publish(platform, here, 'ywdt'), await publish(platform, here, 'ywdt')];
  await publish(platform, here, 'ywdt');
  await rows(`UPDATE publication SET state = 'withdrawn' WHERE item_id = $1`, [withdrawn.itemId]);
  await rows(`UPDATE publication SET visible_from = now() + interval '1 day' WHERE item_id = $1`, [later.itemId]);
  expect((await treeOf(everyPower(here))).at('ywdt').published).toBe(1);
});

it('shows a bureau its own subtree alone, with the names above it', async () => {
  const bureau = await holder(here, 'channel-manager', { channel: 'zwgk/zcwj/jy' });
  const { tree } = await treeOf(bureau);
  expect(tree.map((row) => [row.depth, row.path, row.parentId])).toEqual([
    [0, 'zwgk/zcwj/jy', null],
    [1, 'zwgk/zcwj/jy/kaoshi', here.channels['zwgk/zcwj/jy']],
  ]);
  expect(tree.map((row) => row.above)).toEqual([['栏目 zwgk', '栏目 zwgk/zcwj'], []]);
  expect(tree.map((row) => row.may)).toEqual([
    { change: true, arrange: false, arrangeBelow: true },
    { change: true, arrange: true, arrangeBelow: true },
  ]);
  // Nothing of a neighbour, not even its name.
  expect(JSON.stringify(tree)).not.toMatch(/zcwj\/wj|ywdt/);
});

it.each(['channel-manager', 'editor', 'contractor', 'supervisor', 'letter-clerk'] as const)(
  'lists for a %s exactly those that are readable one by one',
  async (role) => {
    const reaches = role === 'supervisor' ? (['tenant'] as const) : (['site', { channel: 'zwgk/zcwj/jy' }] as const);
    for (const over of reaches) {
      const ctx = await holder(here, role, over);
      const one = Object.keys(here.channels).filter((channelPath) =>
        may(ctx, 'channel.read', { tenantId: here.tenantId, siteId: here.id, channelPath }),
      );
      const listed = await treeOf(ctx).then(
        ({ tree }) => tree.map((row) => row.path),
        (error: { code: string }) => (error.code === 'authority.missing' ? [] : Promise.reject(error)),
      );
      expect(listed.sort()).toEqual(one.sort());
    }
  },
);

it('counts grants over a channel and over what contains it, of those that the caller may see', async () => {
  await aWorker('editor', { channel: 'zwgk/zcwj/jy' });
  await aWorker('editor', { channel: 'zwgk/zcwj/jy' });
  await aWorker('editor', { channel: 'zwgk' });
  await aWorker('reviewer', 'site');
  await aWorker('publisher', 'tenant');
  const ended = await aWorker('editor', { channel: 'zwgk/zcwj/jy' });
  await rows(`UPDATE access_grant SET ended_at = now(), ended_by = 'x' WHERE id = $1`, [ended]);
  await aWorker('editor', { channel: 'zwgk/zcwj/jy' }, new Date(Date.now() - 60_000));

  const sorted = (grants: { role: Role; own: number; inherited: number }[]) =>
    [...grants].sort((a, b) => (a.role < b.role ? -1 : 1));
  const chief = await treeOf(everyPower(here));
  expect(sorted(chief.at('zwgk/zcwj/jy').grants)).toEqual([
    { role: 'editor', own: 2, inherited: 1 },
    { role: 'publisher', own: 0, inherited: 1 },
    { role: 'reviewer', own: 0, inherited: 1 },
  ]);
  expect(sorted(chief.at('ywdt').grants)).toEqual([
    { role: 'publisher', own: 0, inherited: 1 },
    { role: 'reviewer', own: 0, inherited: 1 },
  ]);
  const bureau = await treeOf(await holder(here, 'channel-manager', { channel: 'zwgk/zcwj/jy' }));
  expect(sorted(bureau.at('zwgk/zcwj/jy').grants)).toEqual([
    { role: 'channel-manager', own: 1, inherited: 0 },
    { role: 'editor', own: 2, inherited: 0 },
  ]);
  expect((await treeOf(await holder(here, 'editor'))).at('zwgk/zcwj/jy').grants).toEqual([]);
});

it('answers for a site out of sight as for none', async () => {
  const there = await aSite(platform);
  const chief = await holder(here, 'editor-in-chief');
  for (const site of [there, { ...there, tenantId: here.tenantId }, { ...here, id: newId() }])
    await expect(treeOf(chief, site as BuiltSite)).rejects.toMatchObject({ code: 'authority.missing' });
});

it('takes as many statements for many channels as for few', async () => {
  const large = await aSite(platform, { channels: Array.from({ length: 60 }, (_, i) => `a/b${i % 6}/c${i}`) });
  const few = await treeOf(await holder(here, 'channel-manager', { channel: 'zwgk/zcwj/jy' }));
  const many = await treeOf(everyPower(large), large);
  expect(many.tree).toHaveLength(67);
  expect(many.statements).toBe(few.statements);
});
