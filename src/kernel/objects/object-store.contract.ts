import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { UserError } from '../user-error.js';
import { type ObjectKey, objectKey, objectPrefix } from './object-key.js';
import type { NewObject, ObjectStore } from './object-store.js';

/** Parts of the contract that a small stand-in for a server may lack. */
export type Feature = 'upload in parts' | 'range of the first byte' | 'list of more than 1000';

export interface ContractCase {
  store: ObjectStore;
  /** Of the same place, opened anew: what another process sees. */
  reopened: ObjectStore;
  /** What the server behind the store cannot do; a store that is fit for use lacks nothing. */
  lacks?: ReadonlySet<Feature>;
}

interface Sample {
  key: ObjectKey;
  content: Buffer;
  object: NewObject;
}

function aSample(
  content: Buffer | string = randomBytes(100),
  known: Partial<NewObject> & { tenantId?: string } = {},
): Sample {
  const bytes = Buffer.from(content);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { tenantId = randomUUID(), ...facts } = known;
  const object = { type: 'application/octet-stream', size: bytes.length, sha256, ...facts };
  return { key: objectKey({ tenantId, sha256 }), content: bytes, object };
}

async function codeOf(attempt: Promise<unknown>): Promise<string> {
  const error = await attempt.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UserError);
  return (error as UserError).code;
}

async function* failingAfter(content: Buffer, message: string): AsyncGenerator<Buffer> {
  yield content;
  throw new Error(message);
}

