import { aCounty } from '../../../test/county.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import { aReorganiser, type Reorganiser } from '../../../test/reorganiser.js';
let platform: TestPlatform;
let desk: Reorganiser;
beforeAll(async () => { platform = await aPlatform(); desk = await aReorganiser(platform); 
  const q = platform.work.run.bind(platform.work);
});
afterAll(async () => { await desk?.end(); await platform?.close(); });
it('measures', async () => {
  const N = 60;
  const name = (i: number) => `某县第${i}号局`;
  const county = await aCounty(platform, {
    organs: Array.from({ length: N }, (_, i) => ({ name: name(i), site: `/bm/d${i}/` })),
    people: Array.from({ length: 3000 }, (_, i) => ({ login: `p${i}`, name: `人${i}`, organ: name(i % N) })),
    channels: [{ path: 'z' }, ...Array.from({ length: 2000 }, (_, i) => ({ path: `z/c${i}`, organ: name(i % N), description: `由${name(i % N)}负责，联系${name((i + 1) % N)}`, telephone: `0431-8000${i % N}` }))],
    grants: Array.from({ length: 3000 }, (_, i) => ({ login: `p${i}`, role: 'editor', at: `z/c${i % 2000}` })),
  });
  await desk.rows(`WITH i AS (INSERT INTO item (tenant_id, id, site_id, kind, source_by, source_value) SELECT $1, gen_random_uuid(), $2, 'article', 'id', n::text FROM generate_series(1, 20000) n RETURNING id, serial),
    e AS (INSERT INTO edition (tenant_id, id, item_id, number, title, html, fields, digest, created_by) SELECT $1, id, id, 1, 't', '', '{}', '', 'x' FROM i RETURNING item_id)
    SELECT 1`, county.tenantId, county.subSites['/bm/d1/']);
  await desk.rows(`INSERT INTO release (tenant_id, item_id, edition_id, serial, kind, state, title, html, summary, fields, document_number, validity, published_at, originally_published, released_at) SELECT tenant_id, id, id, serial, kind, 'public', 't', '', '', '{}', '', '', now(), false, now() FROM item WHERE tenant_id = $1`, county.tenantId);
  await desk.rows(`INSERT INTO publication (tenant_id, id, site_id, channel_id, source_tenant_id, item_id, path, placed_at, visible_from) SELECT tenant_id, id, site_id, $2, tenant_id, id, 'gzdt/' || serial, now(), now() FROM item WHERE tenant_id = $1`, county.tenantId, county.channels['bm/d1/gzdt']);
  if (process.env.ANALYZE) await desk.rows('ANALYZE');
  const time = async <T>(what: string, run: () => Promise<T>): Promise<T> => { const at = Date.now(); 
    const watch = setInterval(async () => { const r = await desk.rows(`SELECT left(query, 300) AS q FROM pg_stat_activity WHERE state = 'active' AND usename = 'jiyue_app'`); if (Date.now() - at > 3000) process.stderr.write(JSON.stringify(r) + '\n'); }, 2000);
    const r = await run().finally(() => clearInterval(watch)); process.stderr.write(`${what} ${Date.now() - at} ms\n`); return r; };
  const lines = Array.from({ length: 20 }, (_, i) => ({ action: '合并', from: name(i), to: name(40 + (i % 10)), subSite: i === 1 ? '并入' : i % 3 ? '保留' : '归档', ...(i % 4 ? {} : { channels: `z/c${i}`, under: `z/c${60 + i}` }) }));
  const { id } = await time('draft', () => desk.draft(county.tenantId, lines));
  const r = await time('try', () => desk.tryPlan(county.tenantId, id));
  process.stderr.write(JSON.stringify([r.conflicts, r.parts.map((p) => [p.part, p.changes.length])]) + '\n');
  await time('apply', () => desk.apply(county.tenantId, id));
  process.stderr.write(JSON.stringify(await desk.one(`SELECT count(*), pg_size_pretty(pg_total_relation_size('reorganisation_change')) FROM reorganisation_change`)) + '\n');
  await time('take back', () => desk.takeBack(county.tenantId, id));
}, 600_000);
