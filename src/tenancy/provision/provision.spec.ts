import { join } from 'node:path';
import pg from 'pg';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import { provisionChannels } from '../../content/channel/provision-channels.js';
import { projectRoot } from '../../kernel/config/project-root.js';
import { type Blueprint, loadBlueprints } from '../plan/blueprint.js';
import { loadCorrections, loadDivisions, planProvince } from '../plan/province-plan.js';
import { loadPublicFacts, type PublicFacts } from '../plan/public-facts.js';
import type { ProvincePlan } from '../plan/types.js';
import { ProvisionProvince } from './provision-province.js';
import { ProvisionUnit } from './provision-unit.js';

const blueprintFolder = join(projectRoot, 'blueprints');
let platform: TestPlatform;
let superuser: pg.Client;
let plan: ProvincePlan;
let blueprints: Map<Blueprint['kind'], Blueprint>;
let facts: PublicFacts;

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
});

afterEach(async () => {
  await superuser?.end();
  await platform?.close();
});

const provision = (options: { only?: string; plan?: ProvincePlan; blueprints?: typeof blueprints } = {}) =>
  new ProvisionProvince(
    platform.work,
    new ProvisionUnit(platform.work, options.blueprints ?? blueprints, facts, [provisionChannels]),
  ).run(OPERATOR, options.plan ?? plan, { only: options.only });

const rows = async <T = Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<T[]> =>
  (await superuser.query(sql, values)).rows;

/** A blueprint with one thing changed. */
function changedPortal(change: (portal: Blueprint) => void): typeof blueprints {
  const portal = structuredClone(blueprints.get('portal')!);
  portal.revision = 'next';
  change(portal);
  return new Map([...blueprints, ['portal', portal]]);
}

const NONGAN = `SELECT s.id FROM site s JOIN tenant t ON t.id = s.tenant_id WHERE t.region_code = '220122' AND s.key = 'portal'`;

it('opens the whole province, and a second time nothing at all', async () => {
  const first = await provision();
  expect(first).toMatchObject({ units: 80, sites: 1299, stopped: [] });
  const [made] = await rows(`SELECT (SELECT count(*) FROM site) AS sites, (SELECT count(*) FROM channel) AS channels,
    (SELECT count(*) FROM audit) AS audits, (SELECT count(*) FROM outbox) AS news`);
  expect(await provision()).toMatchObject({ units: 80, sites: 1299, changed: 0 });
  const [again] = await rows(`SELECT (SELECT count(*) FROM site) AS sites, (SELECT count(*) FROM channel) AS channels,
    (SELECT count(*) FROM audit) AS audits, (SELECT count(*) FROM outbox) AS news`);
  expect(again).toEqual(made);
}, 120_000);

it('opens one unit, and those above it that are missing', async () => {
  expect(await provision({ only: '220122' })).toMatchObject({ units: 3 });
  expect(await rows('SELECT region_code, path FROM tenant WHERE region_code IS NOT NULL ORDER BY path')).toEqual([
    { region_code: '220000', path: '220000/' },
    { region_code: '220100', path: '220000/220100/' },
    { region_code: '220122', path: '220000/220100/220122/' },
  ]);
  expect(await provision({ only: '220183' })).toMatchObject({ units: 3 });
  expect(await rows('SELECT count(region_code)::int AS n FROM tenant')).toEqual([{ n: 4 }]);
  await expect(provision({ only: '119999' })).rejects.toMatchObject({ code: 'tenancy.unit-unknown' });
});

