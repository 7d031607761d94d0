import { pageKey } from './page-key.js';
import { gzipOf, PageStore } from './page-store.js';

function feed() {
  const changes: { position: number; tags: string[] }[] = [];
  let listener: (tags: string[] | null) => void = () => {};
  return {
    get position() {
      return changes.length;
    },
    changedSince: (position: number, tags: ReadonlySet<string>) =>
      changes.some((c) => c.position > position && c.tags.some((tag) => tags.has(tag))),
    onChange: (l: typeof listener) => {
      listener = l;
    },
    change(...tags: string[]) {
      changes.push({ position: changes.length + 1, tags });
      listener(tags);
    },
    lose: () => listener(null),
  };
}

const key = (host: string, path = '/') => pageKey({ host, path, view: 'standard' });
const page = (text: string, ...tags: string[]) => ({
  body: Buffer.from(text),
  tags: new Set(tags),
  expiresAt: Number.POSITIVE_INFINITY,
});

it('gives back what was stored for the same host, path and view only', () => {
  const store = new PageStore(1_000_000, feed());
  store.put(key('a.localhost'), store.begin(), page('A'));
  expect(store.get(key('a.localhost'))?.body.toString()).toBe('A');
  expect(store.get(key('b.localhost'))).toBeNull();
  expect(store.get(key('a.localhost', '/zwgk/'))).toBeNull();
});

it('drops the pages that carry a changed tag and no other', () => {
  const changes = feed();
  const store = new PageStore(1_000_000, changes);
  store.put(key('a.localhost'), store.begin(), page('A', 'channel:1'));
  store.put(key('b.localhost'), store.begin(), page('B', 'channel:2'));
  changes.change('channel:1');
  expect(store.get(key('a.localhost'))).toBeNull();
  expect(store.get(key('b.localhost'))).not.toBeNull();
});

it('sends but does not store a page when what it shows changed during its rendering', () => {
  const changes = feed();
  const store = new PageStore(1_000_000, changes);
  const rendering = store.begin();
  changes.change('item:1');
  expect(store.put(key('a.localhost'), rendering, page('old', 'item:1')).body.toString()).toBe('old');
  expect(store.get(key('a.localhost'))).toBeNull();
  store.put(key('b.localhost'), rendering, page('B', 'item:2'));
  expect(store.get(key('b.localhost'))).not.toBeNull();
});

it('drops everything when changes were missed', () => {
  const changes = feed();
  const store = new PageStore(1_000_000, changes);
  store.put(key('a.localhost'), store.begin(), page('A', 'item:1'));
  changes.lose();
  expect(store.get(key('a.localhost'))).toBeNull();
});

it('keeps nothing that was begun before everything was dropped', () => {
  const store = new PageStore(1_000_000, feed());
  const rendering = store.begin();
  store.clear();
  store.put(key('a.localhost'), rendering, page('of a site that is suspended now'));
  expect(store.get(key('a.localhost'))).toBeNull();
});

it('does not serve a page after its day is over', () => {
  let now = 1_000;
  const store = new PageStore(1_000_000, feed(), () => now);
  store.put(key('a.localhost'), store.begin(), { ...page('A'), expiresAt: 2_000 });
  expect(store.get(key('a.localhost'))).not.toBeNull();
  now = 2_000;
  expect(store.get(key('a.localhost'))).toBeNull();
});

it('stays within its bytes and forgets the tags of what left', () => {
  const changes = feed();
  const store = new PageStore(200_000, changes);
  for (let i = 0; i < 200; i++) store.put(key(`h${i}.localhost`), store.begin(), page('x'.repeat(3_000), `item:${i}`));
  expect(store.bytes).toBeLessThanOrEqual(200_000);
  expect(store.size).toBeLessThan(60);
  expect((store as unknown as { byTag: Map<string, unknown> }).byTag.size).toBe(store.size);
});

it('keeps no page that would push out the rest', () => {
  const store = new PageStore(100_000, feed());
  store.put(key('a.localhost'), store.begin(), page('x'.repeat(50_000)));
  expect(store.size).toBe(0);
});

it('compresses a page once', () => {
  const store = new PageStore(1_000_000, feed());
  const stored = store.put(key('a.localhost'), store.begin(), page('hello '.repeat(100)));
  expect(gzipOf(stored)).toBe(gzipOf(stored));
  expect(gzipOf(stored).length).toBeLessThan(stored.body.length);
});

it('makes no key without a host', () => {
  expect(() => pageKey({ host: '', path: '/', view: 'standard' })).toThrow();
});
