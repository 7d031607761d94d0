import type { PlannedUnit, ProvincePlan } from './types.js';

/** @param code of a unit, as written: 22, 2201 or 220122; also padded, 220100 */
export function findUnit(plan: ProvincePlan, code: string): PlannedUnit | null {
  const padded = code.padEnd(6, '0');
  return plan.units.find((unit) => unit.code === padded) ?? null;
}
