import { jest } from '@jest/globals';
import pg from 'pg';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import { aDeskContext, aUnit, type BuiltUnit } from '../../../test/tenancy-builders.js';
import { type DeskContext, may, operatorContext, reading } from '../../authority/desk-context.js';
import { ALL_ROLES } from '../../authority/role.js';
import { FreezePublishing } from '../freeze/freeze-publishing.js';
import { RetireTenant } from '../tenant/retire-tenant.js';
import { findSites, findSitesToEnter, findSiteToEnter, SITES_PER_PAGE, type SiteFilter } from './site-list.queries.js';
import { SuspendSite } from './suspend-site.js';

let platform: TestPlatform;
let superuser: pg.Client;
let city: BuiltUnit;
let county: BuiltUnit;
let other: BuiltUnit;

beforeAll(async () => {
  platform = await aPlatform();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  const province = await aUnit(platform, { slug: 'jilin', name: '吉林省' });
  city = await aUnit(platform, { slug: 'changchun', parent: province, name: '长春市' });
  county = await aUnit(platform, {
    slug: 'nongan',
    parent: city,
    name: '农安县',
    departments: ['jyj'],
    townships: ['kaian'],
  });
  other = await aUnit(platform, { slug: 'dehui', parent: city, name: '德惠市' });
});

afterAll(async () => {
  await superuser?.end();
  await platform?.close();
});

const everywhere = () => operatorContext(OPERATOR, [city.id, county.id, other.id]);
const list = (filter: SiteFilter = {}, ctx: DeskContext = everywhere(), page = 1) =>
  platform.work.run(reading(ctx), (tx) => findSites(tx, ctx, filter, page, 'localhost'));
const names = async (filter: SiteFilter, ctx?: DeskContext) => (await list(filter, ctx)).rows.map((row) => row.name);
const enter = async (search: string, ctx: DeskContext = everywhere()) =>
  (await platform.work.run(reading(ctx), (tx) => findSitesToEnter(tx, ctx, search, 'localhost'))).map(
    (row) => row.name,
  );

const NONGAN = ['农安县人民政府', '农安县jyj局', '农安县kaian镇人民政府'];

describe('the list of sites', () => {
  it('shows each with its place, its address and its state', async () => {
    const { rows, total } = await list({ search: 'nongan' });
    expect(total).toBe(3);
    expect(
      rows.map(({ name, address, tenantName, kind, state }) => ({ name, address, tenantName, kind, state })),
    ).toEqual([
      { name: NONGAN[0], address: 'nongan.localhost/', tenantName: '农安县', kind: 'portal', state: 'open' },
      { name: NONGAN[1], address: 'nongan.localhost/bm/jyj/', tenantName: '农安县', kind: 'department', state: 'open' },
      { name: NONGAN[2], address: 'nongan.localhost/xz/kaian/', tenantName: '农安县', kind: 'township', state: 'open' },
    ]);
  });

  it.each([
    ['a part of the name', '农安', NONGAN],
    ['pinyin', 'nongan', NONGAN],
    ['pinyin with spaces and capitals', 'Nong An', NONGAN],
    ['initials', 'naxrm', [NONGAN[0]]],
    ['an address', 'nongan.localhost/xz', [NONGAN[2]]],
    ['what fits nothing', 'zzz', []],
    ['signs of patterns, which mean themselves', '%_', []],
    ['what would end a string', "'; DROP TABLE site; --", []],
  ])('is searched by %s', async (_, search, expected) => {
    expect(await names({ search })).toEqual(expected);
  });

  it('is searched by a region’s code, and filtered by region, kind and state', async () => {
    expect(await names({ search: county.unit.code })).toEqual(NONGAN);
    expect(await names({ region: county.unit.code })).toEqual(NONGAN);
    expect(await names({ region: city.unit.code })).toEqual(['长春市人民政府', ...NONGAN, '德惠市人民政府']);
    expect(await names({ region: '999999' })).toEqual([]);
    expect(await names({ kind: 'township' })).toEqual([NONGAN[2]]);
    expect(await names({ state: 'closed' })).toEqual([]);
    expect(await names({ sort: 'name', region: county.unit.code })).toEqual([NONGAN[1], NONGAN[2], NONGAN[0]]);
    expect((await names({ sort: 'newest' }))[0]).toBe('德惠市人民政府');
  });

  it('tells closed, frozen and archived sites apart, those below a suspended portal too', async () => {
    const site = await aUnit(platform, { slug: 'zhuangtai', parent: city, departments: ['jyj'] });
    const ctx = operatorContext(OPERATOR, [site.id]);
    const states = async () => (await list({}, ctx)).rows.map((row) => row.state);
    await new FreezePublishing(platform.work).run(ctx, { siteId: site.subs.jyj!.id }, { reason: '试' });
    expect(await states()).toEqual(['open', 'frozen']);
    await new SuspendSite(platform.work).run(ctx, site.portal.id, { reason: '试' });
    expect(await states()).toEqual(['closed', 'closed']);
    const retire = new RetireTenant(platform.work);
    await retire.freeze(ctx, site.id, { reason: '试' });
    await retire.archive(ctx, site.id, { reason: '试' });
    expect(await states()).toEqual(['archived', 'archived']);
    expect((await list({ state: 'archived' }, ctx)).total).toBe(2);
  });

  it('counts and shows, for every role and reach, exactly the sites readable one by one', async () => {
    const all = (await list({}, operatorContext(OPERATOR, [city.id, county.id, other.id]))).rows;
    const reaches = [
      { kind: 'tenants' as const, tenantIds: [county.id, city.id] },
      { kind: 'site' as const, tenantId: county.id, siteId: county.subs.jyj!.id },
      { kind: 'channel' as const, tenantId: county.id, siteId: county.portal.id, channelPath: 'ywdt' },
    ];
    for (const role of ALL_ROLES)
      for (const reach of reaches) {
        const ctx = aDeskContext([county.id, city.id], [{ role, reach }]);
        const { rows, total } = await list({}, ctx);
        const readable = all.filter((row) => may(ctx, 'site.read', row));
        expect([role, reach.kind, rows.map((row) => row.siteId)]).toEqual([
          role,
          reach.kind,
          readable.map((row) => row.siteId),
        ]);
        expect(total).toBe(readable.length);
        const entered = (await platform.work.run(reading(ctx), (tx) => findSitesToEnter(tx, ctx, '', 'localhost'))).map(
          (row) => row.siteId,
        );
        expect(entered).toEqual(all.filter((row) => may(ctx, 'site.enter', row)).map((row) => row.siteId));
      }
  });
});

