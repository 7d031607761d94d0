import { fork } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { BENCH_ID, fill, PLACES } from './bench-desk-data.mjs';
import { toTheEnd } from './to-the-end.mjs';

const quick = process.argv.includes('--quick');
const plans = process.argv.includes('--plans');
const SIZE = { sites: quick ? 130 : 1_300, tenants: 70, items: quick ? 10_000 : 1_000_000 };
const SMALL = { sites: 10, tenants: 3, items: 500 };
const REQUESTS = quick ? 60 : 400;
const WARMING = 20;
const STATEMENTS = quick ? 20 : 100;
const SECRET = 'a secret of the bench, known to everybody';

const dist = (file) => import(new URL(`../../dist/${file}`, import.meta.url).href);
const row = (what, figure, target = '', compared = '') =>
  console.log(`${what.padEnd(58)} ${figure.padEnd(42)} ${target.padEnd(10)} ${compared}`);
const at = (numbers, share) =>
  [...numbers].sort((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))];
const spread = (numbers, digits = 1) =>
  `p50 ${at(numbers, 0.5).toFixed(digits)}  p95 ${at(numbers, 0.95).toFixed(digits)}  p99 ${at(numbers, 0.99).toFixed(digits)} ms`;

/** Who is measured: a role over a place. */
const PEOPLE = {
  supervisor: { says: 'a platform’s supervisor', role: 'supervisor', scope: 'platform' },
  region: { says: 'a region’s supervisor (one of 70)', role: 'supervisor', scope: 'region', tenant: PLACES.tenant },
  administrator: {
    says: 'a tenant’s administrator',
    role: 'tenant-administrator',
    scope: 'tenant',
    tenant: PLACES.tenant,
  },
  chief: {
    says: 'a site’s editor-in-chief',
    role: 'editor-in-chief',
    scope: 'site',
    tenant: PLACES.tenant,
    site: PLACES.site,
  },
  editor: {
    says: 'a channel’s editor',
    role: 'editor',
    scope: 'channel',
    tenant: PLACES.tenant,
    site: PLACES.site,
    channel: PLACES.bigChannel,
  },
  quiet: {
    says: 'an editor of five old items',
    role: 'editor',
    scope: 'channel',
    tenant: PLACES.tenant,
    site: PLACES.site,
    channel: PLACES.oldChannel,
  },
};
/** When a tenth of the items was written: one a minute. */
const SINCE = new Date(Date.UTC(2024, 0, 1) + SIZE.items * 6_000).toISOString();
const LISTS = [
  ['items', '/api/v1/items?limit=50'],
  ['items, as changed since', `/api/v1/items?limit=50&updatedSince=${SINCE}`],
  ['publications', '/api/v1/publications?limit=50'],
];

export async function run() {
  const directory = await mkdtemp(join(tmpdir(), 'jiyue-bench-'));
  let starting = null;
  const work = async () => {
    const { startEmbeddedPostgres } = await dist('kernel/postgres/embedded.js');
    starting = startEmbeddedPostgres({ directory: join(directory, 'postgres') });
    const server = await starting;
    console.log(`${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.versions.node}, embedded PostgreSQL\n`);
    await compileTimes();
    const few = await withProvince(server.url, directory, 'small', SMALL, statementsOf);
    await withProvince(server.url, directory, 'large', SIZE, async (province) => {
      const many = await statementsOf(province);
      for (const [list, count] of Object.entries(many))
        row(
          `statements of a page of ${list}`,
          `${few[list]} at 10 sites, ${count} at ${SIZE.sites.toLocaleString('en')}`,
          'the same',
        );
      for (const person of Object.keys(PEOPLE)) for (const list of LISTS) await measure(province, person, list);
    });
  };
  await toTheEnd(work, async () => {
    await starting?.then(
      (server) => server.stop(),
      () => {},
    );
    await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });
}

