import { gunzipSync } from 'node:zlib';
import { jest } from '@jest/globals';
import pg from 'pg';
import { aDocument, aSite, type BuiltSite, publish } from '../../test/builders.js';
import { aPlatform, type TestPlatform } from '../../test/platform.js';
import { aWeb, type TestWeb, until } from '../../test/web.js';

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
  await publish(platform, here, 'ywdt');
  web = await aWeb(platform);
});

afterAll(async () => {
  await web?.close();
  await superuser?.end();
  await platform?.close();
});

describe('an address that is none', () => {
  it.each([
    '/nothing/',
    '/ywdt//',
    '//ywdt/',
    // Would lead to http://8.8.8.8/: a host may be a number, and needs no dot.
    '//134744072/index.html',
    '//ywdt/index_1.html',
    '/ywdt//index.html',
    '/../ywdt/',
    '/ywdt/../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/ywdt/%',
    '/assets/../../package.json',
    '/assets/nothing.css',
    '/.env',
    '/xz/nowhere/',
    `/${'a/'.repeat(900)}`,
    "/ywdt/';DROP%20TABLE%20item;--/",
    '/YWDT/',
    '/ywdt/202601/t20260101_99999999999999999.html',
  ])('%s answers 404 and nothing of the machine', async (path) => {
    const answer = await web.ask('here.localhost', path);
    expect([path, answer.status]).toEqual([path, 404]);
    expect(answer.body).not.toMatch(/\/work\/|node_modules|SELECT |at Object\./);
  });

  it('shows the site’s own look, with a way on', async () => {
    const { body } = await web.ask('here.localhost', '/nothing/');
    expect(body).toContain('here人民政府');
    expect(body).toContain('href="/ywdt/"');
  });

  it('fills no store', async () => {
    const before = web.store.size;
    for (let i = 0; i < 50; i++) await web.ask('here.localhost', `/random-${i}/`);
    expect(web.store.size).toBe(before);
  });
});

