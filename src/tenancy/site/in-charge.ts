import type { DeskContext } from '../../authority/desk-context.js';
import type { TenantScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import type { SubSiteKind } from './make-sub-site.js';

/** A sub-site that was made a moment ago, in the same transaction. */
export interface NewSite {
  tenantId: string;
  siteId: string;
  kind: SubSiteKind;
  name: string;
  tenantName: string;
}

/**
 * The account that is named to answer for a new site. What it gets stands in the blueprint; the room that keeps grants
 * (access) gives it, by the right of the one who opens the site.
 */
export interface InCharge {
  /** Why it cannot have a site of this kind in this tenant, asked before anything is written; null: it can. */
  faultOfSite(ctx: DeskContext, of: { tenantId: string; kind: SubSiteKind }): string | null;
  /** @returns the roles it has now, in words; @throws UserError `access.*`: then nothing is made */
  giveSite(tx: Tx<TenantScope>, ctx: DeskContext, site: NewSite): Promise<GivenInCharge>;
}

/** For the audit, and for the one who did it. */
export interface GivenInCharge {
  login: string;
  name: string;
  roles: string[];
}