/** An ability of an account that holds 200 grants: over channels alone, and over everything there is. */
async function compileTimes() {
  const [{ compileAbility }, { rules }] = await Promise.all([dist('authority/ability.js'), dist('policies.js')]);
  const id = () => randomBytes(16).toString('hex');
  const holder = { accountId: id(), tenantId: id(), organId: id() };
  const channel = (role) => (i) => ({
    role,
    reach: { kind: 'channel', tenantId: holder.tenantId, siteId: `site ${i % 20}`, channelPath: `zwgk/c${i}` },
  });
  const roles = ['editor', 'reviewer', 'channel-manager', 'liaison', 'publisher'];
  const mixed = (i) =>
    [
      channel(roles[i % 5])(i),
      { role: 'editor-in-chief', reach: { kind: 'site', tenantId: id(), siteId: id() } },
      { role: 'tenant-administrator', reach: { kind: 'tenants', tenantIds: [id()] } },
      { role: 'supervisor', reach: { kind: 'tenants', tenantIds: Array.from({ length: 70 }, id) } },
    ][i % 4];
  for (const [what, grant] of [
    ['200 channels as manager', channel('channel-manager')],
    ['200 grants of every kind', mixed],
  ]) {
    const held = Array.from({ length: 200 }, (_, i) => grant(i));
    const times = [];
    for (let i = 0; i < (quick ? 200 : 2_000); i += 1) {
      const began = performance.now();
      compileAbility(rules.values(), holder, held);
      times.push(performance.now() - began);
    }
    row(`ability of an account with ${what}`, spread(times.slice(times.length / 10), 2), '< 5 ms');
  }
}

/** A database with a province in it, and the API over it in a process of its own. */
async function withProvince(serverUrl, directory, name, size, work) {
  const { ensureRoles, rolePassword, urlAs } = await dist('kernel/database/roles.js');
  const { migrate } = await dist('kernel/database/migrate.js');
  await ensureRoles(serverUrl, { database: name, secretKey: SECRET });
  const urlOf = (role) => urlAs(serverUrl, role, rolePassword(SECRET, role), name);
  await migrate(urlOf('jiyue_owner'));
  const superuserUrl = new URL(serverUrl);
  superuserUrl.pathname = `/${name}`;
  const superuser = new pg.Client({ connectionString: superuserUrl.href });
  const app = new pg.Client({ connectionString: urlOf('jiyue_app') });
  // Whoever ends the server on the way out ends these: no fault of theirs.
  for (const client of [superuser, app]) client.on('error', () => {});
  await superuser.connect();
  await app.connect();
  const dataDirectory = join(directory, `data-${name}`);
  let child = null;
  try {
    const began = performance.now();
    await superuser.query(BENCH_ID);
    await fill(superuser, size);
    const tokens = await fillPeople(superuser);
    row(
      `${name}: ${size.items.toLocaleString('en')} items, ${size.sites.toLocaleString('en')} sites`,
      `written in ${((performance.now() - began) / 1_000).toFixed(0)} s`,
    );
    child = await startApi({
      DATABASE_URL: urlOf('jiyue_app'),
      DATABASE_VISITOR_URL: urlOf('jiyue_visitor'),
      DATABASE_CLUSTER_URL: urlOf('jiyue_cluster'),
      DATA_DIR: dataDirectory,
      SECRET_KEY: SECRET,
    });
    return await work({ superuser, app, tokens, child });
  } finally {
    if (child?.process.connected) child.process.disconnect();
    await app.end();
    await superuser.end();
  }
}

/** Each person with tokens enough for all requests: one token alone would be slowed down. */
async function fillPeople(superuser) {
  const tokens = {};
  for (const [person, grant] of Object.entries(PEOPLE)) {
    const tenant = grant.tenant ?? '00000000-0000-7000-8000-000000000000';
    const { rows } = await superuser.query(
      `INSERT INTO account (tenant_id, id, login, name, state, second_factor) VALUES ($1, gen_random_uuid(), $2, $2, 'open', true) RETURNING id`,
      [tenant, person],
    );
    const [{ id }] = rows;
    await superuser.query(
      `INSERT INTO access_grant (tenant_id, id, account_tenant_id, account_id, role, scope, site_id, channel_id, given_by)
       VALUES ($1, gen_random_uuid(), $1, $2, $3, $4, $5, $6, 'bench')`,
      [tenant, id, grant.role, grant.scope, grant.site ?? null, grant.channel ?? null],
    );
    tokens[person] = Array.from({ length: 40 }, () => `jiyue_${randomBytes(32).toString('base64url')}`);
    for (const token of tokens[person])
      await superuser.query(
        `INSERT INTO api_token (tenant_id, id, account_id, name, token_digest, actions, expires_at)
         VALUES ($1, gen_random_uuid(), $2, 'bench', $3, '{site.enter,channel.read,item.read}', now() + interval '1 day')`,
        [tenant, id, createHash('sha256').update(token.slice(6)).digest()],
      );
  }
  return tokens;
}

