import { createHash } from 'node:crypto';
import pg from 'pg';
import { aDocument, aMedium, type BuiltSite, publish } from '../../test/builders.js';
import { aPlatform, OPERATOR, type TestPlatform } from '../../test/platform.js';
import { aUnit, type BuiltUnit } from '../../test/tenancy-builders.js';
import { type Answer, aWeb, type TestWeb, until } from '../../test/web.js';
import { operatorContext } from '../authority/desk-context.js';
import { moveContent } from '../content/move-content.js';
import type { StoredMedium } from '../content/publication/publish-item.js';
import { objectKey } from '../kernel/objects/object-key.js';
import { CloneSite } from '../tenancy/clone/clone-site.js';
import { AddHostname } from '../tenancy/hostname/add-hostname.js';
import { EndHostname } from '../tenancy/hostname/end-hostname.js';
import { GiveHostname } from '../tenancy/hostname/give-hostname.js';
import { MakePrimary } from '../tenancy/hostname/make-primary.js';
import { MoveSite } from '../tenancy/move/move-site.js';
import { EditSite } from '../tenancy/site/edit-site.js';
import { RestoreSite, SuspendSite } from '../tenancy/site/suspend-site.js';
import { RetireTenant } from '../tenancy/tenant/retire-tenant.js';

let platform: TestPlatform;
let superuser: pg.Client;
let web: TestWeb;
let province: BuiltUnit;
let count = 0;

beforeAll(async () => {
  platform = await aPlatform();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  province = await aUnit(platform, { slug: 'sheng', name: '试省' });
  web = await aWeb(platform);
});

afterAll(async () => {
  await web?.close();
  await superuser?.end();
  await platform?.close();
});

/** A county of its own for each test, with a text and a file on its portal and on its bureau's site. */
async function aCounty() {
  count += 1;
  const unit = await aUnit(platform, { slug: `xian${count}`, parent: province, departments: ['jyj'] });
  const host = `xian${count}.localhost`;
  const portal = await filled(unit.portal, 'ywdt/zwyw', '/');
  const bureau = await filled(unit.subs.jyj!, 'gzdt', '/bm/jyj/');
  await until(async () => (await web.ask(host)).status === 200);
  return { unit, host, portal, bureau, ctx: operatorContext(OPERATOR, [unit.id]), list: '/ywdt/zwyw/' };
}

async function filled(site: BuiltSite, channel: string, prefix: string) {
  count += 1;
  const bytes = Buffer.from(`%PDF-${count}`);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const key = objectKey({ tenantId: site.tenantId, sha256 });
  await platform.objects.put(key, bytes, { type: 'application/pdf', size: bytes.length, sha256 });
  const medium: StoredMedium = aMedium(site, { objectKey: key, sha256, size: bytes.length });
  const title = `第${count}号文稿`;
  const { path } = await publish(platform, site, channel, aDocument({ title }), [medium]);
  const within = `${prefix}${path}`;
  return { title, document: within, file: `${within.replace('.html', '')}/${medium.name}`, bytes: bytes.toString() };
}

const statuses = (answers: Answer[]) => [...new Set(answers.map((answer) => answer.status))];
const askAll = async (host: string, paths: string[]): Promise<Answer[]> => {
  const answers: Answer[] = [];
  for (const path of paths) answers.push(await web.ask(host, path));
  return answers;
};
const because = { reason: '试' };

describe('a suspended site', () => {
  it('answers every address with a plain page: name, notice, the way to its superior; what is below it too', async () => {
    const { unit, host, portal, bureau, ctx, list } = await aCounty();
    const paths = [
      '/',
      list,
      portal.document,
      portal.file,
      '/nothing/',
      '/bm/jyj/',
      '/bm/jyj',
      bureau.document,
      bureau.file,
    ];
    // Stored, all of them that can be.
    await askAll(host, paths);
    const suspend = new SuspendSite(platform.work);
    await suspend.run(ctx, unit.portal.id, { reason: '内部理由', notice: '网站升级，周五恢复。' });
    await until(async () => (await web.ask(host)).status === 503, 1_000);
    const answers = await askAll(host, paths);
    expect(statuses(answers)).toEqual([503]);
    for (const { headers, body } of answers) {
      expect(headers).toMatchObject({
        'retry-after': '3600',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      });
      expect(body).toContain('网站升级，周五恢复。');
      expect(body).toMatch(/<a href="http:\/\/sheng\.localhost:8080\/">试省人民政府<\/a>/);
      expect(body).toContain('演示系统，非政府网站');
      expect(body).not.toMatch(/内部理由|号文稿/);
    }
    expect(answers[0]!.body).toContain(`<h1>${unit.unit.governmentName}暂停访问</h1>`);
    expect(answers.at(-1)!.body).toContain('jyj局暂停访问');
    expect(await web.ask(host, '/', { method: 'HEAD' })).toMatchObject({ status: 503, body: '' });
    expect((await web.ask('sheng.localhost')).status).toBe(200);

    await new RestoreSite(platform.work).run(ctx, unit.portal.id, because);
    await until(async () => (await web.ask(host)).status === 200, 1_000);
    expect(await web.ask(host, portal.file)).toMatchObject({ status: 200, body: portal.bytes });
    expect((await web.ask(host, bureau.document)).body).toContain(bureau.title);
  });

  it('that is a sub-site closes alone, and is no longer on its portal’s list of sites', async () => {
    const { unit, host, portal, bureau, ctx } = await aCounty();
    await new SuspendSite(platform.work).run(ctx, unit.subs.jyj!.id, because);
    await until(async () => (await web.ask(host, '/bm/jyj/')).status === 503, 1_000);
    expect(statuses(await askAll(host, [bureau.document, bureau.file]))).toEqual([503]);
    expect((await web.ask(host, '/bm/jyj/')).body).toContain(`>${unit.unit.governmentName}</a>`);
    expect(await web.ask(host, portal.document)).toMatchObject({ status: 200 });
    expect((await web.ask(host)).body).not.toContain('href="/bm/jyj/"');
  });

  it('escapes what an operator typed', async () => {
    const { unit, host, ctx } = await aCounty();
    await new SuspendSite(platform.work).run(ctx, unit.portal.id, { ...because, notice: '<script>alert(1)</script>' });
    await until(async () => (await web.ask(host)).status === 503, 1_000);
    expect((await web.ask(host)).body).not.toContain('<script>alert');
  });
});

