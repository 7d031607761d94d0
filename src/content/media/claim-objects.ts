import type { ClusterScope, TenantScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import type { ObjectKey } from '../../kernel/objects/object-key.js';

/** Far more than the files of one document take to be stored. */
const CLAIMED_MINUTES = 60;

/**
 * Before files of the scope's tenant are stored, in a transaction of its own: from its commit on nobody removes them, until
 * rows name them and `endClaims` is committed with these. Waits for whoever is removing one just now.
 */
export async function claimObjects(tx: Tx<TenantScope>, keys: readonly ObjectKey[]): Promise<void> {
  const { tenantId } = tx.scope;
  // What a process that died was about to store.
  await tx.query('DELETE FROM object_claim WHERE tenant_id = $1 AND expires_at <= now()', [tenantId]);
  await tx.query(
    `INSERT INTO object_claim (tenant_id, object_key, expires_at)
     SELECT $1, key, now() + make_interval(mins => $3) FROM unnest($2::text[]) AS key
     ON CONFLICT (object_key) DO UPDATE SET expires_at = excluded.expires_at`,
    [tenantId, inOrder(keys), CLAIMED_MINUTES],
  );
}

export async function endClaims(tx: Tx<TenantScope>, keys: readonly string[]): Promise<void> {
  if (keys.length > 0)
    await tx.query('DELETE FROM object_claim WHERE tenant_id = $1 AND object_key = ANY($2)', [tx.scope.tenantId, keys]);
}

/**
 * Removes those of some files that no row names and nobody is about to store; until the transaction ends nobody stores them.
 * @returns how many somebody is about to store: to be looked at again later
 */
export async function removeUnusedObjects(
  tx: Tx<ClusterScope>,
  keys: readonly ObjectKey[],
  remove: (key: ObjectKey) => Promise<void>,
): Promise<number> {
  const asked = inOrder(keys);
  const endExpired = () =>
    tx.query('DELETE FROM object_claim WHERE object_key = ANY($1) AND expires_at <= now()', [asked]);
  await endExpired();
  const held = await tx.query<{ key: ObjectKey }>(
    `INSERT INTO object_claim (tenant_id, object_key, expires_at)
     SELECT substr(key, 9, 36)::uuid, key, now() FROM unnest($1::text[]) AS key
     ON CONFLICT DO NOTHING RETURNING object_key AS key`,
    [asked],
  );
  // Asked in a statement of its own: it sees what was committed while the one above waited.
  const unused = await tx.query<{ key: ObjectKey }>(
    `SELECT key FROM unnest($1::text[]) AS key
     EXCEPT SELECT object_key FROM edition_media WHERE object_key = ANY($1)
     EXCEPT SELECT object_key FROM attachment WHERE object_key = ANY($1)`,
    [held.map(({ key }) => key)],
  );
  for (const { key } of unused) await remove(key);
  await endExpired();
  return asked.length - held.length;
}

/** So that of two who take several neither waits for the other. */
const inOrder = (keys: readonly ObjectKey[]): ObjectKey[] => [...new Set(keys)].sort();
