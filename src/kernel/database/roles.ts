import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { projectRoot } from '../config/project-root.js';

export const ROLES = ['jiyue_owner', 'jiyue_backup', 'jiyue_app', 'jiyue_visitor', 'jiyue_cluster'] as const;
export type Role = (typeof ROLES)[number];

const ROLES_LOCK = 5310927144;

export const rolesSql = (): Promise<string> => readFile(join(projectRoot, 'migrations', 'roles.sql'), 'utf8');

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

/**
 * Makes the roles and, where it is missing, the database that jiyue_owner owns. Needs a superuser; repeatable.
 * `secretKey`: sets the roles' passwords from it; without it passwords are the operator's affair.
 */
export async function ensureRoles(superuserUrl: string, options: { database?: string; secretKey?: string } = {}) {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    // Two processes that set the same role's password at once fail with "tuple concurrently updated".
    await client.query('SELECT pg_advisory_lock($1)', [ROLES_LOCK]);
    await client.query(await rolesSql());
    if (options.secretKey)
      for (const role of ROLES)
        await client.query(
          `ALTER ROLE ${role} PASSWORD ${client.escapeLiteral(rolePassword(options.secretKey, role))}`,
        );
    const { database } = options;
    if (!database) return;
    const name = client.escapeIdentifier(database);
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${name}`);
    await client.query(`ALTER DATABASE ${name} OWNER TO jiyue_owner`);
    await client.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
    await client.query(`GRANT CONNECT ON DATABASE ${name} TO jiyue_backup, jiyue_app, jiyue_visitor, jiyue_cluster`);
  } finally {
    await client.end();
  }
}
