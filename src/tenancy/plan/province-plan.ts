import type { Corrections } from './corrections.js';
import type { Divisions } from './divisions.js';
import { planErrors } from './errors.js';
import { placeTownships } from './townships.js';
import type { ProvincePlan } from './types.js';
import { planUnits } from './units.js';

export { type Corrections, loadCorrections } from './corrections.js';
export { type Divisions, loadDivisions } from './divisions.js';

/**
 * The province as it is to be opened: every government and zone with a portal, its townships and departments as sub-sites
 * (clause 14: they have no site of their own). Pure: the same data give the same plan. What the data does not settle (a
 * slug that is taken, a correction that no longer fits) becomes a problem and stops that unit or township alone.
 * @throws UserError `plan.other-province` when corrections or divisions are of another province
 */
export function planProvince(options: {
  province: string;
  corrections: Corrections;
  divisions: Divisions;
}): ProvincePlan {
  const { province, corrections, divisions } = options;
  for (const { province: found } of [corrections, divisions])
    if (found !== province) throw planErrors['plan.other-province']({ found, province });
  const { units, problems } = planUnits(corrections, divisions);
  const townships = placeTownships(corrections, divisions, units);
  return { units, notSites: townships.notSites, problems: [...problems, ...townships.problems] };
}