describe('HTTP', () => {
  it('answers what is stored from the store: same bytes, 304, compressed, HEAD', async () => {
    web.store.clear();
    const cold = await web.ask('here.localhost');
    const hits = web.store.counts.hits;
    const warm = await web.ask('here.localhost');
    expect(web.store.counts.hits).toBe(hits + 1);
    expect(warm.body).toBe(cold.body);
    expect(warm.headers.etag).toBe(cold.headers.etag);
    expect(
      await web.ask('here.localhost', '/', { headers: { 'if-none-match': `W/${cold.headers.etag}` } }),
    ).toMatchObject({ status: 304, body: '' });
    const packed = await web.ask('here.localhost', '/', { headers: { 'accept-encoding': 'br, gzip' } });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(packed.bytes).toString()).toBe(cold.body);
    expect(
      (await web.ask('here.localhost', '/', { headers: { 'accept-encoding': 'gzip;q=0' } })).headers[
        'content-encoding'
      ],
    ).toBeUndefined();
    expect(await web.ask('here.localhost', '/', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  });

  it('sends the headers of security on every kind of answer', async () => {
    for (const path of ['/', '/nothing/', '/healthz', '/ywdt'])
      for (const host of ['here.localhost', 'nowhere.localhost']) {
        const { headers } = await web.ask(host, path);
        expect([host, path, headers['x-content-type-options']]).toEqual([host, path, 'nosniff']);
        expect(headers['content-security-policy']).toContain("default-src 'none'");
      }
  });

  it('does not let a query make another page', async () => {
    const size = web.store.size;
    const plain = await web.ask('here.localhost', '/');
    expect((await web.ask('here.localhost', '/?utm_source=x&a=<script>')).body).toBe(plain.body);
    expect(web.store.size).toBe(size);
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PURGE', 'TRACE'])('refuses %s everywhere', async (method) => {
    for (const path of ['/', '/healthz', '/assets/x', '/nothing/']) {
      const answer = await web.ask('here.localhost', path, { method });
      expect(answer.status).toBe(405);
      expect(answer.headers.allow).toBe('GET, HEAD');
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
    }
  });

  it('takes the absolute form of an address, whose host counts', async () => {
    const answer = await web.ask('there.localhost', 'http://here.localhost/ywdt/');
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('here人民政府');
  });

  it('refuses a request that names two hosts', async () => {
    const { connect } = await import('node:net');
    const said = await new Promise<string>((resolve) => {
      const socket = connect(web.port, '127.0.0.1', () =>
        socket.write('GET / HTTP/1.1\r\nHost: here.localhost\r\nHost: there.localhost\r\nConnection: close\r\n\r\n'),
      );
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('close', () => resolve(text));
    });
    expect(said).toMatch(/^HTTP\/1\.1 400/);
    expect(said).not.toContain('人民政府');
  });

  it('tells the truth about database and store on any host', async () => {
    for (const host of ['here.localhost', 'nowhere.localhost', '127.0.0.1'])
      expect(JSON.parse((await web.ask(host, '/readyz')).body)).toMatchObject({
        ok: true,
        version: platform.config.version,
        database: { ok: true },
        objects: { ok: true },
      });
  });
});

describe('with the database away', () => {
  const name = () => new URL(platform.superuserUrl).pathname.slice(1);
  const elsewhere = () => Object.assign(new URL(platform.superuserUrl), { pathname: '/postgres' }).toString();
  const allow = async (allowed: boolean) => {
    const client = new pg.Client({ connectionString: elsewhere() });
    await client.connect();
    await client.query(`ALTER DATABASE "${name()}" WITH ALLOW_CONNECTIONS ${allowed}`);
    if (!allowed)
      await client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND usename LIKE 'jiyue%'`,
        [name()],
      );
    await client.end();
  };

  it('says so, goes on sending what is stored, and comes back by itself', async () => {
    const stored = await web.ask('here.localhost');
    await allow(false);
    try {
      expect((await web.ask('here.localhost')).body).toBe(stored.body);
      const cold = await web.ask('there.localhost', '/ywdt/');
      expect(cold).toMatchObject({ status: 503, headers: { 'retry-after': '10' } });
      expect(cold.body).not.toMatch(/SELECT|jiyue_|ECONN|postgres/i);
      // Answers about health are kept for a second.
      await until(async () => (await web.ask('here.localhost', '/readyz')).status === 503);
      expect(JSON.parse((await web.ask('here.localhost', '/readyz')).body)).toMatchObject({
        ok: false,
        database: { ok: false },
      });
      expect(await web.ask('here.localhost', '/healthz')).toMatchObject({ status: 200 });
    } finally {
      await allow(true);
    }
    const { path } = await publish(platform, here, 'ywdt', aDocument({ title: '恢复以后' }));
    await until(async () => (await web.ask('here.localhost', '/ywdt/')).body.includes('恢复以后'), 8_000);
    expect((await web.ask('here.localhost', `/${path}`)).status).toBe(200);
  }, 30_000);
});

describe('the number of queries', () => {
  it('of each page is the same however many sites there are', async () => {
    const counted = async (host: string, paths: string[]): Promise<number[]> => {
      const counts: number[] = [];
      for (const path of paths) {
        web.store.clear();
        const query = jest.spyOn(platform.connections.visitor, 'query');
        expect((await web.ask(host, path)).status).toBe(200);
        counts.push(query.mock.calls.length);
        query.mockRestore();
      }
      return counts;
    };
    const province = await aSite(platform, { slug: 'whole', level: 'province' });
    const { path } = await publish(platform, province, 'ywdt');
    await until(async () => (await web.ask('whole.localhost')).status === 200);
    const paths = ['/', '/ywdt/', `/${path}`];
    await addPortalsUnder(province.id, 10);
    const few = await counted('whole.localhost', paths);
    await addPortalsUnder(province.id, 1_290);
    expect(web.directory.portalsUnder(web.directory.get(province.id)!)).toHaveLength(1_300);
    expect(await counted('whole.localhost', paths)).toEqual(few);
    expect(Math.max(...few)).toBeLessThanOrEqual(4);
  });

  let added = 0;
  async function addPortalsUnder(siteId: string, more: number): Promise<void> {
    await superuser.query(
      `WITH made AS (
         INSERT INTO region (code, level, name) SELECT (500000 + i)::text, 'county', 'x' || i FROM generate_series(${added + 1}, ${added + more}) i RETURNING code
       ), tenants AS (
         INSERT INTO tenant (id, region_code, level, form, name, short_name, government_name, document_prefix, slug, path)
         SELECT gen_random_uuid(), code, 'county', 'county', code, code, code, code, 's' || code,
           (SELECT region_path FROM site WHERE id = $1) || code || '/' FROM made RETURNING id, path, slug
       ), organs AS (
         INSERT INTO organ (tenant_id, id, kind, key, name, short_name) SELECT id, gen_random_uuid(), 'government', 'government', slug, slug FROM tenants
         RETURNING tenant_id, id
       ), sites AS (
         INSERT INTO site (tenant_id, id, kind, level, key, prefix, region_path, name, short_name, sponsor_id, undertaker_id)
         SELECT t.id, gen_random_uuid(), 'portal', 'county', 'portal', '/', t.path, t.slug, t.slug, o.id, o.id
         FROM tenants t JOIN organs o ON o.tenant_id = t.id RETURNING tenant_id, id, name
       ), names AS (
         INSERT INTO hostname (tenant_id, name, under_base, site_id) SELECT tenant_id, name, true, id FROM sites
       )
       SELECT count(*) FROM sites`,
      [siteId],
    );
    added += more;
    await web.directory.load();
  }
});
