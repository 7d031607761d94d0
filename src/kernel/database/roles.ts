import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { projectRoot } from '../config/project-root.js';

export const ROLES = ['jiyue_owner', 'jiyue_backup', 'jiyue_app', 'jiyue_visitor', 'jiyue_cluster'] as const;
export type Role = (typeof ROLES)[number];

const ROLES_LOCK = 5310927144;
/** Seen by a process that asks whether it may stop the server. */
const SETUP = 'jiyue setup';

const script = (name: string): Promise<string> => readFile(join(projectRoot, 'migrations', name), 'utf8');

/** What a superuser runs once: the first on the server, the second in the platform's database. */
export const superuserSql = async () => ({ roles: await script('roles.sql'), database: await script('database.sql') });

/** A role's password on the embedded server: from the platform's secret, so that it is stored nowhere. */
export const rolePassword = (secretKey: string, role: Role): string =>
  createHmac('sha256', secretKey).update(`database role ${role}`).digest('hex');

/** The same server and database, as another role. */
export function urlAs(url: string, role: Role, password: string, database?: string): string {
  const changed = new URL(url);
  changed.username = role;
  changed.password = password;
  if (database) changed.pathname = `/${database}`;
  return changed.toString();
}

/** Whether a role can sign in; every other trouble than a refusal is thrown. */
export async function canSignIn(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, application_name: SETUP });
  try {
    await client.connect();
    return true;
  } catch (error) {
    // 28P01, 28000: unknown or other password; 3D000: no such database yet; 42501: may not connect.
    if (['28P01', '28000', '3D000', '42501'].includes((error as { code?: string }).code ?? '')) return false;
    throw error;
  } finally {
    await client.end().catch(() => {});
  }
}

/**
 * Makes the roles and, where it is missing, the database that jiyue_owner owns, and takes from PUBLIC what nobody there
 * needs. Needs a superuser; repeatable. `secretKey`: sets the roles' passwords from it; without it passwords are the
 * operator's affair.
 */
export async function ensureRoles(
  superuserUrl: string,
  options: { database: string; secretKey?: string },
): Promise<void> {
  const { database, secretKey } = options;
  const sql = await superuserSql();
  // The lock, like every advisory lock, holds within one database: all meet in the one that every server has.
  await withClient(inDatabase(superuserUrl, 'postgres'), async (client) => {
    // Two processes that set the same role's password at once fail with "tuple concurrently updated".
    await client.query('SELECT pg_advisory_lock($1)', [ROLES_LOCK]);
    await client.query(sql.roles);
    if (secretKey)
      for (const role of ROLES)
        await client.query(`ALTER ROLE ${role} PASSWORD ${client.escapeLiteral(rolePassword(secretKey, role))}`);
    const name = client.escapeIdentifier(database);
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${name}`);
    await withClient(inDatabase(superuserUrl, database), (inside) => inside.query(sql.database));
  });
}

function inDatabase(url: string, database: string): string {
  const there = new URL(url);
  there.pathname = `/${encodeURIComponent(database)}`;
  return there.toString();
}

async function withClient(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: SETUP });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