/** What every object store keeps to, whatever holds the bytes. `open` is called once, in `beforeAll`. */
export function objectStoreContract(open: () => Promise<ContractCase>): void {
  let store: ObjectStore;
  let reopened: ObjectStore;
  let lacks: ReadonlySet<Feature>;
  beforeAll(async () => {
    ({ store, reopened, lacks = new Set<Feature>() } = await open());
    await store.check();
  }, 120_000);

  const contentOf = async (key: ObjectKey) => buffer((await store.read(key)).body);

  it('gives back what it was given, with its facts', async () => {
    const { key, content, object } = aSample('政府信息公开', { type: 'text/plain', name: 'notice.txt' });
    await store.put(key, content, object);
    const facts = { type: 'text/plain', size: 18, name: 'notice.txt' };
    const { body, ...known } = await reopened.read(key);
    expect(known).toEqual(facts);
    expect((await buffer(body)).equals(content)).toBe(true);
    expect(await reopened.stat(key)).toEqual(facts);
  });

  it('keeps names in any script, and the lack of one', async () => {
    const name = '关于《办法》的解读 🌾 100% "终稿".pdf';
    const named = aSample(undefined, { type: 'application/pdf', name });
    await store.put(named.key, named.content, named.object);
    expect((await store.stat(named.key)).name).toBe(name);
    const nameless = aSample();
    await store.put(nameless.key, nameless.content, nameless.object);
    expect((await store.stat(nameless.key)).name).toBeNull();
  });

  it('takes and gives an empty object', async () => {
    const { key, content, object } = aSample('');
    await store.put(key, content, object);
    expect((await store.stat(key)).size).toBe(0);
    expect(await contentOf(key)).toHaveLength(0);
    expect(await buffer((await store.read(key, { start: 0 })).body)).toHaveLength(0);
  });

  it('takes a stream of 20 MB', async () => {
    const { key, content, object } = aSample(randomBytes(20_000_000));
    const chunks = Array.from({ length: 200 }, (_, i) => content.subarray(i * 100_000, (i + 1) * 100_000));
    await store.put(key, Readable.from(chunks), object);
    expect((await contentOf(key)).equals(content)).toBe(true);
  });

  it('takes a stream of 70 MB, of two at once the same', async () => {
    if (lacks.has('upload in parts')) return;
    const { key, content, object } = aSample(randomBytes(70_000_000));
    const stream = () => Readable.from(Array.from({ length: 70 }, (_, i) => content.subarray(i * 1e6, (i + 1) * 1e6)));
    await Promise.all([store.put(key, stream(), object), reopened.put(key, stream(), object)]);
    expect((await contentOf(key)).equals(content)).toBe(true);
  });

  it('says that an object is missing', async () => {
    const { key } = aSample();
    expect(await codeOf(store.read(key))).toBe('objects.missing');
    expect(await codeOf(store.read(key, { start: 1, end: 2 }))).toBe('objects.missing');
    expect(await codeOf(store.stat(key))).toBe('objects.missing');
  });

  it('puts new facts over old ones', async () => {
    const { key, content, object } = aSample(undefined, { type: 'text/html', name: 'old' });
    await store.put(key, content, object);
    await store.put(key, content, { ...object, type: 'text/plain', name: 'new' });
    expect(await store.stat(key)).toEqual({ type: 'text/plain', name: 'new', size: 100 });
    expect((await contentOf(key)).equals(content)).toBe(true);
  });

  it('survives many who store the same object at once', async () => {
    const { key, content, object } = aSample(randomBytes(300_000));
    const puts = Array.from({ length: 8 }, (_, i) =>
      (i % 2 ? store : reopened).put(key, Readable.from([content]), object),
    );
    await Promise.all(puts);
    expect((await contentOf(key)).equals(content)).toBe(true);
  });

  it('reads a part of an object and tells the size of the whole', async () => {
    const { key, content, object } = aSample('0123456789');
    await store.put(key, content, object);
    const part = async (start: number, end?: number) => {
      const { body, size } = await store.read(key, { start, end });
      expect(size).toBe(10);
      return (await buffer(body)).toString();
    };
    expect(await part(2, 4)).toBe('234');
    if (!lacks.has('range of the first byte')) expect(await part(0, 0)).toBe('0');
    expect(await part(7)).toBe('789');
    expect(await part(8, 100)).toBe('89');
    expect(await codeOf(store.read(key, { start: 10 }))).toBe('objects.range');
  });

  it('deletes an object, also one that is not there', async () => {
    const { key, content, object } = aSample();
    await store.put(key, content, object);
    await store.delete(key);
    await store.delete(key);
    expect(await codeOf(store.stat(key))).toBe('objects.missing');
  });

  it('lists a tenant’s objects, more than a thousand, in order, and no one else’s', async () => {
    const tenantId = randomUUID();
    const length = lacks.has('list of more than 1000') ? 900 : 1100;
    const samples = Array.from({ length }, (_, i) => aSample(`object ${i}`, { tenantId }));
    const foreign = aSample();
    const rest = [...samples, foreign];
    const worker = async () => {
      for (let one = rest.pop(); one; one = rest.pop()) await store.put(one.key, one.content, one.object);
    };
    await Promise.all(Array.from({ length: 16 }, worker));
    const listed: { key: ObjectKey; size: number }[] = [];
    for await (const entry of store.list(objectPrefix(tenantId))) listed.push(entry);
    const expected = samples.map(({ key, content }) => ({ key, size: content.length }));
    expect(listed).toEqual(expected.sort((a, b) => (a.key < b.key ? -1 : 1)));
    let foreignSeen = 0;
    for await (const { key } of store.list(objectPrefix())) if (key === foreign.key) foreignSeen++;
    expect(foreignSeen).toBe(1);
  }, 120_000);

  it('lists nothing of a tenant without objects', async () => {
    for await (const { key } of store.list(objectPrefix(randomUUID()))) throw new Error(`listed ${key}`);
  });

  it('stores nothing of a stream that fails midway', async () => {
    const { key, content, object } = aSample(randomBytes(1000));
    const broken = Readable.from(failingAfter(content.subarray(0, 500), 'the sender went away'));
    await expect(store.put(key, broken, object)).rejects.toThrow('the sender went away');
    expect(await codeOf(store.stat(key))).toBe('objects.missing');
  });

  it('stores nothing of a big stream that fails midway', async () => {
    if (lacks.has('upload in parts')) return;
    const { key, content, object } = aSample(randomBytes(40_000_000));
    const broken = Readable.from(failingAfter(content.subarray(0, 35_000_000), 'the sender went away'));
    await expect(store.put(key, broken, object)).rejects.toThrow('the sender went away');
    expect(await codeOf(store.stat(key))).toBe('objects.missing');
  });

  it('stores nothing when size or digest are not as stated', async () => {
    const { key, content, object } = aSample(randomBytes(1000));
    const other = Buffer.from(content).fill(0, 10, 20);
    expect(await codeOf(store.put(key, other, object))).toBe('objects.mismatch');
    expect(await codeOf(store.put(key, content.subarray(1), object))).toBe('objects.mismatch');
    expect(await codeOf(store.put(key, Buffer.concat([content, content]), object))).toBe('objects.mismatch');
    expect(await codeOf(store.put(key, other, { ...object, sha256: aSample(other).object.sha256 }))).toBe(
      'objects.mismatch',
    );
    expect(await codeOf(store.stat(key))).toBe('objects.missing');
  });

  it('keeps the object it has when a new one fails', async () => {
    const { key, content, object } = aSample(randomBytes(1000));
    await store.put(key, content, object);
    const broken = Readable.from(failingAfter(content.subarray(0, 500), 'the sender went away'));
    await expect(store.put(key, broken, object)).rejects.toThrow('the sender went away');
    expect((await contentOf(key)).equals(content)).toBe(true);
  });

  const { key: good } = aSample('the same in every run', { tenantId: '0190a000-1111-7222-8333-444455556666' });
  it.each(['../../etc/passwd', '/etc/passwd', 'tenants/x', `${good}/..`, `${good}.json`, ''])(
    'refuses the key “%s”',
    async (wrong) => {
      const key = wrong as ObjectKey;
      const { content, object } = aSample();
      expect(await codeOf(store.put(key, content, object))).toBe('objects.bad-key');
      expect(await codeOf(store.read(key))).toBe('objects.bad-key');
      expect(await codeOf(store.stat(key))).toBe('objects.bad-key');
      expect(await codeOf(store.delete(key))).toBe('objects.bad-key');
    },
  );
}
