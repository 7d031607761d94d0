import { createHash } from 'node:crypto';
import pg from 'pg';
import { aDocument, aMedium, aSite, type BuiltSite, publish } from '../../test/builders.js';
import { aPlatform, type TestPlatform } from '../../test/platform.js';
import { aWeb, type TestWeb, until } from '../../test/web.js';
import type { StoredMedium } from '../content/publication/publish-item.js';
import { objectKey } from '../kernel/objects/object-key.js';

let platform: TestPlatform;
let superuser: pg.Client;
let web: TestWeb;
let here: BuiltSite;

beforeAll(async () => {
  platform = await aPlatform();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  here = await aSite(platform, { slug: 'here' });
  await aSite(platform, { slug: 'there' });
  web = await aWeb(platform);
});

afterAll(async () => {
  await web?.close();
  await superuser?.end();
  await platform?.close();
});

async function aFile(site: BuiltSite, text: string, over: Partial<StoredMedium> = {}): Promise<StoredMedium> {
  const bytes = Buffer.from(text);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const key = objectKey({ tenantId: site.tenantId, sha256 });
  await platform.objects.put(key, bytes, { type: 'application/pdf', size: bytes.length, sha256 });
  return aMedium(site, { objectKey: key, sha256, size: bytes.length, ...over });
}

describe('a host', () => {
  beforeAll(() => publish(platform, here, 'ywdt'));

  it.each(['here.localhost', 'HERE.localhost', 'here.localhost:8080', 'here.localhost.', 'here.localhost.:80'])(
    '%s shows its own site',
    async (host) => {
      const answer = await web.ask(host);
      expect(answer.status).toBe(200);
      expect(answer.body).toContain('here人民政府');
      expect(answer.body).not.toContain('there人民政府');
    },
  );

  it.each([
    'nowhere.localhost',
    '127.0.0.1',
    'localhost',
    'here.localhost.evil.example',
    'here.localhost@there.localhost',
    '../here',
  ])('%s is not served: 421, and no tenant is named', async (host) => {
    const answer = await web.ask(host);
    expect(answer.status).toBe(421);
    expect(answer.body).not.toMatch(/here人民政府|there人民政府/);
  });

  it('gives the same bytes whichever site rendered first', async () => {
    const hash = async (host: string) =>
      createHash('sha1')
        .update((await web.ask(host)).bytes)
        .digest('hex');
    web.store.clear();
    const [a1, b1] = [await hash('here.localhost'), await hash('there.localhost')];
    web.store.clear();
    const [b2, a2] = [await hash('there.localhost'), await hash('here.localhost')];
    expect([a2, b2]).toEqual([a1, b1]);
    expect(a1).not.toBe(b1);
  });

  it('is not fooled by headers that name another host', async () => {
    web.store.clear();
    const answer = await web.ask('here.localhost', '/', {
      headers: { 'x-forwarded-host': 'there.localhost', forwarded: 'host=there.localhost', 'x-original-url': '/admin' },
    });
    expect(answer.body).toContain('here人民政府');
    expect((await web.ask('here.localhost')).body).toBe(answer.body);
  });
});

