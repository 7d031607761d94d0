import pg from 'pg';
import { publish } from '../../../test/builders.js';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import {
  aDeskContext,
  aGrant,
  anAccount,
  aProvisionUnit,
  aUnit,
  type BuiltUnit,
} from '../../../test/tenancy-builders.js';
import { operatorContext } from '../../authority/desk-context.js';
import type { Role } from '../../authority/role.js';
import { cloneChannels } from '../../content/channel/clone-channels.js';
import { CloneSite } from './clone-site.js';

let platform: TestPlatform;
let superuser: pg.Client;
let source: BuiltUnit;
let target: BuiltUnit;
let clone: CloneSite;

beforeEach(async () => {
  platform = await aPlatform();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  source = await aUnit(platform, { slug: 'jiaxian', name: '甲县', departments: ['jyj'] });
  target = await aUnit(platform, { slug: 'yixian', name: '乙县', departments: ['wtj'] });
  clone = new CloneSite(platform.work, [cloneChannels], platform.config.baseDomain);
});

afterEach(async () => {
  await superuser?.end();
  await platform?.close();
});

const rows = async <T = Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<T[]> =>
  (await superuser.query(sql, values)).rows;
const operator = () => operatorContext(OPERATOR, [source.id, target.id]);
/** The tree of a site as it looks, without what belongs to one site alone. */
const structureOf = (siteId: string) =>
  rows(
    `SELECT c.path, p.path AS parent, c.position, c.depth, c.column_type, c.item_kind, c.update_days, c.limit_days,
       c.blueprint_key, c.overridden, c.state, c.state_above
     FROM channel c LEFT JOIN channel p ON p.tenant_id = c.tenant_id AND p.id = c.parent_id
     WHERE c.site_id = $1 ORDER BY c.path COLLATE "C"`,
    [siteId],
  );

/** The source's own hand in its structure: a promise, an order, a channel of its own with one below, a hidden one. */
async function shape(site = source.portal): Promise<void> {
  const [top] = await rows<{ path: string }>(
    'SELECT path FROM channel WHERE site_id = $1 AND depth = 1 ORDER BY position LIMIT 1',
    [site.id],
  );
  await rows(
    `UPDATE channel SET update_days = 3, limit_days = 5, overridden = '{update_days,limit_days}' WHERE site_id = $1 AND path = $2`,
    [site.id, top!.path],
  );
  const channel = (values: string) =>
    `INSERT INTO channel (tenant_id, id, site_id, parent_id, slug, path, depth, position, name, column_type, item_kind, state)
     SELECT $1, gen_random_uuid(), $2, ${values}`;
  await rows(channel(`NULL, 'zjlm', 'zjlm', 1, 0, '走进jiaxian', '工作动态', 'article', 'open'`), [source.id, site.id]);
  await rows(
    `${channel(`id, 'xj', 'zjlm/xj', 2, 0, '甲县人民政府下级', '工作动态', 'article', 'hidden'`)} FROM channel
     WHERE site_id = $2 AND path = 'zjlm'`,
    [source.id, site.id],
  );
}

