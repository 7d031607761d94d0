import { acrossTenants, authorize, type DeskContext, reading } from '../../authority/desk-context.js';
import { authorityErrors } from '../../authority/errors.js';
import type { ClusterScope } from '../../kernel/database/scope.js';
import type { Tx, UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { tenancyErrors } from '../errors.js';
import { FormCheck, reasonField } from '../form-faults.js';
import { tellSites } from '../site/tell-sites.js';
import { findTenantToRead, TENANT_STATES, type TenantState } from './tenant.queries.js';

interface Step {
  from: readonly TenantState[];
  to(from: TenantState): TenantState;
  /** What it is called when it cannot be done. */
  says: string;
  act: string;
}

/** Forward one by one, and back one by one. Deleting is `DeleteTenant`. */
const STEPS = {
  freeze: { from: ['open'], to: () => 'frozen', says: '开始撤销', act: 'tenant.retirement-begun' },
  archive: { from: ['frozen'], to: () => 'archived', says: '归档', act: 'tenant.archived' },
  takeBack: {
    from: ['frozen', 'archived'],
    to: (from) => (from === 'archived' ? 'frozen' : 'open'),
    says: '撤回',
    act: 'tenant.retirement-taken-back',
  },
} as const satisfies Record<string, Step>;

/**
 * Retires a tenant in steps that can each be taken back: frozen (nothing is published any more), archived (visitors read on
 * under a banner with the day, nobody writes). Tenants below are retired by themselves.
 */
export class RetireTenant {
  constructor(private readonly work: UnitOfWork) {}

  freeze = (ctx: DeskContext, tenantId: string, input: { reason: string }) =>
    this.go(ctx, tenantId, input, STEPS.freeze);
  archive = (ctx: DeskContext, tenantId: string, input: { reason: string }) =>
    this.go(ctx, tenantId, input, STEPS.archive);
  /** One step back: archived → frozen → open. */
  takeBack = (ctx: DeskContext, tenantId: string, input: { reason: string }) =>
    this.go(ctx, tenantId, input, STEPS.takeBack);

  /**
   * @returns the state it is in now
   * @throws FormFaults; UserError `tenancy.already-so` when it is not its turn
   */
  private async go(ctx: DeskContext, tenantId: string, input: { reason: string }, step: Step): Promise<TenantState> {
    const tenant = await this.work.run(reading(ctx), (tx) => findTenantToRead(tx, ctx, tenantId));
    authorize(ctx, 'tenant.retire', tenant);
    // The platform is a tenant too: it is not retired from within itself.
    if (tenant.level === 'platform') throw authorityErrors['authority.refused']({ action: 'tenant.retire' });
    const { reason } = new FormCheck({ reason: reasonField }, input).taken();
    return this.work.run(acrossTenants(ctx, 'restructure'), async (tx) => {
      const state = await holdState(tx, tenantId);
      if (!step.from.includes(state))
        throw tenancyErrors['tenancy.already-so']({ name: tenant.name, state: TENANT_STATES[state], act: step.says });
      const next = step.to(state);
      // Before the tenant's own day is written over: sites that were archived by themselves stay so.
      const siteIds = await markSites(tx, tenantId, next === 'archived');
      await tx.query('UPDATE tenant SET state = $2, state_since = now(), state_reason = $3 WHERE id = $1', [
        tenantId,
        next,
        next === 'open' ? '' : reason,
      ]);
      tx.audit(
        step.act,
        `tenant:${tenantId}`,
        { name: tenant.name, reason, before: { state }, after: { state: next } },
        tenantId,
      );
      await tellSites(tx, 'tenancy.tenant-state-changed', tenantId, siteIds);
      return next;
    });
  }
}

/** The tenant's state, held: what is being written there ends first, and nothing begins meanwhile. */
export async function holdState(tx: Tx<ClusterScope>, tenantId: string): Promise<TenantState> {
  const [tenant] = await tx.query<{ state: TenantState }>('SELECT state FROM tenant WHERE id = $1 FOR UPDATE', [
    tenantId,
  ]);
  return tenant!.state;
}

/** Visitors do not see tenants: each site says by itself since when it is archived. @returns the tenant's sites */
async function markSites(tx: Tx<ClusterScope>, tenantId: string, archived: boolean): Promise<string[]> {
  await tx.query(
    `UPDATE site SET archived_at = CASE WHEN $2 THEN now() END
     WHERE tenant_id = $1 AND (archived_at IS NOT NULL) <> $2
       AND ($2 OR archived_at >= (SELECT state_since FROM tenant WHERE id = $1))`,
    [tenantId, archived],
  );
  const sites = await tx.query<{ id: string }>('SELECT id FROM site WHERE tenant_id = $1', [tenantId]);
  return sites.map((site) => site.id);
}
