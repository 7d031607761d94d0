import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import { defineAuditJobs } from '../audit/audit-jobs.js';
import { type Jobs, openJobs } from './jobs.js';
import { startJobs } from './start-jobs.js';

let platform: TestPlatform;
let superuser: pg.Client;
let jobs: Jobs | null = null;

beforeAll(async () => {
  platform = await aPlatform();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
});

afterEach(async () => {
  await jobs?.stop();
  jobs = null;
});

afterAll(async () => {
  await superuser?.end();
  await platform?.close();
});

async function started(over: TestPlatform, defineMore: (jobs: Jobs) => void = () => {}): Promise<Jobs> {
  const open = openJobs(over);
  defineAuditJobs(open, over);
  defineMore(open);
  await startJobs(over, open);
  return open;
}

const months = async (): Promise<string[]> =>
  (
    await superuser.query(
      `SELECT relname FROM pg_class WHERE relname ~ '^audit_[0-9]{4}_[0-9]{2}$' AND relrowsecurity AND relforcerowsecurity
         AND NOT has_table_privilege('jiyue_app', oid, 'SELECT') ORDER BY relname`,
    )
  ).rows.map((row) => row.relname);

it('puts the daily work of the audit on the clock', async () => {
  jobs = await started(platform);
  const { rows } = await superuser.query('SELECT name, cron, timezone FROM pgboss.schedule ORDER BY name');
  expect(rows).toEqual([
    { name: 'audit.export-heads', cron: '10 2 * * *', timezone: 'Asia/Shanghai' },
    { name: 'audit.partitions', cron: '20 2 * * *', timezone: 'Asia/Shanghai' },
  ]);
});

it('does at the start what a machine that was off missed, in several processes at once too', async () => {
  const before = await months();
  for (const month of before.slice(-2)) await superuser.query(`DROP TABLE ${month}`);
  const all = await Promise.all([started(platform), started(platform)]);
  await Promise.all(all.map((one) => one.stop()));
  expect(await months()).toEqual(before);
  expect(await readdir(join(platform.config.dataDirectory, 'audit-heads'))).toHaveLength(1);
  // The first start of this suite exported; a day has not passed since.
  const { rows } = await superuser.query(`SELECT count(*)::int AS n FROM audit WHERE act = 'audit.heads-exported'`);
  expect(rows).toEqual([{ n: 1 }]);
});

it('takes the jobs of the rooms above', async () => {
  jobs = await started(platform, (open) => open.define('test.room', { tenant: 'required' }, async () => {}));
  expect(jobs.definitions().map(({ name, tenant }) => [name, tenant])).toEqual([
    ['audit.export-heads', { none: expect.any(String) }],
    ['audit.partitions', { none: expect.any(String) }],
    ['test.room', 'required'],
  ]);
});

it('starts although the daily work cannot be done, and says so', async () => {
  const said: string[] = [];
  const log = { ...platform.log, error: (_: unknown, message: string) => said.push(message) };
  Object.assign(log, { child: () => platform.log });
  const nowhere = { ...platform, log, config: { ...platform.config, dataDirectory: '/dev/null/nowhere' } };
  jobs = await started(nowhere as unknown as TestPlatform);
  expect(said).toEqual(['daily work of the audit failed at the start']);
});
