import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { projectRoot } from '../config/project-root.js';
import { kernelErrors } from '../errors.js';
import { installJobQueue } from '../jobs/job-queue.js';
import { explainDatabaseError } from './explain.js';

interface Migration {
  name: string;
  sql: string;
  digest: string;
}

const MIGRATION_LOCK = 5310927142;

export async function readMigrations(directory = join(projectRoot, 'migrations')): Promise<Migration[]> {
  const names = (await readdir(directory)).filter((name) => /^\d{4}_.+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(directory, name), 'utf8');
      return { name, sql, digest: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

/**
 * Brings the schema up to this program: each file in a transaction of its own, in order, under an advisory lock, so that
 * processes that start together do it once. Connects as jiyue_owner.
 * The job queue's own schema follows.
 * @returns the names of the files that were run, and of the queue's version when it changed
 */
export async function migrate(ownerUrl: string, migrations?: Migration[]): Promise<string[]> {
  const wanted = migrations ?? (await readMigrations());
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'jiyue setup' });
  try {
    await client.connect();
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await client.query(`CREATE TABLE IF NOT EXISTS schema_migration (
      name text PRIMARY KEY, digest text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`);
    await client.query('GRANT SELECT ON schema_migration TO jiyue_app, jiyue_backup');
    const { rows } = await client.query<{ name: string; digest: string }>('SELECT name, digest FROM schema_migration');
    const applied = new Map(rows.map((row) => [row.name, row.digest]));
    const known = new Set(wanted.map((m) => m.name));
    const foreign = rows.filter((row) => !known.has(row.name)).map((row) => row.name);
    if (foreign.length > 0)
      throw kernelErrors['kernel.schema-newer']({ found: foreign.at(-1)!, known: wanted.at(-1)?.name ?? '—' });

    const run: string[] = [];
    for (const migration of wanted) {
      const digest = applied.get(migration.name);
      if (digest === migration.digest) continue;
      if (digest) throw kernelErrors['kernel.migration-changed']({ name: migration.name });
      try {
        await client.query('BEGIN');
        await client.query(migration.sql);
        await client.query('INSERT INTO schema_migration (name, digest) VALUES ($1, $2)', [
          migration.name,
          migration.digest,
        ]);
        await client.query('COMMIT');
      } catch (cause) {
        await client.query('ROLLBACK').catch(() => {});
        throw kernelErrors['kernel.migration-failed'](
          { name: migration.name, why: cause instanceof Error ? cause.message : String(cause) },
          { cause },
        );
      }
      run.push(migration.name);
    }
    const queue = await installJobQueue(client, ownerUrl);
    if (queue) run.push(queue);
    return run;
  } catch (error) {
    throw explainDatabaseError(error);
  } finally {
    await client.end();
  }
}

/**
 * A program only serves the schema it knows.
 * @throws UserError `kernel.schema-older` or `kernel.schema-newer`
 */
export async function requireCurrentSchema(query: (sql: string) => Promise<{ name: string }[]>): Promise<void> {
  const known = (await readMigrations()).map((m) => m.name);
  const found = await query('SELECT name FROM schema_migration ORDER BY name').then(
    (rows) => rows.map((row) => row.name),
    (error: { code?: string }) => {
      if (error.code === '42P01' || error.code === '42501') return [] as string[];
      throw error;
    },
  );
  const missing = known.filter((name) => !found.includes(name));
  if (missing.length > 0) throw kernelErrors['kernel.schema-older']({ missing: missing.join('、') });
  const unknown = found.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw kernelErrors['kernel.schema-newer']({ found: unknown.at(-1)!, known: known.at(-1) ?? '—' });
}