describe('cloning onto another tenant’s empty site', () => {
  it('gives it the same tree, promises and look, and takes no text along', async () => {
    await shape();
    await rows(`UPDATE site SET theme = 'city' WHERE id = $1`, [source.portal.id]);
    await publish(platform, source.portal, 'ywdt/zwyw');
    const report = await clone.run(operator(), source.portal.id, { siteId: target.portal.id });
    expect(await structureOf(target.portal.id)).toEqual(await structureOf(source.portal.id));
    expect(report).toMatchObject({ opened: false, theme: 'city', name: '乙县人民政府' });
    const [part] = report.parts;
    expect(part).toMatchObject({ what: '栏目', kept: [] });
    expect(part!.made).toContain('zjlm');
    expect(part!.changed).toContain('ywdt/zwyw');
    expect(await rows('SELECT theme, overridden FROM site WHERE id = $1', [target.portal.id])).toEqual([
      { theme: 'city', overridden: ['theme'] },
    ]);
    expect(await rows('SELECT count(*)::int AS n FROM item WHERE tenant_id = $1', [target.id])).toEqual([{ n: 0 }]);
  });

  it('names places after the target', async () => {
    await shape();
    await clone.run(operator(), source.portal.id, { siteId: target.portal.id });
    expect(
      await rows(`SELECT path, name FROM channel WHERE site_id = $1 AND path LIKE 'zjlm%' ORDER BY path`, [
        target.portal.id,
      ]),
    ).toEqual(expect.arrayContaining([{ path: 'zjlm', name: '走进yixian' }]));
    const left = await rows(`SELECT name, description, keywords FROM channel WHERE site_id = $1`, [target.portal.id]);
    expect(JSON.stringify(left)).not.toMatch(/jiaxian|甲县/);
  });

  it('knows channels again by their key: ids and the authorities over them hold on, also where the tree differs', async () => {
    // On the source one went below another.
    const [moved] = await rows<{ id: string; blueprint_key: string; path: string }>(
      `SELECT id, blueprint_key, path FROM channel c WHERE site_id = $1 AND depth = 1 AND NOT EXISTS (SELECT FROM channel x WHERE x.parent_id = c.id)
       ORDER BY position LIMIT 1`,
      [source.portal.id],
    );
    await rows(
      `UPDATE channel SET parent_id = (SELECT id FROM channel WHERE site_id = $1 AND path = 'ywdt'), depth = 2, path = 'ywdt/' || slug, overridden = '{parent_id}' WHERE id = $2`,
      [source.portal.id, moved!.id],
    );
    const [there] = await rows<{ id: string; path: string }>(
      'SELECT id, path FROM channel WHERE site_id = $1 AND blueprint_key = $2',
      [target.portal.id, moved!.blueprint_key],
    );
    const accountId = await anAccount(superuser, { tenantId: target.id, login: 'yi-bianji' });
    const grantId = await aGrant(superuser, {
      tenantId: target.id,
      accountTenantId: target.id,
      accountId,
      role: 'editor',
      scope: 'channel',
      siteId: target.portal.id,
      channelId: there!.id,
    });
    await clone.run(operator(), source.portal.id, { siteId: target.portal.id });
    expect(await rows('SELECT path FROM channel WHERE id = $1', [there!.id])).toEqual([
      { path: `ywdt/${moved!.path}` },
    ]);
    expect(await rows('SELECT channel_id FROM access_grant WHERE id = $1', [grantId])).toEqual([
      { channel_id: there!.id },
    ]);
    expect(await structureOf(target.portal.id)).toEqual(await structureOf(source.portal.id));
  });

  it('leaves channels that only the target has, and says so', async () => {
    await rows(
      `INSERT INTO channel (tenant_id, id, site_id, slug, path, depth, position, name, column_type, item_kind)
       VALUES ($1, gen_random_uuid(), $2, 'yixian', 'yixian', 1, 99, '自建', '工作动态', 'article')`,
      [target.id, target.portal.id],
    );
    const report = await clone.run(operator(), source.portal.id, { siteId: target.portal.id });
    expect(report.parts[0]!.kept).toEqual(['yixian']);
    await expect(clone.run(operator(), source.portal.id, { siteId: target.portal.id })).resolves.toMatchObject({
      parts: [{ made: [], kept: ['yixian'] }],
    });
  });

  it('is kept by the next run of provisioning', async () => {
    await shape();
    await clone.run(operator(), source.portal.id, { siteId: target.portal.id });
    const before = await structureOf(target.portal.id);
    await (await aProvisionUnit(platform)).run(OPERATOR, target.unit, null, target);
    const after = await structureOf(target.portal.id);
    expect(after.map(({ path, update_days }) => ({ path, update_days }))).toEqual(
      before.map(({ path, update_days }) => ({ path, update_days })),
    );
  });

  it('is refused where there is content, another kind of site, or the site itself', async () => {
    await publish(platform, target.portal, 'ywdt/zwyw');
    const run = (siteId: string) => clone.run(operator(), source.portal.id, { siteId });
    await expect(run(target.portal.id)).rejects.toMatchObject({ code: 'tenancy.clone-not-empty' });
    await expect(run(target.subs.wtj!.id)).rejects.toMatchObject({ code: 'tenancy.clone-kind' });
    await expect(run(source.portal.id)).rejects.toMatchObject({ code: 'tenancy.clone-itself' });
  });
});

