import { join } from 'node:path';
import { provisionAdministrator } from './access/account/provision-administrator.js';
import { Charges } from './access/charge/charges.js';
import { moveGrants } from './access/grant/move-grants.js';
import type { TenancyDesk } from './console/tenants/tenancy-desk.js';
import { cloneChannels } from './content/channel/clone-channels.js';
import { provisionChannels } from './content/channel/provision-channels.js';
import { deleteContentWithFiles } from './content/delete-objects.js';
import { moveContent } from './content/move-content.js';
import { moveAccounts } from './identity/account/move-accounts.js';
import { projectRoot } from './kernel/config/project-root.js';
import type { Jobs } from './kernel/jobs/jobs.js';
import type { Platform } from './kernel/platform/platform.js';
import { CloneSite } from './tenancy/clone/clone-site.js';
import { MoveSite } from './tenancy/move/move-site.js';
import type { Blueprint } from './tenancy/plan/blueprint.js';
import { loadPublicFacts } from './tenancy/plan/public-facts.js';
import type { ProvincePlan } from './tenancy/plan/types.js';
import { ProvisionUnit } from './tenancy/provision/provision-unit.js';
import { OpenSubSite } from './tenancy/site/open-sub-site.js';
import type { SiteDirectory } from './tenancy/site/site-directory.js';
import { DeleteTenant } from './tenancy/tenant/delete-tenant.js';
import { OpenTenant } from './tenancy/tenant/open-tenant.js';

/** The commands of tenancy with the steps of the rooms above, for the desk. */
export async function openTenancyDesk(
  platform: Platform,
  serving: {
    themes: readonly string[];
    blueprints: Map<Blueprint['kind'], Blueprint>;
    directory: SiteDirectory;
    /** Takes in what is to be done after a commit. */
    jobs: Jobs;
  },
): Promise<TenancyDesk> {
  const { work, calendar, config } = platform;
  const { baseDomain } = config;
  const { blueprints, directory, jobs, themes } = serving;
  const facts = await loadPublicFacts(join(projectRoot, 'blueprints', 'demo-facts.json'));
  const steps = [provisionChannels, provisionAdministrator(calendar)];
  const unit = new ProvisionUnit(work, blueprints, facts, steps);
  let read: Promise<ProvincePlan> | null = null;
  // Divisions and pinyin are read when somebody opens a unit: they are no part of serving.
  const plan = () => (read ??= import('./rooms.js').then(({ readPlan }) => readPlan()));
  return {
    openTenant: new OpenTenant(work, unit, { themes, blueprints: ['portal'], baseDomain, plan }),
    deleteTenant: new DeleteTenant(work, calendar, [deleteContentWithFiles(jobs)]),
    openSubSite: new OpenSubSite(work, blueprints, facts, steps),
    charges: new Charges(work, calendar, blueprints),
    cloneSite: new CloneSite(work, [cloneChannels], baseDomain),
    moveSite: new MoveSite(work, [moveContent, moveGrants(calendar), moveAccounts], baseDomain),
    themes,
    blueprints: [{ key: 'portal', label: `门户网站（${blueprints.get('portal')!.revision}）` }],
    plan,
    isServed: (host) => directory.at(host, '/') !== null,
  };
}
