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