describe('the switcher', () => {
  it('offers what one may enter, best first, and nothing else', async () => {
    expect(await enter('dehui')).toEqual(['德惠市人民政府']);
    expect(await enter('jyj')).toEqual([NONGAN[1]]);
    const worker = aDeskContext(
      [county.id],
      [
        {
          role: 'editor',
          reach: { kind: 'channel', tenantId: county.id, siteId: county.subs.jyj!.id, channelPath: 'gzdt' },
        },
      ],
    );
    expect(await enter('', worker)).toEqual([NONGAN[1]]);
    expect(await enter('dehui', worker)).toEqual([]);
    const find = (siteId: string) =>
      platform.work.run(reading(worker), (tx) => findSiteToEnter(tx, worker, siteId, 'localhost'));
    expect(await find(county.subs.jyj!.id)).toMatchObject({ name: NONGAN[1] });
    expect(await find(county.portal.id)).toBeNull();
    expect(await find(other.portal.id)).toBeNull();
  });
});

describe('with 1,300 sites', () => {
  it('asks as often as with ten, a page of fifty at a time', async () => {
    const counted = async (work: () => Promise<unknown>): Promise<number> => {
      const query = jest.spyOn(pg.Client.prototype, 'query');
      await work();
      const count = query.mock.calls.length;
      query.mockRestore();
      return count;
    };
    const few = [await counted(() => list()), await counted(() => enter('a'))];
    await superuser.query(
      `INSERT INTO site (tenant_id, id, kind, level, key, parent_site_id, prefix, region_path, position, name, short_name, sponsor_id, undertaker_id)
       SELECT tenant_id, gen_random_uuid(), 'department', 'county', 'x' || i, id, '/bm/x' || i || '/', region_path, i, '部门' || i, '部门', sponsor_id, undertaker_id
       FROM site, generate_series(1, 1300) i WHERE id = $1`,
      [other.portal.id],
    );
    expect([await counted(() => list()), await counted(() => enter('a'))]).toEqual(few);
    const pages = await Promise.all([1, 2, 27, 28].map((page) => list({ kind: 'department' }, everywhere(), page)));
    expect(pages.map((page) => page.rows.length)).toEqual([SITES_PER_PAGE, SITES_PER_PAGE, 1, 0]);
    expect(new Set(pages.flatMap((page) => page.rows.map((row) => row.siteId))).size).toBe(101);
    expect(pages[0]!.total).toBe(1_301);
  });
});