async function startApi(env) {
  const file = fileURLToPath(new URL('../bench-desk.mjs', import.meta.url));
  const process_ = fork(file, ['--serve'], { env: { ...process.env, ...env, LOG_LEVEL: 'warn' } });
  const told = () =>
    new Promise((resolve, reject) => {
      process_.once('message', resolve);
      process_.once('exit', (code) => reject(new Error(`the API ended: ${code}`)));
    });
  const { port } = await told();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    process: process_,
    async statements() {
      const answer = told();
      process_.send('statements');
      return (await answer).statements;
    },
    ask: (path, token) =>
      new Promise((resolve, reject) => {
        const began = performance.now();
        const headers = { host: 'console.localhost', authorization: `Bearer ${token}` };
        request({ host: '127.0.0.1', port, path, headers, agent }, (response) => {
          const chunks = [];
          response.on('data', (chunk) => chunks.push(chunk));
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString();
            if (response.statusCode !== 200) reject(new Error(`${path}: ${response.statusCode} ${text}`));
            else resolve({ ms: performance.now() - began, json: JSON.parse(text) });
          });
        })
          .on('error', reject)
          .end();
      }),
  };
}

async function statementsOf({ child, tokens }) {
  const counts = {};
  const [token] = tokens.supervisor;
  await child.ask('/api/v1/sites', token);
  for (const [list, path] of [...LISTS, ['sites', '/api/v1/sites']]) {
    const before = await child.statements();
    await child.ask(path, token);
    counts[list] = (await child.statements()) - before;
  }
  return counts;
}

/** One list of one person: through HTTP, from the first page on; and its statements alone, with the wall and without. */
async function measure(province, person, [list, path]) {
  const { child, tokens } = province;
  const times = [];
  let next = path;
  let rows = 0;
  for (let i = 0; i < REQUESTS + WARMING; i += 1) {
    const { ms, json } = await child.ask(next, tokens[person][i % tokens[person].length]);
    if (i >= WARMING) times.push(ms);
    rows ||= json.data.length;
    // Two pages on, then from the first again.
    const link = json.next && new URL(json.next);
    next = link && i % 3 !== 2 ? `${link.pathname}${link.search}` : path;
  }
  const { walled, bare, explained } = await statementTimes(province, person, list);
  const [own, other] = [at(walled, 0.5), at(bare, 0.5)];
  row(
    `${list}: ${PEOPLE[person].says}, ${rows} rows`,
    spread(times),
    '< 100 ms',
    `SQL ${own.toFixed(2)} ms, without row security ${other.toFixed(2)}: × ${(own / other).toFixed(2)}`,
  );
  if (plans) console.log(`${explained}\n`);
}

/** Round by round, in turns: what else the machine does concerns both alike. */
async function statementTimes({ superuser, app }, person, list) {
  const { sent, tenantIds } = await statementsSent(superuser, person, list);
  await app.query(`SELECT set_config('app.tenants', $1, false)`, [`{${tenantIds.join(',')}}`]);
  // In a transaction, as the program does it: the first statement says how the others are planned.
  const within = async (client, work) => {
    await client.query('BEGIN');
    const result = await work();
    await client.query('COMMIT');
    return result;
  };
  const timed = (client) =>
    within(client, async () => {
      const began = performance.now();
      for (const { sql, parameters } of sent) await client.query(sql, parameters);
      return performance.now() - began;
    });
  const [walled, bare] = [[], []];
  for (let i = 0; i < STATEMENTS; i += 1) {
    walled.push(await timed(app));
    bare.push(await timed(superuser));
  }
  const explained = [];
  if (plans)
    await within(app, async () => {
      for (const { sql, parameters } of sent) {
        await app.query(sql, parameters);
        const { rows } = await app.query(`EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) ${sql}`, parameters);
        explained.push(...rows.map((line) => line['QUERY PLAN']));
      }
    });
  return { walled, bare, explained: explained.join('\n') };
}

/** The statements that a list sends for a person, and the tenants that are in their sight. */
async function statementsSent(superuser, person, list) {
  const [{ readAuthority }, { rules }, { findItems }, { findPublications }] = await Promise.all([
    dist('access/grant/held-grant.js'),
    dist('policies.js'),
    dist('content/item/item.queries.js'),
    dist('content/publication/publication-resource.js'),
  ]);
  const {
    rows: [account],
  } = await superuser.query('SELECT tenant_id AS "tenantId", id AS "accountId" FROM account WHERE login = $1', [
    person,
  ]);
  const sent = [];
  const tx = {
    query: async (sql, parameters) => {
      sent.push({ sql, parameters });
      return (await superuser.query(sql, parameters)).rows;
    },
  };
  const ctx = await readAuthority(tx, rules.values(), { ...account, organId: null });
  sent.length = 0;
  const page = { limit: 50, after: null };
  if (list === 'publications') await findPublications(tx, ctx, {}, page);
  else await findItems(tx, ctx, list === 'items' ? {} : { updatedSince: SINCE }, page);
  return { sent, tenantIds: ctx.tenantIds };
}
