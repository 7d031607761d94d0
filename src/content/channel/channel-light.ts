/** How a channel stands to its promise of updates: kept, soon to be broken, broken; `off`: nothing is promised. */
export type Light = 'ok' | 'warn' | 'bad' | 'off';

/** From nothing to worst. */
export const SEVERITY: readonly Light[] = ['off', 'ok', 'warn', 'bad'];
/** From this part of the limit on, it says so beforehand. */
const SOON = 0.9;

/**
 * The light of a channel whose latest text is so many calendar days old. An inspection counts it as not updated after its
 * limit; without one, after what it promised.
 */
export function lightOf(promise: { updateDays: number | null; limitDays: number | null }, days: number): Light {
  if (promise.updateDays === null) return 'off';
  const limit = promise.limitDays ?? promise.updateDays;
  if (days > limit) return 'bad';
  return days > promise.updateDays || days > limit * SOON ? 'warn' : 'ok';
}

export const worseOf = (a: Light, b: Light): Light => (SEVERITY.indexOf(a) >= SEVERITY.indexOf(b) ? a : b);

/** Calendar days between two days (YYYY-MM-DD), never below 0. */
export const daysBetween = (from: string, to: string): number =>
  Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000));
