import { join } from 'node:path';
import pg from 'pg';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import { aDeskContext, aProvisionUnit } from '../../../test/tenancy-builders.js';
import { type DeskContext, operatorContext } from '../../authority/desk-context.js';
import { provisionChannels } from '../../content/channel/provision-channels.js';
import { projectRoot } from '../../kernel/config/project-root.js';
import { FreezePublishing } from '../freeze/freeze-publishing.js';
import { CheckHostname } from '../hostname/hostname.queries.js';
import { loadCorrections, loadDivisions, planProvince } from '../plan/province-plan.js';
import type { ProvincePlan } from '../plan/types.js';
import { ProvisionProvince } from '../provision/provision-province.js';
import type { ProvisionStep } from '../provision/provision-step.js';
import { OpenTenant } from './open-tenant.js';
import type { OpeningForm } from './opening-form.js';
import { suggestUnit } from './suggest-unit.js';

let platform: TestPlatform;
let superuser: pg.Client;
let plan: ProvincePlan;
let province: string;
let city: string;
let ctx: DeskContext;

beforeAll(async () => {
  plan = planProvince({
    province: '22',
    corrections: await loadCorrections(join(projectRoot, 'blueprints', 'jilin.json')),
    divisions: await loadDivisions('22'),
  });
});

beforeEach(async () => {
  platform = await aPlatform();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  await new ProvisionProvince(platform.work, await aProvisionUnit(platform)).run(OPERATOR, plan, { only: '220100' });
  const ids = await rows<{ id: string; region_code: string }>(
    'SELECT id, region_code FROM tenant WHERE region_code <> $1',
    [''],
  );
  province = ids.find((row) => row.region_code === '220000')!.id;
  city = ids.find((row) => row.region_code === '220100')!.id;
  ctx = operatorContext(OPERATOR, [province, city]);
});

afterEach(async () => {
  await superuser?.end();
  await platform?.close();
});

const rows = async <T = Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<T[]> =>
  (await superuser.query(sql, values)).rows;

async function opening(steps: ProvisionStep[] = [provisionChannels]): Promise<OpenTenant> {
  return new OpenTenant(platform.work, await aProvisionUnit(platform, steps), {
    themes: ['county', 'city'],
    blueprints: ['portal'],
    baseDomain: 'localhost',
    plan: async () => plan,
  });
}

/** The form as it is filled in for a county of the plan. */
function form(over: Partial<OpeningForm> = {}): OpeningForm {
  const { parentCode: _, townships: __, departments: ___, ...known } = suggestUnit(plan, '220122')!;
  return { ...known, parentTenantId: city, blueprint: 'portal', demonstration: true, ...over };
}

