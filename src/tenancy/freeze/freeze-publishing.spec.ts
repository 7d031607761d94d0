import pg from 'pg';
import { aDocument, publish, scopeOf } from '../../../test/builders.js';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import { aDeskContext, aUnit, type BuiltUnit } from '../../../test/tenancy-builders.js';
import { type DeskContext, operatorContext, reading } from '../../authority/desk-context.js';
import type { Role } from '../../authority/role.js';
import { requireNotFrozen } from '../../content/publication/require-not-frozen.js';
import { findFreezesInForce } from './freeze.queries.js';
import { EndFreeze, FreezePublishing } from './freeze-publishing.js';

let platform: TestPlatform;
let superuser: pg.Client;
let province: BuiltUnit;
let city: BuiltUnit;
let county: BuiltUnit;
let freeze: FreezePublishing;
let end: EndFreeze;

beforeEach(async () => {
  platform = await aPlatform();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  province = await aUnit(platform, { slug: 'sheng', name: '试省' });
  city = await aUnit(platform, { slug: 'shi', parent: province, name: '试市' });
  county = await aUnit(platform, { slug: 'xian', parent: city, name: '试县', departments: ['jyj'] });
  freeze = new FreezePublishing(platform.work);
  end = new EndFreeze(platform.work);
});

afterEach(async () => {
  await superuser?.end();
  await platform?.close();
});

const rows = async <T = Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<T[]> =>
  (await superuser.query(sql, values)).rows;
const operator = () => operatorContext(OPERATOR, [province.id, city.id, county.id]);
const because = { reason: '网站被篡改，正在排查' };
const publishing = (site = county.portal) => publish(platform, site, site === county.subs.jyj ? 'gzdt' : 'ywdt/zwyw');
const frozen = { code: 'content.publishing-frozen', message: expect.stringContaining('网站被篡改') };
const within = (role: Role, ...units: BuiltUnit[]) => {
  const tenantIds = units.map((unit) => unit.id);
  return aDeskContext(tenantIds, [{ role, reach: { kind: 'tenants', tenantIds } }]);
};
const inForce = (ctx: DeskContext) => platform.work.run(reading(ctx), (tx) => findFreezesInForce(tx, ctx));

describe('freezing a site', () => {
  it('stops publishing there and nowhere else, until it is ended', async () => {
    const document = aDocument();
    await publish(platform, county.portal, 'ywdt/zwyw', document);
    const { freezeId, tenants } = await freeze.run(operator(), { siteId: county.portal.id }, because);
    expect(tenants).toBe(1);
    await expect(publishing()).rejects.toMatchObject(frozen);
    await expect(publish(platform, county.portal, 'ywdt/zwyw', { ...document, title: '新版' })).rejects.toMatchObject(
      frozen,
    );
    await expect(publishing(county.subs.jyj)).resolves.toMatchObject({ outcome: 'published' });
    await expect(publishing(city.portal)).resolves.toMatchObject({ outcome: 'published' });
    expect(await end.run(operator(), freezeId, { reason: '排查完毕' })).toEqual({ tenants: 1 });
    await expect(publishing()).resolves.toMatchObject({ outcome: 'published' });
    await expect(end.run(operator(), freezeId, { reason: '再一次' })).rejects.toMatchObject({
      code: 'tenancy.freeze-ended',
    });
  });

  it('is not done twice, but beside a freeze from above', async () => {
    await freeze.run(operator(), { siteId: county.portal.id }, because);
    await expect(freeze.run(operator(), { siteId: county.portal.id }, because)).rejects.toMatchObject({
      code: 'tenancy.already-frozen',
    });
    const { freezeId } = await freeze.run(operator(), { tenantId: city.id }, because);
    await expect(freeze.run(operator(), { tenantId: city.id }, because)).rejects.toMatchObject({
      code: 'tenancy.already-frozen',
    });
    await expect(freeze.run(operator(), { tenantId: county.id }, because)).resolves.toMatchObject({ tenants: 1 });
    await end.run(operator(), freezeId, { reason: '排查完毕' });
    await expect(publishing()).rejects.toMatchObject(frozen);
  });
});

