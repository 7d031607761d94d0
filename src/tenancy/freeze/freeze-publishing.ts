import { acrossTenants, authorize, type DeskContext, may, reading } from '../../authority/desk-context.js';
import { authorityErrors } from '../../authority/errors.js';
import type { ClusterScope } from '../../kernel/database/scope.js';
import type { Tx, UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { newId } from '../../kernel/id.js';
import { tenancyErrors } from '../errors.js';
import { FormCheck, reasonField } from '../form-faults.js';
import { findSiteToRead } from '../site/site.queries.js';
import { belowTenantPath, findTenantToRead } from '../tenant/tenant.queries.js';
import { findFreeze } from './freeze.queries.js';

/** What is frozen: one site, or a tenant and all below it. */
export type FreezePlace = { siteId: string } | { tenantId: string };

export interface Frozen {
  freezeId: string;
  /** How many tenants it holds for. */
  tenants: number;
}

/**
 * Stops publishing on a site, or in a tenant and all below it, until it is ended. What is public stays public. Tenants that
 * are opened below a frozen one are frozen with it.
 */
export class FreezePublishing {
  constructor(private readonly work: UnitOfWork) {}

  /** @throws FormFaults; UserError `tenancy.already-frozen` */
  async run(ctx: DeskContext, place: FreezePlace, input: { reason: string }): Promise<Frozen> {
    const at = await this.work.run(reading(ctx), async (tx) => {
      if ('siteId' in place) {
        const { tenantId, siteId, name } = await findSiteToRead(tx, ctx, place.siteId);
        authorize(ctx, 'site.freeze', { tenantId, siteId });
        return { tenantId, siteId, name };
      }
      const { tenantId, name } = await findTenantToRead(tx, ctx, place.tenantId);
      authorize(ctx, 'tenant.freeze', { tenantId });
      return { tenantId, siteId: null, name };
    });
    const { reason } = new FormCheck({ reason: reasonField }, input).taken();
    const freezeId = newId();
    return this.work.run(acrossTenants(ctx, 'restructure'), async (tx) => {
      const tenantIds = at.siteId ? [await holdTenantOf(tx, at)] : await holdSubtree(tx, at.tenantId);
      // Below one's own reach there is nothing that lies outside it; a rule that said otherwise would show here.
      if (!at.siteId && !tenantIds.every((tenantId) => may(ctx, 'tenant.freeze', { tenantId })))
        throw authorityErrors['authority.refused']({ action: 'tenant.freeze' });
      const put = await tx.query(
        `INSERT INTO publishing_freeze (tenant_id, id, site_id, inherited, reason, begun_by)
         SELECT t, $2, $3, t <> $4, $5, $6 FROM unnest($1::uuid[]) t ON CONFLICT DO NOTHING RETURNING tenant_id`,
        [tenantIds, freezeId, at.siteId, at.tenantId, reason, ctx.actor.name],
      );
      if (put.length < tenantIds.length) throw tenancyErrors['tenancy.already-frozen']({ name: at.name });
      const subject = at.siteId ? `site:${at.siteId}` : `tenant:${at.tenantId}`;
      for (const tenantId of tenantIds)
        tx.audit('publishing.frozen', subject, { name: at.name, reason, freeze: freezeId }, tenantId);
      return { freezeId, tenants: tenantIds.length };
    });
  }
}

/** Ends a freeze where it was put, and with it everywhere it was inherited. */
export class EndFreeze {
  constructor(private readonly work: UnitOfWork) {}

  /** @throws FormFaults; UserError `tenancy.freeze-ended`, `authority.refused` for one put on a tenant above */
  async run(ctx: DeskContext, freezeId: string, input: { reason: string }): Promise<{ tenants: number }> {
    const freeze = await this.work.run(reading(ctx), (tx) => findFreeze(tx, ctx, freezeId));
    if (freeze.siteId) authorize(ctx, 'site.freeze', { tenantId: freeze.tenantId, siteId: freeze.siteId });
    else authorize(ctx, 'tenant.freeze', { tenantId: freeze.tenantId });
    // Who only sees where it was inherited does not end what was put on a tenant above.
    if (freeze.inherited) throw authorityErrors['authority.refused']({ action: 'tenant.freeze' });
    const { reason } = new FormCheck({ reason: reasonField }, input).taken();
    return this.work.run(acrossTenants(ctx, 'restructure'), async (tx) => {
      const ended = await tx.query<{ tenantId: string }>(
        `WITH ended AS (
           UPDATE publishing_freeze SET ended_at = now(), ended_by = $2, ended_for = $3
           WHERE id = $1 AND ended_at IS NULL RETURNING tenant_id
         ) SELECT tenant_id AS "tenantId" FROM ended`,
        [freezeId, ctx.actor.name, reason],
      );
      if (ended.length === 0) throw tenancyErrors['tenancy.freeze-ended']();
      const subject = freeze.siteId ? `site:${freeze.siteId}` : `tenant:${freeze.tenantId}`;
      for (const { tenantId } of ended)
        tx.audit('publishing.freed', subject, { name: freeze.name, reason, freeze: freezeId }, tenantId);
      return { tenants: ended.length };
    });
  }
}

/** Waits for what is being published there, and holds back what begins. */
async function holdTenantOf(tx: Tx<ClusterScope>, at: { tenantId: string; siteId: string | null }): Promise<string> {
  await tx.query('SELECT FROM tenant WHERE id = $1 FOR UPDATE', [at.tenantId]);
  const [site] = await tx.query('SELECT FROM site WHERE tenant_id = $1 AND id = $2', [at.tenantId, at.siteId]);
  if (!site) throw authorityErrors['authority.missing']();
  return at.tenantId;
}

/** As `holdTenantOf`, for a tenant and all below it, also one that is being opened at this moment. */
async function holdSubtree(tx: Tx<ClusterScope>, rootId: string): Promise<string[]> {
  const below = `FROM tenant t, (SELECT path FROM tenant WHERE id = $1) root
    WHERE ${belowTenantPath('t.path', 'root.path')} AND t.state <> 'deleted'`;
  await tx.query(`SELECT ${below} ORDER BY t.id FOR UPDATE OF t`, [rootId]);
  const rows = await tx.query<{ id: string }>(`SELECT t.id ${below} ORDER BY t.id`, [rootId]);
  return rows.map((row) => row.id);
}
