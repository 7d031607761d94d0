import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import type { ChangeFeed } from '../../kernel/events/change-feed.js';
import type { PageKey } from './page-key.js';

export interface StoredPage {
  body: Buffer;
  /** Made when the first visitor asks for it. */
  gzip: Buffer | null;
  etag: string;
  /** What it read: it is dropped when one of them changes. */
  tags: ReadonlySet<string>;
  /** Milliseconds since the epoch: pages show today's date. */
  expiresAt: number;
}

/** Begun before the first query of a page: what changed since is not hidden by storing it. */
export interface Rendering {
  readonly position: number;
  readonly epoch: number;
}

/** Per entry beside its bytes: key, tags, bookkeeping. */
const OVERHEAD = 1_024;

/**
 * Rendered pages in memory, bounded by bytes, least recently used first to go. A page goes when a tag it carries changes,
 * and is only taken in when none did since its rendering began.
 */
export class PageStore {
  private readonly pages: LRUCache<PageKey, StoredPage>;
  private readonly byTag = new Map<string, Set<PageKey>>();
  private epoch = 0;
  readonly counts = { hits: 0, misses: 0, stored: 0, refused: 0, dropped: 0 };

  /** @param maxBytes of bodies, compressed copies and overhead together */
  constructor(
    maxBytes: number,
    private readonly feed: Pick<ChangeFeed, 'position' | 'changedSince' | 'onChange'>,
    private readonly now: () => number = Date.now,
  ) {
    this.pages = new LRUCache({
      maxSize: maxBytes,
      maxEntrySize: Math.max(1, Math.floor(maxBytes / 8)),
      // Room for the compressed copy is counted from the start, so that making it later cannot break the bound.
      sizeCalculation: (page) => page.body.length + Math.ceil(page.body.length / 3) + OVERHEAD,
      dispose: (page, key) => this.forget(key, page),
    });
    feed.onChange((tags) => {
      if (tags === null) this.clear();
      else this.drop(tags);
    });
  }

  get size(): number {
    return this.pages.size;
  }

  get bytes(): number {
    return this.pages.calculatedSize;
  }

  get(key: PageKey): StoredPage | null {
    const page = this.pages.get(key);
    if (page && page.expiresAt > this.now()) {
      this.counts.hits += 1;
      return page;
    }
    if (page) this.pages.delete(key);
    this.counts.misses += 1;
    return null;
  }

  begin(): Rendering {
    return { position: this.feed.position, epoch: this.epoch };
  }

  /** Takes a page in, unless something it shows changed while it was rendered. Returns it either way, ready to send. */
  put(
    key: PageKey,
    rendering: Rendering,
    page: { body: Buffer; tags: ReadonlySet<string>; expiresAt: number },
  ): StoredPage {
    const etag = `"${createHash('sha1').update(page.body).digest('base64url')}"`;
    const stored: StoredPage = { ...page, etag, gzip: null };
    const outdated = rendering.epoch !== this.epoch || page.expiresAt <= this.now();
    if (outdated || this.feed.changedSince(rendering.position, page.tags)) {
      this.counts.refused += 1;
      return stored;
    }
    this.pages.set(key, stored);
    if (!this.pages.has(key)) return stored;
    for (const tag of page.tags) {
      const keys = this.byTag.get(tag);
      if (keys) keys.add(key);
      else this.byTag.set(tag, new Set([key]));
    }
    this.counts.stored += 1;
    return stored;
  }

  drop(tags: string[]): void {
    for (const tag of tags)
      for (const key of [...(this.byTag.get(tag) ?? [])]) {
        this.pages.delete(key);
        this.counts.dropped += 1;
      }
  }

  /** Drops everything, also what is being rendered now. */
  clear(): void {
    this.epoch += 1;
    this.pages.clear();
    this.byTag.clear();
  }

  private forget(key: PageKey, page: StoredPage): void {
    for (const tag of page.tags) {
      const keys = this.byTag.get(tag);
      keys?.delete(key);
      if (keys?.size === 0) this.byTag.delete(tag);
    }
  }
}

/** The compressed copy of a page, made once. */
export function gzipOf(page: StoredPage): Buffer {
  page.gzip ??= gzipSync(page.body, { level: 6 });
  return page.gzip;
}
