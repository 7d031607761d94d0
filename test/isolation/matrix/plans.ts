import { operatorContext } from '../../../src/authority/desk-context.js';
import { reorganisationParts } from '../../../src/reorganisation-parts.js';
import { ApplyPlan } from '../../../src/tenancy/reorganisation/apply-plan.js';
import { DraftPlan } from '../../../src/tenancy/reorganisation/draft-plan.js';
import { TryPlan } from '../../../src/tenancy/reorganisation/try-plan.js';
import { anOrgan } from '../../people.js';
import { OPERATOR, type TestPlatform } from '../../platform.js';
import type { BuiltUnit } from '../../tenancy-builders.js';
import { at, type Relation, type Thing, type World } from './world.js';

/** A plan of each county that renames one of its organs, and that far it has come. */
export async function plans(
  platform: TestPlatform,
  { county, siblingCounty, strangeCounty }: World,
  come: 'tried' | 'applied',
): Promise<Thing[]> {
  const { work, calendar } = platform;
  const of = async (relation: Relation, { id: tenantId, unit }: BuiltUnit): Promise<Thing> => {
    const ctx = operatorContext(OPERATOR, [tenantId]);
    const [organName, title] = [`${unit.name}${come}局`, `${unit.name}${come}方案`];
    await anOrgan(platform, tenantId, organName);
    const bytes = Buffer.from(`动作,原机关,新机关\n更名,${organName},${unit.name}${come}新局\n`);
    const { id } = await new DraftPlan(work, calendar).fromFile(ctx, tenantId, { title, name: 'plan.csv', bytes });
    await new TryPlan(work, calendar, reorganisationParts).run(ctx, id);
    if (come === 'applied') await new ApplyPlan(work, calendar, reorganisationParts).run(ctx, id);
    const kind = come === 'tried' ? 'reorganisation' : 'applied-plan';
    return at(kind, relation, id, { tenantId }, title);
  };
  return [await of('own', county), await of('sibling county', siblingCounty), await of('stranger', strangeCounty)];
}
