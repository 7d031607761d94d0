import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describeWith } from '../../../test/not-run.js';
import { type S3ForTests, startS3ForTests } from '../../../test/s3.js';
import { mountSmallDisk, unmount, whyNoSmallDisk } from '../../../test/small-disk.js';
import { objectKey, objectPrefix } from './object-key.js';
import { objectStoreContract } from './object-store.contract.js';
import { openObjectStore } from './open-object-store.js';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'jiyue-objects-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function aFile(size = 100) {
  const content = randomBytes(size);
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { key: objectKey({ tenantId: randomUUID(), sha256 }), content, object: { type: 'image/png', size, sha256 } };
}

describe('objects on disk', () => {
  const open = (folder = directory) => openObjectStore({ dataDirectory: folder, s3: null });
  objectStoreContract(async () => ({ store: open(), reopened: open() }));

  it('leave no unfinished files behind', () => {
    expect(readdirSync(path.join(directory, 'objects', 'incoming'))).toEqual([]);
  });

  it('are swept of what a killed process left a day ago, not of what is being written', async () => {
    const folder = mkdtempSync(path.join(directory, 'swept-'));
    const incoming = path.join(folder, 'objects', 'incoming');
    mkdirSync(incoming, { recursive: true });
    for (const name of ['old', 'young']) writeFileSync(path.join(incoming, name), '');
    const twoDaysAgo = Date.now() / 1000 - 2 * 24 * 60 * 60;
    utimesSync(path.join(incoming, 'old'), twoDaysAgo, twoDaysAgo);
    const { key, content, object } = aFile();
    await open(folder).put(key, content, object);
    expect(readdirSync(incoming)).toEqual(['young']);
  });

  it('cannot lie where a file is in the way', async () => {
    const file = path.join(directory, 'file');
    writeFileSync(file, '');
    await expect(open(file).check()).rejects.toMatchObject({ code: 'objects.not-writable' });
  });
});

describeWith('small-disk', whyNoSmallDisk())('objects on a full disk', () => {
  it('are refused in a clear sentence, and nothing is left of them', async () => {
    const folder = path.join(directory, 'small');
    mountSmallDisk(folder, '2m');
    try {
      const store = openObjectStore({ dataDirectory: folder, s3: null });
      const [small, big] = [aFile(1000), aFile(3_000_000)];
      await store.put(small.key, small.content, small.object);
      await expect(store.put(big.key, big.content, big.object)).rejects.toMatchObject({
        code: 'objects.disk-full',
        message: expect.stringContaining('已满'),
      });
      expect(readdirSync(path.join(folder, 'objects', 'incoming'))).toEqual([]);
      await expect(store.stat(big.key)).rejects.toMatchObject({ code: 'objects.missing' });
      expect(await store.stat(small.key)).toMatchObject({ size: 1000 });
    } finally {
      unmount(folder);
    }
  });
});

describe('objects on an S3 server', () => {
  let s3: S3ForTests;
  beforeAll(async () => {
    s3 = await startS3ForTests();
  }, 180_000);
  afterAll(() => s3?.stop());

  const open = (changed = {}) => openObjectStore({ dataDirectory: directory, s3: { ...s3.settings, ...changed } });
  objectStoreContract(async () => ({ store: open(), reopened: open(), lacks: s3.lacks }));

  it('make their bucket at the first put, also when two make it at once', async () => {
    const bucket = `${s3.settings.bucket}-new`;
    const [one, two] = [aFile(), aFile()];
    await Promise.all([
      open({ bucket }).put(one.key, one.content, one.object),
      open({ bucket }).put(two.key, two.content, two.object),
    ]);
    const listed = [];
    for await (const { key } of open({ bucket }).list(objectPrefix())) listed.push(key);
    expect(listed).toEqual([one.key, two.key].sort());
  });

  it.each(['check', 'put'])('say in %s that the secret is wrong, and do not tell it', async (method) => {
    const store = open({ secretKey: 'not-the-secret' });
    const { key, content, object } = aFile();
    const attempt = method === 'check' ? store.check() : store.put(key, content, object);
    await expect(attempt).rejects.toMatchObject({
      code: 'objects.denied',
      message: expect.not.stringContaining('not-the-secret'),
    });
  });

  it('say that the server is away', async () => {
    const store = open({ endpoint: 'http://127.0.0.1:1' });
    await expect(store.check()).rejects.toMatchObject({ code: 'objects.unreachable' });
    await expect(store.stat(aFile().key)).rejects.toMatchObject({ code: 'objects.unreachable' });
  });
});
