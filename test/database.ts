import { randomBytes } from 'node:crypto';
import path from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../src/kernel/postgres/embedded.js';
import { notRun, testRunDirectory } from './not-run.js';
import { noteServer } from './servers.js';

export interface TestDatabase {
  /** Connects a superuser to this database. */
  superuserUrl: string;
  /** Unique on its server. */
  name: string;
  /** Ends all sessions of the database and removes it. */
  drop(): Promise<void>;
}

const OLDEST_SUPPORTED = 15;

/**
 * A fresh, empty database (UTF-8, sorted by code point) for one suite. All suites of a run share one server: the one
 * `TEST_DATABASE_URL` names (a superuser), else a container where a container engine answers, else the embedded one.
 * `DATABASE_URL` is never looked at. Roles belong to the whole server: suites share those too.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = await testServerUrl();
  const name = `jiyue_test_${Date.now().toString(36)}_${randomBytes(6).toString('hex')}`;
  const version = await onServer(server, async (client) => {
    const { rows } = await client.query<{ version: number }>(
      `SELECT current_setting('server_version_num')::int AS version`,
    );
    const major = Math.floor((rows[0]?.version ?? 0) / 10_000);
    const locale = major >= 17 ? `LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'` : `LOCALE 'C.UTF-8'`;
    // template0: nobody can be connected to it, which would fail the copy
    await client.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8' ${locale}`);
    return major;
  });
  if (version !== OLDEST_SUPPORTED && !process.env.JIYUE_REQUIRE?.includes('pg15')) {
    notRun('pg15', `this run used PostgreSQL ${version}; .ci/pg15.sh runs on PostgreSQL ${OLDEST_SUPPORTED}`);
  }
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    superuserUrl: url.href,
    name,
    drop: () =>
      onServer(server, async (client) => void (await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))),
  };
}

async function testServerUrl(): Promise<string> {
  return process.env.TEST_DATABASE_URL || process.env.JIYUE_TEST_CONTAINER_URL || (await embeddedServer());
}

/** Started by the first suite that asks, adopted by the others; test/test-run.js stops it. */
async function embeddedServer(): Promise<string> {
  const directory = testRunDirectory();
  const { url, pid, dataDirectory } = await startEmbeddedPostgres({
    directory: path.join(directory, 'postgres'),
    // nothing here has to survive a power cut
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
  });
  // SIGINT is PostgreSQL's fast shutdown: it ends the sessions and waits for nothing
  noteServer('postgres', { pids: [pid], signal: 'SIGINT', directories: [path.dirname(dataDirectory)] });
  return url;
}

async function onServer<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
