import { authorize, type DeskContext, writing } from '../../authority/desk-context.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { tenancyErrors } from '../errors.js';
import { FormCheck, maybeLine, reasonField } from '../form-faults.js';
import { holdSite, readSite } from './site.queries.js';
import { tellSites } from './tell-sites.js';

export const USUAL_NOTICE = '网站正在维护，暂时不能访问。';

/**
 * Closes a site to visitors: each of its addresses, files too, answers 503 with a plain page. What stands below a portal
 * is closed with it. Nothing of it is lost.
 */
export class SuspendSite {
  constructor(private readonly work: UnitOfWork) {}

  /**
   * @param how.reason for the desk and the audit; `notice`: the sentence visitors are told, the usual one when empty
   * @throws FormFaults; UserError `tenancy.already-so`
   */
  async run(ctx: DeskContext, siteId: string, how: { reason: string; notice?: string }): Promise<{ notice: string }> {
    const site = await readSite(this.work, ctx, siteId);
    authorize(ctx, 'site.suspend', site);
    const fields = { reason: reasonField, notice: maybeLine('给公众的说明', 100).optional() };
    const { reason, notice } = new FormCheck(fields, how).taken();
    const told = notice || USUAL_NOTICE;
    return this.work.run(writing(ctx, site.tenantId), async (tx) => {
      const before = await holdSite(tx, siteId);
      if (before.state !== 'open')
        throw tenancyErrors['tenancy.already-so']({ name: before.name, state: '已停用', act: '再停用' });
      await tx.query(
        `UPDATE site SET state = 'suspended', suspended_for = $3, closed_notice = $4, suspended_at = now()
         WHERE tenant_id = $1 AND id = $2`,
        [site.tenantId, siteId, reason, told],
      );
      tx.audit('site.suspended', `site:${siteId}`, { name: before.name, reason, notice: told });
      await tellSites(tx, 'tenancy.site-suspended', site.tenantId, [siteId]);
      return { notice: told };
    });
  }
}

/** Opens a suspended site to visitors again. */
export class RestoreSite {
  constructor(private readonly work: UnitOfWork) {}

  /** @throws FormFaults; UserError `tenancy.already-so` */
  async run(ctx: DeskContext, siteId: string, how: { reason: string }): Promise<void> {
    const site = await readSite(this.work, ctx, siteId);
    authorize(ctx, 'site.suspend', site);
    const { reason } = new FormCheck({ reason: reasonField }, how).taken();
    await this.work.run(writing(ctx, site.tenantId), async (tx) => {
      const before = await holdSite(tx, siteId);
      if (before.state !== 'suspended')
        throw tenancyErrors['tenancy.already-so']({ name: before.name, state: '开放', act: '恢复' });
      await tx.query(
        `UPDATE site SET state = 'open', suspended_for = '', closed_notice = '', suspended_at = NULL
         WHERE tenant_id = $1 AND id = $2`,
        [site.tenantId, siteId],
      );
      tx.audit('site.restored', `site:${siteId}`, {
        name: before.name,
        reason,
        before: { suspendedFor: before.suspendedFor },
      });
      await tellSites(tx, 'tenancy.site-restored', site.tenantId, [siteId]);
    });
  }
}
