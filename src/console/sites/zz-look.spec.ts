import { expect, it } from '@jest/globals';
import { chromium } from 'playwright-core';
import { aDocument, publish, scopeOf } from '../../../test/builders.js';
import { aDesk } from '../../../test/desk.js';
import { aGrant, anAccount } from '../../../test/people.js';
import { aPlatform, OPERATOR } from '../../../test/platform.js';
import { operatorContext } from '../../authority/desk-context.js';
import { PLATFORM_TENANT } from '../../kernel/database/scope.js';
import { openRooms, readPlan } from '../../rooms.js';
import { FreezePublishing } from '../../tenancy/freeze/freeze-publishing.js';
import { AddHostname } from '../../tenancy/hostname/add-hostname.js';
import { EndHostname } from '../../tenancy/hostname/end-hostname.js';
import { EditSite } from '../../tenancy/site/edit-site.js';
import { SuspendSite } from '../../tenancy/site/suspend-site.js';
import { RetireTenant } from '../../tenancy/tenant/retire-tenant.js';

const only = process.env.LOOK ? process.env.LOOK.split(',') : null;
const widths = (process.env.WIDTHS ?? '1440,360').split(',').map(Number);

it('is looked at', async () => {
  const platform = await aPlatform();
  const { provisionProvince } = await openRooms(platform);
  const plan = await readPlan();
  const cities = ['220100', '220200', '220300'];
  const some = {
    ...plan,
    units: plan.units.filter(
      (u) => u.code === '220000' || cities.includes(u.code) || (u.parentCode === '220100' && u.code !== '220182'),
    ),
  };
  await provisionProvince.run(OPERATOR, some);
  const tenants = await platform.work.run({ kind: 'cluster', actor: OPERATOR, work: 'audit' }, (tx) =>
    tx.query<{ id: string; slug: string; name: string }>('SELECT id, slug, name FROM tenant'),
  );
  const t = (slug: string) => tenants.find((x) => x.slug === slug)!.id;
  const ctx = operatorContext(
    { ...OPERATOR, name: 'console-wangqiang' },
    tenants.map((x) => x.id),
  );
  const sites = await platform.work.run(
    { kind: 'subtree', actor: OPERATOR, tenantIds: tenants.map((x) => x.id) },
    (tx) =>
      tx.query<{ id: string; tenant_id: string; key: string; name: string; slug: string; prefix: string }>(
        'SELECT s.id, s.tenant_id, s.key, s.name, s.prefix, t.slug FROM site s JOIN tenant t ON t.id = s.tenant_id',
      ),
  );
  const portal = (slug: string) => sites.find((s) => s.slug === slug && s.key === 'portal')!;
  const sub = (slug: string, prefix: string) => sites.find((s) => s.slug === slug && s.prefix === prefix)!;
  const n = portal('nongan');
  for (let i = 0; i < 3; i++)
    await publish(
      platform,
      { id: n.id, tenantId: n.tenant_id, label: 'nongan', channels: {} },
      'ywdt/tzgg',
      aDocument({ title: `农安县关于做好第 ${i} 批工作的通知` }),
    );
  const freeze = new FreezePublishing(platform.work);
  await freeze.run(ctx, { siteId: portal('dehui').id }, { reason: '内容整改，10 月检查发现 3 处错别字' });
  await freeze.run(
    ctx,
    { tenantId: t('jilin') === undefined ? t('jl') : tenants.find((x) => x.name === '吉林市')!.id },
    { reason: '重要时期保障' },
  );
  await new SuspendSite(platform.work).run(
    ctx,
    sub('nongan', '/bm/jyj/')?.id ?? sites.find((s) => s.slug === 'nongan' && s.prefix.startsWith('/xz/'))!.id,
    { reason: '存在上传漏洞，待修复' },
  );
  await new AddHostname(platform.work, 'localhost').run(ctx, n.id, 'www.nongan.gov.cn');
  await new AddHostname(platform.work, 'localhost').run(ctx, n.id, 'nongan-old');
  await new EndHostname(platform.work, 'localhost').run(ctx, 'nongan-old');
  await new EditSite(platform.work, ['county']).run(ctx, n.id, {
    tagline: '黄龙之府 诚信农安',
    icpNumber: '吉ICP备05001602号',
    publicSecurityNumber: '22012202000001',
  });
  const kuan = tenants.find((x) => x.name === '宽城区')!.id;
  await new RetireTenant(platform.work).freeze(ctx, kuan, { reason: '撤并，吉政函〔2026〕12号' });
  await new RetireTenant(platform.work).archive(ctx, kuan, { reason: '移交已办结' });
  const nobody = tenants.find((x) => x.name === '二道区')!.id;
  await platform.work.run(scopeOf(n.tenant_id), (tx) =>
    tx.query(
      `INSERT INTO sign_in_range (tenant_id, id, range, note) VALUES ($1, gen_random_uuid(), '10.22.16.0/20', '机关大院办公网'), ($1, gen_random_uuid(), '127.0.0.0/8', '本机')`,
      [n.tenant_id],
    ),
  );

  const desk = await aDesk(platform);
  const person = async (name: string, role: string, scope: string, tenantId = PLATFORM_TENANT, more: object = {}) => {
    const account = await anAccount(platform, {
      name,
      login: `${scope === 'platform' ? '' : 'nongan-'}${['wangqiang', 'lihua', 'zhaomin', 'sunli', 'zhoujie'][count++ % 5]}${count}`,
      tenantId,
    });
    await aGrant(platform, account, { role: role as never, scope: scope as never, mayGiveOn: true, tenantId, ...more });
    return account;
  };
  let count = 0;
  const op = await person('王强', 'platform-operator', 'platform');
  const au = await person('李华', 'auditor', 'platform');
  const se = await person('赵敏', 'security-administrator', 'platform');
  const ad = await person('孙丽', 'tenant-administrator', 'tenant', n.tenant_id);
  await person('周杰', 'editor-in-chief', 'site', n.tenant_id, { siteId: n.id });

  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', `--host-resolver-rules=MAP *.localhost 127.0.0.1`],
  });
  const kaian = sites.find((s) => s.slug === 'nongan' && s.prefix.startsWith('/xz/'))!;
  const kaian2 = sites.filter((s) => s.slug === 'nongan' && s.prefix.startsWith('/xz/'))[1]!;
  const pages: [
    string,
    { id: string; tenantId: string },
    string,
    ((page: import('playwright-core').Page) => Promise<void>)?,
  ][] = [
    ['switch', op, '/sites/switch'],
    ['switch-search', op, '/sites/switch?q=nongan'],
    ['sites', op, '/sites'],
    ['sites-filtered', op, '/sites?q=nongan&kind=township&region=220100'],
    ['sites-none', op, '/sites?q=xyz'],
    ['site', op, `/sites/${n.id}`],
    ['site-sub', op, `/sites/${kaian.id}`],
    ['site-frozen', op, `/sites/${portal('dehui').id}`],
    ['site-edit', op, `/sites/${n.id}/edit`],
    ['site-suspend', op, `/sites/${n.id}/suspend`],
    ['site-freeze', op, `/sites/${n.id}/freeze`],
    ['site-clone', op, `/sites/${kaian2.id}/clone`],
    [
      'site-clone-confirm',
      op,
      `/sites/${kaian2.id}/clone?to=${sites.find((s) => s.slug === 'dehui' && s.prefix.startsWith('/xz/'))?.id ?? kaian.id}`,
    ],
    ['site-move', op, `/sites/${kaian2.id}/move`],
    [
      'site-move-preview',
      op,
      `/sites/${kaian2.id}/move`,
      async (page) => {
        await page
          .selectOption('#f-toTenantId', { label: '　　德惠市' })
          .catch(async () => page.selectOption('#f-toTenantId', { index: 3 }));
        await page.fill('#f-reason', '撤乡并镇，吉政函〔2026〕12号');
        await page.click('.actions .button-primary');
      },
    ],
    [
      'hostname-new',
      op,
      `/sites/${n.id}/hostnames/new`,
      async (page) => {
        await page.locator('#f-host').pressSequentially('dehui');
        await page.waitForSelector('#hostname-check .light');
      },
    ],
    ['hostname-primary', op, '/hostnames/www.nongan.gov.cn/primary'],
    ['hostname-give', op, '/hostnames/nongan-old.localhost/give'],
    ['tenants', op, '/tenants'],
    ['tenant', op, `/tenants/${n.tenant_id}`],
    ['tenant-city', op, `/tenants/${tenants.find((x) => x.name === '长春市')!.id}`],
    ['tenant-archived', op, `/tenants/${kuan}`],
    ['tenant-freeze', op, `/tenants/${tenants.find((x) => x.name === '长春市')!.id}/freeze`],
    ['tenant-retire', op, `/tenants/${nobody}/retire`],
    ['tenant-rename', op, `/tenants/${n.tenant_id}/rename`],
    ['tenant-new', op, '/tenants/new'],
    [
      'tenant-new-search',
      op,
      '/tenants/new',
      async (page) => {
        await page.locator('#unit-search').pressSequentially('榆树');
        await page.waitForSelector('#units table');
      },
    ],
    ['tenant-new-unit', op, '/tenants/new?unit=220182'],
    [
      'tenant-new-errors',
      op,
      '/tenants/new?unit=220182',
      async (page) => {
        await page.fill('#f-slug', 'nongan');
        await page.fill('#f-administratorTelephone', '12');
        await page.fill('#f-administratorName', '吴明');
        await page.click('.actions .button-primary');
      },
    ],
    [
      'tenant-opened',
      op,
      '/tenants/new?unit=220182',
      async (page) => {
        await page.fill('#f-administratorName', '吴明');
        await page.fill('#f-administratorEmail', 'wuming@example.cn');
        await page.fill('#f-slug', `yushu${widths.indexOf(page.viewportSize()!.width)}`);
        if (page.viewportSize()!.width === 360) await page.fill('#f-regionCode', '220183');
        await page.click('.actions .button-primary');
        await page.waitForSelector('#one-time-link, [data-error-summary]', { timeout: 20000 });
      },
    ],
    ['audit', au, '/audit'],
    ['audit-filtered', au, '/audit?act=site.&address=127.0.0.1'],
    [
      'audit-entry',
      au,
      '/audit',
      async (page) => {
        await page.locator('a.title', { hasText: '修改网站资料' }).first().click();
        await page.waitForLoadState();
      },
    ],
    [
      'audit-entry-2',
      au,
      '/audit?act=publishing.',
      async (page) => {
        await page.locator('a.title').first().click();
        await page.waitForLoadState();
      },
    ],
    ['ranges', se, '/security/ranges'],
    ['ranges-own', ad, '/security/ranges'],
    [
      'range-remove',
      se,
      '/security/ranges',
      async (page) => {
        await page.locator('td.acts a').first().click();
        await page.waitForLoadState();
      },
    ],
  ];
  const { token } = { token: '' };
  void token;
  for (const width of widths) {
    for (const [name, who, path, act] of pages) {
      if (only && !only.some((x) => name.startsWith(x))) continue;
      const context = await browser.newContext({
        viewport: { width, height: width > 600 ? 900 : 740 },
        colorScheme: process.env.DARK ? 'dark' : 'light',
      });
      const me = (await desk.as(who)) as unknown as { cookies(): string };
      const [cookieName, value] = me.cookies().split('=') as [string, string];
      await context.addCookies([
        { name: cookieName, value, domain: 'console.localhost', path: '/', httpOnly: true, sameSite: 'Lax' },
      ]);
      const page = await context.newPage();
      const wrong: string[] = [];
      page.on('console', (m) => {
        if (m.type() === 'error' || m.type() === 'warning') wrong.push(m.text());
      });
      page.on('pageerror', (e) => wrong.push(String(e)));
      try {
        await page.goto(`http://console.localhost:${desk.web.port}${path}`);
        await act?.(page);
        await page.waitForLoadState('load');
        const over = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        if (over > 0) wrong.push(`overflows by ${over}`);
        await page.screenshot({ path: `/tmp/look/${name}-${width}.png`, fullPage: true });
      } catch (error) {
        wrong.push(String(error));
        await page.screenshot({ path: `/tmp/look/${name}-${width}.png`, fullPage: true }).catch(() => {});
      }
      if (wrong.length) console.log(name, width, wrong.join('\n'));
      await context.close();
    }
  }
  await browser.close();
  await desk.close();
  await platform.close();
  expect(1).toBe(1);
}, 600_000);
