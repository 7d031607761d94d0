import { acrossTenants, authorize, type DeskContext, reading } from '../../authority/desk-context.js';
import type { ClusterScope } from '../../kernel/database/scope.js';
import type { Tx, UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { Calendar } from '../../kernel/time/calendar.js';
import { UserError } from '../../kernel/user-error.js';
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
  /** What `run` would come to, in numbers: nothing is done by asking. */
  count(tx: Tx<ClusterScope>, tenantId: string): Promise<{ placements?: number; objects?: number }>;
  run(tx: Tx<ClusterScope>, tenantId: string): Promise<{ placements?: number; objectKeys?: string[] }>;
}

export interface DeletionPreview {
  name: string;
  /** Rows by table, of the tables that had any. */
  rows: Record<string, number>;
  /** Its texts on sites of other tenants, which go from there too. */
  placements: number;
  /** Names that are free again. */
  hostnames: string[];
  /** Files that nothing names any more. */
  objects: number;
  /** Which it takes about. */
  seconds: number;
}

export interface DeletionReport extends DeletionPreview {
  /** Of those files: for a job to remove from the store, after this is committed. */
  objectKeys: string[];
}

/** What a row takes, ms: measured 0.014 on two cores, 200,000 texts with their files (1,200,000 rows) in 17 s. */
const MS_A_ROW = 0.02;
/** No statement takes longer than a minute, except the one that takes away a large tenant; a machine may be ten times slower. */
const PATIENCE = 10;
const LEAST_MS = 60_000;

/** Deletes a tenant that has been archived for 30 days. Its name and its audit stay; nothing else does, for good. */
export class DeleteTenant {
  constructor(
    private readonly work: UnitOfWork,
    private readonly calendar: Calendar,
    private readonly steps: readonly DeleteStep[],
  ) {}

  /** What would go, counted. @throws as `run` does, but for the name */
  async preview(ctx: DeskContext, tenantId: string): Promise<DeletionPreview> {
    const tenant = await this.admit(ctx, tenantId);
    return this.work.run(acrossTenants(ctx, 'restructure'), async (tx) => {
      await requireNoneBelow(tx, tenant);
      const preview = await countRows(tx, tenant);
      for (const step of this.steps) {
        const { placements = 0, objects = 0 } = await step.count(tx, tenantId);
        preview.placements += placements;
        preview.objects += objects;
      }
      return preview;
    });
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

  /** Into both audits, of a deletion whose page was answered while it went on, and that took nothing away. */
  async tellFailure(ctx: DeskContext, tenantId: string, error: unknown): Promise<void> {
    await this.work.run(acrossTenants(ctx, 'restructure'), async (tx) => {
      const [tenant] = await tx.query<{ name: string; parentId: string | null }>(
        'SELECT name, parent_id AS "parentId" FROM tenant WHERE id = $1',
        [tenantId],
      );
      const why = error instanceof UserError ? error.message : '系统出错，什么都没有删除。';
      for (const concerned of [tenantId, tenant!.parentId])
        if (concerned) tx.audit('tenant.deletion-failed', `tenant:${tenantId}`, { name: tenant!.name, why }, concerned);
    });
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

  private async erase(tx: Tx<ClusterScope>, tenant: TenantRecord): Promise<DeletionReport> {
    const { tenantId, parentId, name } = tenant;
    const state = await holdState(tx, tenantId);
    if (state !== 'archived')
      throw tenancyErrors['tenancy.already-so']({ name, state: TENANT_STATES[state], act: '删除' });
    await requireNoneBelow(tx, tenant);
    const report: DeletionReport = { ...(await countRows(tx, tenant)), rows: {}, objectKeys: [] };
    const most = Math.max(LEAST_MS, report.seconds * 1000 * PATIENCE);
    await tx.query(`SELECT set_config('statement_timeout', $1, true)`, [String(most)]);
    for (const step of this.steps) {
      const { placements = 0, objectKeys = [] } = await step.run(tx, tenantId);
      report.placements += placements;
      // Not by push(...): hundreds of thousands are more arguments than a call can have.
      report.objectKeys = report.objectKeys.concat(objectKeys);
    }
    report.objects = report.objectKeys.length;
    for (const { wall, removed } of await tx.query<{ wall: string; removed: string }>(
      'SELECT wall, removed FROM tenant_erase($1)',
      [tenantId],
    ))
      if (Number(removed) > 0) report.rows[wall] = Number(removed);
    await tx.query(`UPDATE tenant SET state = 'deleted', state_since = now() WHERE id = $1`, [tenantId]);
    const { objectKeys: _, seconds: __, ...told } = report;
    for (const concerned of [tenantId, parentId])
      if (concerned) tx.audit('tenant.deleted', `tenant:${tenantId}`, { ...told }, concerned);
    await tellSites(tx, 'tenancy.tenant-deleted', tenantId, []);
    return report;
  }
}

/** @throws UserError `tenancy.delete-below` */
async function requireNoneBelow(tx: Tx<ClusterScope>, { tenantId, name }: TenantRecord): Promise<void> {
  const [below] = await tx.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM tenant WHERE parent_id = $1 AND state <> 'deleted'`,
    [tenantId],
  );
  if (below!.count > 0) throw tenancyErrors['tenancy.delete-below']({ name, count: below!.count });
}

async function countRows(tx: Tx<ClusterScope>, { tenantId, name }: TenantRecord): Promise<DeletionPreview> {
  const counted = await tx.query<{ wall: string; held: string }>('SELECT wall, held FROM tenant_count($1)', [tenantId]);
  const names = await tx.query<{ name: string }>('SELECT name FROM hostname WHERE tenant_id = $1 ORDER BY 1', [
    tenantId,
  ]);
  const rows = Object.fromEntries(
    counted.flatMap(({ wall, held }) => (Number(held) > 0 ? [[wall, Number(held)]] : [])),
  );
  const all = Object.values(rows).reduce((sum, held) => sum + held, 0);
  const hostnames = names.map((row) => row.name);
  return { name, rows, placements: 0, hostnames, objects: 0, seconds: Math.ceil((all * MS_A_ROW) / 1000) };
}
