import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { projectRoot } from '../config/project-root.js';
import { kernelErrors } from '../errors.js';

/** pg-boss's own schema; it belongs to jiyue_owner. */
export const QUEUE_SCHEMA = 'pgboss';

/** Of each session that runs the queue. */
export const QUEUE_SESSION = '-c search_path=pgboss,pg_catalog -c statement_timeout=60000';

/**
 * Who may do what with the queue. jiyue_cluster runs it (rows only, no table of it is its own); jiyue_app, in which people
 * act, puts in jobs of the tenant of its scope and sees no job of anybody.
 */
const GRANTS = `
  GRANT USAGE ON SCHEMA pgboss TO jiyue_app, jiyue_cluster, jiyue_backup;
  GRANT SELECT ON ALL TABLES IN SCHEMA pgboss TO jiyue_backup;
  GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA pgboss TO jiyue_cluster;
  GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA pgboss TO jiyue_cluster;
  GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA pgboss TO jiyue_cluster;
  ALTER DEFAULT PRIVILEGES IN SCHEMA pgboss GRANT SELECT ON TABLES TO jiyue_backup;
  ALTER DEFAULT PRIVILEGES IN SCHEMA pgboss GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO jiyue_cluster;
  ALTER DEFAULT PRIVILEGES IN SCHEMA pgboss GRANT USAGE, SELECT ON SEQUENCES TO jiyue_cluster;
  ALTER DEFAULT PRIVILEGES IN SCHEMA pgboss GRANT EXECUTE ON FUNCTIONS TO jiyue_cluster;

  -- pg-boss asks for one kind of lock that jiyue_cluster has no right to (migrations/database.sql) and finds this instead,
  -- since its sessions look here first: the lock that it may take, without waiting for it.
  CREATE OR REPLACE FUNCTION pgboss.pg_try_advisory_xact_lock(key bigint) RETURNS boolean LANGUAGE plpgsql
    SET lock_timeout = '1ms' AS $$
  BEGIN
    PERFORM pg_catalog.pg_advisory_xact_lock(key);
    RETURN true;
  EXCEPTION WHEN lock_not_available THEN
    RETURN false;
  END
  $$;
  GRANT EXECUTE ON FUNCTION pgboss.pg_try_advisory_xact_lock(bigint) TO jiyue_cluster;

  GRANT SELECT ON pgboss.queue TO jiyue_app;
  GRANT EXECUTE ON FUNCTION pgboss.job_now() TO jiyue_app;
  GRANT INSERT, SELECT (id) ON pgboss.job_common TO jiyue_app;
  ALTER TABLE pgboss.job_common ENABLE ROW LEVEL SECURITY;
  DROP POLICY IF EXISTS app_insert ON pgboss.job_common;
  DROP POLICY IF EXISTS app_select ON pgboss.job_common;
  DROP POLICY IF EXISTS cluster ON pgboss.job_common;
  CREATE POLICY app_insert ON pgboss.job_common FOR INSERT TO jiyue_app
    WITH CHECK (data ->> 'tenantId' = nullif(current_setting('app.tenant_id', true), ''));
  -- What the INSERT gives back: the id of the job.
  CREATE POLICY app_select ON pgboss.job_common FOR SELECT TO jiyue_app
    USING (data ->> 'tenantId' = nullif(current_setting('app.tenant_id', true), ''));
  CREATE POLICY cluster ON pgboss.job_common TO jiyue_cluster USING (true) WITH CHECK (true);
`;

/** Milliseconds for all indexes of a new version over a full queue. */
const INDEXES_MS = 600_000;

/** The version of its schema that the installed pg-boss works with. */
async function wantedVersion(): Promise<number> {
  const file = join(projectRoot, 'node_modules', 'pg-boss', 'package.json');
  const { pgboss } = JSON.parse(await readFile(file, 'utf8')) as { pgboss: { schema: number } };
  return pgboss.schema;
}

async function installedVersion(client: pg.Client): Promise<number | null> {
  const { rows } = await client.query<{ there: boolean }>(`SELECT to_regclass('pgboss.version') IS NOT NULL AS there`);
  if (!rows[0]?.there) return null;
  const { rows: versions } = await client.query<{ version: number }>('SELECT version FROM pgboss.version');
  return versions[0]?.version ?? null;
}

/**
 * Brings the queue's schema up to this program's pg-boss. Connects as jiyue_owner; the caller holds the lock of migrations.
 * @returns `pgboss VERSION` when it was made or changed
 * @throws UserError `kernel.schema-newer`
 */
export async function installJobQueue(client: pg.Client, ownerUrl: string): Promise<string | null> {
  const wanted = await wantedVersion();
  const installed = await installedVersion(client);
  if (installed === wanted) return null;
  if (installed !== null && installed > wanted)
    throw kernelErrors['kernel.schema-newer']({ found: `pgboss ${installed}`, known: `pgboss ${wanted}` });
  await letPgBossInstall(ownerUrl);
  await client.query(`BEGIN; ${GRANTS} COMMIT`);
  return `pgboss ${wanted}`;
}

async function letPgBossInstall(ownerUrl: string): Promise<void> {
  // Loaded when there is something to do: every command passes here.
  const { PgBoss } = await import('pg-boss');
  const boss = new PgBoss({
    connectionString: ownerUrl,
    application_name: 'jiyue setup',
    schema: QUEUE_SCHEMA,
    max: 2,
    migrate: true,
    supervise: false,
    schedule: false,
    registerInstance: false,
    bamIntervalSeconds: 10,
  });
  let fault: Error | null = null;
  boss.on('error', (error) => {
    fault = error;
  });
  await boss.start();
  try {
    // Indexes of a new version are built after its start; one that failed is tried again.
    for (const deadline = Date.now() + INDEXES_MS; ; await sleep(100)) {
      const states = await boss.getBamStatus();
      if (states.every(({ status }) => status === 'completed')) return;
      if (Date.now() > deadline) throw fault ?? new Error('the indexes of the job queue were not built in time');
    }
  } finally {
    await boss.stop();
  }
}

/** Whether the queue's schema is the one that this program works with. @throws UserError `kernel.schema-older` */
export async function requireJobQueue(query: (sql: string) => Promise<{ version: number }[]>): Promise<void> {
  const wanted = await wantedVersion();
  const [found] = await query('SELECT version FROM pgboss.version').catch((error: { code?: string }) => {
    if (error.code === '42P01' || error.code === '3F000' || error.code === '42501') return [];
    throw error;
  });
  if (found?.version !== wanted) throw kernelErrors['kernel.schema-older']({ missing: `pgboss ${wanted}` });
}