describe('a site of an archived tenant', () => {
  it('is read on, under a banner with the day, on every page', async () => {
    const { unit, host, portal, bureau, ctx, list } = await aCounty();
    const pages = ['/', list, portal.document, '/bm/jyj/', bureau.document];
    const retire = new RetireTenant(platform.work);
    await retire.freeze(ctx, unit.id, because);
    for (const { body } of await askAll(host, pages)) expect(body).not.toContain('已归档');
    await retire.archive(ctx, unit.id, because);
    const [year, month, day] = platform.calendar.day(new Date()).split('-').map(Number);
    await until(async () => (await web.ask(host)).body.includes('已归档'), 1_000);
    for (const { status, body } of await askAll(host, pages))
      expect([status, body.includes(`已归档 · ${year}年${month}月${day}日起`)]).toEqual([200, true]);
    expect(await web.ask(host, portal.file)).toMatchObject({ status: 200, body: portal.bytes });
    await retire.takeBack(ctx, unit.id, because);
    await until(async () => !(await web.ask(host)).body.includes('已归档'), 1_000);
  });
});

describe('hostnames', () => {
  it('that were lead to the one that is, each path kept, sub-sites and files too', async () => {
    const { unit, host, portal, bureau, ctx, list } = await aCounty();
    const now = `www.${unit.unit.slug}.gov.cn`;
    await new AddHostname(platform.work, 'localhost').run(ctx, unit.portal.id, now);
    await until(async () => (await web.ask(now)).status === 301, 1_000);
    expect((await web.ask(now, list)).headers.location).toBe(`http://${host}:8080${list}`);
    await new MakePrimary(platform.work, 'localhost').run(ctx, now);
    await until(async () => (await web.ask(host)).status === 301, 1_000);
    for (const path of ['/', list, portal.document, portal.file, '/bm/jyj/', bureau.document, bureau.file]) {
      expect([path, await web.ask(host, path)]).toEqual([
        path,
        expect.objectContaining({
          status: 301,
          headers: expect.objectContaining({ location: `http://${now}:8080${path}` }),
        }),
      ]);
      expect([path, (await web.ask(now, path)).status]).toEqual([path, 200]);
    }
    await new EndHostname(platform.work, 'localhost').run(ctx, host);
    await until(async () => (await web.ask(host)).status === 421, 1_000);
    expect(statuses(await askAll(host, ['/', list, portal.document]))).toEqual([421]);
  });

  it('given to another tenant never show the former one’s pages: not stored, not by an earlier tag, not by address', async () => {
    const former = await aCounty();
    const latter = await aCounty();
    const ctx = operatorContext(OPERATOR, [former.unit.id, latter.unit.id]);
    const add = new AddHostname(platform.work, 'localhost');
    await add.run(ctx, former.unit.portal.id, 'given');
    await new MakePrimary(platform.work, 'localhost').run(ctx, 'given');
    await until(async () => (await web.ask('given.localhost')).status === 200);
    const paths = ['/', former.list, former.portal.document, former.portal.file, former.bureau.document, '/bm/jyj/'];
    const before = await askAll('given.localhost', paths);
    expect(statuses(before)).toEqual([200]);

    await new MakePrimary(platform.work, 'localhost').run(ctx, former.host);
    await new EndHostname(platform.work, 'localhost').run(ctx, 'given');
    await new GiveHostname(platform.work, 'localhost').run(ctx, 'given', latter.unit.portal.id);
    await new MakePrimary(platform.work, 'localhost').run(ctx, 'given');
    await until(async () => (await web.ask('given.localhost')).body.includes(latter.unit.unit.governmentName), 2_000);

    for (const [i, path] of paths.entries()) {
      const answer = await web.ask('given.localhost', path, { headers: { 'if-none-match': before[i]!.headers.etag! } });
      expect([path, answer.status === 200 || answer.status === 404]).toEqual([path, true]);
      expect(answer.body).not.toContain(former.unit.unit.governmentName);
      expect(answer.body).not.toContain(former.portal.title);
    }
    expect((await web.ask('given.localhost', former.portal.document)).status).toBe(404);
    expect((await web.ask('given.localhost', former.portal.file)).status).toBe(404);
    expect((await web.ask(former.host, former.portal.document)).body).toContain(former.portal.title);
  });
});

