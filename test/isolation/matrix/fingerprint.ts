import type pg from 'pg';

/** What is counted by clocks and counters of the program itself, not by what somebody does. */
const PASSING = ['installation', 'change', 'outbox', 'throttle', 'session'];

/** A digest of the rows that each tenant has in each table: `site of <tenant>` → digest. Of what belongs to no tenant: `region`. */
export async function fingerprint(superuser: pg.Client): Promise<Record<string, string>> {
  const { rows: tables } = await superuser.query<{ name: string; owned: boolean }>(
    `SELECT c.relname AS name, EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id') AS owned
     FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
     ORDER BY c.relname`,
  );
  const found: Record<string, string> = {};
  for (const { name, owned } of tables.filter((table) => !PASSING.includes(table.name))) {
    const { rows } = await superuser.query<{ tenant: string | null; digest: string }>(
      `SELECT ${owned ? 't.tenant_id::text' : 'NULL'} AS tenant, md5(string_agg(t::text, E'\\n' ORDER BY t::text)) AS digest
       FROM ${name} t GROUP BY 1`,
    );
    for (const { tenant, digest } of rows) found[tenant ? `${name} of ${tenant}` : name] = digest;
  }
  return found;
}
