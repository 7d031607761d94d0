import pg from 'pg';
import { aDocument, aMedium, publish } from '../../../test/builders.js';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import {
  aDeskContext,
  aGrant,
  anAccount,
  aProvisionUnit,
  aUnit,
  type BuiltUnit,
} from '../../../test/tenancy-builders.js';
import { moveGrants } from '../../access/grant/move-grants.js';
import { operatorContext } from '../../authority/desk-context.js';
import { moveContent } from '../../content/move-content.js';
import { moveAccounts } from '../../identity/account/move-accounts.js';
import { MoveSite } from './move-site.js';

let platform: TestPlatform;
let superuser: pg.Client;
let moveSite: MoveSite;
let county: BuiltUnit;
let city: BuiltUnit;

beforeEach(async () => {
  platform = await aPlatform();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  moveSite = new MoveSite(platform.work, [moveContent, moveGrants(platform.calendar), moveAccounts], 'localhost');
  const province = await aUnit(platform, { slug: 'sheng' });
  city = await aUnit(platform, { slug: 'shi', parent: province, name: '试市', departments: ['wtj'] });
  county = await aUnit(platform, {
    slug: 'xian',
    parent: city,
    name: '试县',
    departments: ['jyj', 'wtj'],
    townships: ['kaian'],
  });
});

afterEach(async () => {
  await superuser?.end();
  await platform?.close();
});

const rows = async <T = Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<T[]> =>
  (await superuser.query(sql, values)).rows;
const operator = () => operatorContext(OPERATOR, [city.id, county.id]);
const request = (over: Partial<Parameters<MoveSite['run']>[1]> = {}) => ({
  siteId: county.subs.jyj!.id,
  toTenantId: city.id,
  reason: '县改区，教育局归市管',
  ...over,
});

