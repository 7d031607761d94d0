import type { Actor, TenantScope } from '../../kernel/database/scope.js';
import type { Tx, UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { newId } from '../../kernel/id.js';
import type { Blueprint } from '../plan/blueprint.js';
import type { PublicFacts } from '../plan/public-facts.js';
import type { PlannedUnit } from '../plan/types.js';
import { siteTags } from '../tags.js';
import type { ProvisionedSite, ProvisionStep } from './provision-step.js';
import { type OrganPlan, organsOf, type SitePlan, sitesOf } from './unit-rows.js';

export interface UnitReport {
  code: string;
  sites: number;
  /** Rows made or changed; 0: everything stood already. */
  changed: number;
}

/** What exists already, by region code. */
export interface KnownTenant {
  id: string;
  path: string;
}

/**
 * Opens one unit of the province, or brings it up to the plan: tenant, organs, sites, hostname, and what the rooms above
 * add, in one transaction. Nothing that was changed by hand is touched, nothing is made twice.
 */
export class ProvisionUnit {
  constructor(
    private readonly work: UnitOfWork,
    private readonly blueprints: Map<Blueprint['kind'], Blueprint>,
    private readonly facts: PublicFacts,
    private readonly steps: ProvisionStep[],
  ) {}

  run(
    actor: Actor,
    unit: PlannedUnit,
    parent: KnownTenant | null,
    known: KnownTenant | null,
  ): Promise<UnitReport & KnownTenant> {
    const tenant = known ?? { id: newId(), path: `${parent?.path ?? ''}${unit.code}/` };
    const scope: TenantScope = { kind: 'tenant', actor, tenantId: tenant.id, purpose: 'provision' };
    return this.work.run(scope, async (tx) => {
      let changed = await openTenant(tx, unit, tenant, parent);
      const organs = organsOf(unit, this.facts);
      changed += await openOrgans(tx, organs);
      const plans = sitesOf(unit, this.facts, this.blueprints);
      const sites = await openSites(tx, tenant, plans);
      changed += sites.changed;
      changed += await openHostname(tx, unit, sites.opened);
      for (const step of this.steps) changed += await step.run(tx, unit, sites.opened);
      if (changed > 0) {
        await tx.audit('unit.provisioned', `region:${unit.code}`, { sites: plans.length, changed });
        await tx.emit({
          name: 'tenancy.unit-provisioned',
          tenantId: tenant.id,
          tags: [siteTags.directory, ...sites.opened.map((site) => siteTags.site(site.id))],
        });
      }
      return { ...tenant, code: unit.code, sites: plans.length, changed };
    });
  }
}

type ProvisionTx = Tx<TenantScope>;

async function openTenant(tx: ProvisionTx, unit: PlannedUnit, tenant: KnownTenant, parent: KnownTenant | null) {
  const made = await tx.query(
    `INSERT INTO tenant (id, parent_id, region_code, level, form, name, short_name, government_name, document_prefix, slug, path)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (id) DO NOTHING RETURNING id`,
    [
      tenant.id,
      parent?.id ?? null,
      unit.code,
      unit.level,
      unit.form,
      unit.name,
      unit.shortName,
      unit.governmentName,
      unit.documentPrefix,
      unit.slug,
      tenant.path,
    ],
  );
  return made.length;
}

async function openOrgans(tx: ProvisionTx, organs: OrganPlan[]): Promise<number> {
  const made = await tx.query(
    `INSERT INTO organ (tenant_id, id, kind, key, name, short_name, region_code, telephone, hours, address, introduction, facts)
     SELECT $1, * FROM jsonb_to_recordset($2) AS o(id uuid, kind text, key text, name text, short_name text,
       region_code text, telephone text, hours text, address text, introduction text, facts jsonb)
     ON CONFLICT (tenant_id, key) DO NOTHING RETURNING id`,
    [tx.scope.tenantId, JSON.stringify(organs.map((organ) => ({ id: newId(), ...organ })))],
  );
  return made.length;
}

async function openSites(tx: ProvisionTx, tenant: KnownTenant, plans: SitePlan[]) {
  const before = await tx.query<{ id: string; key: string }>('SELECT id, key FROM site WHERE tenant_id = $1', [
    tenant.id,
  ]);
  const ids = new Map(before.map((site) => [site.key, site.id]));
  for (const plan of plans) if (!ids.has(plan.key)) ids.set(plan.key, newId());
  const portal = ids.get('portal');
  const rows = plans.map(({ blueprint, blanks, ...plan }) => ({
    ...plan,
    id: ids.get(plan.key),
    parent_site_id: plan.key === 'portal' ? null : portal,
    region_path: tenant.path,
    blueprint_revision: blueprint.revision,
  }));
  const changed = await tx.query(
    `INSERT INTO site AS known (tenant_id, id, kind, level, key, parent_site_id, prefix, region_path, region_code, position,
       name, short_name, tagline, sponsor_id, undertaker_id, identification_code, icp_number, public_security_number,
       demonstration, blueprint_revision)
     SELECT $1, s.id, s.kind, s.level, s.key, s.parent_site_id, s.prefix, s.region_path, s.region_code, s.position,
       s.name, s.short_name, s.tagline, sponsor.id, undertaker.id, s.identification_code, s.icp_number,
       s.public_security_number, s.demonstration, s.blueprint_revision
     FROM jsonb_to_recordset($2) AS s(id uuid, kind text, level text, key text, parent_site_id uuid, prefix text,
       region_path text, region_code text, position int, name text, short_name text, tagline text, sponsor text,
       undertaker text, identification_code text, icp_number text, public_security_number text, demonstration boolean,
       blueprint_revision text)
     JOIN organ sponsor ON sponsor.tenant_id = $1 AND sponsor.key = s.sponsor
     JOIN organ undertaker ON undertaker.tenant_id = $1 AND undertaker.key = s.undertaker
     ON CONFLICT (tenant_id, key) DO UPDATE SET
       name = CASE WHEN 'name' = ANY (known.overridden) THEN known.name ELSE excluded.name END,
       short_name = CASE WHEN 'short_name' = ANY (known.overridden) THEN known.short_name ELSE excluded.short_name END,
       tagline = CASE WHEN 'tagline' = ANY (known.overridden) THEN known.tagline ELSE excluded.tagline END,
       position = excluded.position,
       blueprint_revision = excluded.blueprint_revision
     WHERE (known.blueprint_revision, known.position) IS DISTINCT FROM (excluded.blueprint_revision, excluded.position)
       OR (NOT 'name' = ANY (known.overridden) AND known.name <> excluded.name)
       OR (NOT 'short_name' = ANY (known.overridden) AND known.short_name <> excluded.short_name)
       OR (NOT 'tagline' = ANY (known.overridden) AND known.tagline <> excluded.tagline)
     RETURNING id`,
    [tenant.id, JSON.stringify(rows)],
  );
  const opened: ProvisionedSite[] = plans.map((plan) => ({
    id: ids.get(plan.key)!,
    tenantId: tenant.id,
    key: plan.key,
    level: plan.level,
    blueprint: plan.blueprint,
    blanks: plan.blanks,
  }));
  return { opened, changed: changed.length };
}

async function openHostname(tx: ProvisionTx, unit: PlannedUnit, sites: ProvisionedSite[]): Promise<number> {
  const portal = sites.find((site) => site.key === 'portal')!;
  const made = await tx.query(
    `INSERT INTO hostname (tenant_id, name, under_base, site_id)
     SELECT $1, $2, true, $3 WHERE NOT EXISTS (SELECT FROM hostname WHERE tenant_id = $1 AND site_id = $3) RETURNING name`,
    [tx.scope.tenantId, unit.slug, portal.id],
  );
  return made.length;
}
