import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { contentCheck } from './content-check.js';
import { objectErrors } from './errors.js';
import { checkedKey, checkedPrefix, type ObjectKey, type ObjectPrefix } from './object-key.js';
import type { ByteRange, NewObject, ObjectStore, StoredObject } from './object-store.js';

/** Unfinished files older than this were left by a killed process. Milliseconds. */
const ABANDONED_AFTER = 24 * 60 * 60 * 1000;

/** Whoever may read the platform's files reads them through the platform. */
const OWN_FOLDER = { recursive: true, mode: 0o700 } as const;

/**
 * Objects as plain files below `<data directory>/objects`, each with its facts in `<sha256>.json` beside it. A file is
 * written and synced under another name and renamed last, so an object is there whole or not at all.
 */
export function openDiskStore(dataDirectory: string): ObjectStore {
  const root = path.resolve(dataDirectory, 'objects');
  const incoming = path.join(root, 'incoming');
  let swept: Promise<void> | undefined;

  const fileOf = (key: ObjectKey) => path.join(root, checkedKey(key));
  const factsOf = (key: ObjectKey) => `${fileOf(key)}.json`;

  async function put(key: ObjectKey, body: Buffer | Readable, object: NewObject): Promise<void> {
    const target = fileOf(key);
    const check = contentCheck(key, object);
    const draft = path.join(incoming, randomUUID());
    try {
      await mkdir(incoming, OWN_FOLDER);
      swept ??= sweep(incoming).catch(() => {});
      await swept;
      const file = createWriteStream(draft, { flags: 'wx', flush: true });
      await pipeline(body instanceof Readable ? body : Readable.from([body], { objectMode: false }), check, file);
      const facts = JSON.stringify({ type: object.type, name: object.name ?? null });
      await writeFile(`${draft}.json`, facts, { flag: 'wx', flush: true });
      await makeDurableFolder(root, path.dirname(target));
      // the facts first: the object is there from the moment its content is
      await rename(`${draft}.json`, factsOf(key));
      await rename(draft, target);
      await syncFolder(path.dirname(target));
    } catch (error) {
      for (const file of [draft, `${draft}.json`]) await rm(file, { force: true }).catch(() => {});
      throw asUserError(error, root);
    }
  }

  async function factsAbout(key: ObjectKey): Promise<Omit<StoredObject, 'size'>> {
    return JSON.parse(await readFile(factsOf(key), 'utf8').catch(missing(key)));
  }

  return {
    put,

    async read(key, range) {
      const file = await open(fileOf(key), 'r').catch(missing(key));
      try {
        const { size } = await file.stat();
        const facts = await factsAbout(key);
        return { ...facts, size, body: readFrom(file, key, size, range) };
      } catch (error) {
        await file.close();
        throw error;
      }
    },

    async stat(key) {
      const { size } = await stat(fileOf(key)).catch(missing(key));
      return { ...(await factsAbout(key)), size };
    },

    async delete(key) {
      // the content first: from then on the object is gone
      await rm(fileOf(key), { force: true });
      await rm(factsOf(key), { force: true });
    },

    list: (prefix) => listBelow(root, checkedPrefix(prefix)),

    async check() {
      const probe = path.join(incoming, randomUUID());
      try {
        await mkdir(incoming, OWN_FOLDER);
        await writeFile(probe, 'probe');
      } catch (error) {
        throw asUserError(error, root);
      } finally {
        await rm(probe, { force: true }).catch(() => {});
      }
    },
  };
}

function readFrom(file: FileHandle, key: ObjectKey, size: number, range: ByteRange = { start: 0 }): Readable {
  const { start, end = size - 1 } = range;
  if (start >= size && (start > 0 || range.end !== undefined)) throw objectErrors['objects.range']({ key });
  if (size > 0) return file.createReadStream({ start, end });
  // positions cannot ask for no bytes
  void file.close();
  return Readable.from([]);
}

async function* listBelow(root: string, prefix: ObjectPrefix): AsyncGenerator<{ key: ObjectKey; size: number }> {
  const names = (folder: string) =>
    readdir(path.join(root, folder)).then(
      (all) => all.sort(),
      (error) => (error.code === 'ENOENT' ? [] : Promise.reject(error)),
    );
  const tenants =
    prefix === 'tenants/' ? (await names('tenants')).map((tenant) => `tenants/${tenant}`) : [prefix.slice(0, -1)];
  for (const tenant of tenants) {
    for (const shelf of await names(tenant)) {
      for (const name of await names(`${tenant}/${shelf}`)) {
        if (name.endsWith('.json')) continue;
        const key = checkedKey(`${tenant}/${shelf}/${name}`);
        const found = await stat(path.join(root, key)).catch(() => null); // deleted in the meantime
        if (found) yield { key, size: found.size };
      }
    }
  }
}

async function sweep(incoming: string): Promise<void> {
  for (const name of await readdir(incoming)) {
    const file = path.join(incoming, name);
    const found = await stat(file).catch(() => null);
    if (found && Date.now() - found.mtimeMs > ABANDONED_AFTER) await rm(file, { force: true });
  }
}

/** A new folder is durable when the folder above it has been synced. */
async function makeDurableFolder(root: string, folder: string): Promise<void> {
  const first = await mkdir(folder, OWN_FOLDER);
  if (!first) return;
  for (let at = folder; at.length >= root.length && at.length >= path.dirname(first).length; at = path.dirname(at)) {
    await syncFolder(at);
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function missing(key: ObjectKey): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    throw error.code === 'ENOENT' ? objectErrors['objects.missing']({ key }, { cause: error }) : error;
  };
}

function asUserError(error: unknown, directory: string): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code === 'ENOSPC' || code === 'EDQUOT') return objectErrors['objects.disk-full']({}, { cause: error });
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(code)) {
    return objectErrors['objects.not-writable']({ directory, why: code }, { cause: error });
  }
  return error;
}