describe('freezing a tenant', () => {
  it('holds for all below it, also for what is opened later, and ends everywhere at once', async () => {
    const { freezeId, tenants } = await freeze.run(operator(), { tenantId: city.id }, because);
    expect(tenants).toBe(2);
    const later = await aUnit(platform, { slug: 'houlai', parent: city });
    const below = await aUnit(platform, { slug: 'genghoulai', parent: county });
    for (const site of [city.portal, county.portal, county.subs.jyj!, later.portal, below.portal])
      await expect(publishing(site)).rejects.toMatchObject(frozen);
    await expect(publishing(province.portal)).resolves.toMatchObject({ outcome: 'published' });
    expect(await end.run(operator(), freezeId, { reason: '排查完毕' })).toEqual({ tenants: 4 });
    for (const site of [city.portal, later.portal, below.portal])
      await expect(publishing(site)).resolves.toMatchObject({ outcome: 'published' });
    const after = await aUnit(platform, { slug: 'zuihou', parent: city });
    await expect(publishing(after.portal)).resolves.toMatchObject({ outcome: 'published' });
  });

  it('stands in the audit of every tenant concerned, with its reason', async () => {
    const { freezeId } = await freeze.run(operator(), { tenantId: city.id }, because);
    await end.run(operator(), freezeId, { reason: '排查完毕' });
    for (const { id } of [city, county])
      expect(
        await rows(
          `SELECT act, detail ->> 'reason' AS reason FROM audit WHERE tenant_id = $1 AND act LIKE 'publishing.%' ORDER BY position`,
          [id],
        ),
      ).toEqual([
        { act: 'publishing.frozen', reason: '网站被篡改，正在排查' },
        { act: 'publishing.freed', reason: '排查完毕' },
      ]);
    expect(await rows(`SELECT act FROM audit WHERE tenant_id = $1 AND act LIKE 'publishing.%'`, [province.id])).toEqual(
      [],
    );
  });

  it('passes no opening below it unseen, whichever comes first', async () => {
    const opening = Array.from({ length: 4 }, (_, i) => aUnit(platform, { slug: `kai${i}`, parent: city }));
    const [, ...opened] = await Promise.all([freeze.run(operator(), { tenantId: city.id }, because), ...opening]);
    for (const unit of opened) await expect(publishing(unit.portal)).rejects.toMatchObject(frozen);
  });

  it('waits for what is being published, and is seen by what begins', async () => {
    let freezing: Promise<unknown> | undefined;
    await platform.work.run(scopeOf(county.id, 'publish'), async (tx) => {
      await requireNotFrozen(tx, county.portal.id);
      freezing = freeze.run(operator(), { tenantId: county.id }, because);
      // The freeze cannot commit before this does: what is published here is published before it.
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(await rows('SELECT * FROM publishing_freeze')).toEqual([]);
    });
    await freezing;
    await expect(publishing()).rejects.toMatchObject(frozen);
  });
});

describe('the freezes in force', () => {
  it('are each listed once, where they were put, to those who may know', async () => {
    const ofCity = await freeze.run(operator(), { tenantId: city.id }, because);
    const ofSite = await freeze.run(operator(), { siteId: county.subs.jyj!.id }, { reason: '合同到期' });
    expect(await inForce(operator())).toEqual([
      expect.objectContaining({
        freezeId: ofSite.freezeId,
        siteId: county.subs.jyj!.id,
        name: '试县jyj局',
        inherited: false,
      }),
      expect.objectContaining({
        freezeId: ofCity.freezeId,
        tenantId: city.id,
        name: '试市',
        inherited: false,
        begunBy: OPERATOR.name,
      }),
    ]);
    expect(await inForce(within('tenant-administrator', county))).toEqual([
      expect.objectContaining({ freezeId: ofSite.freezeId }),
      expect.objectContaining({ freezeId: ofCity.freezeId, tenantId: county.id, inherited: true }),
    ]);
    const chief = aDeskContext(
      [county.id],
      [{ role: 'editor-in-chief', reach: { kind: 'site', tenantId: county.id, siteId: county.subs.jyj!.id } }],
    );
    expect((await inForce(chief)).map((one) => one.freezeId)).toEqual([ofSite.freezeId]);
    expect(await inForce(within('node-operator', province))).toEqual([]);
  });
});

describe('who may freeze', () => {
  it('operators within their node; an administrator is refused; a stranger learns nothing', async () => {
    const ofCounty = within('node-operator', county);
    await expect(freeze.run(ofCounty, { tenantId: county.id }, because)).resolves.toMatchObject({ tenants: 1 });
    for (const place of [{ tenantId: county.id }, { siteId: county.portal.id }])
      await expect(freeze.run(within('tenant-administrator', county), place, because)).rejects.toMatchObject({
        code: 'authority.refused',
      });
    for (const place of [{ tenantId: county.id }, { siteId: county.portal.id }, { siteId: 'x' }, { tenantId: 'x' }])
      await expect(freeze.run(within('node-operator', province), place, because)).rejects.toMatchObject({
        code: 'authority.missing',
      });
  });

  it('ends only what was put within their own reach', async () => {
    const { freezeId } = await freeze.run(operator(), { tenantId: city.id }, because);
    await expect(end.run(within('node-operator', county), freezeId, because)).rejects.toMatchObject({
      code: 'authority.refused',
    });
    await expect(end.run(within('node-operator', province), freezeId, because)).rejects.toMatchObject({
      code: 'authority.missing',
    });
    await expect(end.run(within('node-operator', city, county), freezeId, because)).resolves.toEqual({ tenants: 2 });
  });
});
