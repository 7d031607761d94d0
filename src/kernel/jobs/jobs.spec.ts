import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { getRollbackPlans, PgBoss } from 'pg-boss';
import { aSite, type BuiltSite, scopeOf } from '../../../test/builders.js';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import { migrate, readMigrations } from '../database/migrate.js';
import type { ClusterScope, Scope } from '../database/scope.js';
import { QUEUE_SESSION } from './job-queue.js';
import { type Job, type Jobs, openJobs } from './jobs.js';

let platform: TestPlatform;
let superuser: pg.Client;
let mine: BuiltSite;
let theirs: BuiltSite;
const opened: Jobs[] = [];
/** What was said of errors and warnings. */
const said: unknown[] = [];

const QUICK = { waitedFor: 0.5, byTheClock: 0.5, clock: 1 };
const CLUSTER: ClusterScope = { kind: 'cluster', actor: OPERATOR, work: 'audit' };
const INSTALLATION = { none: 'a test of jobs that concern nobody alone' };

let migrations: Awaited<ReturnType<typeof readMigrations>>;

beforeAll(async () => {
  migrations = await readMigrations();
  platform = await aPlatform();
  const log = { ...platform.log, warn: (...facts: unknown[]) => said.push(facts) } as typeof platform.log;
  Object.assign(log, { child: () => platform.log });
  platform = { ...platform, log };
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  [mine, theirs] = [await aSite(platform), await aSite(platform)];
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((jobs) => jobs.stop()));
  await superuser.query('DELETE FROM pgboss.job');
  await superuser.query('DELETE FROM pgboss.schedule');
  expect(said.splice(0)).toEqual([]);
});

afterAll(async () => {
  await superuser?.end();
  await platform?.close();
});

function aProcess(define: (jobs: Jobs) => void): Jobs {
  const jobs = openJobs(platform, QUICK);
  define(jobs);
  opened.push(jobs);
  return jobs;
}

async function until<T>(find: () => Promise<T | undefined | false> | T | undefined | false): Promise<T> {
  for (const deadline = Date.now() + 20_000; ; await sleep(50)) {
    const found = await find();
    if (found) return found;
    if (Date.now() > deadline) throw new Error('did not come about');
  }
}

const jobRows = async (): Promise<{ name: string; state: string; retry_count: number }[]> =>
  (await superuser.query('SELECT name, state::text, retry_count FROM pgboss.job ORDER BY created_on')).rows;

const code = (scope: Scope, sql: string, parameters: unknown[] = []): Promise<string> =>
  platform.work
    .rehearse(scope, (tx) => tx.query(sql, parameters))
    .then(
      () => 'done',
      (error) => error.code,
    );

it('does a job after the commit that wanted it, with its tenant and payload, and none that was taken back', async () => {
  const done: Job[] = [];
  const jobs = aProcess((all) => all.define('test.write', { tenant: 'required' }, async (job) => void done.push(job)));
  await jobs.start();
  await platform.work
    .run(scopeOf(mine.tenantId), async (tx) => {
      await jobs.send(tx, 'test.write', { tenantId: mine.tenantId, n: 1 });
      throw new Error('taken back');
    })
    .catch(() => {});
  const id = await platform.work.run(scopeOf(mine.tenantId), async (tx) => {
    const sent = await jobs.send(tx, 'test.write', { tenantId: mine.tenantId, n: 2, text: '中文 “引号”' });
    await sleep(1_200);
    expect(done).toEqual([]);
    return sent;
  });
  await until(() => done.length > 0);
  expect(done).toEqual([
    { id, tenantId: mine.tenantId, payload: { n: 2, text: '中文 “引号”' }, signal: expect.any(AbortSignal) },
  ]);
  await until(async () => (await jobRows())[0]?.state === 'completed');
  expect(await jobRows()).toHaveLength(1);
});