describe('a document', () => {
  it('stands at its address on its own host and on no other', async () => {
    const { path } = await publish(platform, here, 'zwgk/zcwj', aDocument({ title: '只在这里' }));
    expect((await web.ask('here.localhost', `/${path}`)).body).toContain('只在这里');
    expect((await web.ask('there.localhost', `/${path}`)).status).toBe(404);
  });

  it('carries the tags of the standard, none twice, none empty', async () => {
    const { path } = await publish(
      platform,
      here,
      'zwgk/zcwj',
      aDocument({
        kind: 'policy-document',
        title: '关于“标签”与<尖括号>的通知',
        publishedOn: '2015-03-01',
        contentSource: '办公室',
        keywords: ['供热', '冬季'],
        html: '<p>正文第一段。</p>',
      }),
    );
    const { body } = await web.ask('here.localhost', `/${path}`);
    const tags = [...body.matchAll(/<meta name="([^"]+)" content="([^"]*)"/g)].map(
      ([, name, content]) => [name, content] as const,
    );
    const names = tags.map(([name]) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(tags.filter(([, content]) => content === '')).toEqual([]);
    expect(Object.fromEntries(tags)).toMatchObject({
      SiteName: 'here人民政府',
      SiteDomain: 'here.localhost',
      ColumnName: '栏目 zwgk/zcwj',
      ColumnType: '工作动态',
      ArticleTitle: '关于“标签”与&lt;尖括号&gt;的通知',
      PubDate: '2015-03-01 00:00',
      ContentSource: '办公室',
      Keywords: '供热,冬季',
      robots: expect.stringContaining('noindex'),
    });
    expect(body).toContain('演示系统，非政府网站');
    expect(body).toContain('<html lang="zh-CN"');
    expect(body).toMatch(new RegExp(`<link rel="canonical" href="http://here\\.localhost:8080/${path}"`));
    expect(body.match(/<h1/g)).toHaveLength(1);
  });

  it('links the one before and the one after, and follows when one joins', async () => {
    const site = await aSite(platform, { slug: 'line' });
    await until(async () => (await web.ask('line.localhost', '/')).status === 200);
    const first = await publish(platform, site, 'ywdt', aDocument({ title: '甲文', publishedOn: '2020-01-01' }));
    const third = await publish(platform, site, 'ywdt', aDocument({ title: '丙文', publishedOn: '2020-01-03' }));
    const page = async (path: string) => (await web.ask('line.localhost', `/${path}`)).body;
    expect(await page(first.path)).toContain('丙文');
    expect(await page(third.path)).toContain('甲文');
    const second = await publish(platform, site, 'ywdt', aDocument({ title: '乙文', publishedOn: '2020-01-02' }));
    await until(
      async () => (await page(first.path)).includes('乙文') && (await page(third.path)).includes('乙文'),
      1_000,
    );
    expect(await page(first.path)).not.toContain('丙文');
    expect(await page(second.path)).toMatch(/甲文[\s\S]*丙文/);
  });

  it('shows its new edition within a second, at the same address', async () => {
    const document = aDocument({ title: '旧标题' });
    const { path } = await publish(platform, here, 'ywdt', document);
    expect((await web.ask('here.localhost', `/${path}`)).body).toContain('旧标题');
    await publish(platform, here, 'ywdt', { ...document, title: '新标题' });
    await until(async () => (await web.ask('here.localhost', `/${path}`)).body.includes('新标题'), 1_000);
    await until(async () => (await web.ask('here.localhost', '/ywdt/')).body.includes('新标题'), 1_000);
  });

  it('is gone, with its files, from the second on which it ends', async () => {
    const file = await aFile(here, '%PDF-1.4 end');
    const { path, itemId } = await publish(platform, here, 'ywdt', aDocument(), [file]);
    const filePath = `/${path.replace('.html', '')}/${file.name}`;
    expect((await web.ask('here.localhost', `/${path}`)).status).toBe(200);
    expect((await web.ask('here.localhost', filePath)).status).toBe(200);
    await superuser.query(
      `UPDATE publication SET visible_from = now() - interval '2 hours', visible_until = now() + interval '1 second' WHERE item_id = $1`,
      [itemId],
    );
    await until(async () => (await web.ask('here.localhost', `/${path}`)).status === 404, 4_000);
    expect((await web.ask('here.localhost', filePath)).status).toBe(404);
  });

  it('escapes what a clerk typed', async () => {
    const { path } = await publish(platform, here, 'ywdt', aDocument({ title: '<script>alert(1)</script>"\'' }));
    for (const page of [`/${path}`, '/ywdt/', '/'])
      expect((await web.ask('here.localhost', page)).body).not.toContain('<script>alert');
  });
});

describe('a list', () => {
  it('pages, newest first, pinned before all, each page at its own address', async () => {
    const site = await aSite(platform, { slug: 'many' });
    for (let i = 1; i <= 45; i++)
      await publish(
        platform,
        site,
        'ywdt',
        aDocument({
          title: `第${i}篇`,
          publishedOn: `2020-${i > 28 ? '02' : '01'}-${String(i > 28 ? i - 28 : i).padStart(2, '0')}`,
        }),
      );
    await publish(platform, site, 'ywdt', aDocument({ title: '置顶的一篇', publishedOn: '2019-01-01', pinned: true }));
    await until(async () => (await web.ask('many.localhost')).status === 200);
    const titles = async (path: string) =>
      [...(await web.ask('many.localhost', path)).body.matchAll(/(第\d+篇|置顶的一篇)/g)]
        .map((m) => m[1])
        .filter((t, i, all) => all.indexOf(t) === i);
    expect((await titles('/ywdt/')).slice(0, 3)).toEqual(['置顶的一篇', '第45篇', '第44篇']);
    expect(await titles('/ywdt/index_3.html')).toEqual(['第6篇', '第5篇', '第4篇', '第3篇', '第2篇', '第1篇']);
    for (const path of [
      '/ywdt/index_4.html',
      '/ywdt/index_0.html',
      '/ywdt/index_01.html',
      '/ywdt/index_999999.html',
      '/ywdt/index_-1.html',
    ])
      expect([path, (await web.ask('many.localhost', path)).status]).toEqual([path, 404]);
    for (const [from, to] of [
      ['/ywdt/index_1.html', '/ywdt/'],
      ['/ywdt/index.html', '/ywdt/'],
      ['/ywdt', '/ywdt/'],
      ['/index.html', '/'],
    ] as const)
      expect(await web.ask('many.localhost', from)).toMatchObject({ status: 301, headers: { location: to } });
  });

  it('shows no channel that is empty, in no navigation, at no address', async () => {
    const site = await aSite(platform, { slug: 'sparse', channels: ['ywdt', 'sjfb', 'zwgk/zcwj'] });
    await publish(platform, site, 'zwgk/zcwj');
    await until(async () => (await web.ask('sparse.localhost')).status === 200);
    const home = (await web.ask('sparse.localhost')).body;
    expect(home).toContain('href="/zwgk/"');
    expect(home).not.toContain('href="/sjfb/"');
    expect((await web.ask('sparse.localhost', '/sjfb/')).status).toBe(404);
    expect((await web.ask('sparse.localhost', '/zwgk/')).status).toBe(200);
    await publish(platform, site, 'sjfb');
    await until(async () => (await web.ask('sparse.localhost')).body.includes('href="/sjfb/"'), 1_000);
  });
});

describe('a file', () => {
  it('is sent under its own name, whole, in part, or not again', async () => {
    const file = await aFile(here, '%PDF-0123456789', { name: '附件 1（表）.pdf', title: '统计表' });
    const { path } = await publish(platform, here, 'ywdt', aDocument(), [file]);
    const url = `/${path.replace('.html', '')}/${encodeURIComponent(file.name)}`;
    const whole = await web.ask('here.localhost', url);
    expect(whole).toMatchObject({ status: 200, body: '%PDF-0123456789' });
    expect(whole.headers['content-disposition']).toBe(
      `attachment; filename*=UTF-8''${encodeURIComponent('统计表.pdf')}`,
    );
    expect(whole.headers['content-security-policy']).toContain('sandbox');
    const part = await web.ask('here.localhost', url, { headers: { range: 'bytes=5-7' } });
    expect(part).toMatchObject({ status: 206, body: '012' });
    expect(part.headers['content-range']).toBe('bytes 5-7/15');
    expect(await web.ask('here.localhost', url, { headers: { range: 'bytes=-3' } })).toMatchObject({
      status: 206,
      body: '789',
    });
    expect((await web.ask('here.localhost', url, { headers: { range: 'bytes=99-' } })).status).toBe(416);
    expect((await web.ask('here.localhost', url, { headers: { 'if-none-match': whole.headers.etag! } })).status).toBe(
      304,
    );
    const head = await web.ask('here.localhost', url, { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, body: '' });
    expect(head.headers['content-length']).toBe('15');
  });

  it('of a hidden channel is hidden with its document', async () => {
    const site = await aSite(platform, { slug: 'veil' });
    const file = await aFile(site, '%PDF-veiled');
    const { path } = await publish(platform, site, 'ywdt', aDocument(), [file]);
    const url = `/${path.replace('.html', '')}/${file.name}`;
    await until(async () => (await web.ask('veil.localhost', url)).status === 200);
    await superuser.query(`UPDATE channel SET state = 'hidden' WHERE id = $1`, [site.channels.ywdt]);
    web.store.clear();
    expect((await web.ask('veil.localhost', `/${path}`)).status).toBe(404);
    expect((await web.ask('veil.localhost', url)).status).toBe(404);
  });

  it('whose bytes are lost answers with a page of its own, not under the file’s name', async () => {
    const { path } = await publish(platform, here, 'ywdt', aDocument(), [aMedium(here, { name: 'lost.pdf' })]);
    const answer = await web.ask('here.localhost', `/${path.replace('.html', '')}/lost.pdf`);
    expect(answer.status).toBe(500);
    expect(answer.headers['content-disposition']).toBeUndefined();
    expect(answer.headers['content-type']).toContain('text/html');
  });

  it('of one site is not had through another, nor by a path that climbs', async () => {
    const file = await aFile(here, '%PDF-secret');
    const { path } = await publish(platform, here, 'ywdt', aDocument(), [file]);
    const folder = `/${path.replace('.html', '')}`;
    expect((await web.ask('there.localhost', `${folder}/${file.name}`)).status).toBe(404);
    for (const name of ['..%2F..%2Fsecret.key', '%2e%2e', '..', '%00', '%E0%A4%A', '%5C..%5Csecret.key'])
      expect([name, (await web.ask('here.localhost', `${folder}/${name}`)).status]).toEqual([name, 404]);
  });
});
