import { findUnit } from '../plan/find-unit.js';
import type { PlannedUnit, ProvincePlan } from '../plan/types.js';

/** What the divisions know of a unit, to fill the form of its opening with. */
export interface UnitSuggestion
  extends Pick<
    PlannedUnit,
    'level' | 'form' | 'name' | 'shortName' | 'governmentName' | 'documentPrefix' | 'slug' | 'parentCode'
  > {
  regionCode: string;
  /** How many sub-sites it gets when they are opened along. */
  townships: number;
  departments: number;
}

/** @param code of a unit, as written: 22, 2201 or 220122. @returns null when the plan does not know it */
export function suggestUnit(plan: ProvincePlan, code: string): UnitSuggestion | null {
  const unit = /^\d{2,6}$/.test(code) ? findUnit(plan, code) : null;
  if (!unit) return null;
  const { level, form, name, shortName, governmentName, documentPrefix, slug, parentCode } = unit;
  return {
    regionCode: unit.code,
    ...{ level, form, name, shortName, governmentName, documentPrefix, slug, parentCode },
    townships: unit.townships.length,
    departments: unit.departments.length,
  };
}
