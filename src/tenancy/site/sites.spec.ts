import pg from 'pg';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import { aDeskContext, aUnit, type BuiltUnit } from '../../../test/tenancy-builders.js';
import { operatorContext } from '../../authority/desk-context.js';
import type { Role } from '../../authority/role.js';
import { EditSite, type SiteChanges } from './edit-site.js';
import { FillReadings } from './fill-readings.js';
import { readingsOf, typedReading } from './site-reading.js';
import { RestoreSite, SuspendSite } from './suspend-site.js';

let platform: TestPlatform;
let superuser: pg.Client;
let county: BuiltUnit;
let other: BuiltUnit;

beforeEach(async () => {
  platform = await aPlatform();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  county = await aUnit(platform, { slug: 'xian', name: '试县', departments: ['jyj'] });
  other = await aUnit(platform, { slug: 'bie', name: '别县' });
});

afterEach(async () => {
  await superuser?.end();
  await platform?.close();
});

const rows = async <T = Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<T[]> =>
  (await superuser.query(sql, values)).rows;
const operator = () => operatorContext(OPERATOR, [county.id, other.id]);
const ofTenant = (role: Role, ...units: BuiltUnit[]) => {
  const tenantIds = units.map((unit) => unit.id);
  return aDeskContext(tenantIds, [{ role, reach: { kind: 'tenants', tenantIds } }]);
};
const ofSite = (role: Role, siteId: string) =>
  aDeskContext([county.id], [{ role, reach: { kind: 'site', tenantId: county.id, siteId } }]);
const NOBODY = '0190a000-0000-7000-8000-000000000001';

describe('editing a site', () => {
  const edit = () => new EditSite(platform.work, ['county', 'city']);
  const changes: SiteChanges = {
    name: '农安县人民政府网',
    shortName: '农安',
    tagline: '黄龙府',
    identificationCode: '2201220001',
    icpNumber: '吉ICP备05000000号',
    publicSecurityNumber: '吉公网安备 22012202000001号',
    theme: 'city',
  };

  it('changes what is given, marks it as the site’s own, and finds it by its new reading', async () => {
    expect((await edit().run(operator(), county.portal.id, changes)).changed.sort()).toEqual(
      Object.keys(changes).sort(),
    );
    const [site] = await rows('SELECT * FROM site WHERE id = $1', [county.portal.id]);
    expect(site).toMatchObject({
      name: '农安县人民政府网',
      identification_code: '2201220001',
      theme: 'city',
      pinyin_full: 'nonganxianrenminzhengfuwang',
      pinyin_initials: 'naxrmzfw',
    });
    expect((site!.overridden as string[]).sort()).toEqual(
      ['name', 'short_name', 'tagline', 'identification_code', 'icp_number', 'public_security_number', 'theme'].sort(),
    );
    expect((await edit().run(operator(), county.portal.id, { tagline: '', theme: null })).changed).toEqual([
      'tagline',
      'theme',
    ]);
    expect(await rows('SELECT name, tagline, theme FROM site WHERE id = $1', [county.portal.id])).toEqual([
      { name: '农安县人民政府网', tagline: '', theme: null },
    ]);
  });

  it('states before and after of what changed, and nothing when nothing did', async () => {
    await edit().run(operator(), county.portal.id, { tagline: '黄龙府', shortName: 'xian' });
    expect((await edit().run(operator(), county.portal.id, { tagline: '黄龙府' })).changed).toEqual([]);
    expect(await rows(`SELECT subject, detail FROM audit WHERE act = 'site.edited'`)).toEqual([
      {
        subject: `site:${county.portal.id}`,
        detail: { name: '试县人民政府', before: { tagline: '门户网站' }, after: { tagline: '黄龙府' } },
      },
    ]);
  });

  it('says all that is wrong at once and changes nothing', async () => {
    const wrong = { name: ' ', shortName: '长'.repeat(21), tagline: 'a\nb', identificationCode: '123', theme: 'desk' };
    const error = await edit()
      .run(operator(), county.portal.id, wrong)
      .catch((e) => e);
    expect(Object.keys(error.fields).sort()).toEqual(Object.keys(wrong).sort());
    expect(await rows('SELECT name, overridden FROM site WHERE id = $1', [county.portal.id])).toEqual([
      { name: '试县人民政府', overridden: [] },
    ]);
  });

  it('takes no field that is not one of its own', async () => {
    const injected = {
      tagline: '好',
      state: 'retired',
      tenant_id: other.id,
      prefix: '/x/',
      overridden: [],
    } as SiteChanges;
    expect((await edit().run(operator(), county.subs.jyj!.id, injected)).changed).toEqual(['tagline']);
    expect(await rows('SELECT tenant_id, state, prefix FROM site WHERE id = $1', [county.subs.jyj!.id])).toEqual([
      { tenant_id: county.id, state: 'open', prefix: '/bm/jyj/' },
    ]);
  });

  it('is for operators, its administrator and its editor-in-chief', async () => {
    for (const ctx of [
      ofTenant('node-operator', county),
      ofTenant('tenant-administrator', county),
      ofSite('editor-in-chief', county.portal.id),
    ])
      expect((await edit().run(ctx, county.portal.id, { tagline: ctx.account!.id })).changed).toEqual(['tagline']);
    await expect(edit().run(ofTenant('auditor', county), county.portal.id, changes)).rejects.toMatchObject({
      code: 'authority.refused',
    });
    for (const [ctx, id] of [
      [ofTenant('node-operator', other), county.portal.id],
      [ofSite('editor-in-chief', county.subs.jyj!.id), county.portal.id],
      [ofSite('editor', county.portal.id), county.portal.id],
      [operator(), NOBODY],
      [operator(), "' OR true --"],
    ] as const)
      await expect(edit().run(ctx, id, changes)).rejects.toMatchObject({ code: 'authority.missing' });
  });
});

