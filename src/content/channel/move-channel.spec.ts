import pg from 'pg';
import { aSite, type BuiltSite } from '../../../test/builders.js';
import { aPerson } from '../../../test/people.js';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import { operatorContext } from '../../authority/desk-context.js';
import type { Role } from '../../authority/role.js';
import { UserError } from '../../kernel/user-error.js';
import type { ChannelMove } from './channel-place.js';
import { HideChannel } from './channel-state.js';
import { CreateChannel } from './create-channel.js';
import { DeleteChannel } from './delete-channel.js';
import { MoveChannel } from './move-channel.js';

let platform: TestPlatform;
let superuser: pg.Client;
let here: BuiltSite;
let move: MoveChannel;

beforeAll(async () => {
  platform = await aPlatform();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  move = new MoveChannel(platform.work);
});

beforeEach(async () => {
  here = await aSite(platform, { channels: ['a/x', 'a/y/deep', 'a/z', 'b/y', 'c'] });
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
const to = (path: string, where: ChannelMove, ctx = everyPower(here)) =>
  move.run(ctx, here, here.channels[path]!, where);
const missing = { code: 'authority.missing' };
const refused = { code: 'authority.refused' };

interface Standing {
  id: string;
  parent_id: string | null;
  path: string;
  slug: string;
  depth: number;
  position: number;
}
const standing = () =>
  rows<Standing>('SELECT id, parent_id, path, slug, depth, position FROM channel WHERE site_id = $1', [here.id]);
/** Paths in the order of the tree. */
async function tree(): Promise<string[]> {
  const all = await standing();
  const under = (parent: string | null): string[] =>
    all
      .filter((c) => c.parent_id === parent)
      .sort((a, b) => a.position - b.position)
      .flatMap((c) => [c.path, ...under(c.id)]);
  return under(null);
}
const redirects = async () =>
  Object.fromEntries(
    (
      await rows<{ from_path: string; to_path: string }>('SELECT from_path, to_path FROM redirect WHERE site_id = $1', [
        here.id,
      ])
    ).map((row) => [row.from_path, row.to_path]),
  );

/** What must hold of every tree, however it came about. */
async function expectSound(): Promise<void> {
  const all = await standing();
  const byId = new Map(all.map((c) => [c.id, c]));
  for (const channel of all) {
    const parent = channel.parent_id === null ? null : byId.get(channel.parent_id)!;
    expect(channel.path).toBe(parent ? `${parent.path}/${channel.slug}` : channel.slug);
    expect(channel.depth).toBe((parent?.depth ?? 0) + 1);
    expect(channel.depth).toBeLessThanOrEqual(6);
  }
  expect(await tree()).toHaveLength(all.length);
  const seats = all.map((c) => `${c.parent_id} ${c.position}`);
  expect(new Set(seats).size).toBe(seats.length);
  const live = new Set(all.map((c) => `${c.path}/`));
  const lead = await redirects();
  for (const [from, target] of Object.entries(lead)) {
    expect(lead[target]).toBeUndefined();
    expect(live.has(target)).toBe(true);
    expect(from).not.toBe(target);
  }
}

it('moves among its siblings, and marks as moved by hand only those it passes', async () => {
  await to('a/z', { to: 'up' });
  expect(await tree()).toEqual(['a', 'a/x', 'a/z', 'a/y', 'a/y/deep', 'b', 'b/y', 'c']);
  await to('a/x', { to: 'down' });
  expect(await tree()).toEqual(['a', 'a/z', 'a/x', 'a/y', 'a/y/deep', 'b', 'b/y', 'c']);
  const marked = await rows('SELECT path FROM channel WHERE site_id = $1 AND overridden <> $2 ORDER BY path', [
    here.id,
    [],
  ]);
  expect(marked.map((c) => c.path)).toEqual(['a/x', 'a/y', 'a/z']);
  expect(await redirects()).toEqual({});
  await expectSound();
});

it.each([
  ['a/x', 'up', '已经是同级的第一个，不能再上移'],
  ['c', 'down', '已经是同级的最后一个，不能再下移'],
  ['a', 'in', '前面没有同级的栏目，不能再降一级'],
  ['c', 'out', '已经在第一级，不能再升一级'],
] as const)('says of %s that it goes no further %s', async (path, way, why) => {
  await expect(to(path, { to: way })).rejects.toMatchObject({
    code: 'content.channel-no-way',
    message: expect.stringContaining(why),
  });
});

it('goes below the sibling before it, and back beside its parent', async () => {
  expect(await to('a/z', { to: 'in' })).toMatchObject({ path: 'a/y/z', moved: true, redirected: 1 });
  expect(await tree()).toEqual(['a', 'a/x', 'a/y', 'a/y/deep', 'a/y/z', 'b', 'b/y', 'c']);
  await to('a/y/deep', { to: 'out' });
  expect(await tree()).toEqual(['a', 'a/x', 'a/y', 'a/y/z', 'a/deep', 'b', 'b/y', 'c']);
  await expectSound();
});

it('goes under another channel with all below it; old lists lead to the new ones', async () => {
  expect(await to('a/y', { to: 'into', channelId: here.channels.c! })).toEqual({
    id: here.channels['a/y'],
    name: '栏目 a/y',
    path: 'c/y',
    moved: true,
    redirected: 2,
    reverse: {
      before: { parentId: here.channels.a, beforeId: here.channels['a/z'], slug: 'y' },
      still: expect.any(String),
    },
  });
  expect(await tree()).toEqual(['a', 'a/x', 'a/z', 'b', 'b/y', 'c', 'c/y', 'c/y/deep']);
  expect(await redirects()).toEqual({ 'a/y/': 'c/y/', 'a/y/deep/': 'c/y/deep/' });
  const [channel] = await rows('SELECT overridden FROM channel WHERE id = $1', [here.channels['a/y']]);
  expect(channel!.overridden).toEqual(expect.arrayContaining(['parent_id', 'position']));
  const [audit] = await rows('SELECT act, detail FROM audit WHERE tenant_id = $1 ORDER BY position DESC LIMIT 1', [
    here.tenantId,
  ]);
  expect(audit).toMatchObject({
    act: 'channel.moved',
    detail: { name: '栏目 a/y', before: { path: 'a/y' }, after: { path: 'c/y' }, withBelow: 1 },
  });
  const [news] = await rows<{ tags: string[] }>(
    `SELECT tags FROM outbox WHERE name = 'content.channels-changed' AND tenant_id = $1`,
    [here.tenantId],
  );
  expect(news!.tags.sort()).toEqual(
    [`nav:${here.id}`, ...['a', 'c', 'a/y', 'a/y/deep'].map((path) => `channel:${here.channels[path]}`)].sort(),
  );
  await expectSound();
});

it('takes its place before another one, on whatever level', async () => {
  await to('b/y', { to: 'before', channelId: here.channels.a! });
  expect(await tree()).toEqual(['y', 'a', 'a/x', 'a/y', 'a/y/deep', 'a/z', 'b', 'c']);
  await to('c', { to: 'before', channelId: here.channels['a/z']! });
  expect(await tree()).toEqual(['y', 'a', 'a/x', 'a/y', 'a/y/deep', 'a/c', 'a/z', 'b']);
  await to('a/x', { to: 'into', channelId: null });
  expect(await tree()).toEqual(['y', 'a', 'a/y', 'a/y/deep', 'a/c', 'a/z', 'b', 'x']);
  await expectSound();
});

it('that changes nothing is no change', async () => {
  const acts = () => rows('SELECT count(*) FROM audit WHERE tenant_id = $1', [here.tenantId]);
  const before = await acts();
  for (const where of [
    { to: 'into', channelId: null },
    { to: 'before', channelId: here.channels.c! },
    { to: 'address', slug: 'c' },
  ] as const)
    expect(await to('c', where)).toMatchObject({ moved: false, redirected: 0 });
  expect(await acts()).toEqual(before);
});

it('takes another address where it stands, by the rules of addresses', async () => {
  await to('a/y', { to: 'address', slug: 'news' });
  expect(await redirects()).toEqual({ 'a/y/': 'a/news/', 'a/y/deep/': 'a/news/deep/' });
  await expect(to('a/y', { to: 'address', slug: 'x' })).rejects.toMatchObject({ code: 'content.channel-slug-taken' });
  for (const slug of ['2024', 'search', 'A'])
    await expect(to('a/y', { to: 'address', slug })).rejects.toMatchObject({ code: 'content.channel-fields' });
  await expectSound();
});

it('leads every old address to the present one in one step, however often it moves, and back', async () => {
  await to('a/y', { to: 'into', channelId: here.channels.c! });
  await to('a/y', { to: 'address', slug: 'w' });
  expect(await redirects()).toEqual({
    'a/y/': 'c/w/',
    'c/y/': 'c/w/',
    'a/y/deep/': 'c/w/deep/',
    'c/y/deep/': 'c/w/deep/',
  });
  await to('a/y', { to: 'address', slug: 'y' });
  await to('a/y', { to: 'into', channelId: here.channels.a! });
  expect(await redirects()).toEqual({
    'c/y/': 'a/y/',
    'c/w/': 'a/y/',
    'c/y/deep/': 'a/y/deep/',
    'c/w/deep/': 'a/y/deep/',
  });
  await expectSound();
});

it('leaves the redirect of a former channel alone until the next one at its address moves too', async () => {
  await to('a/x', { to: 'into', channelId: here.channels.c! });
  const { id } = await new CreateChannel(platform.work).run(everyPower(here), here, {
    parentId: here.channels.a!,
    slug: 'x',
    name: '新的',
  });
  expect(await redirects()).toEqual({ 'a/x/': 'c/x/' });
  await move.run(everyPower(here), here, id, { to: 'address', slug: 'x2' });
  expect(await redirects()).toEqual({ 'a/x/': 'a/x2/' });
  await expectSound();
  await new DeleteChannel(platform.work).run(everyPower(here), here, id);
  expect(await redirects()).toEqual({});
});

it('does not go into itself, below the sixth level, or beside one of its own address', async () => {
  for (const target of ['a', 'a/y', 'a/y/deep'])
    await expect(to('a', { to: 'into', channelId: here.channels[target]! })).rejects.toMatchObject({
      code: 'content.channel-into-itself',
    });
  await expect(to('b/y', { to: 'into', channelId: here.channels.a! })).rejects.toMatchObject({
    code: 'content.channel-slug-taken',
    message: expect.stringContaining('栏目 a/y'),
  });
  const deep = await aSite(platform, { channels: ['a/b/c/d', 'm/n/o'] });
  const into = (path: string, target: string) =>
    move.run(everyPower(deep), deep, deep.channels[path]!, { to: 'into', channelId: deep.channels[target]! });
  await expect(into('m', 'a/b/c/d')).rejects.toMatchObject({ code: 'content.channel-too-deep' });
  expect(await into('m', 'a/b/c')).toMatchObject({ path: 'a/b/c/m' });
});

it('takes on what counts for all below a hidden channel, and leaves it behind', async () => {
  const above = async (path: string) =>
    (await rows('SELECT state_above FROM channel WHERE id = $1', [here.channels[path]]))[0]!.state_above;
  await new HideChannel(platform.work).run(everyPower(here), here, here.channels.c!);
  await to('a/y', { to: 'into', channelId: here.channels.c! });
  expect([await above('a/y'), await above('a/y/deep'), await above('a/x')]).toEqual(['hidden', 'hidden', 'open']);
  await to('a/y', { to: 'into', channelId: here.channels.a! });
  expect([await above('a/y'), await above('a/y/deep')]).toEqual(['open', 'open']);
});

describe('who may move', () => {
  it('both the place it leaves and the place it comes to must be theirs', async () => {
    const site = await aSite(platform, { channels: ['zwgk/jy/kaoshi', 'zwgk/jy/zhaosheng', 'zwgk/wj/a'] });
    const bureau = await holder(site, 'channel-manager', { channel: 'zwgk/jy' });
    const run = (path: string, where: ChannelMove, ctx = bureau) => move.run(ctx, site, site.channels[path]!, where);
    await run('zwgk/jy/zhaosheng', { to: 'up' });
    await run('zwgk/jy/zhaosheng', { to: 'down' });
    // Out of its own channel, its own channel itself, somebody else's, and into somebody else's.
    await expect(run('zwgk/jy/kaoshi', { to: 'out' })).rejects.toMatchObject(refused);
    await expect(run('zwgk/jy/kaoshi', { to: 'into', channelId: null })).rejects.toMatchObject(refused);
    await expect(run('zwgk/jy', { to: 'up' })).rejects.toMatchObject(refused);
    await expect(run('zwgk/jy', { to: 'address', slug: 'jyj' })).rejects.toMatchObject(refused);
    await expect(run('zwgk/wj/a', { to: 'up' })).rejects.toMatchObject(missing);
    for (const target of ['zwgk/wj', 'zwgk'])
      await expect(run('zwgk/jy/kaoshi', { to: 'into', channelId: site.channels[target]! })).rejects.toMatchObject(
        missing,
      );
    await expect(run('zwgk/jy/kaoshi', { to: 'before', channelId: site.channels['zwgk/wj']! })).rejects.toMatchObject(
      missing,
    );
    // Beside its own channel: seen, not arranged.
    await expect(run('zwgk/jy/kaoshi', { to: 'before', channelId: site.channels['zwgk/jy']! })).rejects.toMatchObject(
      refused,
    );
  });

  it('not across sites, and not as a reader', async () => {
    const other = await aSite(platform, { channels: ['a'] });
    const both = everyPower(here, other);
    await expect(move.run(both, here, other.channels.a!, { to: 'up' })).rejects.toMatchObject(missing);
    await expect(
      move.run(both, here, here.channels.c!, { to: 'into', channelId: other.channels.a! }),
    ).rejects.toMatchObject(missing);
    await expect(to('c', { to: 'up' }, await holder(here, 'editor'))).rejects.toMatchObject(refused);
    await expect(
      move.run(await holder(here, 'editor-in-chief'), other, other.channels.a!, { to: 'up' }),
    ).rejects.toMatchObject(missing);
  });
});

describe('however often and at once', () => {
  const ids = () => Object.values(here.channels);
  const pick = <T>(list: readonly T[], random: () => number): T => list[Math.floor(random() * list.length)]!;
  /** The same sequence each time. */
  const sequence = (seed: number) => () => {
    seed = (seed * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return seed / 4_294_967_296;
  };
  const anyMove = (random: () => number): ChannelMove =>
    pick<ChannelMove>(
      [
        { to: 'up' },
        { to: 'down' },
        { to: 'in' },
        { to: 'out' },
        { to: 'into', channelId: random() < 0.2 ? null : pick(ids(), random) },
        { to: 'before', channelId: pick(ids(), random) },
        { to: 'address', slug: pick(['x', 'y', 'z', 'w'], random) },
      ],
      random,
    );
  const unlessRefused = (error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    return null;
  };

  it('the tree stays sound and every redirect takes one step', async () => {
    const random = sequence(7);
    let moved = 0;
    for (let i = 0; i < 150; i += 1) {
      const result = await move.run(everyPower(here), here, pick(ids(), random), anyMove(random)).catch(unlessRefused);
      if (result?.moved) moved += 1;
      if (i % 10 === 9) await expectSound();
    }
    expect(moved).toBeGreaterThan(40);
  });

  it('twenty moves at the same moment make no circle and no two on one seat', async () => {
    const { a, b, c } = here.channels;
    const circle = [a, b, c].flatMap((one) =>
      [a, b, c].filter((other) => other !== one).map((other) => [one!, other!]),
    );
    const random = sequence(11);
    const moves = [
      ...circle.map(([id, channelId]) => move.run(everyPower(here), here, id!, { to: 'into', channelId: channelId! })),
      ...Array.from({ length: 14 }, () => move.run(everyPower(here), here, pick(ids(), random), anyMove(random))),
    ];
    const results = await Promise.all(moves.map((one) => one.catch(unlessRefused)));
    expect(results.filter((result) => result?.moved).length).toBeGreaterThan(3);
    await expectSound();
  });
});
