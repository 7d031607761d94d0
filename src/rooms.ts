import { join } from 'node:path';
import { provisionChannels } from './content/channel/provision-channels.js';
import { PublishFile } from './content/publication/publish-file.js';
import { PublishItem } from './content/publication/publish-item.js';
import { projectRoot } from './kernel/config/project-root.js';
import type { Platform } from './kernel/platform/platform.js';
import { loadBlueprints } from './tenancy/plan/blueprint.js';

import { loadCorrections, loadDivisions, planProvince } from './tenancy/plan/province-plan.js';
import { loadPublicFacts } from './tenancy/plan/public-facts.js';
import { ProvisionProvince } from './tenancy/provision/provision-province.js';
import { ProvisionUnit } from './tenancy/provision/provision-unit.js';

/** Jilin: the province of this installation. */
const PROVINCE = '22';

const blueprintFolder = join(projectRoot, 'blueprints');

export async function readPlan() {
  const [corrections, divisions] = await Promise.all([
    loadCorrections(join(blueprintFolder, 'jilin.json')),
    loadDivisions(PROVINCE),
  ]);
  return planProvince({ province: PROVINCE, corrections, divisions });
}

/** The commands of the rooms over an open platform. */
export async function openRooms(platform: Platform) {
  const blueprints = await loadBlueprints(blueprintFolder);
  const facts = await loadPublicFacts(join(blueprintFolder, 'demo-facts.json'));
  const provisionUnit = new ProvisionUnit(platform.work, blueprints, facts, [provisionChannels]);
  const publishItem = new PublishItem(platform.work, platform.calendar);
  return {
    provisionProvince: new ProvisionProvince(platform.work, provisionUnit),
    publishItem,
    publishFile: new PublishFile(platform.work, platform.objects, publishItem),
  };
}
