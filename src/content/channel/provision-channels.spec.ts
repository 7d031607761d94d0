import { join } from 'node:path';
import pg from 'pg';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import { operatorContext } from '../../authority/desk-context.js';
import { projectRoot } from '../../kernel/config/project-root.js';
import { type Blueprint, loadBlueprints } from '../../tenancy/plan/blueprint.js';
import { loadCorrections, loadDivisions, planProvince } from '../../tenancy/plan/province-plan.js';
import { loadPublicFacts, type PublicFacts } from '../../tenancy/plan/public-facts.js';
import type { ProvincePlan } from '../../tenancy/plan/types.js';
import { ProvisionProvince } from '../../tenancy/provision/provision-province.js';
import { ProvisionUnit } from '../../tenancy/provision/provision-unit.js';
import { ChangeChannel } from './change-channel.js';
import type { ChannelMove } from './channel-place.js';
import { HideChannel } from './channel-state.js';
import { MoveChannel } from './move-channel.js';
import { provisionChannels } from './provision-channels.js';
import type { SiteRef } from './site-channels.js';

const blueprintFolder = join(projectRoot, 'blueprints');
let platform: TestPlatform;
let superuser: pg.Client;
let plan: ProvincePlan;
let blueprints: Map<Blueprint['kind'], Blueprint>;
let facts: PublicFacts;
let site: SiteRef;

beforeAll(async () => {
  facts = await loadPublicFacts(join(blueprintFolder, 'demo-facts.json'));
  blueprints = await loadBlueprints(blueprintFolder);
  plan = planProvince({
    province: '22',
    corrections: await loadCorrections(join(blueprintFolder, 'jilin.json')),
    divisions: await loadDivisions('22'),
  });
});

beforeEach(async () => {
  platform = await aPlatform();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  await provision();
  const [row] = await rows<{ id: string; tenant_id: string }>(
    `SELECT s.id, s.tenant_id FROM site s JOIN tenant t ON t.id = s.tenant_id WHERE t.region_code = '220122' AND s.key = 'portal'`,
  );
  site = { id: row!.id, tenantId: row!.tenant_id };
});

afterEach(async () => {
  await superuser?.end();
  await platform?.close();
});

/** 农安县, and those above it. */
const provision = (given = blueprints) =>
  new ProvisionProvince(platform.work, new ProvisionUnit(platform.work, given, facts, [provisionChannels])).run(
    OPERATOR,
    plan,
    { only: '220122' },
  );

const rows = async <T = Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<T[]> =>
  (await superuser.query(sql, values)).rows;

/** The portal's blueprint with something changed. */
function nextPortal(change: (portal: Blueprint) => void = () => {}): typeof blueprints {
  const portal = structuredClone(blueprints.get('portal')!);
  portal.revision = 'next';
  change(portal);
  return new Map([...blueprints, ['portal', portal]]);
}

/** Adds a channel below another of the blueprint. */
const withNew = (below: string, slug: string) =>
  nextPortal((portal) => {
    const find = (channels: Blueprint['channels']): Blueprint['channels'][number] | undefined =>
      channels.find((c) => c.key === below) ?? channels.map((c) => find(c.channels ?? [])).find(Boolean);
    const parent = find(portal.channels)!;
    const channels = parent.channels ?? [];
    parent.channels = channels;
    channels.push({ ...parent, key: `${below}.${slug}`, slug, name: '新增栏目', channels: undefined });
  });

const ctx = () => operatorContext(OPERATOR, [site.tenantId]);
const idAt = async (path: string) =>
  (await rows<{ id: string }>('SELECT id FROM channel WHERE site_id = $1 AND path = $2', [site.id, path]))[0]!.id;
const move = async (path: string, where: ChannelMove) =>
  new MoveChannel(platform.work).run(ctx(), site, await idAt(path), where);
const below = async (path: string | null) =>
  (
    await rows<{ path: string }>(
      `SELECT c.path FROM channel c LEFT JOIN channel p ON p.id = c.parent_id
       WHERE c.site_id = $1 AND p.path IS NOT DISTINCT FROM $2 ORDER BY c.position, c.path`,
      [site.id, path],
    )
  ).map((row) => row.path);

it('leaves channels in the order that a site gave them by hand', async () => {
  const before = await below('ywdt');
  await move('ywdt/tzgg', { to: 'before', channelId: await idAt(before[0]!) });
  await move('zwfw', { to: 'up' });
  const arranged = [await below('ywdt'), await below(null)];
  expect(arranged[0]![0]).toBe('ywdt/tzgg');
  expect(arranged[1]!.slice(0, 3)).toEqual(['ywdt', 'zwfw', 'zwgk']);
  expect((await provision()).changed).toBe(0);
  await provision(nextPortal((portal) => portal.channels.reverse()));
  expect(await below('ywdt')).toEqual(arranged[0]);
  // What was not moved follows the blueprint; what was moved keeps its seat.
  expect(
    await rows('SELECT path, position FROM channel WHERE site_id = $1 AND path = ANY ($2) ORDER BY path', [
      site.id,
      ['ywdt', 'zwfw', 'zwgk'],
    ]),
  ).toEqual([
    { path: 'ywdt', position: 6 },
    { path: 'zwfw', position: 1 },
    { path: 'zwgk', position: 2 },
  ]);
});

