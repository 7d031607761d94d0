import { acrossTenants, authorize, type DeskContext, writing } from '../../authority/desk-context.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { tenancyErrors } from '../errors.js';
import { FormFaults } from '../form-faults.js';
import { readSite } from '../site/site.queries.js';
import { tellSites } from '../site/tell-sites.js';
import { requireWritable } from '../tenant/tenant.queries.js';
import { isHostnameTaken, TAKEN } from './hostname.queries.js';
import { hostOf, readHostname } from './hostname-name.js';

/** Gives a site another name, which leads to its primary one until it is made that itself. */
export class AddHostname {
  constructor(
    private readonly work: UnitOfWork,
    private readonly baseDomain: string,
  ) {}

  /**
   * A name that the same tenant ended comes back to life.
   * @param written a label under the base domain, or a whole domain
   * @throws FormFaults on `host`; UserError `tenancy.hostname-sub-site`, `tenancy.archived`
   */
  async run(ctx: DeskContext, siteId: string, written: string): Promise<{ host: string }> {
    const site = await readSite(this.work, ctx, siteId);
    authorize(ctx, 'hostname.change', site);
    if (site.parentSiteId) throw tenancyErrors['tenancy.hostname-sub-site']({ name: site.name });
    const read = readHostname(written, this.baseDomain);
    if ('fault' in read) throw new FormFaults({ host: `${read.fault}。` });
    const host = hostOf(read, this.baseDomain);
    const free = !(await this.work.run(acrossTenants(ctx, 'provision'), (tx) => isHostnameTaken(tx, read)));
    return this.work.run(writing(ctx, site.tenantId, 'provision'), async (tx) => {
      await requireWritable(tx);
      const added = free
        ? await tx.query(
            `INSERT INTO hostname (tenant_id, name, under_base, site_id, is_primary) VALUES ($1, $2, $3, $4, false)
             ON CONFLICT DO NOTHING RETURNING 1`,
            [site.tenantId, read.name, read.underBase, siteId],
          )
        : await tx.query(
            `WITH back AS (
               UPDATE hostname SET ended_at = NULL, site_id = $4
               WHERE tenant_id = $1 AND name = $2 AND under_base = $3 AND ended_at IS NOT NULL RETURNING 1
             ) SELECT * FROM back`,
            [site.tenantId, read.name, read.underBase, siteId],
          );
      if (added.length === 0) throw new FormFaults({ host: `${TAKEN}。` });
      tx.audit('hostname.added', `hostname:${host}`, { name: host, site: site.name });
      await tellSites(tx, 'tenancy.hostnames-changed', site.tenantId, [siteId]);
      return { host };
    });
  }
}
