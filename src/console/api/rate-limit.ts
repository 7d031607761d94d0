import { LRUCache } from 'lru-cache';

/** How often something may be done by each key: evenly so many times a minute, at once so many. */
export interface RatePolicy {
  /** As the headers name it. */
  name: string;
  perMinute: number;
  burst: number;
}

export interface Rate {
  allowed: boolean;
  /** What is left to be used at once. */
  left: number;
  /** Seconds until one more is allowed; 0: now. */
  wait: number;
}

interface Bucket {
  left: number;
  at: number;
}

const MOST_KEYS = 20_000;

/**
 * Buckets that fill evenly, one for each key, in the memory of this process: with several processes each counts by itself.
 * The number of keys is bounded; one that is pushed out begins anew.
 */
export class RateLimit {
  private readonly buckets = new LRUCache<string, Bucket>({ max: MOST_KEYS });

  constructor(
    readonly policy: RatePolicy,
    private readonly now: () => number = Date.now,
  ) {}

  /** Uses one, if there is one. */
  take(key: string): Rate {
    const bucket = this.current(key);
    const allowed = bucket.left >= 1;
    if (allowed) bucket.left -= 1;
    this.buckets.set(key, bucket);
    return this.rateOf(bucket, allowed);
  }

  /** Looks without using. */
  look(key: string): Rate {
    const bucket = this.current(key);
    return this.rateOf(bucket, bucket.left >= 1);
  }

  /** Whether the key has been counted lately. */
  knows = (key: string): boolean => this.buckets.has(key);

  /** As draft-ietf-httpapi-ratelimit-headers-10 writes it: a quota q over w seconds; r left, all of it again in t seconds. */
  headers({ left }: Rate): Record<string, string> {
    const { name, burst } = this.policy;
    return {
      'ratelimit-policy': `"${name}";q=${burst};w=${Math.ceil(burst / this.perSecond)}`,
      ratelimit: `"${name}";r=${left};t=${Math.ceil((burst - left) / this.perSecond)}`,
    };
  }

  private get perSecond(): number {
    return this.policy.perMinute / 60;
  }

  private current(key: string): Bucket {
    const now = this.now();
    const known = this.buckets.get(key);
    if (!known) return { left: this.policy.burst, at: now };
    const grown = known.left + (Math.max(0, now - known.at) / 1_000) * this.perSecond;
    return { left: Math.min(this.policy.burst, grown), at: now };
  }

  private rateOf({ left }: Bucket, allowed: boolean): Rate {
    return { allowed, left: Math.floor(left), wait: left >= 1 ? 0 : Math.ceil((1 - left) / this.perSecond) };
  }
}
