import type { Platform } from '../../kernel/platform/platform.js';
import { ApplyPlan } from '../../tenancy/reorganisation/apply-plan.js';
import { DraftPlan } from '../../tenancy/reorganisation/draft-plan.js';
import type { ReorganisationPart } from '../../tenancy/reorganisation/reorganisation-part.js';
import { CancelPlan, SchedulePlan } from '../../tenancy/reorganisation/schedule-plan.js';
import { TakeBackPlan } from '../../tenancy/reorganisation/take-back-plan.js';
import { TryPlan } from '../../tenancy/reorganisation/try-plan.js';

export const REORGANISATIONS = Symbol('what planners do with reorganisations');

/** Commands over plans, with the parts of the rooms above: put together at the top. */
export interface ReorganisationDesk {
  draft: DraftPlan;
  trial: TryPlan;
  schedule: SchedulePlan;
  cancel: CancelPlan;
  apply: ApplyPlan;
  takeBack: TakeBackPlan;
}

export function openReorganisationDesk(
  { work, calendar }: Platform,
  parts: readonly ReorganisationPart[],
): ReorganisationDesk {
  const trial = new TryPlan(work, calendar, parts);
  return {
    draft: new DraftPlan(work, calendar),
    trial,
    schedule: new SchedulePlan(work, calendar, trial),
    cancel: new CancelPlan(work),
    apply: new ApplyPlan(work, calendar, parts),
    takeBack: new TakeBackPlan(work, calendar, parts),
  };
}
