import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { aSite, type BuiltSite } from '../../test/builders.js';
import { aPlatform, OPERATOR, type TestPlatform } from '../../test/platform.js';
import { until } from '../../test/web.js';
import { type ObjectKey, objectKey } from '../kernel/objects/object-key.js';
import type { ObjectStore } from '../kernel/objects/object-store.js';
import { deleteUnusedObjects } from './delete-objects.js';
import { PublishFile, readDocument } from './publication/publish-file.js';
import { PublishItem } from './publication/publish-item.js';

let platform: TestPlatform;
let superuser: pg.Client;
let site: BuiltSite;
let folder: string;
let count = 0;

beforeAll(async () => {
  platform = await aPlatform();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  site = await aSite(platform);
  folder = await mkdtemp(join(tmpdir(), 'jiyue-removal-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await superuser?.end();
  await platform?.close();
});

/** A document with one file, its key, and its publication over a store. */
async function aPublication(): Promise<{ key: ObjectKey; publish: (objects: ObjectStore) => Promise<unknown> }> {
  count += 1;
  const bytes = `${count},x\n`;
  await writeFile(join(folder, `table-${count}.csv`), bytes);
  const path = join(folder, `notice-${count}.md`);
  await writeFile(path, `---\n标题: 通知 ${count}\n---\n\n正文。\n\n[附件](table-${count}.csv)\n`);
  const read = await readDocument(path);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return {
    key: objectKey({ tenantId: site.tenantId, sha256 }),
    publish: (objects) =>
      new PublishFile(platform.work, objects, new PublishItem(platform.work, platform.calendar)).run(
        OPERATOR,
        site,
        'ywdt',
        read,
      ),
  };
}

const remove = (keys: string[], objects: ObjectStore = platform.objects) =>
  deleteUnusedObjects(platform.work, objects, keys, new AbortController().signal);

/** The platform's store, one of whose methods says when it is called and goes on when it is let. */
function heldAt(method: 'put' | 'delete', when: 'before' | 'after') {
  const reached = Promise.withResolvers<void>();
  const leave = Promise.withResolvers<void>();
  const wait = () => {
    reached.resolve();
    return leave.promise;
  };
  const objects = new Proxy(platform.objects, {
    get: (store, name) =>
      name !== method
        ? Reflect.get(store, name).bind(store)
        : async (...args: never[]) => {
            if (when === 'before') await wait();
            await (store[method] as (...args: never[]) => Promise<void>)(...args);
            if (when === 'after') await wait();
          },
  });
  return { objects, reached: reached.promise, go: leave.resolve };
}

const isThere = (key: ObjectKey) =>
  platform.objects.stat(key).then(
    () => true,
    () => false,
  );
const claims = async () => (await superuser.query('SELECT object_key FROM object_claim')).rows;

it('a file that is stored again while it is being removed is stored after that, and stays', async () => {
  const { key, publish } = await aPublication();
  const removal = heldAt('delete', 'before');
  const removing = remove([key], removal.objects);
  await removal.reached;
  const publishing = publish(platform.objects);
  await until(async () => {
    const { rows } = await superuser.query(
      `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%INTO object_claim%'`,
    );
    return rows.length === 1;
  });
  expect(await isThere(key)).toBe(false);
  removal.go();
  await removing;
  await publishing;
  expect(await isThere(key)).toBe(true);
  expect(await claims()).toEqual([]);
});

it('a file that is stored and not yet named by its document is not removed, but looked at again', async () => {
  const { key, publish } = await aPublication();
  const storing = heldAt('put', 'after');
  const publishing = publish(storing.objects);
  await storing.reached;
  await expect(remove([key])).rejects.toThrow('just being stored');
  storing.go();
  await publishing;
  await remove([key]);
  expect(await isThere(key)).toBe(true);
  expect(await claims()).toEqual([]);
});

it('a file whose storing was given up is removed when its claim is over, the others of the job at once', async () => {
  const [given, other] = [await aPublication(), await aPublication()];
  await other.publish(platform.objects);
  await superuser.query('DELETE FROM attachment');
  await superuser.query('DELETE FROM edition_media');
  // Given up after the bytes lay there.
  const broken = new Proxy(platform.objects, {
    get: (store, name) =>
      name !== 'put'
        ? Reflect.get(store, name).bind(store)
        : async (...args: Parameters<ObjectStore['put']>) => {
            await store.put(...args);
            throw new Error('given up');
          },
  });
  await expect(given.publish(broken)).rejects.toThrow('given up');
  await expect(remove([given.key, other.key])).rejects.toThrow('1 files are just being stored');
  expect([await isThere(given.key), await isThere(other.key)]).toEqual([true, false]);
  await superuser.query(`UPDATE object_claim SET expires_at = now() - interval '1 second'`);
  await remove([given.key]);
  expect(await isThere(given.key)).toBe(false);
  expect(await claims()).toEqual([]);
});

it('nobody claims a file of another tenant', async () => {
  const other = await aSite(platform);
  await expect(
    platform.work.run({ kind: 'tenant', actor: OPERATOR, tenantId: other.tenantId }, (tx) =>
      tx.query(
        `INSERT INTO object_claim (tenant_id, object_key, expires_at) VALUES ($1, 'tenants/' || $2 || '/aa/x', now())`,
        [other.tenantId, site.tenantId],
      ),
    ),
  ).rejects.toMatchObject({ code: '23514' });
});