describe('cloning to a new sub-site', () => {
  const made = (over: object = {}) => ({
    tenantId: target.id,
    name: '乙县教育局',
    shortName: '教育局',
    slug: 'jyj',
    ...over,
  });

  it('opens it under the portal of the tenant, with an organ of its own, in order and with an audit', async () => {
    const report = await clone.run(operator(), source.subs.jyj!.id, made());
    expect(report).toMatchObject({ opened: true, tenantId: target.id });
    expect(await structureOf(report.siteId)).toEqual(await structureOf(source.subs.jyj!.id));
    expect(
      await rows(
        `SELECT s.kind, s.level, s.prefix, s.parent_site_id, s.region_path, s.position, s.demonstration, s.pinyin_initials, s.tagline, o.name AS sponsor, o.kind AS organ
         FROM site s JOIN organ o ON o.tenant_id = s.tenant_id AND o.id = s.sponsor_id WHERE s.id = $1`,
        [report.siteId],
      ),
    ).toEqual([
      {
        kind: 'department',
        level: 'province',
        prefix: '/bm/jyj/',
        parent_site_id: target.portal.id,
        region_path: target.path,
        position: expect.any(Number),
        demonstration: true,
        pinyin_initials: 'yxjyj',
        tagline: '乙县人民政府部门子站',
        sponsor: '乙县教育局',
        organ: 'department',
      },
    ]);
    expect(await rows(`SELECT tenant_id, detail ->> 'from' AS source FROM audit WHERE act = 'site.cloned'`)).toEqual([
      { tenant_id: target.id, source: '甲县jyj局' },
    ]);
  });

  it('says of each field what is wrong with it', async () => {
    const faults = async (over: object) =>
      (await clone.run(operator(), source.subs.jyj!.id, made(over)).catch((e) => e)).fields;
    expect(Object.keys(await faults({ name: '', shortName: '', slug: 'xz' })).sort()).toEqual([
      'name',
      'shortName',
      'slug',
    ]);
    expect(await faults({ slug: 'wtj' })).toEqual({ slug: expect.stringContaining('/bm/wtj/') });
    expect(await faults({ organId: source.subs.jyj!.organId })).toEqual({ organId: expect.any(String) });
    await expect(clone.run(operator(), source.portal.id, made())).rejects.toMatchObject({
      code: 'tenancy.clone-portal',
    });
    expect(await rows('SELECT count(*)::int AS n FROM site WHERE tenant_id = $1', [target.id])).toEqual([{ n: 2 }]);
  });
});

it('is for operators over both; a stranger learns nothing', async () => {
  const within = (role: Role, ...units: BuiltUnit[]) => {
    const tenantIds = units.map((unit) => unit.id);
    return aDeskContext(tenantIds, [{ role, reach: { kind: 'tenants', tenantIds } }]);
  };
  const run = (ctx: Parameters<CloneSite['run']>[0]) => clone.run(ctx, source.portal.id, { siteId: target.portal.id });
  for (const unit of [source, target])
    await expect(run(within('node-operator', unit))).rejects.toMatchObject({ code: 'authority.missing' });
  await expect(run(within('tenant-administrator', source, target))).rejects.toMatchObject({
    code: 'authority.refused',
  });
  await expect(run(within('node-operator', source, target))).resolves.toMatchObject({ opened: false });
});