it('leaves a channel under the parent that a site gave it, with its address', async () => {
  const id = await idAt('sjfb');
  await move('sjfb', { to: 'into', channelId: await idAt('zwgk') });
  await move('zwgk/tjsj', { to: 'into', channelId: null });
  expect((await provision()).changed).toBe(0);
  const next = await provision(
    nextPortal((portal) => {
      portal.channels.find((c) => c.key === 'sjfb')!.name = '数据';
    }),
  );
  expect(next.stopped).toEqual([]);
  expect(await idAt('zwgk/sjfb')).toBe(id);
  expect(await rows('SELECT name, depth FROM channel WHERE id = $1', [id])).toEqual([{ name: '数据', depth: 2 }]);
  expect(await rows(`SELECT depth FROM channel WHERE site_id = $1 AND path = 'tjsj'`, [site.id])).toEqual([
    { depth: 1 },
  ]);
});

it('puts what is new below its parent, wherever that stands now, and hidden with it', async () => {
  await move('hdjl', { to: 'into', channelId: await idAt('zwgk') });
  await new HideChannel(platform.work).run(ctx(), site, await idAt('zwgk'));
  const report = await provision(withNew('hdjl.zxts', 'xin'));
  expect(report.stopped).toEqual([]);
  expect(await below('zwgk/hdjl/zxts')).toEqual(['zwgk/hdjl/zxts/xin']);
  expect(
    await rows(`SELECT depth, state, state_above FROM channel WHERE site_id = $1 AND slug = 'xin'`, [site.id]),
  ).toEqual([{ depth: 4, state: 'open', state_above: 'hidden' }]);
});

it('says whose address stands in the way of a new channel, also one that was moved there', async () => {
  await move('sjfb', { to: 'into', channelId: await idAt('zwgk') });
  const report = await provision(withNew('zwgk', 'sjfb'));
  expect(report.stopped).toEqual([{ code: '220122', name: '农安县', sentence: expect.stringContaining('zwgk/sjfb') }]);
});

it('says which channel was moved too deep for what is new below it', async () => {
  for (const [path, parent] of [
    ['ywdt', 'zwgk/czxx'],
    ['zjbd', 'zwgk/czxx/ywdt/tzgg'],
  ] as const)
    await move(path, { to: 'into', channelId: await idAt(parent) });
  const report = await provision(withNew('zjbd.gk', 'xin'));
  expect(report.stopped).toEqual([
    { code: '220122', name: '农安县', sentence: expect.stringContaining('zwgk/czxx/ywdt/tzgg/zjbd/gk') },
  ]);
});

it('leaves alone what was changed at the desk, and who answers for a channel', async () => {
  const id = await idAt('zwgk/zcwj');
  await new ChangeChannel(platform.work).run(ctx(), site, id, {
    name: '政策',
    updateDays: 30,
    limitDays: 60,
    responsibleName: '李四',
  });
  await provision(
    nextPortal((portal) => {
      const zcwj = portal.channels.find((c) => c.key === 'zwgk')!.channels!.find((c) => c.key === 'zwgk.zcwj')!;
      Object.assign(zcwj, { name: '政策文件库', description: '新的说明。', updateDays: 10, limitDays: 20 });
    }),
  );
  expect(
    await rows('SELECT name, description, update_days, limit_days, responsible_name FROM channel WHERE id = $1', [id]),
  ).toEqual([{ name: '政策', description: '新的说明。', update_days: 30, limit_days: 60, responsible_name: '李四' }]);
});

it('takes turns with a move at the same moment', async () => {
  const [zwgk, ywdt] = [await idAt('zwgk'), await idAt('ywdt')];
  const results = await Promise.allSettled([
    provision(withNew('ywdt.tzgg', 'xin')),
    new MoveChannel(platform.work).run(ctx(), site, ywdt, { to: 'into', channelId: zwgk }),
    provision(withNew('ywdt.tzgg', 'xin')),
  ]);
  expect(results.map((result) => result.status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
  expect(await rows(`SELECT path, depth FROM channel WHERE site_id = $1 AND slug = 'xin'`, [site.id])).toEqual([
    { path: 'zwgk/ywdt/tzgg/xin', depth: 4 },
  ]);
});
