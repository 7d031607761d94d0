import type { ClusterScope } from '../kernel/database/scope.js';
import type { UnitOfWork } from '../kernel/database/unit-of-work.js';
import type { Jobs } from '../kernel/jobs/jobs.js';
import { checkedKey } from '../kernel/objects/object-key.js';
import type { ObjectStore } from '../kernel/objects/object-store.js';
import type { DeleteStep } from '../tenancy/tenant/delete-tenant.js';
import { deleteContent } from './delete-content.js';
import { removeUnusedObjects } from './media/claim-objects.js';

const RESTRUCTURE: ClusterScope = { kind: 'cluster', actor: { kind: 'system', name: '定时任务' }, work: 'restructure' };
const DELETE_OBJECTS = 'content.delete-objects';
/** Keys in one job. */
const BATCH = 500;
/** Keys in one transaction: who wants to store one of them waits for as long. */
const AT_ONCE = 10;

/**
 * Removes from the store the files of a tenant that is no more; removing one twice is none. A key can have come back into
 * use since: a site that had moved took it along from a tenant that is still there and has stored the same bytes again.
 */
export function defineDeleteObjects(jobs: Jobs, objects: ObjectStore, work: UnitOfWork): void {
  jobs.define(DELETE_OBJECTS, { tenant: 'required', retries: 20 }, ({ payload, signal }) =>
    deleteUnusedObjects(work, objects, payload.keys as string[], signal),
  );
}

/** @throws Error when some are just being stored: whoever stores them may fail, so they are to be looked at again */
export async function deleteUnusedObjects(
  work: UnitOfWork,
  objects: ObjectStore,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  let waiting = 0;
  for (let at = 0; at < keys.length; at += AT_ONCE) {
    signal.throwIfAborted();
    const some = keys.slice(at, at + AT_ONCE).map(checkedKey);
    waiting += await work.run(RESTRUCTURE, (tx) => removeUnusedObjects(tx, some, (key) => objects.delete(key)));
  }
  if (waiting > 0) throw new Error(`${waiting} files are just being stored: looked at again later`);
}

/** `deleteContent`, whose files go by a job that exists when the deletion is committed, and only then. */
export const deleteContentWithFiles = (jobs: Jobs): DeleteStep => ({
  name: deleteContent.name,
  count: deleteContent.count,
  async run(tx, tenantId) {
    const deleted = await deleteContent.run(tx, tenantId);
    const { objectKeys = [] } = deleted;
    for (let at = 0; at < objectKeys.length; at += BATCH)
      await jobs.send(tx, DELETE_OBJECTS, { tenantId, keys: objectKeys.slice(at, at + BATCH) });
    return deleted;
  },
});
