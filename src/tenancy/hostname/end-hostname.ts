import { authorize, type DeskContext, writing } from '../../authority/desk-context.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { tenancyErrors } from '../errors.js';
import { tellSites } from '../site/tell-sites.js';
import { requireWritable } from '../tenant/tenant.queries.js';
import { readHostnameOf } from './hostname.queries.js';
import { shownHost } from './shown-host.js';

/** Ends a name that redirects: it leads nowhere any more, and stays the tenant's until an operator gives it away. */
export class EndHostname {
  constructor(
    private readonly work: UnitOfWork,
    private readonly baseDomain: string,
  ) {}

  /** @throws UserError `tenancy.hostname-primary`, `tenancy.hostname-ended`, `tenancy.archived` */
  async run(ctx: DeskContext, written: string): Promise<{ host: string }> {
    const named = await readHostnameOf(this.work, ctx, written, this.baseDomain);
    authorize(ctx, 'hostname.change', named);
    return this.work.run(writing(ctx, named.tenantId), async (tx) => {
      await requireWritable(tx);
      const [now] = await tx.query<{ isPrimary: boolean; endedAt: Date | null }>(
        `SELECT is_primary AS "isPrimary", ended_at AS "endedAt" FROM hostname
         WHERE tenant_id = $1 AND name = $2 AND under_base = $3 FOR UPDATE`,
        [named.tenantId, named.name, named.underBase],
      );
      if (!now || now.endedAt) throw tenancyErrors['tenancy.hostname-ended']({ host: shownHost(named.host) });
      if (now.isPrimary) throw tenancyErrors['tenancy.hostname-primary']({ host: shownHost(named.host) });
      await tx.query('UPDATE hostname SET ended_at = now() WHERE tenant_id = $1 AND name = $2 AND under_base = $3', [
        named.tenantId,
        named.name,
        named.underBase,
      ]);
      tx.audit('hostname.ended', `hostname:${named.host}`, { name: named.host });
      await tellSites(tx, 'tenancy.hostnames-changed', named.tenantId, [named.siteId]);
      return { host: named.host };
    });
  }
}
