import type { Jobs } from '../kernel/jobs/jobs.js';
import { checkedKey } from '../kernel/objects/object-key.js';
import type { ObjectStore } from '../kernel/objects/object-store.js';
import type { DeleteStep } from '../tenancy/tenant/delete-tenant.js';
import { deleteContent } from './delete-content.js';

const DELETE_OBJECTS = 'content.delete-objects';
/** Keys in one job. */
const BATCH = 500;

/** Removes from the store the files of a tenant that is no more. Removing one twice is none. */
export function defineDeleteObjects(jobs: Jobs, objects: ObjectStore): void {
  jobs.define(DELETE_OBJECTS, { tenant: 'required', retries: 20 }, async ({ payload, signal }) => {
    for (const key of payload.keys as string[]) {
      signal.throwIfAborted();
      await objects.delete(checkedKey(key));
    }
  });
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
