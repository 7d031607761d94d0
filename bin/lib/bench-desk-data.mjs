// A province of the size that is measured: sites and channels evenly, items as they lie in life. Written by a superuser with
// its triggers off: what it writes is consistent by itself.

/** Channels of each site: six of the first level with four below each. */
const TOP = 6;
const BELOW = 4;
/** On the first site: the channel c1/d1 has a third of its items, the channel c6/d4 the oldest five alone. */
const BIG = 11;
const OLD = 64;

/**
 * @param {import('pg').Client} client a superuser's
 * @param {{ sites: number, tenants: number, items: number }} size The first tenant's portal has a tenth of the items, a third
 *   of them in one channel; the rest lie evenly.
 */
export async function fill(client, { sites, tenants, items }) {
  await client.query('SET session_replication_role = replica; SET synchronous_commit = off; SET timezone = UTC');
  await client.query(
    `CREATE TEMP TABLE place AS
     SELECT n, bench_id(1, (n - 1) % $2 + 1) AS tenant_id, bench_id(3, n) AS site_id FROM generate_series(1, $1::int) AS n`,
    [sites, tenants],
  );
  await client.query(
    `INSERT INTO region (code, level, name) SELECT (220000 + n)::text, CASE n WHEN 1 THEN 'province' ELSE 'county' END, '区划 ' || n
     FROM generate_series(1, $1::int) AS n`,
    [tenants],
  );
  await client.query(
    `INSERT INTO tenant (id, parent_id, region_code, level, form, name, short_name, government_name, document_prefix, slug, path)
     SELECT bench_id(1, n), CASE n WHEN 1 THEN NULL ELSE bench_id(1, 1) END, (220000 + n)::text,
       CASE n WHEN 1 THEN 'province' ELSE 'county' END, 'county', '单位 ' || n, n::text, '单位 ' || n, '示', 'place' || n,
       CASE n WHEN 1 THEN '220001/' ELSE '220001/' || (220000 + n) || '/' END
     FROM generate_series(1, $1::int) AS n`,
    [tenants],
  );
  await client.query(
    `INSERT INTO organ (tenant_id, id, kind, key, name, short_name)
     SELECT bench_id(1, n), bench_id(2, n), 'government', 'government', '政府 ' || n, n::text FROM generate_series(1, $1::int) AS n`,
    [tenants],
  );
  await client.query(
    `INSERT INTO site (tenant_id, id, kind, level, key, parent_site_id, prefix, region_path, name, short_name, sponsor_id, undertaker_id)
     SELECT tenant_id, site_id, CASE WHEN n <= $1 THEN 'portal' ELSE 'department' END, 'county',
       CASE WHEN n <= $1 THEN 'portal' ELSE 'bm/' || n END, CASE WHEN n <= $1 THEN NULL ELSE bench_id(3, (n - 1) % $1 + 1) END,
       CASE WHEN n <= $1 THEN '/' ELSE '/bm/' || n || '/' END, '220001/', '网站 ' || n, n::text,
       bench_id(2, (n - 1) % $1 + 1), bench_id(2, (n - 1) % $1 + 1)
     FROM place`,
    [tenants],
  );
  await client.query(
    `INSERT INTO hostname (tenant_id, name, under_base, site_id)
     SELECT tenant_id, 'place' || n, true, site_id FROM place WHERE n <= $1`,
    [tenants],
  );
  await client.query(
    `INSERT INTO channel (tenant_id, id, site_id, parent_id, slug, path, depth, position, name, column_type, item_kind)
     SELECT p.tenant_id, bench_id(4, p.n * 100 + t * 10 + b), p.site_id,
       CASE b WHEN 0 THEN NULL ELSE bench_id(4, p.n * 100 + t * 10) END,
       CASE b WHEN 0 THEN 'c' || t ELSE 'd' || b END, CASE b WHEN 0 THEN 'c' || t ELSE 'c' || t || '/d' || b END,
       CASE b WHEN 0 THEN 1 ELSE 2 END, t * 10 + b, '栏目 ' || t || '.' || b, '工作动态', 'article'
     FROM place p, generate_series(1, ${TOP}) AS t, generate_series(0, ${BELOW}) AS b`,
  );
  // One in ten lies on the first site, and of those one in three in its channel c1/d1; the oldest five in its c6/d4.
  await client.query(
    `CREATE TEMP TABLE writing AS
     SELECT m.n, bench_id(1, (s - 1) % $2 + 1) AS tenant_id, bench_id(3, s) AS site_id,
       bench_id(4, s * 100 + CASE WHEN s = 1 AND m.n <= 50 THEN ${OLD} WHEN s = 1 AND m.n % 30 = 0 THEN ${BIG}
         ELSE ((m.n / 7) % 5 + 1 + (s <> 1)::int) * 10 + (m.n / 31) % 4 + 1 END) AS channel_id,
       timestamptz '2024-01-01' + make_interval(secs => m.n * 60.0) AS made
     FROM generate_series(1, $3::int) AS m(n),
       LATERAL (SELECT CASE WHEN m.n % 10 = 0 THEN 1 ELSE (m.n::bigint * 7919) % $1 + 1 END AS s) AS site`,
    [sites, tenants, items],
  );
  await client.query(
    `INSERT INTO item (tenant_id, id, site_id, serial, kind, source_by, source_value, created_at)
     SELECT tenant_id, bench_id(5, n), site_id, 1000000 + n, 'article', 'id', n::text, made FROM writing ORDER BY n`,
  );
  await client.query(
    `INSERT INTO edition (tenant_id, id, item_id, number, title, html, fields, digest, created_by, created_at)
     SELECT tenant_id, bench_id(6, n), bench_id(5, n), 1, '关于第 ' || n || ' 件事的通知', repeat('<p>正文。</p>', 20), '{}', md5(n::text), 'bench', made
     FROM writing ORDER BY n`,
  );
  await client.query(
    `INSERT INTO release (tenant_id, item_id, edition_id, serial, kind, state, title, html, summary, fields, document_number, validity,
       published_at, originally_published, released_at)
     SELECT tenant_id, bench_id(5, n), bench_id(6, n), 1000000 + n, 'article', 'public', '关于第 ' || n || ' 件事的通知',
       repeat('<p>正文。</p>', 20), '', '{}', '', '', made, false, made + make_interval(mins => (n * 7) % 5000)
     FROM writing ORDER BY n`,
  );
  await client.query(
    `INSERT INTO publication (tenant_id, id, site_id, channel_id, source_tenant_id, item_id, path, placed_at, visible_from)
     SELECT tenant_id, bench_id(7, n), site_id, channel_id, tenant_id, bench_id(5, n), 'c/' || n || '.html', made, made FROM writing ORDER BY n`,
  );
  await client.query('DROP TABLE writing; DROP TABLE place; SET session_replication_role = origin; ANALYZE');
}

/** An id like those the program makes: its order is that of `n` within a kind. */
export const BENCH_ID = `CREATE FUNCTION bench_id(kind int, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
  SELECT (lpad(to_hex(1700000000000 + n), 12, '0') || '7' || lpad(kind::text, 3, '0') || '8000' || lpad(to_hex(n), 12, '0'))::uuid $$`;

export const PLACES = {
  tenant: benchId(1, 1),
  site: benchId(3, 1),
  bigChannel: benchId(4, 100 + BIG),
  oldChannel: benchId(4, 100 + OLD),
};

/** Ids as `bench_id` makes them. */
function benchId(kind, n) {
  const time = (1_700_000_000_000 + n).toString(16).padStart(12, '0');
  const tail = n.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${String(kind).padStart(3, '0')}-8000-${tail}`;
}
