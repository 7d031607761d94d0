import { openDiskStore } from './disk-object-store.js';
import type { ObjectStore } from './object-store.js';
import type { S3Settings } from './s3-client.js';
import { openS3Store } from './s3-object-store.js';

/** S3 when it is configured, else `objects` in the data directory. Opens no connection and makes no folder yet. */
export function openObjectStore(config: { dataDirectory: string; s3: S3Settings | null }): ObjectStore {
  return config.s3 ? openS3Store(config.s3) : openDiskStore(config.dataDirectory);
}
