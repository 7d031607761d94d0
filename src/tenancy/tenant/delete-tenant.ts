import { acrossTenants, authorize, type DeskContext, reading } from '../../authority/desk-context.js';
import type { ClusterScope } from '../../kernel/database/scope.js';
import type { Tx, UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { Calendar } from '../../kernel/time/calendar.js';
import { tenancyErrors } from '../errors.js';
import { tellSites } from '../site/tell-sites.js';
import { holdState } from './retire-tenant.js';
import { findTenantToRead, TENANT_STATES, type TenantRecord } from './tenant.queries.js';

/** Days a tenant lies archived before it can be deleted; the database holds to it too (tenant_erase). */
export const DAYS_ARCHIVED = 30;
const DAY_MS = 86_400_000;

/**
 * What a room has to say and to do before a tenant's rows go. The rows themselves need no step: they are found by their
 * tenant_id.
 */
export interface DeleteStep {
  name: string;
  run(tx: Tx<ClusterScope>, tenantId: string): Promise<{ placements?: number; objectKeys?: string[] }>;
}

export interface DeletionReport {
  name: string;
  /** Rows by table, of the tables that had any. */
  rows: Record<string, number>;
  /** Its texts on sites of other tenants, which go from there too. */
  placements: number;
  /** Names that are free again. */
  hostnames: string[];
  /** Objects that nothing names any more: for a job to remove from the store, after this is committed. */
  objectKeys: string[];
}

/** Deletes a tenant that has been archived for 30 days. Its name and its audit stay; nothing else does, for good. */
export class DeleteTenant {
  constructor(
    private readonly work: UnitOfWork,
    private readonly calendar: Calendar,
    private readonly steps: readonly DeleteStep[],
  ) {}

  /** What would go. @throws as `run` does, but for the name */
  async preview(ctx: DeskContext, tenantId: string): Promise<DeletionReport> {
    const tenant = await this.admit(ctx, tenantId);
    return this.work.rehearse(acrossTenants(ctx, 'restructure'), (tx) => this.erase(tx, tenant));
  }

  /**
   * @param input.name the tenant's name, typed by the one who deletes it
   * @throws UserError `tenancy.delete-name`, `tenancy.delete-early`, `tenancy.delete-below`, `tenancy.already-so`
   */
  async run(ctx: DeskContext, tenantId: string, input: { name: string }): Promise<DeletionReport> {
    const tenant = await this.admit(ctx, tenantId);
    if (input.name.trim() !== tenant.name) throw tenancyErrors['tenancy.delete-name']({ name: tenant.name });
    return this.work.run(acrossTenants(ctx, 'restructure'), (tx) => this.erase(tx, tenant));
  }

  private async admit(ctx: DeskContext, tenantId: string): Promise<TenantRecord> {
    const tenant = await this.work.run(reading(ctx), (tx) => findTenantToRead(tx, ctx, tenantId));
    authorize(ctx, 'tenant.delete', tenant);
    const { name, state, stateSince } = tenant;
    if (state !== 'archived')
      throw tenancyErrors['tenancy.already-so']({ name, state: TENANT_STATES[state], act: '删除' });
    const from = new Date(stateSince.getTime() + DAYS_ARCHIVED * DAY_MS);
    if (from > new Date()) throw tenancyErrors['tenancy.delete-early']({ name, day: this.calendar.day(from) });
    return tenant;
  }

  private async erase(tx: Tx<ClusterScope>, { tenantId, parentId, name }: TenantRecord): Promise<DeletionReport> {
    const state = await holdState(tx, tenantId);
    if (state !== 'archived')
      throw tenancyErrors['tenancy.already-so']({ name, state: TENANT_STATES[state], act: '删除' });
    const [below] = await tx.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM tenant WHERE parent_id = $1 AND state <> 'deleted'`,
      [tenantId],
    );
    if (below!.count > 0) throw tenancyErrors['tenancy.delete-below']({ name, count: below!.count });

    const report: DeletionReport = { name, rows: {}, placements: 0, hostnames: [], objectKeys: [] };
    for (const step of this.steps) {
      const { placements = 0, objectKeys = [] } = await step.run(tx, tenantId);
      report.placements += placements;
      report.objectKeys.push(...objectKeys);
    }
    const names = await tx.query<{ name: string }>('SELECT name FROM hostname WHERE tenant_id = $1 ORDER BY 1', [
      tenantId,
    ]);
    report.hostnames = names.map((row) => row.name);
    for (const { wall, removed } of await tx.query<{ wall: string; removed: string }>(
      'SELECT wall, removed FROM tenant_erase($1)',
      [tenantId],
    ))
      if (Number(removed) > 0) report.rows[wall] = Number(removed);
    await tx.query(`UPDATE tenant SET state = 'deleted', state_since = now() WHERE id = $1`, [tenantId]);
    const { objectKeys, ...told } = report;
    for (const concerned of [tenantId, parentId])
      if (concerned)
        tx.audit('tenant.deleted', `tenant:${tenantId}`, { ...told, objects: objectKeys.length }, concerned);
    await tellSites(tx, 'tenancy.tenant-deleted', tenantId, []);
    return report;
  }
}
