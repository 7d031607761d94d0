import { authorize, type DeskContext, writing } from '../../authority/desk-context.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { tenancyErrors } from '../errors.js';
import { tellSites } from '../site/tell-sites.js';
import { requireWritable } from '../tenant/tenant.queries.js';
import { readHostnameOf } from './hostname.queries.js';
import { hostOf } from './hostname-name.js';
import { shownHost } from './shown-host.js';

/** Makes one of a site's names the one it is shown under; the former redirects to it, each path kept. */
export class MakePrimary {
  constructor(
    private readonly work: UnitOfWork,
    private readonly baseDomain: string,
  ) {}

  /**
   * @param still the primary name that an undo expects to find
   * @returns `former`: the primary name before; null: there was none
   * @throws UserError `tenancy.hostname-ended`, `tenancy.archived`, `tenancy.changed-since`
   */
  async run(ctx: DeskContext, written: string, still?: string): Promise<{ host: string; former: string | null }> {
    const named = await readHostnameOf(this.work, ctx, written, this.baseDomain);
    authorize(ctx, 'hostname.change', named);
    return this.work.run(writing(ctx, named.tenantId), async (tx) => {
      await requireWritable(tx);
      const names = await tx.query<{ name: string; underBase: boolean; isPrimary: boolean; endedAt: Date | null }>(
        `SELECT name, under_base AS "underBase", is_primary AS "isPrimary", ended_at AS "endedAt" FROM hostname
         WHERE tenant_id = $1 AND site_id = $2 ORDER BY name, under_base FOR UPDATE`,
        [named.tenantId, named.siteId],
      );
      const now = names.find((one) => one.name === named.name && one.underBase === named.underBase);
      if (!now || now.endedAt) throw tenancyErrors['tenancy.hostname-ended']({ host: shownHost(named.host) });
      const primary = names.find((one) => one.isPrimary);
      const former = primary ? hostOf(primary, this.baseDomain) : null;
      if (still !== undefined && former !== still)
        throw tenancyErrors['tenancy.changed-since']({ name: shownHost(named.host) });
      if (now === primary) return { host: named.host, former };
      // One primary at a time, at each moment.
      await tx.query('UPDATE hostname SET is_primary = false WHERE tenant_id = $1 AND site_id = $2 AND is_primary', [
        named.tenantId,
        named.siteId,
      ]);
      await tx.query('UPDATE hostname SET is_primary = true WHERE tenant_id = $1 AND name = $2 AND under_base = $3', [
        named.tenantId,
        named.name,
        named.underBase,
      ]);
      tx.audit('hostname.made-primary', `hostname:${named.host}`, {
        name: named.host,
        before: { primary: former },
        after: { primary: named.host },
      });
      await tellSites(tx, 'tenancy.hostnames-changed', named.tenantId, [named.siteId]);
      return { host: named.host, former };
    });
  }
}