describe('suspending a site', () => {
  it('keeps the reason for the desk and the sentence for the public, and takes both away again', async () => {
    const state = () => rows('SELECT state, suspended_for, closed_notice FROM site WHERE id = $1', [county.portal.id]);
    const told = await new SuspendSite(platform.work).run(operator(), county.portal.id, {
      reason: '被通报',
      notice: '网站升级，周五恢复。',
    });
    expect(told).toEqual({ notice: '网站升级，周五恢复。' });
    expect(await state()).toEqual([
      { state: 'suspended', suspended_for: '被通报', closed_notice: '网站升级，周五恢复。' },
    ]);
    await expect(
      new SuspendSite(platform.work).run(operator(), county.portal.id, { reason: '再来' }),
    ).rejects.toMatchObject({ code: 'tenancy.already-so' });
    await new RestoreSite(platform.work).run(operator(), county.portal.id, { reason: '改好了' });
    expect(await state()).toEqual([{ state: 'open', suspended_for: '', closed_notice: '' }]);
    await expect(
      new RestoreSite(platform.work).run(operator(), county.portal.id, { reason: '再来' }),
    ).rejects.toMatchObject({ code: 'tenancy.already-so' });
    expect(
      await rows(`SELECT act, detail ->> 'reason' AS reason FROM audit WHERE act LIKE 'site.%' ORDER BY position`),
    ).toEqual([
      { act: 'site.suspended', reason: '被通报' },
      { act: 'site.restored', reason: '改好了' },
    ]);
  });

  it('does not let visitors’ role read the reason', async () => {
    await new SuspendSite(platform.work).run(operator(), county.portal.id, { reason: '被通报' });
    const visitor = new pg.Client({ connectionString: platform.urls.visitor });
    await visitor.connect();
    await expect(visitor.query('SELECT suspended_for FROM site')).rejects.toMatchObject({ code: '42501' });
    expect((await visitor.query('SELECT closed_notice FROM site WHERE id = $1', [county.portal.id])).rows).toHaveLength(
      1,
    );
    await visitor.end();
  });

  it('is for operators; who only reads is refused, a stranger learns nothing', async () => {
    const suspend = new SuspendSite(platform.work);
    const because = { reason: '试' };
    await expect(
      suspend.run(ofTenant('tenant-administrator', county), county.portal.id, because),
    ).rejects.toMatchObject({ code: 'authority.refused' });
    for (const id of [county.portal.id, NOBODY])
      await expect(suspend.run(ofTenant('node-operator', other), id, because)).rejects.toMatchObject({
        code: 'authority.missing',
      });
    await expect(suspend.run(operator(), county.portal.id, { reason: '' })).rejects.toMatchObject({
      fields: { reason: expect.any(String) },
    });
  });
});

describe('readings', () => {
  it('are what people type for a name', async () => {
    expect(await readingsOf(['农安县', '绿园区人民政府', 'A股2024局'])).toEqual([
      { full: 'nonganxian', initials: 'nax' },
      { full: 'lvyuanqurenminzhengfu', initials: 'lyqrmzf' },
      { full: 'agu2024ju', initials: 'ag2024j' },
    ]);
    expect(['Nong An', "nong'an", '农安', 'nax', '县a'].map(typedReading)).toEqual(['nongan', 'nongan', '', 'nax', '']);
  });

  it('are filled in once for sites that have none', async () => {
    await rows(`UPDATE site SET pinyin_full = '', pinyin_initials = ''`);
    const fill = new FillReadings(platform.work);
    expect(await fill.run(OPERATOR)).toBe(3);
    expect(await rows('SELECT pinyin_initials FROM site WHERE id = $1', [county.portal.id])).toEqual([
      { pinyin_initials: 'sxrmzf' },
    ]);
    expect(await fill.run(OPERATOR)).toBe(0);
  });
});
