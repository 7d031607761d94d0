import type { Charges } from '../../access/charge/charges.js';
import type { CloneSite } from '../../tenancy/clone/clone-site.js';
import type { MoveSite } from '../../tenancy/move/move-site.js';
import type { ProvincePlan } from '../../tenancy/plan/types.js';
import type { OpenSubSite } from '../../tenancy/site/open-sub-site.js';
import type { DeleteTenant } from '../../tenancy/tenant/delete-tenant.js';
import type { OpenTenant } from '../../tenancy/tenant/open-tenant.js';

export const TENANCY = Symbol('what operators do with tenants and sites');

/** A structure that a new portal can be given. */
export interface BlueprintChoice {
  key: string;
  label: string;
}

/** Commands of tenancy that the rooms above take part in, put together at the top, and what only the top knows. */
export interface TenancyDesk {
  openTenant: OpenTenant;
  deleteTenant: Pick<DeleteTenant, 'preview' | 'run' | 'tellFailure'>;
  openSubSite: OpenSubSite;
  /** What the account in charge of a new site or channel is given. */
  charges: Charges;
  cloneSite: CloneSite;
  moveSite: MoveSite;
  /** Themes that can show a site. */
  themes: readonly string[];
  blueprints: readonly BlueprintChoice[];
  /** The province's plan, read when it is asked for. */
  plan(): Promise<ProvincePlan>;
  /** Whether visitors of this process are served a site under this host. */
  isServed(host: string): boolean;
}