describe('opening a county in one form', () => {
  it('opens it whole: tenant, portal with its channels, hostname, audit here and above', async () => {
    const opened = await (await opening()).run(ctx, form({ theme: 'city' }));
    expect(opened).toMatchObject({ host: 'nongan.localhost', sites: 1 });
    expect(await rows('SELECT name, path, parent_id, state FROM tenant WHERE id = $1', [opened.tenantId])).toEqual([
      { name: '农安县', path: '220000/220100/220122/', parent_id: city, state: 'open' },
    ]);
    expect(
      await rows(
        'SELECT name, theme, demonstration, pinyin_full, pinyin_initials, overridden FROM site WHERE id = $1',
        [opened.siteId],
      ),
    ).toEqual([
      {
        name: '农安县人民政府',
        theme: 'city',
        demonstration: true,
        pinyin_full: 'nonganxianrenminzhengfu',
        pinyin_initials: 'naxrmzf',
        overridden: [],
      },
    ]);
    const [{ channels }] = (await rows('SELECT count(*)::int AS channels FROM channel WHERE site_id = $1', [
      opened.siteId,
    ])) as [{ channels: number }];
    expect(channels).toBeGreaterThan(20);
    expect(await rows('SELECT name, is_primary FROM hostname WHERE site_id = $1', [opened.siteId])).toEqual([
      { name: 'nongan', is_primary: true },
    ]);
    // Of the transaction that made the tenant.
    expect(
      await rows(
        `SELECT a.tenant_id, a.act, a.subject, a.actor FROM audit a JOIN tenant t ON t.id = $1 AND t.xmin = a.xmin
         ORDER BY a.act`,
        [opened.tenantId],
      ),
    ).toEqual([
      { tenant_id: city, act: 'tenant.opened', subject: `tenant:${opened.tenantId}`, actor: OPERATOR.name },
      expect.objectContaining({ tenant_id: opened.tenantId, act: 'unit.provisioned' }),
    ]);
  });

  it('opens its townships and departments along when asked for, and the next run of provisioning finds it complete', async () => {
    const opened = await (await opening()).run(ctx, form({ subSites: true }));
    expect(opened).toMatchObject({ sites: 29, subSites: { townships: 25, departments: 3 } });
    const run = new ProvisionProvince(platform.work, await aProvisionUnit(platform));
    expect(await run.run(OPERATOR, plan, { only: '220122' })).toMatchObject({ changed: 0, stopped: [] });
  });

  it('lets the steps make what belongs to it in the same transaction, and tell of it', async () => {
    const step: ProvisionStep = {
      name: 'administrator',
      run: async (tx, _unit, _sites, request) => {
        await tx.query(
          `INSERT INTO account (tenant_id, id, login, name) VALUES ($1, gen_random_uuid(), 'nongan-wang', $2)`,
          [tx.scope.tenantId, (request.administrator as { name: string }).name],
        );
        request.told?.set('administrator', 'a one-time link');
        return 1;
      },
    };
    const opened = await (await opening([provisionChannels, step])).run(ctx, form({ administrator: { name: '王五' } }));
    expect(opened.told.get('administrator')).toBe('a one-time link');
    expect(await rows('SELECT name FROM account WHERE tenant_id = $1', [opened.tenantId])).toEqual([{ name: '王五' }]);
    const failing = { ...step, run: () => Promise.reject(new Error('no such account can be made')) };
    const other = form({ regionCode: '220183', name: '德惠市', governmentName: '德惠市人民政府', slug: 'dehui' });
    await expect((await opening([provisionChannels, failing])).run(ctx, other)).rejects.toThrow('no such account');
    expect(await rows(`SELECT id FROM tenant WHERE region_code = '220183'`)).toEqual([]);
  });

  it('says of a site that is no demonstration nothing that nobody entered', async () => {
    const opened = await (await opening()).run(ctx, form({ demonstration: false }));
    expect(
      await rows('SELECT demonstration, identification_code, icp_number FROM site WHERE id = $1', [opened.siteId]),
    ).toEqual([{ demonstration: false, identification_code: '', icp_number: '' }]);
    const organs = await rows(
      'SELECT name, telephone, address, introduction FROM organ WHERE tenant_id = $1 ORDER BY key',
      [opened.tenantId],
    );
    expect(organs).toEqual([
      { name: '农安县人民政府', telephone: '', address: '', introduction: '' },
      { name: '农安县人民政府办公室', telephone: '', address: '', introduction: '' },
    ]);
    // Sub-sites that a later run adds are no demonstration either.
    await new ProvisionProvince(platform.work, await aProvisionUnit(platform)).run(OPERATOR, plan, { only: '220122' });
    expect(await rows('SELECT DISTINCT demonstration FROM site WHERE tenant_id = $1', [opened.tenantId])).toEqual([
      { demonstration: false },
    ]);
  });

  it('keeps a name that is not the plan’s when provisioning runs again', async () => {
    const { siteId } = await (await opening()).run(ctx, form({ name: '农安市', governmentName: '农安市人民政府' }));
    await new ProvisionProvince(platform.work, await aProvisionUnit(platform)).run(OPERATOR, plan, { only: '220122' });
    expect(await rows('SELECT name FROM site WHERE id = $1', [siteId])).toEqual([{ name: '农安市人民政府' }]);
  });

  it('is frozen from the start below a tenant whose publishing is frozen', async () => {
    await new FreezePublishing(platform.work).run(ctx, { tenantId: province }, { reason: '重大活动期间' });
    const { tenantId } = await (await opening()).run(ctx, form());
    expect(await rows('SELECT reason, inherited FROM publishing_freeze WHERE tenant_id = $1', [tenantId])).toEqual([
      { reason: '重大活动期间', inherited: true },
    ]);
  });
});

