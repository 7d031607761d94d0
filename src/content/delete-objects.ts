import type { Actor } from '../kernel/database/scope.js';
import type { Tx, UnitOfWork } from '../kernel/database/unit-of-work.js';
import type { Jobs } from '../kernel/jobs/jobs.js';
import { checkedKey } from '../kernel/objects/object-key.js';
import type { ObjectStore } from '../kernel/objects/object-store.js';
import type { DeleteStep } from '../tenancy/tenant/delete-tenant.js';
import { deleteContent } from './delete-content.js';

const ACTOR: Actor = { kind: 'system', name: '定时任务' };
const DELETE_OBJECTS = 'content.delete-objects';
/** Keys in one job. */
const BATCH = 500;

/**
 * Removes from the store the files of a tenant that is no more; removing one twice is none. A key can have come back into
 * use since: a site that had moved took it along from a tenant that is still there and has stored the same bytes again.
 */
export function defineDeleteObjects(jobs: Jobs, objects: ObjectStore, work: UnitOfWork): void {
  jobs.define(DELETE_OBJECTS, { tenant: 'required', retries: 20 }, async ({ payload, signal }) => {
    const keys = payload.keys as string[];
    const inUse = await work.run({ kind: 'cluster', actor: ACTOR, work: 'restructure' }, (tx) => keysInUse(tx, keys));
    for (const key of keys) {
      signal.throwIfAborted();
      if (!inUse.has(key)) await objects.delete(checkedKey(key));
    }
  });
}

async function keysInUse(tx: Tx, keys: string[]): Promise<Set<string>> {
  const rows = await tx.query<{ key: string }>(
    `SELECT object_key AS key FROM edition_media WHERE object_key = ANY($1)
     UNION SELECT object_key FROM attachment WHERE object_key = ANY($1)`,
    [keys],
  );
  return new Set(rows.map(({ key }) => key));
}

/** `deleteContent`, whose files go by a job that exists when the deletion is committed, and only then. */
export const deleteContentWithFiles = (jobs: Jobs): DeleteStep => ({
  name: deleteContent.name,
  async run(tx, tenantId) {
    const deleted = await deleteContent.run(tx, tenantId);
    const { objectKeys = [] } = deleted;
    for (let at = 0; at < objectKeys.length; at += BATCH)
      await jobs.send(tx, DELETE_OBJECTS, { tenantId, keys: objectKeys.slice(at, at + BATCH) });
    return deleted;
  },
});