it('is done once, by whichever process comes first', async () => {
  const done: string[] = [];
  const processes = [1, 2, 3].map(() =>
    aProcess((all) =>
      all.define('test.count', { tenant: 'required' }, async ({ payload }) => {
        done.push(String(payload.n));
        await sleep(20);
      }),
    ),
  );
  await Promise.all(processes.map((jobs) => jobs.start()));
  await Promise.all(
    Array.from({ length: 12 }, (_, n) =>
      platform.work.run(scopeOf(mine.tenantId), (tx) =>
        processes[n % 3]!.send(tx, 'test.count', { tenantId: mine.tenantId, n }),
      ),
    ),
  );
  await until(async () => (await jobRows()).every(({ state }) => state === 'completed'));
  expect(done.sort()).toEqual(Array.from({ length: 12 }, (_, n) => String(n)).sort());
});

it('is sent by a process that does no jobs, such as a command', async () => {
  const command = aProcess((all) => all.define('test.later', { tenant: 'required' }, async () => {}));
  await platform.work.run(scopeOf(mine.tenantId), (tx) => command.send(tx, 'test.later', { tenantId: mine.tenantId }));
  await sleep(1_000);
  expect(await jobRows()).toMatchObject([{ name: 'test.later', state: 'created' }]);
  await command.stop();
  const done: Job[] = [];
  const server = aProcess((all) =>
    all.define('test.later', { tenant: 'required' }, async (job) => void done.push(job)),
  );
  await server.start();
  await until(() => done.length === 1);
});

describe('a tenant', () => {
  const both = () =>
    aProcess((all) => {
      all.define('test.own', { tenant: 'required' }, async () => {});
      all.define('test.all', { tenant: INSTALLATION }, async () => {});
    });

  it('is said by every job that is not declared to have none', async () => {
    const jobs = both();
    const send = (scope: Scope, name: string, payload?: Record<string, unknown>) =>
      platform.work.run(scope, (tx) => jobs.send(tx, name, payload));
    for (const payload of [undefined, { n: 1 }, { tenantId: '' }, { tenantId: 'all' }])
      await expect(send(CLUSTER, 'test.own', payload)).rejects.toThrow('does not say its tenant');
    await expect(send(CLUSTER, 'test.all', { tenantId: mine.tenantId })).rejects.toThrow('is of no tenant');
    await expect(send(CLUSTER, 'test.unknown')).rejects.toThrow('no job is called');
    await send(CLUSTER, 'test.own', { tenantId: mine.tenantId });
    await send(CLUSTER, 'test.all');
    expect(await jobRows()).toHaveLength(2);
  });

  it('sends jobs of its own alone, by the program and by the database', async () => {
    const jobs = both();
    const send = (scope: Scope, name: string, payload?: Record<string, unknown>) =>
      platform.work.run(scope, (tx) => jobs.send(tx, name, payload));
    await expect(send(scopeOf(mine.tenantId), 'test.own', { tenantId: theirs.tenantId })).rejects.toThrow('of');
    await expect(send(scopeOf(mine.tenantId), 'test.all')).rejects.toThrow('of no tenant');
    const reading: Scope = { kind: 'subtree', actor: OPERATOR, tenantIds: [mine.tenantId] };
    await expect(send(reading, 'test.own', { tenantId: mine.tenantId })).rejects.toThrow('only reads');
    const insert = `INSERT INTO pgboss.job_common (name, data) VALUES ('test.own', $1)`;
    for (const data of [{ tenantId: theirs.tenantId }, {}, { tenantId: null }])
      expect(await code(scopeOf(mine.tenantId), insert, [data])).toBe('42501');
    expect(await code(scopeOf(mine.tenantId), insert, [{ tenantId: mine.tenantId }])).toBe('done');
    expect(await jobRows()).toEqual([]);
  });

  it('sees, changes and takes away no job, not even its own', async () => {
    const jobs = both();
    for (const site of [mine, theirs])
      await platform.work.run(scopeOf(site.tenantId), (tx) => jobs.send(tx, 'test.own', { tenantId: site.tenantId }));
    for (const sql of [
      'SELECT data FROM pgboss.job',
      'SELECT data FROM pgboss.job_common',
      `UPDATE pgboss.job_common SET data = '{}'`,
      'DELETE FROM pgboss.job_common',
      `INSERT INTO pgboss.schedule (name, cron) VALUES ('test.own', '* * * * *')`,
      `INSERT INTO pgboss.queue (name) VALUES ('test.smuggled')`,
      `SELECT pgboss.create_queue('test.smuggled', '{}')`,
      'TRUNCATE pgboss.job_common',
    ])
      expect([sql, await code(scopeOf(mine.tenantId), sql)]).toEqual([sql, '42501']);
    const ids = await platform.work.run(scopeOf(mine.tenantId), (tx) => tx.query('SELECT id FROM pgboss.job_common'));
    expect(ids).toHaveLength(1);
  });

  it('that a queued job lacks keeps it from its handler', async () => {
    const done: Job[] = [];
    const jobs = aProcess((all) => {
      all.define('test.own', { tenant: 'required', retries: 0 }, async (job) => void done.push(job));
      all.define('test.next', { tenant: 'required' }, async (job) => void done.push(job));
    });
    await jobs.start();
    await superuser.query(`INSERT INTO pgboss.job (name, data, retry_limit) VALUES ('test.own', '{"n": 1}', 0)`);
    await until(async () => (await jobRows())[0]?.state === 'failed');
    expect(done).toEqual([]);
  });
});

