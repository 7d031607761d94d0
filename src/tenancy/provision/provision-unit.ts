import type { Actor, TenantScope } from '../../kernel/database/scope.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { newId } from '../../kernel/id.js';
import type { Blueprint } from '../plan/blueprint.js';
import type { PublicFacts } from '../plan/public-facts.js';
import type { PlannedUnit } from '../plan/types.js';
import { siteTags } from '../tags.js';
import { followBlueprints } from './follow-blueprints.js';
import { openSites } from './open-sites.js';
import type { KnownTenant, OpeningRequest, ProvisionedSite, ProvisionStep, ProvisionTx } from './provision-step.js';
import { factsOfRealSites, type OrganPlan, organsOf, type SitePlan, sitesOf } from './unit-rows.js';

/** How many of each kind. */
export interface OpenedSubSites {
  townships: number;
  departments: number;
}

export interface UnitReport {
  code: string;
  sites: number;
  subSites: OpenedSubSites;
  portalId: string;
  /** Rows made or changed; 0: everything stood already. */
  changed: number;
}

/**
 * Opens one unit of the province, or brings it up to the plan: tenant, organs, sites, hostname, and what the rooms above
 * add, in one transaction. Sub-sites that were opened at the desk follow a new revision of their blueprint as well. Nothing that
 * was changed by hand is touched, nothing is made twice.
 */
export class ProvisionUnit {
  constructor(
    private readonly work: UnitOfWork,
    private readonly blueprints: Map<Blueprint['kind'], Blueprint>,
    private readonly facts: PublicFacts,
    readonly steps: readonly ProvisionStep[],
  ) {}

  run(
    actor: Actor,
    unit: PlannedUnit,
    parent: KnownTenant | null,
    known: KnownTenant | null,
    request: OpeningRequest = {},
  ): Promise<UnitReport & KnownTenant> {
    const tenant = known ?? { id: newId(), path: `${parent?.path ?? ''}${unit.code}/` };
    const scope: TenantScope = { kind: 'tenant', actor, tenantId: tenant.id, purpose: 'provision' };
    return this.work.run(scope, async (tx) => {
      const opened = await openTenant(tx, unit, tenant, parent);
      let changed = opened;
      const standing = await standingOf(tx);
      const demonstration = request.demonstration ?? standing.demonstration ?? this.facts.demonstration;
      const facts = demonstration ? { ...this.facts, demonstration } : factsOfRealSites(this.facts);
      const planned = sitesOf(unit, facts, this.blueprints);
      // An address that a sub-site opened by hand has already stays its own.
      const given = planned.filter(({ prefix }) => standing.ownPrefixes.includes(prefix)).map(({ key }) => key);
      const isHere = ({ key }: { key: string }) => !standing.movedAway.includes(key) && !given.includes(key);
      changed += await openOrgans(tx, organsOf(unit, facts).filter(isHere));
      const plans = planned.filter(isHere);
      const sites = await openSites(tx, tenant, plans, request);
      changed += sites.changed;
      changed += await openHostname(tx, unit, sites.opened);
      const following = await followBlueprints(tx, this.blueprints, plans);
      changed += following.length;
      const concerned = [...sites.opened, ...following];
      for (const step of this.steps) changed += await step.run(tx, unit, concerned, request);
      if (changed > 0) {
        tx.audit('unit.provisioned', `region:${unit.code}`, { name: unit.name, sites: plans.length, changed });
        // Whoever stands above is told in theirs; the one entry of another tenant that this scope may write.
        if (opened > 0 && parent)
          tx.audit(
            'tenant.opened',
            `tenant:${tenant.id}`,
            { name: unit.name, slug: unit.slug, sites: plans.length },
            parent.id,
          );
        await tx.emit({
          name: 'tenancy.unit-provisioned',
          tenantId: tenant.id,
          tags: [siteTags.directory, ...concerned.map((site) => siteTags.site(site.id))],
        });
      }
      const ofKind = (kind: SitePlan['kind']) => plans.filter((plan) => plan.kind === kind).length;
      return {
        ...tenant,
        code: unit.code,
        sites: plans.length,
        subSites: { townships: ofKind('township'), departments: ofKind('department') },
        portalId: sites.opened[0]!.id,
        changed,
      };
    });
  }
}

interface Standing {
  demonstration: boolean | null;
  /** Keys of sub-sites that went to another tenant since. */
  movedAway: string[];
  /** Of sub-sites that no plan knows: opened at the desk. */
  ownPrefixes: string[];
}

/** What stands of the tenant already. */
async function standingOf(tx: ProvisionTx): Promise<Standing> {
  const [row] = await tx.query<Standing>(
    `SELECT (SELECT demonstration FROM site WHERE tenant_id = $1 AND key = 'portal') AS demonstration,
       ARRAY(SELECT m.key FROM moved_site m WHERE m.tenant_id = $1
         AND NOT EXISTS (SELECT FROM site s WHERE s.tenant_id = $1 AND s.key = m.key)) AS "movedAway",
       ARRAY(SELECT prefix FROM site WHERE tenant_id = $1 AND key LIKE 'own/%') AS "ownPrefixes"`,
    [tx.scope.tenantId],
  );
  return row!;
}

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

async function openHostname(tx: ProvisionTx, unit: PlannedUnit, sites: ProvisionedSite[]): Promise<number> {
  const portal = sites.find((site) => site.key === 'portal')!;
  const made = await tx.query(
    `INSERT INTO hostname (tenant_id, name, under_base, site_id)
     SELECT $1, $2, true, $3 WHERE NOT EXISTS (SELECT FROM hostname WHERE tenant_id = $1 AND site_id = $3) RETURNING name`,
    [tx.scope.tenantId, unit.slug, portal.id],
  );
  return made.length;
}