describe('a sub-site that moved under another tenant', () => {
  const move = () => new MoveSite(platform.work, [moveContent], 'localhost');

  it('is found there, and each address of before leads to it: pages, documents, files', async () => {
    const from = await aCounty();
    const to = await aCounty();
    const ctx = operatorContext(OPERATOR, [from.unit.id, to.unit.id]);
    const { bureau } = from;
    const paths = ['/bm/jyj/', '/bm/jyj/gzdt/', bureau.document, bureau.file];
    expect(statuses(await askAll(from.host, paths))).toEqual([200]);
    await move().run(ctx, { siteId: from.unit.subs.jyj!.id, toTenantId: to.unit.id, slug: 'xianjyj', ...because });
    await until(async () => (await web.ask(from.host, '/bm/jyj/')).status === 301, 1_000);
    const there = (path: string) => path.replace('/bm/jyj/', '/bm/xianjyj/');
    for (const path of paths)
      expect([path, await web.ask(from.host, path)]).toEqual([
        path,
        expect.objectContaining({
          status: 301,
          headers: expect.objectContaining({ location: `http://${to.host}:8080${there(path)}` }),
        }),
      ]);
    expect((await web.ask(from.host, '/bm/jyj')).headers.location).toBe(`http://${to.host}:8080/bm/xianjyj/`);
    expect((await web.ask(to.host, there(bureau.document))).body).toContain(bureau.title);
    expect(await web.ask(to.host, there(bureau.file))).toMatchObject({ status: 200, body: bureau.bytes });
    expect((await web.ask(to.host, there('/bm/jyj/'))).body).toContain(to.unit.unit.governmentName);
    expect((await web.ask(from.host)).body).not.toContain('href="/bm/jyj/"');
  });

  it('leads in one step however often it moved and whatever became of the hosts', async () => {
    const [first, second, third] = [await aCounty(), await aCounty(), await aCounty()];
    const ctx = operatorContext(OPERATOR, [first.unit.id, second.unit.id, third.unit.id]);
    const siteId = first.unit.subs.jyj!.id;
    await move().run(ctx, { siteId, toTenantId: second.unit.id, slug: 'second', ...because });
    await move().run(ctx, { siteId, toTenantId: third.unit.id, slug: 'third', ...because });
    await new AddHostname(platform.work, 'localhost').run(ctx, third.unit.portal.id, 'www.third.cn');
    await new MakePrimary(platform.work, 'localhost').run(ctx, 'www.third.cn');
    await new AddHostname(platform.work, 'localhost').run(ctx, first.unit.portal.id, 'www.first.cn');
    const location = `http://www.third.cn:8080${first.bureau.document.replace('/bm/jyj/', '/bm/third/')}`;
    const leads = async (host: string, path: string) => (await web.ask(host, path)).headers.location === location;
    await until(() => leads('www.first.cn', first.bureau.document), 2_000);
    expect(await leads(first.host, first.bureau.document)).toBe(true);
    expect(await leads(second.host, first.bureau.document.replace('/bm/jyj/', '/bm/second/'))).toBe(true);
  });

  it('no longer leads away where another site stands at the old address', async () => {
    const from = await aCounty();
    const to = await aCounty();
    const ctx = operatorContext(OPERATOR, [from.unit.id, to.unit.id]);
    await move().run(ctx, { siteId: from.unit.subs.jyj!.id, toTenantId: to.unit.id, slug: 'xianjyj', ...because });
    await until(async () => (await web.ask(from.host, '/bm/jyj/')).status === 301, 1_000);
    await new CloneSite(platform.work, [], platform.config.baseDomain).run(ctx, to.unit.subs.jyj!.id, {
      tenantId: from.unit.id,
      name: '新教育局',
      shortName: '新教育局',
      slug: 'jyj',
    });
    await until(async () => (await web.ask(from.host, '/bm/jyj/')).body.includes('新教育局'), 1_000);
  });
});

describe('a site’s theme', () => {
  it('is the one it chose; one that is no longer there does not take the site with it', async () => {
    const { unit, host, ctx } = await aCounty();
    const ridge = async () => /class="ridge"[\s\S]*?<\/svg>/.exec((await web.ask(host)).body)?.[0];
    const own = await ridge();
    await new EditSite(platform.work, ['province']).run(ctx, unit.portal.id, { theme: 'province' });
    await until(async () => (await ridge()) !== own, 1_000);
    await superuser.query(`UPDATE site SET theme = 'gone' WHERE id = $1`, [unit.portal.id]);
    await web.directory.load();
    web.store.clear();
    expect(await ridge()).toBe(own);
  });
});