it('is tried again after a failure, and given up after the last try', async () => {
  let tries = 0;
  const jobs = aProcess((all) => {
    all.define('test.again', { tenant: INSTALLATION, retries: 2 }, async () => {
      tries += 1;
      throw new Error(`try ${tries}`);
    });
  });
  await jobs.start();
  await platform.work.run(CLUSTER, (tx) => jobs.send(tx, 'test.again'));
  for (const once of [1, 2]) {
    await until(async () => tries === once && (await jobRows())[0]?.state === 'retry');
    // Instead of waiting for the minutes in between.
    await superuser.query('UPDATE pgboss.job SET start_after = now()');
  }
  await until(async () => (await jobRows())[0]?.state === 'failed');
  expect(tries).toBe(3);
});

it('runs by the clock once, however many processes there are, in the platform’s time zone', async () => {
  const done: number[] = [];
  const processes = [1, 2].map((n) =>
    aProcess((all) =>
      all.define('test.minute', { tenant: INSTALLATION, every: '* * * * *' }, async () => void done.push(n)),
    ),
  );
  for (const jobs of processes) await jobs.start();
  expect((await superuser.query('SELECT name, cron, timezone FROM pgboss.schedule')).rows).toEqual([
    { name: 'test.minute', cron: '* * * * *', timezone: 'Asia/Shanghai' },
  ]);
  await until(() => done.length > 0);
  await sleep(2_500);
  const minutes = (await jobRows()).filter(({ name }) => name === 'test.minute').length;
  expect(done.length).toBeLessThanOrEqual(minutes);
  expect(minutes).toBeLessThanOrEqual(2);
}, 90_000);

it('is taken off the clock when the program does not define it any more', async () => {
  const before = aProcess((all) =>
    all.define('test.old', { tenant: INSTALLATION, every: '0 0 1 1 *' }, async () => {}),
  );
  await before.start();
  await before.stop();
  const after = aProcess((all) => all.define('test.new', { tenant: INSTALLATION, every: '0 0 1 1 *' }, async () => {}));
  await after.start();
  expect((await superuser.query('SELECT name FROM pgboss.schedule')).rows).toEqual([{ name: 'test.new' }]);
});

it('that runs at the stop is waited for', async () => {
  let ended = false;
  let begun = false;
  const jobs = aProcess((all) =>
    all.define('test.long', { tenant: INSTALLATION }, async () => {
      begun = true;
      await sleep(1_500);
      ended = true;
    }),
  );
  await jobs.start();
  await platform.work.run(CLUSTER, (tx) => jobs.send(tx, 'test.long'));
  await until(() => begun);
  await jobs.stop();
  expect(ended).toBe(true);
  expect(await jobRows()).toMatchObject([{ state: 'completed' }]);
});

