import type { Actor, ClusterScope } from '../../kernel/database/scope.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { UserError } from '../../kernel/user-error.js';
import { tenancyErrors } from '../errors.js';
import { findUnit } from '../plan/find-unit.js';
import type { PlannedUnit, ProvincePlan } from '../plan/types.js';
import type { TenantState } from '../tenant/tenant.queries.js';
import type { KnownTenant } from './provision-step.js';
import type { ProvisionUnit } from './provision-unit.js';

export interface ProvinceReport {
  units: number;
  sites: number;
  /** Rows made or changed; 0: everything stood already. */
  changed: number;
  /** Units that were not opened, each with the sentence that says why. The others stand. */
  stopped: { code: string; name: string; sentence: string }[];
}

export interface ProvisionOptions {
  /** Region code of one unit; the units above it are opened when they are missing. */
  only?: string;
  /** After each unit, for a progress bar. */
  onUnit?: (done: number, of: number, unit: PlannedUnit) => void;
}

const PROVISION_LOCK = 5310927145;

/**
 * Opens the province of a plan, or one unit of it: parents first, each unit whole or not at all; a unit that cannot be
 * opened stops neither its neighbours nor the run.
 */
export class ProvisionProvince {
  constructor(
    private readonly work: UnitOfWork,
    private readonly unit: ProvisionUnit,
  ) {}

  /** @throws UserError `tenancy.unit-unknown` */
  async run(actor: Actor, plan: ProvincePlan, options: ProvisionOptions = {}): Promise<ProvinceReport> {
    const units = unitsToOpen(plan, options.only);
    const scope: ClusterScope = { kind: 'cluster', actor, work: 'provision' };
    // One run at a time: a second one waits, and then finds everything standing.
    return this.work.run(scope, async (turn) => {
      await turn.query('SELECT pg_advisory_xact_lock($1)', [PROVISION_LOCK]);
      return this.open(actor, plan, units, scope, options);
    });
  }

  private async open(
    actor: Actor,
    plan: ProvincePlan,
    units: PlannedUnit[],
    scope: ClusterScope,
    options: ProvisionOptions,
  ): Promise<ProvinceReport> {
    const { known, closed } = await this.work.run(scope, async (tx) => {
      await tx.query(
        `INSERT INTO region (code, parent_code, level, name)
         SELECT * FROM jsonb_to_recordset($1) AS r(code text, parent_code text, level text, name text)
         ON CONFLICT (code) DO UPDATE SET name = excluded.name WHERE region.name <> excluded.name`,
        [JSON.stringify(regionsOf(plan))],
      );
      const tenants = await tx.query<KnownTenant & { code: string; state: TenantState }>(
        `SELECT region_code AS code, id, path, state FROM tenant WHERE region_code IS NOT NULL
         ORDER BY state = 'deleted' DESC`,
      );
      return {
        known: new Map(tenants.filter(isStanding).map(({ code, id, path }) => [code, { id, path }])),
        closed: new Map(tenants.map(({ code, state }) => [code, state])),
      };
    });

    const { only } = options;
    const stopped = plan.problems.filter(({ code }) => !only || code.startsWith(only));
    const report: ProvinceReport = { units: 0, sites: 0, changed: 0, stopped };
    for (const [done, unit] of units.entries()) {
      const state = closed.get(unit.code) ?? 'open';
      if (state === 'archived' || state === 'deleted') {
        stopped.push({ code: unit.code, name: unit.name, sentence: sentenceOfClosed(unit, state) });
        continue;
      }
      const parent = unit.parentCode ? known.get(unit.parentCode) : null;
      if (parent === undefined) {
        stopped.push({ code: unit.code, name: unit.name, sentence: `${unit.name}的上级没有开通，先解决上级的问题。` });
        continue;
      }
      try {
        const made = await this.unit.run(actor, unit, parent, known.get(unit.code) ?? null);
        known.set(unit.code, { id: made.id, path: made.path });
        report.units += 1;
        report.sites += made.sites;
        report.changed += made.changed;
      } catch (error) {
        if (!isOwnFault(error)) throw error;
        stopped.push({ code: unit.code, name: unit.name, sentence: sentenceOf(error, unit) });
      }
      options.onUnit?.(done + 1, units.length, unit);
    }
    return report;
  }
}

function unitsToOpen(plan: ProvincePlan, only: string | undefined): PlannedUnit[] {
  if (!only) return plan.units;
  const chain: PlannedUnit[] = [];
  for (let unit = findUnit(plan, only); unit; unit = unit.parentCode ? findUnit(plan, unit.parentCode) : null)
    chain.unshift(unit);
  if (chain.length === 0 && !plan.problems.some((problem) => problem.code === only))
    throw tenancyErrors['tenancy.unit-unknown']({ code: only });
  return chain;
}

function regionsOf(plan: ProvincePlan) {
  return plan.units.flatMap((unit) => [
    { code: unit.code, parent_code: unit.parentCode, level: unit.level, name: unit.name },
    ...unit.townships
      .filter((township) => township.code !== null)
      .map((township) => ({ code: township.code, parent_code: unit.code, level: 'township', name: township.name })),
  ]);
}

const isStanding = ({ state }: { state: TenantState }): boolean => state !== 'deleted';

const sentenceOfClosed = (unit: PlannedUnit, state: 'archived' | 'deleted'): string =>
  state === 'archived'
    ? `${unit.name}已归档，没有改动。`
    : `${unit.name}已撤销并删除，不会自动再开通。需要时请在工作台开通。`;

/** A clash with what stands already (a name, an address) is the unit's own; everything else ends the run. */
const isOwnFault = (error: unknown): boolean =>
  (error as { code?: string }).code === '23505' || (error instanceof UserError && error.status < 500);

function sentenceOf(error: unknown, unit: PlannedUnit): string {
  if (error instanceof UserError) return error.message;
  const { constraint = '' } = error as { constraint?: string };
  if (constraint === 'tenant_slug_key' || constraint === 'hostname_pkey')
    return `${unit.name}的主机名“${unit.slug}”已属于别的单位，与之重复，没有开通。请在 blueprints/jilin.json 里另定一个后重试。`;
  return `${unit.name}与已有的网站重复（${constraint}），没有开通。请在 blueprints/jilin.json 里改正后重试。`;
}