it('takes over what the blueprint changes and leaves what a site changed by hand', async () => {
  await provision({ only: '220122' });
  const [site] = await rows<{ id: string }>(NONGAN);
  await rows(`UPDATE channel SET name = '本县要闻', overridden = '{name}' WHERE site_id = $1 AND path = 'ywdt/zwyw'`, [
    site!.id,
  ]);
  const next = changedPortal((portal) => {
    const news = portal.channels.find((c) => c.key === 'ywdt')!;
    const [lead] = news.channels!;
    lead!.name = '要闻（新名）';
    lead!.description = '新的说明。';
    news.channels!.push({ ...lead!, key: 'ywdt.new', slug: 'xzlm', name: '新增栏目', recommended: undefined });
  });
  const report = await provision({ only: '220122', blueprints: next });
  expect(report.stopped).toEqual([]);
  const channel = `SELECT name, description, overridden FROM channel WHERE site_id = $1 AND path = $2`;
  expect(await rows(channel, [site!.id, 'ywdt/zwyw'])).toEqual([
    { name: '本县要闻', description: '新的说明。', overridden: ['name'] },
  ]);
  expect(await rows(channel, [site!.id, 'ywdt/xzlm'])).toMatchObject([{ name: '新增栏目' }]);
  const [province] = await rows<{ id: string }>(NONGAN.replace('220122', '220000'));
  expect(await rows(channel, [province!.id, 'ywdt/zwyw'])).toMatchObject([{ name: '要闻（新名）' }]);
});

it('does not touch channels that a site made itself', async () => {
  await provision({ only: '220122' });
  const [site] = await rows<{ id: string; tenant_id: string }>(NONGAN.replace('s.id', 's.id, s.tenant_id'));
  await rows(
    `INSERT INTO channel (tenant_id, id, site_id, slug, path, depth, position, name, column_type, item_kind)
     VALUES ($1, gen_random_uuid(), $2, 'zjlm', 'zjlm', 1, 99, '自建栏目', '工作动态', 'article')`,
    [site!.tenant_id, site!.id],
  );
  await provision({ only: '220122', blueprints: changedPortal(() => {}) });
  expect(await rows(`SELECT name FROM channel WHERE site_id = $1 AND path = 'zjlm'`, [site!.id])).toEqual([
    { name: '自建栏目' },
  ]);
});

it('stops a unit whose own channel stands in the way of the blueprint, whole, and no other', async () => {
  await provision({ only: '220122' });
  const [site] = await rows<{ id: string; tenant_id: string }>(NONGAN.replace('s.id', 's.id, s.tenant_id'));
  await rows(
    `INSERT INTO channel (tenant_id, id, site_id, slug, path, depth, position, name, column_type, item_kind)
     VALUES ($1, gen_random_uuid(), $2, 'xzlm', 'xzlm', 1, 99, '自建栏目', '工作动态', 'article')`,
    [site!.tenant_id, site!.id],
  );
  const next = changedPortal((portal) => {
    portal.channels.push({
      ...portal.channels.at(-1)!,
      key: 'new',
      slug: 'xzlm',
      name: '新增栏目',
      channels: undefined,
    });
    portal.channels[0]!.name = '改名';
  });
  const report = await provision({ only: '220122', blueprints: next });
  expect(report.stopped).toEqual([{ code: '220122', name: '农安县', sentence: expect.stringContaining('xzlm') }]);
  expect(await rows(`SELECT name FROM channel WHERE site_id = $1 AND path = 'ywdt'`, [site!.id])).toEqual([
    { name: '要闻动态' },
  ]);
  const [city] = await rows<{ id: string }>(NONGAN.replace('220122', '220100'));
  expect(await rows(`SELECT name FROM channel WHERE site_id = $1 AND path = 'ywdt'`, [city!.id])).toEqual([
    { name: '改名' },
  ]);
});

it('stops a unit whose hostname another tenant holds', async () => {
  await provision({ only: '220183' });
  const taken = structuredClone(plan);
  taken.units.find((unit) => unit.code === '220122')!.slug = 'dehui';
  const report = await provision({ only: '220122', plan: taken });
  expect(report.stopped).toMatchObject([{ code: '220122', sentence: expect.stringContaining('重复') }]);
  expect(await rows(`SELECT count(*)::int AS n FROM tenant WHERE region_code = '220122'`)).toEqual([{ n: 0 }]);
});

it('two runs at once make nothing twice', async () => {
  const reports = await Promise.allSettled([provision({ only: '220122' }), provision({ only: '220122' })]);
  expect(reports.map((r) => r.status)).toContain('fulfilled');
  await provision({ only: '220122' });
  expect(
    await rows('SELECT count(region_code)::int AS n, count(DISTINCT region_code)::int AS codes FROM tenant'),
  ).toEqual([{ n: 3, codes: 3 }]);
});
