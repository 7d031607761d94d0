import pg from 'pg';
import { aSite, type BuiltSite, publish } from '../../../test/builders.js';
import { aGrant, anAccount, aPerson } from '../../../test/people.js';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import { operatorContext } from '../../authority/desk-context.js';
import type { Role } from '../../authority/role.js';
import { newId } from '../../kernel/id.js';
import { ChangeChannel } from './change-channel.js';
import type { NewChannel } from './channel-fields.js';
import { CloseChannel, HideChannel, ReopenChannel, ShowChannel } from './channel-state.js';
import { CreateChannel } from './create-channel.js';
import { DeleteChannel } from './delete-channel.js';

let platform: TestPlatform;
let superuser: pg.Client;
let here: BuiltSite;
let there: BuiltSite;
let create: CreateChannel;
let change: ChangeChannel;

beforeAll(async () => {
  platform = await aPlatform();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  create = new CreateChannel(platform.work);
  change = new ChangeChannel(platform.work);
});

beforeEach(async () => {
  here = await aSite(platform, { channels: ['ywdt', 'zwgk/zcwj/jy', 'zwgk/zcwj/wj'] });
  there = await aSite(platform, { channels: ['ywdt'] });
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
const channelAt = async (site: BuiltSite, path: string) =>
  (
    await rows<{ position: number; overridden: string[] }>('SELECT * FROM channel WHERE site_id = $1 AND path = $2', [
      site.id,
      path,
    ])
  )[0];
const lastAudit = async (site: BuiltSite) =>
  (
    await rows('SELECT act, subject, actor, detail FROM audit WHERE tenant_id = $1 ORDER BY position DESC LIMIT 1', [
      site.tenantId,
    ])
  )[0];
const news = (site: BuiltSite) =>
  rows<{ tags: string[] }>('SELECT tags FROM outbox WHERE tenant_id = $1 AND name = $2', [
    site.tenantId,
    'content.channels-changed',
  ]);
const aChannel = (over: Partial<NewChannel> = {}): NewChannel => ({
  parentId: null,
  slug: 'new',
  name: '新栏目',
  ...over,
});
const missing = { code: 'authority.missing', status: 404 };
const refused = { code: 'authority.refused', status: 403 };

describe('a channel is made', () => {
  it('last among its siblings, of the kind of the one above it, and the audit says by whom', async () => {
    const ctx = await holder(here, 'editor-in-chief');
    const made = await create.run(ctx, here, aChannel({ parentId: here.channels['zwgk/zcwj'], keywords: ['教育'] }));
    expect(made.path).toBe('zwgk/zcwj/new');
    const wj = await channelAt(here, 'zwgk/zcwj/wj');
    expect(await channelAt(here, made.path)).toMatchObject({
      parent_id: here.channels['zwgk/zcwj'],
      depth: 3,
      position: wj!.position + 1,
      column_type: '工作动态',
      keywords: ['教育'],
      blueprint_key: null,
      state: 'open',
    });
    expect(await lastAudit(here)).toMatchObject({
      act: 'channel.created',
      subject: `channel:${made.id}`,
      actor: ctx.actor.name,
      detail: { name: '新栏目', after: { path: 'zwgk/zcwj/new' } },
    });
    expect((await news(here))[0]!.tags).toEqual(
      expect.arrayContaining([`nav:${here.id}`, `channel:${here.channels.zwgk}`, `channel:${made.id}`]),
    );
  });

  it.each([
    ['2024', '字母开头'],
    ['New', '小写字母'],
    ['search', '保留词'],
    ['xz', '保留词'],
    ['a/b', '小写字母'],
    ['a'.repeat(25), '超过 24 个'],
    ['', '请填写地址'],
  ])('but not at the address “%s”', async (slug, why) => {
    await expect(create.run(everyPower(here), here, aChannel({ slug }))).rejects.toMatchObject({
      code: 'content.channel-fields',
      message: expect.stringContaining(why),
    });
  });

  it('but not beside one of the same address, which is named', async () => {
    const twin = aChannel({ parentId: here.channels['zwgk/zcwj'], slug: 'jy' });
    await expect(create.run(everyPower(here), here, twin)).rejects.toMatchObject({
      code: 'content.channel-slug-taken',
      message: expect.stringContaining('栏目 zwgk/zcwj/jy'),
    });
  });

  it('down to the sixth level and no further', async () => {
    let parentId: string = here.channels['zwgk/zcwj/jy']!;
    for (const slug of ['d', 'e', 'f'])
      parentId = (await create.run(everyPower(here), here, aChannel({ parentId, slug }))).id;
    await expect(create.run(everyPower(here), here, aChannel({ parentId, slug: 'g' }))).rejects.toMatchObject({
      code: 'content.channel-too-deep',
    });
  });

  it('with every fault of what was written told at once', async () => {
    const faulty = aChannel({ name: '', slug: 'X', updateDays: 90, limitDays: 30 });
    const error = await create.run(everyPower(here), here, faulty).catch((e) => e);
    expect(error.message).toContain('请填写栏目名');
    expect(error.message).toContain('小写字母');
    const other = await create
      .run(everyPower(here), here, aChannel({ updateDays: 90, limitDays: 30, responsibleTelephone: '打给我' }))
      .catch((e) => e);
    expect(other.message).toContain('只写号码');
  });

  it('by a bureau below its own channel, and nowhere else', async () => {
    const bureau = await holder(here, 'channel-manager', { channel: 'zwgk/zcwj/jy' });
    const made = await create.run(bureau, here, aChannel({ parentId: here.channels['zwgk/zcwj/jy'] }));
    expect(made.path).toBe('zwgk/zcwj/jy/new');
    await expect(create.run(bureau, here, aChannel())).rejects.toMatchObject(refused);
    // Its parent and its sibling it does not see at all.
    for (const path of ['zwgk/zcwj', 'zwgk/zcwj/wj'])
      await expect(create.run(bureau, here, aChannel({ parentId: here.channels[path] }))).rejects.toMatchObject(
        missing,
      );
  });

  it('never in another tenant, whose channels and sites look as if they were not there', async () => {
    const chief = await holder(here, 'editor-in-chief');
    await expect(create.run(chief, there, aChannel())).rejects.toMatchObject(missing);
    await expect(create.run(chief, { ...there, tenantId: here.tenantId }, aChannel())).rejects.toMatchObject(missing);
    await expect(create.run(chief, here, aChannel({ parentId: there.channels.ywdt }))).rejects.toMatchObject(missing);
    await expect(create.run(chief, here, aChannel({ parentId: newId() }))).rejects.toMatchObject(missing);
    expect(await channelAt(there, 'new')).toBeUndefined();
  });

  it('by nobody who only reads', async () => {
    for (const role of ['editor', 'supervisor', 'auditor'] as const)
      await expect(create.run(await holder(here, role), here, aChannel())).rejects.toMatchObject(refused);
    await expect(create.run(await holder(here, 'letter-clerk'), here, aChannel())).rejects.toMatchObject(missing);
  });
});

describe('what a channel says of itself', () => {
  const organOf = async (site: BuiltSite) =>
    (await rows<{ id: string }>('SELECT id FROM organ WHERE tenant_id = $1', [site.tenantId]))[0]!.id;

  it('is changed field by field; what the blueprint says too is marked', async () => {
    const organId = await organOf(here);
    const { changed } = await change.run(await holder(here, 'editor-in-chief'), here, here.channels.ywdt!, {
      name: '要闻',
      updateDays: 7,
      limitDays: 14,
      organId,
      responsibleName: '李四',
      responsibleTelephone: '0431-12345678 转 801',
      description: '',
    });
    expect(changed.sort()).toEqual(
      ['limitDays', 'name', 'organId', 'responsibleName', 'responsibleTelephone', 'updateDays'].sort(),
    );
    const channel = await channelAt(here, 'ywdt');
    expect(channel).toMatchObject({ name: '要闻', update_days: 7, organ_id: organId, path: 'ywdt' });
    expect(channel!.overridden).toEqual(expect.arrayContaining(['name', 'update_days', 'limit_days']));
    expect(channel!.overridden).toHaveLength(3);
    expect(await lastAudit(here)).toMatchObject({
      act: 'channel.changed',
      detail: { before: { name: '栏目 ywdt', organId: null }, after: { name: '要闻', organId } },
    });
  });

  it('is left alone, audit too, when nothing differs', async () => {
    const before = await rows('SELECT count(*) FROM audit WHERE tenant_id = $1', [here.tenantId]);
    const same = { name: '栏目 ywdt', keywords: [] };
    expect((await change.run(everyPower(here), here, here.channels.ywdt!, same)).changed).toEqual([]);
    expect(await rows('SELECT count(*) FROM audit WHERE tenant_id = $1', [here.tenantId])).toEqual(before);
  });

  it('takes no fields that are not its own to change', async () => {
    const smuggled = { name: '改名', path: 'x', site_id: there.id, state: 'hidden', blueprintKey: 'x' };
    await change.run(everyPower(here), here, here.channels.ywdt!, smuggled);
    expect(await channelAt(here, 'ywdt')).toMatchObject({ name: '改名', state: 'open', blueprint_key: 'ywdt' });
  });

  it('names organs of the own tenant alone', async () => {
    for (const organId of [await organOf(there), newId()])
      await expect(change.run(everyPower(here, there), here, here.channels.ywdt!, { organId })).rejects.toMatchObject({
        code: 'content.organ-unknown',
      });
  });

  it('promises with both numbers or with none, the limit not before the promise', async () => {
    const promise = (changes: object) => change.run(everyPower(here), here, here.channels.ywdt!, changes);
    await expect(promise({ updateDays: 90, limitDays: 30 })).rejects.toMatchObject({ code: 'content.channel-fields' });
    await expect(promise({ limitDays: 30 })).rejects.toMatchObject({ code: 'content.channel-fields' });
    await expect(promise({ updateDays: null, limitDays: 30 })).rejects.toMatchObject({
      code: 'content.channel-fields',
    });
    await promise({ updateDays: 90, limitDays: 180 });
    await promise({ updateDays: null, limitDays: null });
    expect(await channelAt(here, 'ywdt')).toMatchObject({ update_days: null, limit_days: null });
  });

  it('is for the bureau to change in its own channel, not to be seen by it elsewhere, and not for readers', async () => {
    const bureau = await holder(here, 'channel-manager', { channel: 'zwgk/zcwj/jy' });
    await change.run(bureau, here, here.channels['zwgk/zcwj/jy']!, { name: '教育' });
    for (const path of ['zwgk/zcwj', 'zwgk/zcwj/wj', 'ywdt'])
      await expect(change.run(bureau, here, here.channels[path]!, { name: '教育' })).rejects.toMatchObject(missing);
    await expect(change.run(bureau, here, there.channels.ywdt!, { name: '教育' })).rejects.toMatchObject(missing);
    const reader = await holder(here, 'reviewer', { channel: 'zwgk/zcwj/jy' });
    await expect(change.run(reader, here, here.channels['zwgk/zcwj/jy']!, { name: '教' })).rejects.toMatchObject(
      refused,
    );
  });
});

describe('a channel is closed and hidden', () => {
  const states = async (...paths: string[]) => {
    const all = await rows<{ path: string; state: string; state_above: string }>(
      'SELECT path, state, state_above FROM channel WHERE site_id = $1',
      [here.id],
    );
    return paths.map((path) => all.find((c) => c.path === path)!).map((c) => [c.state, c.state_above]);
  };

  it('with all that is below it, and each part is again what it was', async () => {
    const ctx = everyPower(here);
    const run = (Command: typeof CloseChannel, path: string) =>
      new Command(platform.work).run(ctx, here, here.channels[path]!);
    await run(CloseChannel, 'zwgk/zcwj/jy');
    await run(HideChannel, 'zwgk');
    expect(await states('zwgk', 'zwgk/zcwj', 'zwgk/zcwj/jy', 'ywdt')).toEqual([
      ['hidden', 'open'],
      ['open', 'hidden'],
      ['closed', 'hidden'],
      ['open', 'open'],
    ]);
    await run(HideChannel, 'zwgk/zcwj/jy');
    await run(ShowChannel, 'zwgk');
    expect(await states('zwgk', 'zwgk/zcwj', 'zwgk/zcwj/jy')).toEqual([
      ['open', 'open'],
      ['open', 'open'],
      ['hidden', 'open'],
    ]);
    await run(ShowChannel, 'zwgk/zcwj/jy');
    expect(await states('zwgk/zcwj/jy')).toEqual([['closed', 'open']]);
    expect((await lastAudit(here))!.detail).toMatchObject({ before: { state: 'hidden' }, after: { state: 'closed' } });
    await run(ReopenChannel, 'zwgk/zcwj/jy');
    expect(await states('zwgk/zcwj/jy')).toEqual([['open', 'open']]);
  });

  it('takes no new texts, nor does what is below it', async () => {
    await new CloseChannel(platform.work).run(everyPower(here), here, here.channels.zwgk!);
    for (const path of ['zwgk', 'zwgk/zcwj/jy'])
      await expect(publish(platform, here, path)).rejects.toMatchObject({ code: 'content.channel-closed' });
    await publish(platform, here, 'ywdt');
  });

  it('once: a second time changes and audits nothing; what is hidden is shown first', async () => {
    const ctx = everyPower(here);
    const id = here.channels.ywdt!;
    await new HideChannel(platform.work).run(ctx, here, id);
    const before = await rows('SELECT count(*) FROM audit WHERE tenant_id = $1', [here.tenantId]);
    await new HideChannel(platform.work).run(ctx, here, id);
    expect(await rows('SELECT count(*) FROM audit WHERE tenant_id = $1', [here.tenantId])).toEqual(before);
    await expect(new CloseChannel(platform.work).run(ctx, here, id)).rejects.toMatchObject({
      code: 'content.channel-hidden',
    });
  });

  it('by whoever arranges the channel above, so never by a bureau its own', async () => {
    const bureau = await holder(here, 'channel-manager', { channel: 'zwgk/zcwj/jy' });
    const hide = new HideChannel(platform.work);
    await expect(hide.run(bureau, here, here.channels['zwgk/zcwj/jy']!)).rejects.toMatchObject(refused);
    await expect(hide.run(bureau, here, here.channels['zwgk/zcwj/wj']!)).rejects.toMatchObject(missing);
    await expect(hide.run(bureau, there, there.channels.ywdt!)).rejects.toMatchObject(missing);
    const { id } = await create.run(bureau, here, aChannel({ parentId: here.channels['zwgk/zcwj/jy'] }));
    expect(await hide.run(bureau, here, id)).toEqual({ name: '新栏目', state: 'hidden', turned: true });
  });
});

it('nothing is changed on the site of an archived tenant, and the sentence says why', async () => {
  await rows(`UPDATE tenant SET state = 'archived' WHERE id = $1`, [here.tenantId]);
  const archived = { code: 'tenancy.archived' };
  const [ctx, id] = [everyPower(here), here.channels.ywdt!];
  await expect(create.run(ctx, here, aChannel())).rejects.toMatchObject(archived);
  await expect(change.run(ctx, here, id, { name: '改名' })).rejects.toMatchObject(archived);
  await expect(new HideChannel(platform.work).run(ctx, here, id)).rejects.toMatchObject(archived);
  await expect(new DeleteChannel(platform.work).run(ctx, here, id)).rejects.toMatchObject(archived);
});

describe('a channel is deleted', () => {
  const remove = (id: string, ctx = everyPower(here)) => new DeleteChannel(platform.work).run(ctx, here, id);

  it('when nothing is in it, its grants with it, which the audit names', async () => {
    const { id } = await create.run(everyPower(here), here, aChannel());
    const account = await anAccount(platform, { tenantId: here.tenantId });
    await aGrant(platform, account, { role: 'editor', scope: 'channel', siteId: here.id, channelId: id });
    expect(await remove(id)).toEqual({ name: '新栏目', grantsEnded: 1 });
    expect(await channelAt(here, 'new')).toBeUndefined();
    expect(await rows('SELECT FROM access_grant WHERE account_id = $1', [account.id])).toEqual([]);
    expect(await lastAudit(here)).toMatchObject({
      act: 'channel.deleted',
      detail: { name: '新栏目', before: { path: 'new' }, grants: [{ role: 'editor', account: account.id }] },
    });
  });

  it('not while something is in it: what, in numbers', async () => {
    const { id } = await create.run(everyPower(here), here, aChannel());
    await create.run(everyPower(here), here, aChannel({ parentId: id, slug: 'below' }));
    const first = await publish(platform, here, 'new');
    await publish(platform, here, 'new');
    await rows(`UPDATE publication SET state = 'withdrawn' WHERE item_id = $1`, [first.itemId]);
    await expect(remove(id)).rejects.toMatchObject({
      code: 'content.channel-not-empty',
      message: expect.stringContaining('1 个下级栏目、1 篇稿件、1 篇已撤下的稿件'),
    });
    expect(await channelAt(here, 'new')).toBeDefined();
  });

  it('not while it comes from the blueprint, which would make it anew', async () => {
    await expect(remove(here.channels.ywdt!)).rejects.toMatchObject({ code: 'content.channel-inherited' });
  });

  it('by whoever arranges the channel above', async () => {
    const bureau = await holder(here, 'channel-manager', { channel: 'zwgk/zcwj/jy' });
    await expect(remove(here.channels['zwgk/zcwj/jy']!, bureau)).rejects.toMatchObject(refused);
    await expect(remove(here.channels['zwgk/zcwj/wj']!, bureau)).rejects.toMatchObject(missing);
    await expect(remove(there.channels.ywdt!, everyPower(here, there))).rejects.toMatchObject(missing);
  });
});
