import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'minio';
import { contentCheck } from './content-check.js';
import { checkedKey, checkedPrefix, type ObjectKey } from './object-key.js';
import type { NewObject, ObjectStore, StoredObject } from './object-store.js';
import { connectS3, type S3Settings, s3Error } from './s3-client.js';

/** Content up to this size goes in one request and is held in memory. Bytes. */
const WHOLE_LIMIT = 32 * 1024 * 1024;
/** The rest goes in parts. S3 takes parts from 5 MiB on, 10,000 of them. Bytes. */
const PART_SIZE = 16 * 1024 * 1024;

/**
 * Objects in a bucket of any S3 server. The bucket is made when missing. Big objects go up in parts under an upload of
 * their own: the client's `putObject` joins an unfinished upload of the same key, which two that store the same file at
 * once do not survive, and never ends when its source fails.
 */
export function openS3Store(settings: S3Settings): ObjectStore {
  const { bucket } = settings;
  const client = connectS3(settings);
  let ready: Promise<void> | undefined;

  /** Once per process; again after a failure. */
  function bucketReady(): Promise<void> {
    ready ??= makeBucket(client, settings).catch((error) => {
      ready = undefined;
      throw error;
    });
    return ready;
  }

  async function speak<T>(key: ObjectKey | null, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw s3Error(error, key, settings);
    }
  }

  return {
    async put(key, body, object) {
      const check = contentCheck(checkedKey(key), object);
      const source = body instanceof Readable ? body : Readable.from([body], { objectMode: false });
      let sourceError: unknown;
      source.once('error', (error) => {
        sourceError = error;
      });
      await speak(key, bucketReady);
      const whole = object.size <= WHOLE_LIMIT;
      const send = (parts: AsyncIterable<Buffer>) =>
        (whole ? putWhole : putInParts)(client, bucket, key, parts, headersOf(object));
      try {
        await pipeline(source, check, inPartsOf(whole ? object.size : PART_SIZE), send);
      } catch (error) {
        // a broken upload from a browser has the same codes as a broken way to the server
        throw sourceError ?? s3Error(error, key, settings);
      }
    },

    async read(key, range) {
      checkedKey(key);
      const length = range?.end === undefined ? 0 : range.end - range.start + 1;
      const response = await speak(key, () => client.getPartialObject(bucket, key, range?.start ?? 0, length));
      return { ...objectIn((response as IncomingMessage).headers), body: response };
    },

    async stat(key) {
      checkedKey(key);
      const { size, metaData } = await speak(key, () => client.statObject(bucket, key));
      return { size, type: metaData['content-type'] ?? '', name: decodedName(metaData.name) };
    },

    async delete(key) {
      checkedKey(key);
      await speak(key, () => client.removeObject(bucket, key));
    },

    async *list(prefix) {
      try {
        for await (const item of client.listObjectsV2(bucket, checkedPrefix(prefix), true)) {
          yield { key: checkedKey(item.name), size: item.size };
        }
      } catch (error) {
        throw s3Error(error, null, settings);
      }
    },

    async check() {
      await speak(null, async () => {
        if (!(await client.bucketExists(bucket))) ready = undefined;
        await bucketReady();
      });
    },
  };
}

async function makeBucket(client: Client, { bucket, region }: S3Settings): Promise<void> {
  if (await client.bucketExists(bucket)) return;
  await client.makeBucket(bucket, region).catch((error) => {
    // another process was faster
    if (error.code !== 'BucketAlreadyOwnedByYou' && error.code !== 'BucketAlreadyExists') throw error;
  });
}

type Headers = Record<string, string>;

async function putWhole(client: Client, bucket: string, key: string, parts: AsyncIterable<Buffer>, headers: Headers) {
  let content: Buffer = Buffer.alloc(0);
  // one at the most; asked for to the end, where the check of the content speaks
  for await (const part of parts) content = part;
  await client.putObject(bucket, key, content, content.length, headers);
}

async function putInParts(client: Client, bucket: string, key: string, parts: AsyncIterable<Buffer>, headers: Headers) {
  const uploadID = await client.initiateNewMultipartUpload(bucket, key, headers);
  try {
    const done: { part: number; etag: string }[] = [];
    for await (const part of parts) {
      const place = { bucketName: bucket, objectName: key, uploadID, partNumber: done.length + 1, headers: {} };
      const { etag } = await client.uploadPart(place, part);
      done.push({ part: place.partNumber, etag });
    }
    await client.completeMultipartUpload(bucket, key, uploadID, done);
  } catch (error) {
    await client.abortMultipartUpload(bucket, key, uploadID).catch(() => {});
    throw error;
  }
}

/** Regroups a stream into buffers of `size` bytes; the last one may be smaller. */
function inPartsOf(size: number) {
  return async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let part = Buffer.allocUnsafe(size);
    let filled = 0;
    for await (const chunk of source) {
      for (let at = 0; at < chunk.length; ) {
        const copied = chunk.copy(part, filled, at);
        at += copied;
        filled += copied;
        if (filled < size) continue;
        yield part;
        part = Buffer.allocUnsafe(size);
        filled = 0;
      }
    }
    if (filled > 0) yield part.subarray(0, filled);
  };
}

/** Headers hold ASCII only. */
function headersOf({ type, name }: NewObject): Headers {
  return { 'content-type': type, ...(name === undefined ? {} : { 'x-amz-meta-name': encodeURIComponent(name) }) };
}

function decodedName(name: string | string[] | undefined): string | null {
  return typeof name === 'string' ? decodeURIComponent(name) : null;
}

/** `content-range: bytes 0-9/1000` has the size of the whole. */
function objectIn(headers: IncomingHttpHeaders): StoredObject {
  const size = Number(headers['content-range']?.split('/')[1] ?? headers['content-length']);
  return { type: headers['content-type'] ?? '', size, name: decodedName(headers['x-amz-meta-name']) };
}