describe('a form that cannot be taken', () => {
  const faultsOf = async (over: Partial<OpeningForm> | Record<string, unknown>): Promise<Record<string, string>> =>
    (await opening()).run(ctx, form(over as Partial<OpeningForm>)).then(
      () => ({}),
      (error) => error.fields ?? Promise.reject(error),
    );

  it('says all that is wrong at once, by field', async () => {
    const faults = await faultsOf({
      name: '',
      governmentName: '农'.repeat(41),
      regionCode: '22',
      slug: 'www',
      theme: 'desk',
      blueprint: 'other',
      level: 'province',
      form: 'castle',
    });
    expect(Object.keys(faults).sort()).toEqual(
      ['name', 'governmentName', 'regionCode', 'slug', 'theme', 'blueprint', 'level', 'form'].sort(),
    );
    for (const sentence of Object.values(faults)) expect(sentence).toMatch(/[\u4e00-\u9fff].*。$/);
    expect(await rows('SELECT count(*)::int AS n FROM tenant')).toEqual([{ n: 3 }]);
  });

  it('and what the steps find wrong with it, too', async () => {
    const step: ProvisionStep = {
      name: 'administrator',
      run: async () => 0,
      faultsOf: async ({ slug }) => ({ 'administrator.login': `${slug} 的这个账号已经有了` }),
    };
    const error = await (await opening([step])).run(ctx, form({ name: '' })).catch((e) => e);
    expect(Object.keys(error.fields).sort()).toEqual(['administrator.login', 'name']);
  });

  it.each([
    ['a hostname in use', 'changchun'],
    ['a name that only redirects', 'old-name'],
    ['a name that was ended', 'ended-name'],
  ])('does not say whose %s is', async (_, slug) => {
    await rows(
      `INSERT INTO hostname (tenant_id, name, under_base, site_id, is_primary, ended_at)
       SELECT tenant_id, n, true, id, false, CASE n WHEN 'ended-name' THEN now() END
       FROM site, unnest('{old-name,ended-name}'::text[]) n WHERE tenant_id = $1 AND key = 'portal'`,
      [city],
    );
    const { slug: fault } = await faultsOf({ slug });
    expect(fault).toContain('已被使用');
    expect(fault).not.toMatch(/长春|市/);
    const check = new CheckHostname(platform.work, 'localhost');
    expect(await check.run(ctx, slug)).toEqual({ host: null, fault: expect.stringContaining('已被使用') });
    expect(await check.run(ctx, 'nongan')).toEqual({ host: 'nongan.localhost', fault: null });
  });

  it('that asks for sub-sites of which the divisions know none', async () => {
    const unknown = { regionCode: '220199', slug: 'xinqu', subSites: true };
    expect(await faultsOf(unknown)).toEqual({ subSites: expect.stringContaining('220199') });
    expect(await faultsOf({ ...unknown, subSites: false })).toEqual({});
  });

  it('whose unit is open already, or belongs elsewhere', async () => {
    await (await opening()).run(ctx, form());
    expect(await faultsOf({ slug: 'another' })).toEqual({ regionCode: expect.stringContaining('已经开通') });
    expect(await faultsOf({ regionCode: '220221', slug: 'yongji' })).toEqual({
      parentTenantId: expect.stringContaining('永吉县'),
    });
  });

  it('of two at once takes one', async () => {
    const open = await opening();
    const outcomes = await Promise.allSettled([open.run(ctx, form()), open.run(ctx, form())]);
    const [refused] = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    // By the conflict itself, or by the look at what is taken, when that came after the other's commit.
    expect([['slug'], ['regionCode'], ['slug', 'regionCode']]).toContainEqual(Object.keys(refused!.reason.fields));
  });
});

describe('who may open one', () => {
  const node = (tenantIds: string[]) =>
    aDeskContext(tenantIds, [{ role: 'node-operator', reach: { kind: 'tenants', tenantIds } }]);

  it('an operator of the node below whose tenant it stands, and nobody elsewhere', async () => {
    await expect((await opening()).run(node([city]), form())).resolves.toMatchObject({ host: 'nongan.localhost' });
    const open = await opening();
    const other = form({ regionCode: '220183', slug: 'dehui', name: '德惠市' });
    await expect(open.run(node([province]), other)).rejects.toMatchObject({ code: 'authority.missing' });
    const administrator = aDeskContext(
      [city],
      [{ role: 'tenant-administrator', reach: { kind: 'tenants', tenantIds: [city] } }],
    );
    await expect(open.run(administrator, other)).rejects.toMatchObject({ code: 'authority.refused' });
    await expect(
      open.run(administrator, { ...other, parentTenantId: 'nothing', slug: 'changchun' }),
    ).rejects.toMatchObject({ code: 'authority.refused' });
  });

  it('asks whether a hostname is free only when one may change some', async () => {
    const editor = aDeskContext([city], [{ role: 'editor', reach: { kind: 'tenants', tenantIds: [city] } }]);
    await expect(new CheckHostname(platform.work, 'localhost').run(editor, 'nongan')).rejects.toMatchObject({
      code: 'authority.refused',
    });
  });
});

it('suggests what the divisions know of a code, and nothing for one they do not', () => {
  expect(suggestUnit(plan, '220122')).toEqual({
    regionCode: '220122',
    parentCode: '220100',
    level: 'county',
    form: 'county',
    name: '农安县',
    shortName: '农安',
    governmentName: '农安县人民政府',
    documentPrefix: '农政',
    slug: 'nongan',
    townships: 25,
    departments: 3,
  });
  for (const code of ['110000', '2201222', 'nothing', '']) expect(suggestUnit(plan, code)).toBeNull();
});