/** How many rows each table has, and how many of them are this tenant's. */
async function census(): Promise<Record<string, { all: number; city: number; county: number }>> {
  const tables = await rows<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace
       AND c.relname NOT IN ('audit', 'audit_chain', 'outbox', 'change', 'moved_site')`,
  );
  const all: Awaited<ReturnType<typeof census>> = {};
  for (const { name } of tables) {
    const [row] = await rows<{ all: number; city: number; county: number }>(
      `SELECT count(*)::int AS "all", count(*) FILTER (WHERE tenant_id = $1)::int AS city,
         count(*) FILTER (WHERE tenant_id = $2)::int AS county FROM ${name}`,
      [city.id, county.id],
    );
    all[name] = row!;
  }
  return all;
}

/** Texts, files, people and authorities on the education bureau's site, and some that are torn by its move. */
async function fill() {
  const { jyj } = county.subs;
  const file = aMedium(jyj!, { size: 1_000 });
  const first = await publish(platform, jyj!, 'gzdt', aDocument({ source: { by: 'id', value: 'a' } }), [file]);
  await publish(platform, jyj!, 'gzdt', aDocument({ source: { by: 'id', value: 'a' }, title: '第二版' }), [file]);
  await publish(platform, jyj!, 'tzgg', aDocument());
  // The city shows one of its texts, and it shows one of the county's.
  const placing = `INSERT INTO publication (tenant_id, id, site_id, channel_id, source_tenant_id, item_id, path, placed_at, visible_from)
    VALUES ($1, gen_random_uuid(), $2, $3, $4, $5, 'elsewhere.html', now(), now())`;
  await rows(placing, [city.id, city.portal.id, city.portal.channels.ywdt, county.id, first.itemId]);
  const ofCounty = await publish(platform, county.portal, 'ywdt/zwyw');
  await rows(placing, [county.id, jyj!.id, jyj!.channels.tzgg, county.id, ofCounty.itemId]);
  await rows(`INSERT INTO redirect (tenant_id, site_id, from_path, to_path) VALUES ($1, $2, 'alt/', 'gzdt/')`, [
    county.id,
    jyj!.id,
  ]);
  await rows('UPDATE channel SET organ_id = $1 WHERE id = ANY ($2::uuid[])', [
    jyj!.organId,
    [jyj!.channels.gzdt, county.portal.channels.zwgk],
  ]);
  await rows(
    `UPDATE channel SET organ_id = (SELECT id FROM organ WHERE tenant_id = $1 AND key = 'government') WHERE id = $2`,
    [county.id, jyj!.channels.tzgg],
  );
  const teacher = await anAccount(superuser, { tenantId: county.id, organId: jyj!.organId, login: 'xian-teacher' });
  const clerk = await anAccount(superuser, { tenantId: county.id, login: 'xian-clerk' });
  const vendor = await anAccount(superuser, { tenantId: city.id, login: 'shi-vendor' });
  const grant = (accountId: string, accountTenantId: string, over: object) =>
    aGrant(superuser, { tenantId: county.id, accountId, accountTenantId, role: 'editor', scope: 'site', ...over });
  const follows = [
    await grant(teacher, county.id, { siteId: jyj!.id, scope: 'channel', channelId: jyj!.channels.gzdt }),
    await grant(vendor, city.id, { siteId: jyj!.id }),
  ];
  const ends = [
    await grant(clerk, county.id, { siteId: jyj!.id }),
    await grant(teacher, county.id, { siteId: county.portal.id }),
  ];
  const stays = await grant(clerk, county.id, { siteId: county.portal.id });
  await rows('UPDATE session SET site_tenant_id = $1, site_id = $2', [county.id, jyj!.id]);
  return { first, teacher, clerk, follows, ends, stays };
}

describe('moving a sub-site under another tenant', () => {
  it('takes along every row that is its own, and loses none', async () => {
    const { teacher, follows, ends, stays } = await fill();
    const before = await census();
    const report = await moveSite.run(operator(), request());
    const after = await census();

    expect(report).toMatchObject({
      conflicts: [],
      organ: { name: '试县jyj局', moves: true },
      addresses: { from: 'xian.localhost/bm/jyj/', to: 'shi.localhost/bm/jyj/' },
      channels: Object.keys(county.subs.jyj!.channels).length,
      items: 2,
      publications: 3,
      attachments: 2,
      attachmentBytes: 2_000,
      placements: 1,
      channelsWithoutOrgan: 1,
      channelsLosingOrgan: 1,
      grantsFollowing: 2,
      accounts: 1,
    });
    expect(report.grantsEnding.map((grant) => grant.grantId).sort()).toEqual(ends.toSorted());
    for (const [table, counted] of Object.entries(before))
      expect([table, after[table]!.all]).toEqual([table, counted.all]);
    for (const [table, moved] of Object.entries({
      site: 1,
      organ: 1,
      item: 2,
      edition: 3,
      edition_media: 2,
      release: 2,
      attachment: 1,
      publication: 3,
      redirect: 1,
      channel: report.channels,
      account: 1,
      credential: 1,
      session: 1,
      // The one that ended is the site's history.
      access_grant: 3,
    }))
      expect([table, after[table]!.city - before[table]!.city, before[table]!.county - after[table]!.county]).toEqual([
        table,
        moved,
        moved,
      ]);
    expect(await rows('SELECT tenant_id, account_tenant_id FROM access_grant WHERE id = $1', [follows[0]])).toEqual([
      { tenant_id: city.id, account_tenant_id: city.id },
    ]);
    const ended = await rows<{ id: string }>('SELECT id FROM access_grant WHERE ended_at IS NOT NULL ORDER BY id');
    expect(ended.map((grant) => grant.id)).toEqual(ends.toSorted());
    expect(await rows('SELECT ended_at FROM access_grant WHERE id = $1', [stays])).toEqual([{ ended_at: null }]);
    expect(await rows('SELECT tenant_id, organ_id FROM account WHERE id = $1', [teacher])).toEqual([
      { tenant_id: city.id, organ_id: county.subs.jyj!.organId },
    ]);
    // The text that the city showed before shows there still, from where it lies now.
    expect(
      await rows(`SELECT source_tenant_id FROM publication WHERE tenant_id = $1 AND path = 'elsewhere.html'`, [
        city.id,
      ]),
    ).toEqual(expect.arrayContaining([{ source_tenant_id: city.id }]));
  });

  it('is shown beforehand, exactly, and nothing is done by showing it', async () => {
    await fill();
    const before = await census();
    const preview = await moveSite.preview(operator(), request());
    expect(await census()).toEqual(before);
    expect(await rows(`SELECT act FROM audit WHERE act = 'site.moved'`)).toEqual([]);
    expect(await rows('SELECT * FROM moved_site')).toEqual([]);
    expect(await moveSite.run(operator(), request())).toEqual(preview);
  });

  it('stands in both audits, with what ended', async () => {
    await fill();
    const report = await moveSite.run(operator(), request());
    const audits = await rows(`SELECT tenant_id, actor, subject, detail FROM audit WHERE act = 'site.moved'`);
    expect(audits.map((audit) => audit.tenant_id).sort()).toEqual([city.id, county.id].sort());
    expect(audits[0]).toMatchObject({
      actor: OPERATOR.name,
      subject: `site:${county.subs.jyj!.id}`,
      detail: {
        reason: '县改区，教育局归市管',
        before: { tenant: '试县', address: 'xian.localhost/bm/jyj/' },
        after: { tenant: '试市', address: 'shi.localhost/bm/jyj/' },
        grantsEnded: report.grantsEnding.map((grant) => grant.grantId),
      },
    });
  });

  it('gives it the place, the region and the level of the new tenant', async () => {
    await moveSite.run(operator(), request());
    expect(
      await rows(
        'SELECT tenant_id, parent_site_id, region_path, region_code, level, prefix, tagline FROM site WHERE id = $1',
        [county.subs.jyj!.id],
      ),
    ).toEqual([
      {
        tenant_id: city.id,
        parent_site_id: city.portal.id,
        region_path: city.path,
        region_code: city.unit.code,
        level: 'city',
        prefix: '/bm/jyj/',
        tagline: '试市人民政府部门子站',
      },
    ]);
  });

  it('is not done where its address is taken; the preview says so beside all the rest, and another name mends it', async () => {
    const taken = request({ siteId: county.subs.wtj!.id });
    const preview = await moveSite.preview(operator(), taken);
    expect(preview.conflicts).toEqual([{ field: 'slug', sentence: expect.stringContaining('/bm/wtj/') }]);
    expect(preview.conflicts[0]!.sentence).toContain('wtj-2');
    expect(preview.channels).toBeGreaterThan(0);
    await expect(moveSite.run(operator(), taken)).rejects.toMatchObject({
      code: 'tenancy.move-conflicts',
      status: 409,
    });
    expect(await rows('SELECT tenant_id FROM site WHERE id = $1', [county.subs.wtj!.id])).toEqual([
      { tenant_id: county.id },
    ]);
    const report = await moveSite.run(operator(), { ...taken, slug: 'xianwtj' });
    expect(report.addresses.to).toBe('shi.localhost/bm/xianwtj/');
    await expect(moveSite.run(operator(), { ...request(), slug: 'Ä' })).rejects.toMatchObject({
      fields: { slug: expect.any(String) },
    });
  });

  it('leaves the organ and its people where it stands behind another site too, and gives the site a copy', async () => {
    await fill();
    await rows('UPDATE site SET sponsor_id = $1 WHERE id = $2', [county.subs.jyj!.organId, county.subs.wtj!.id]);
    const report = await moveSite.run(operator(), request());
    expect(report).toMatchObject({ organ: { moves: false }, accounts: 0, conflicts: [] });
    const [site] = await rows<{ sponsor_id: string; name: string }>(
      `SELECT s.sponsor_id, o.name FROM site s JOIN organ o ON o.tenant_id = s.tenant_id AND o.id = s.sponsor_id WHERE s.id = $1`,
      [county.subs.jyj!.id],
    );
    expect(site!.sponsor_id).not.toBe(county.subs.jyj!.organId);
    expect(site!.name).toBe('试县jyj局');
    expect(await rows('SELECT tenant_id FROM organ WHERE id = $1', [county.subs.jyj!.organId])).toEqual([
      { tenant_id: county.id },
    ]);
  });

  it('does not leave a tenant without anybody who governs it', async () => {
    const { jyj } = county.subs;
    const head = await anAccount(superuser, { tenantId: county.id, organId: jyj!.organId, login: 'xian-head' });
    await aGrant(superuser, {
      tenantId: county.id,
      accountTenantId: county.id,
      accountId: head,
      role: 'tenant-administrator',
      scope: 'tenant',
    });
    expect((await moveSite.preview(operator(), request())).conflicts).toEqual([
      { field: null, sentence: expect.stringContaining('单位管理员') },
    ]);
    const other = await anAccount(superuser, { tenantId: county.id, login: 'xian-other' });
    await aGrant(superuser, {
      tenantId: county.id,
      accountTenantId: county.id,
      accountId: other,
      role: 'tenant-administrator',
      scope: 'tenant',
    });
    await rows(`UPDATE account SET ends_on = current_date - 3 WHERE id = $1`, [other]);
    expect((await moveSite.preview(operator(), request())).conflicts).toHaveLength(1);
    await rows('UPDATE account SET ends_on = current_date + 3 WHERE id = $1', [other]);
    expect((await moveSite.preview(operator(), request())).conflicts).toEqual([]);
  });

  it('can be undone by moving it home, where the plan knows it again', async () => {
    await fill();
    const keyOf = () => rows('SELECT tenant_id, key FROM site WHERE id = $1', [county.subs.jyj!.id]);
    const before = await keyOf();
    await moveSite.run(operator(), request());
    expect(await keyOf()).toEqual([{ tenant_id: city.id, key: `moved/${county.subs.jyj!.id}` }]);
    await moveSite.run(operator(), request({ toTenantId: county.id }));
    expect(await keyOf()).toEqual(before);
    expect(await rows('SELECT tenant_id, portal_id FROM moved_site')).toEqual([
      { tenant_id: city.id, portal_id: city.portal.id },
    ]);
  });

  it('is not made again by the next run of provisioning', async () => {
    await moveSite.run(operator(), request());
    await moveSite.run(operator(), request({ siteId: county.subs.kaian!.id }));
    const unit = await aProvisionUnit(platform);
    expect(await unit.run(OPERATOR, county.unit, city, county)).toMatchObject({ sites: 2, changed: 0 });
    expect(await unit.run(OPERATOR, city.unit, null, city)).toMatchObject({ changed: 0 });
    expect(await rows('SELECT count(*)::int AS n FROM organ WHERE tenant_id = $1', [county.id])).toEqual([{ n: 3 }]);
  });
});

describe('who may move a sub-site', () => {
  const tenants = (...tenantIds: string[]) => ({ kind: 'tenants' as const, tenantIds });

  it('needs the power over both ends', async () => {
    const ofBoth = aDeskContext([city.id, county.id], [{ role: 'node-operator', reach: tenants(city.id, county.id) }]);
    await expect(moveSite.preview(ofBoth, request())).resolves.toMatchObject({ conflicts: [] });
    const readsOther = aDeskContext(
      [city.id, county.id],
      [
        { role: 'node-operator', reach: tenants(county.id) },
        { role: 'supervisor', reach: tenants(city.id) },
      ],
    );
    await expect(moveSite.run(readsOther, request())).rejects.toMatchObject({ code: 'authority.refused' });
  });

  it('answers a stranger’s site, a tenant out of sight and one that is not there alike', async () => {
    const ofCity = aDeskContext([city.id], [{ role: 'node-operator', reach: tenants(city.id) }]);
    const ofCounty = aDeskContext([county.id], [{ role: 'node-operator', reach: tenants(county.id) }]);
    const nobody = '0190a000-0000-7000-8000-000000000001';
    const answers = await Promise.allSettled([
      moveSite.run(ofCity, request()),
      moveSite.run(ofCity, request({ siteId: nobody })),
      moveSite.run(ofCity, request({ siteId: 'no id at all' })),
      moveSite.run(ofCounty, request()),
      moveSite.run(ofCounty, request({ toTenantId: nobody })),
    ]);
    expect(answers.map((answer) => (answer as PromiseRejectedResult).reason.message)).toEqual(
      Array(5).fill((answers[1] as PromiseRejectedResult).reason.message),
    );
    expect((answers[0] as PromiseRejectedResult).reason.code).toBe('authority.missing');
  });

  it('moves no portal, and no site to where it is', async () => {
    await expect(moveSite.run(operator(), request({ siteId: county.portal.id }))).rejects.toMatchObject({
      code: 'tenancy.move-portal',
    });
    await expect(moveSite.run(operator(), request({ toTenantId: county.id }))).rejects.toMatchObject({
      fields: { toTenantId: expect.any(String) },
    });
  });
});

it('of a large site a preview counts and carries nothing; in earnest its long statement has the time that it takes', async () => {
  const siteId = county.subs.jyj!.id;
  const items = 21_000;
  await rows(
    `INSERT INTO item (tenant_id, id, site_id, kind, source_by, source_value)
     SELECT $1, gen_random_uuid(), $2, 'article', 'id', n::text FROM generate_series(1, ${items}) AS n`,
    [county.id, siteId],
  );
  await superuser.query(`
    CREATE TABLE noted (patience text);
    GRANT INSERT ON noted TO jiyue_cluster;
    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN INSERT INTO noted VALUES (current_setting('statement_timeout')); RETURN new; END $$;
    CREATE TRIGGER note BEFORE UPDATE ON site FOR EACH ROW EXECUTE FUNCTION note()`);
  expect(await moveSite.preview(operator(), request())).toMatchObject({ items, carried: false, seconds: 13 });
  expect(await rows('SELECT tenant_id FROM site WHERE id = $1', [siteId])).toEqual([{ tenant_id: county.id }]);
  expect(await moveSite.run(operator(), request())).toMatchObject({ items, carried: true });
  expect(await rows('SELECT patience FROM noted')).toEqual([{ patience: '126s' }]);
  expect(await rows('SELECT DISTINCT tenant_id FROM item WHERE site_id = $1', [siteId])).toEqual([
    { tenant_id: city.id },
  ]);
});
