import type { DeleteStep } from '../tenancy/tenant/delete-tenant.js';

/** Files that this tenant alone names. */
const FILES = `SELECT object_key AS key FROM edition_media WHERE tenant_id = $1
  UNION SELECT object_key FROM attachment WHERE tenant_id = $1
  EXCEPT SELECT object_key FROM edition_media WHERE tenant_id <> $1
  EXCEPT SELECT object_key FROM attachment WHERE tenant_id <> $1`;
const PLACEMENTS = 'FROM publication WHERE source_tenant_id = $1 AND tenant_id <> $1';

/**
 * Before a tenant's texts go: they leave the sites of other tenants that show them, and their files are named. A file that
 * a site took along when it moved to another tenant is named there too, and stays.
 */
export const deleteContent: DeleteStep = {
  name: 'content',
  async count(tx, tenantId) {
    const [counted] = await tx.query<{ placements: number; objects: number }>(
      `SELECT (SELECT count(*)::int ${PLACEMENTS}) AS placements, (SELECT count(*)::int FROM (${FILES}) f) AS objects`,
      [tenantId],
    );
    return counted!;
  },
  async run(tx, tenantId) {
    const files = await tx.query<{ key: string }>(`${FILES} ORDER BY key`, [tenantId]);
    const [gone] = await tx.query<{ placements: number }>(
      `WITH gone AS (
         DELETE ${PLACEMENTS} RETURNING 1
       ) SELECT count(*)::int AS placements FROM gone`,
      [tenantId],
    );
    return { placements: gone!.placements, objectKeys: files.map((file) => file.key) };
  },
};