it('is declared properly or not at all', () => {
  const jobs = openJobs(platform);
  const nothing = async () => {};
  expect(() => jobs.define('test.x', { tenant: { none: 'no' } }, nothing)).toThrow('no reason');
  expect(() => jobs.define('Test', { tenant: 'required' }, nothing)).toThrow('named');
  expect(() => jobs.define('test.x', { tenant: 'required', every: '* * * * *' }, nothing)).toThrow('no tenant');
  jobs.define('test.x', { tenant: 'required' }, nothing);
  expect(() => jobs.define('test.x', { tenant: 'required' }, nothing)).toThrow('twice');
  expect(jobs.definitions()).toEqual([
    { name: 'test.x', tenant: 'required', every: undefined, retries: 3, seconds: 900 },
  ]);
});

describe('the queue', () => {
  it('is kept by a role that owns nothing of it', async () => {
    const boss = new PgBoss({
      connectionString: platform.urls.cluster,
      schema: 'pgboss',
      options: QUEUE_SESSION,
      migrate: false,
      registerInstance: false,
      reindex: false,
    });
    const errors: unknown[] = [];
    boss.on('error', (error) => errors.push(error));
    boss.on('warning', (warning) => errors.push(warning));
    await boss.start();
    await boss.createQueue('test.kept', { retryLimit: 0, deleteAfterSeconds: 1 });
    await boss.send('test.kept', {});
    const [job] = await boss.fetch('test.kept');
    await boss.complete('test.kept', job!.id);
    await sleep(1_100);
    await boss.supervise();
    await boss.stop();
    expect(errors).toEqual([]);
    const { rows } = await superuser.query(
      `SELECT count(*)::int AS n FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = 'pgboss' AND pg_get_userbyid(c.relowner) <> 'jiyue_owner'`,
    );
    expect(rows).toEqual([{ n: 0 }]);
  });

  it('is installed once by processes that start together, and stays when asked again', async () => {
    await superuser.query('DROP SCHEMA pgboss CASCADE');
    const jobs = aProcess((all) => all.define('test.x', { tenant: INSTALLATION }, async () => {}));
    await expect(jobs.start()).rejects.toMatchObject({ code: 'kernel.schema-older' });
    const runs = await Promise.all([1, 2, 3].map(() => migrate(platform.urls.owner, migrations)));
    expect(runs.flat()).toHaveLength(1);
    expect(await migrate(platform.urls.owner, migrations)).toEqual([]);
    await jobs.start();
    await platform.work.run(CLUSTER, (tx) => jobs.send(tx, 'test.x'));
    await until(async () => (await jobRows())[0]?.state === 'completed');
  });

  it('follows the program to a newer version, with its rights, and keeps its jobs', async () => {
    const { rows } = await superuser.query('SELECT version FROM pgboss.version');
    const current: number = rows[0].version;
    const owner = new pg.Client({ connectionString: platform.urls.owner });
    await owner.connect();
    await superuser.query(`SELECT pgboss.create_queue('test.kept-on', '{"policy": "standard"}')`);
    await superuser.query(`INSERT INTO pgboss.job (name, data) VALUES ('test.kept-on', '{}')`);
    await owner.query(getRollbackPlans('pgboss', current));
    await owner.end();
    const jobs = aProcess((all) => all.define('test.kept-on', { tenant: INSTALLATION }, async () => {}));
    await expect(jobs.start()).rejects.toMatchObject({ code: 'kernel.schema-older' });
    expect(await migrate(platform.urls.owner, migrations)).toEqual([`pgboss ${current}`]);
    await jobs.start();
    await until(async () => (await jobRows())[0]?.state === 'completed');
  });

  it('of a newer program is left alone', async () => {
    await superuser.query('UPDATE pgboss.version SET version = version + 1');
    try {
      await expect(migrate(platform.urls.owner, migrations)).rejects.toMatchObject({ code: 'kernel.schema-newer' });
    } finally {
      await superuser.query('UPDATE pgboss.version SET version = version - 1');
    }
  });
});
