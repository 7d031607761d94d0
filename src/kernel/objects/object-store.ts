import type { Readable } from 'node:stream';
import type { ObjectKey, ObjectPrefix } from './object-key.js';

/** What the one who stores a file knows of it. */
export interface NewObject {
  /** Media type, e.g. `image/png`. */
  type: string;
  /** Bytes. */
  size: number;
  /** SHA-256 of the content, 64 hexadecimal digits: the end of the key. */
  sha256: string;
  /** The name its file had, in any script. */
  name?: string;
}

export interface StoredObject {
  type: string;
  /** Bytes of the whole object, also where only a range of it is read. */
  size: number;
  name: string | null;
}

/** Bytes `start` to `end`, both included and counted from 0; without `end` to the last. */
export interface ByteRange {
  start: number;
  end?: number;
}

/**
 * Where files lie. The same contract holds for disk and S3 (object-store.contract.ts). Every method refuses a key that
 * has not the form of one (`objects.bad-key`), and says `objects.unreachable` or `objects.denied` when the store does
 * not answer or not to us.
 */
export interface ObjectStore {
  /**
   * Stores an object whole, over one that had the key before, or not at all. Throws `objects.mismatch` when the content
   * has another size or digest than stated, `objects.disk-full`, or what the stream failed with.
   */
  put(key: ObjectKey, body: Buffer | Readable, object: NewObject): Promise<void>;
  /** The content and what is known of it. Throws `objects.missing`, or `objects.range` when it starts after the end. */
  read(key: ObjectKey, range?: ByteRange): Promise<StoredObject & { body: Readable }>;
  /** What is known of an object. Throws `objects.missing`. */
  stat(key: ObjectKey): Promise<StoredObject>;
  /** Removes an object; one that is not there is none. */
  delete(key: ObjectKey): Promise<void>;
  /** The objects of a prefix in the order of their keys. `size` in bytes. */
  list(prefix: ObjectPrefix): AsyncIterable<{ key: ObjectKey; size: number }>;
  /** Proves that the store can be written to, making folder or bucket when missing. For start and readiness. */
  check(): Promise<void>;
}
