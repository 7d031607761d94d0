import { acrossTenants, authorize, type DeskContext } from '../../authority/desk-context.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { tenancyErrors } from '../errors.js';
import { readSite } from '../site/site.queries.js';
import { tellSites } from '../site/tell-sites.js';
import { readHostnameOf } from './hostname.queries.js';
import { shownHost } from './shown-host.js';

/** Gives a name that was ended to a site of another tenant, where it leads to that site's primary name. */
export class GiveHostname {
  constructor(
    private readonly work: UnitOfWork,
    private readonly baseDomain: string,
  ) {}

  /** @throws UserError `tenancy.hostname-in-use`, `tenancy.hostname-sub-site`, `tenancy.archived` */
  async run(ctx: DeskContext, written: string, toSiteId: string): Promise<{ host: string }> {
    const named = await readHostnameOf(this.work, ctx, written, this.baseDomain);
    authorize(ctx, 'hostname.change', named);
    const site = await readSite(this.work, ctx, toSiteId);
    authorize(ctx, 'hostname.change', site);
    if (site.parentSiteId) throw tenancyErrors['tenancy.hostname-sub-site']({ name: site.name });
    if (site.tenantState === 'archived') throw tenancyErrors['tenancy.archived']({ name: site.tenantName });
    const { host, name, underBase } = named;
    return this.work.run(acrossTenants(ctx, 'restructure'), async (tx) => {
      // Row counts of an UPDATE … RETURNING come with a CTE alone.
      const given = await tx.query(
        `WITH given AS (
           UPDATE hostname SET tenant_id = $4, site_id = $5, ended_at = NULL, is_primary = false
           WHERE name = $1 AND under_base = $2 AND tenant_id = $3 AND ended_at IS NOT NULL RETURNING 1
         ) SELECT * FROM given`,
        [name, underBase, named.tenantId, site.tenantId, toSiteId],
      );
      if (given.length === 0) throw tenancyErrors['tenancy.hostname-in-use']({ host: shownHost(host) });
      const detail = { name: host, from: named.siteId, to: site.name };
      for (const tenantId of new Set([named.tenantId, site.tenantId]))
        tx.audit('hostname.given', `hostname:${host}`, detail, tenantId);
      await tellSites(tx, 'tenancy.hostnames-changed', site.tenantId, [toSiteId, named.siteId]);
      return { host };
    });
  }
}
