import { join } from 'node:path';
import pg from 'pg';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import { aUnit, type BuiltUnit } from '../../../test/tenancy-builders.js';
import { operatorContext } from '../../authority/desk-context.js';
import { ChangeChannel } from '../../content/channel/change-channel.js';
import { HideChannel } from '../../content/channel/channel-state.js';
import { cloneChannels } from '../../content/channel/clone-channels.js';
import { provisionChannels } from '../../content/channel/provision-channels.js';
import { projectRoot } from '../../kernel/config/project-root.js';
import { CloneSite } from '../clone/clone-site.js';
import { type Blueprint, loadBlueprints } from '../plan/blueprint.js';
import { loadPublicFacts, type PublicFacts } from '../plan/public-facts.js';
import { OpenSubSite } from '../site/open-sub-site.js';
import { ProvisionUnit } from './provision-unit.js';

let platform: TestPlatform;
let superuser: pg.Client;
let county: BuiltUnit;
let blueprints: Map<Blueprint['kind'], Blueprint>;
let facts: PublicFacts;

beforeEach(async () => {
  blueprints = await loadBlueprints(join(projectRoot, 'blueprints'));
  facts = await loadPublicFacts(join(projectRoot, 'blueprints', 'demo-facts.json'));
  platform = await aPlatform();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  county = await aUnit(platform, { slug: 'xian', name: '试县', departments: ['jyj'] });
});

afterEach(async () => {
  await superuser?.end();
  await platform?.close();
});

const ctx = () => operatorContext(OPERATOR, [county.id]);
const rows = async <T = Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<T[]> =>
  (await superuser.query(sql, values)).rows;
const channelsOf = (siteId: string) =>
  rows<{ id: string; path: string; name: string; description: string; state: string }>(
    'SELECT id, path, name, description, state FROM channel WHERE site_id = $1 ORDER BY path',
    [siteId],
  );
const provision = (given = blueprints) =>
  new ProvisionUnit(platform.work, given, facts, [provisionChannels]).run(OPERATOR, county.unit, null, county);
const opening = () => new OpenSubSite(platform.work, blueprints, facts, [provisionChannels]);

/** The blueprint of departments with one more channel, and others named otherwise. */
function nextDepartment(): typeof blueprints {
  const department = structuredClone(blueprints.get('department')!);
  const [first, second] = department.channels;
  first!.name = '新名一';
  second!.name = '新名二';
  department.channels.push({ ...first!, key: 'new', slug: 'xzlm', name: '新增栏目', channels: undefined });
  return new Map([...blueprints, ['department', { ...department, revision: 'next' }]]);
}

it('a sub-site that was opened at the desk follows a new revision of its blueprint; what was arranged by hand stays', async () => {
  const form = { name: '试县卫生健康局', shortName: '卫健', slug: 'wjj' };
  const { siteId } = await opening().run(ctx(), county.portal.id, 'department', form);
  const site = { id: siteId, tenantId: county.id };
  const [first, second] = blueprints.get('department')!.channels;
  const before = await channelsOf(siteId);
  const idOf = (slug: string) => before.find(({ path }) => path === slug)!.id;
  await new ChangeChannel(platform.work).run(ctx(), site, idOf(first!.slug), { name: '手工名' });
  await new HideChannel(platform.work).run(ctx(), site, idOf(second!.slug));
  expect((await provision()).changed).toBe(0);

  const { changed, sites } = await provision(nextDepartment());
  expect(changed).toBeGreaterThan(0);
  expect(sites).toBe(2);
  const after = await channelsOf(siteId);
  const at = (slug: string) => after.find(({ path }) => path === slug);
  expect(after).toHaveLength(before.length + 1);
  expect(at('xzlm')).toMatchObject({ name: '新增栏目' });
  expect(at('xzlm')!.description).toContain('试县卫生健康局');
  expect(at(first!.slug)).toMatchObject({ id: idOf(first!.slug), name: '手工名' });
  expect(at(second!.slug)).toMatchObject({ id: idOf(second!.slug), name: '新名二', state: 'hidden' });
  expect(await rows('SELECT name, blueprint_revision FROM site WHERE id = $1', [siteId])).toEqual([
    { name: '试县卫生健康局', blueprint_revision: 'next' },
  ]);
  // The planned one beside it has the same, and a second run finds nothing to do.
  expect((await channelsOf(county.subs.jyj!.id)).map(({ path }) => path)).toContain('xzlm');
  expect((await provision(nextDepartment())).changed).toBe(0);
});

it('a copy follows no blueprint, and an archived sub-site is as it is', async () => {
  const clone = new CloneSite(platform.work, [cloneChannels], 'localhost');
  const target = { tenantId: county.id, name: '试县体育局', shortName: '体育', slug: 'tyj' };
  const copy = await clone.run(ctx(), county.subs.jyj!.id, target);
  const form = { name: '试县粮食局', shortName: '粮食', slug: 'lsj' };
  const ended = await opening().run(ctx(), county.portal.id, 'department', form);
  await rows('UPDATE site SET archived_at = now() WHERE id = $1', [ended.siteId]);
  const before = [await channelsOf(copy.siteId), await channelsOf(ended.siteId)];
  await provision(nextDepartment());
  expect([await channelsOf(copy.siteId), await channelsOf(ended.siteId)]).toEqual(before);
});
