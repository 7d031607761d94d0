import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The outcome of work, or that it goes on: for an act that may last longer than a browser or a proxy waits for its page.
 * Only for work that is one transaction, so that the end of the process leaves all of it or nothing.
 * @param most ms
 * @param failed told of a failure that came after the answer
 */
export async function firstOf<T>(
  work: Promise<T>,
  most: number,
  failed: (error: unknown) => void,
): Promise<T | 'going-on'> {
  const timer = new AbortController();
  const outcome = await Promise.race([
    work,
    sleep(most, 'going-on' as const, { signal: timer.signal }).catch(() => 'going-on' as const),
  ]).finally(() => timer.abort());
  if (outcome === 'going-on') work.catch(failed);
  return outcome;
}

/** A page is not waited for longer, ms; a large act goes on. */
export const PAGE_WAITS_MS = 8_000;
/** From which on a preview says how long its act takes. */
const LONG_SECONDS = 10;

/** `大约 40 秒`, `大约 3 分钟`; null: not worth saying. */
export function lastingOf(seconds: number): string | null {
  if (seconds < LONG_SECONDS) return null;
  return seconds < 60 ? `大约 ${Math.ceil(seconds / 10) * 10} 秒` : `大约 ${Math.ceil(seconds / 60)} 分钟`;
}
