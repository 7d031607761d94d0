import type { ChangeFeed } from '../events/change-feed.js';
import type { Platform } from '../platform/platform.js';

export interface Part {
  ok: boolean;
  /** Milliseconds the check took. */
  ms: number;
  why?: string;
}

export interface Health {
  ok: boolean;
  version: string;
  uptimeSeconds: number;
  database: Part;
  objects: Part;
  /** Whether this node hears what changes; without it, stored pages would grow old. */
  changes: Part;
}

const PATIENCE_MS = 2_000;
/** Anybody may ask, on any host: within this time all get the same answer. */
const KEPT_MS = 1_000;
const DEAF_MS = 10_000;

/** Asks database, object store and change feed, at most once a second. Names no tenant and no address. */
export function healthOf(platform: Platform, feed: Pick<ChangeFeed, 'age'>): () => Promise<Health> {
  let kept: { until: number; health: Promise<Health> } | null = null;
  return () => {
    if (!kept || kept.until < Date.now()) kept = { until: Date.now() + KEPT_MS, health: ask(platform, feed) };
    return kept.health;
  };
}

async function ask(platform: Platform, feed: Pick<ChangeFeed, 'age'>): Promise<Health> {
  const [database, objects] = await Promise.all([
    check(() => platform.connections.visitor.query('SELECT 1')),
    check(() => platform.objects.check()),
  ]);
  const changes: Part =
    feed.age < DEAF_MS ? { ok: true, ms: 0 } : { ok: false, ms: 0, why: `${Math.round(feed.age / 1000)} s` };
  return {
    ok: database.ok && objects.ok && changes.ok,
    version: platform.config.version,
    uptimeSeconds: Math.round(process.uptime()),
    database,
    objects,
    changes,
  };
}

async function check(work: () => Promise<unknown>): Promise<Part> {
  const began = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('timeout')), PATIENCE_MS);
  });
  const ms = () => Math.round((performance.now() - began) * 10) / 10;
  try {
    await Promise.race([work(), late]);
    return { ok: true, ms: ms() };
  } catch (error) {
    return { ok: false, ms: ms(), why: (error as { code?: string }).code ?? 'failed' };
  } finally {
    clearTimeout(timer);
  }
}
