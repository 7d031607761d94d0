import { acrossTenants, authorize, type DeskContext, maySomewhere, reading } from '../../authority/desk-context.js';
import { authorityErrors } from '../../authority/errors.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { UserError } from '../../kernel/user-error.js';
import { FormCheck, FormFaults } from '../form-faults.js';
import { isHostnameTaken, TAKEN } from '../hostname/hostname.queries.js';
import { hostOf } from '../hostname/hostname-name.js';
import { findUnit } from '../plan/find-unit.js';
import { faultOfSlug } from '../plan/slug.js';
import type { PlannedUnit, ProvincePlan } from '../plan/types.js';
import type { OpenedSubSites, ProvisionUnit } from '../provision/provision-unit.js';
import { LEVELS, type OpeningForm, openingFields } from './opening-form.js';
import { findTenantToRead, type TenantRecord } from './tenant.queries.js';

/** What the top knows and this room does not. */
export interface OpeningChoices {
  /** Names of the themes that can show a site, of those loaded at the start. */
  themes: readonly string[];
  /** Keys of the blueprints of portals. */
  blueprints: readonly string[];
  baseDomain: string;
  /** The province's plan: what a unit's parent, names and sub-sites are. Read when it is asked for. */
  plan(): Promise<ProvincePlan>;
}

export interface OpenedTenant {
  tenantId: string;
  /** Its portal. */
  siteId: string;
  host: string;
  sites: number;
  subSites: OpenedSubSites;
  /** What the steps have to tell, by name of the step: the first administrator's one-time link. */
  told: ReadonlyMap<string, unknown>;
}

/**
 * Opens a unit at the desk, in one transaction: tenant, organs, sites, hostname, and what the rooms above add, the first
 * administrator among it.
 */
export class OpenTenant {
  constructor(
    private readonly work: UnitOfWork,
    private readonly unit: ProvisionUnit,
    private readonly choices: OpeningChoices,
  ) {}

  /** @throws FormFaults with every wrong field; UserError `authority.missing` for a parent out of sight */
  async run(ctx: DeskContext, input: OpeningForm): Promise<OpenedTenant> {
    // Before anything is said of what is taken.
    if (!maySomewhere(ctx, 'tenant.open')) throw authorityErrors['authority.refused']({ action: 'tenant.open' });
    const check = new FormCheck(openingFields(this.choices), { ...input });
    const { parentTenantId, regionCode } = check.values;
    const parent = parentTenantId
      ? await this.work.run(reading(ctx), (tx) => findTenantToRead(tx, ctx, parentTenantId))
      : null;
    if (parent) authorize(ctx, 'tenant.open', parent);
    const planned = regionCode ? findUnit(await this.choices.plan(), regionCode) : null;
    judgePlace(check, parent, planned);
    judgeSubSites(check, planned);
    await this.judgeFree(ctx, check);
    const { administrator } = input;
    const request = {
      theme: check.values.theme ?? null,
      demonstration: check.values.demonstration,
      administrator,
      told: new Map<string, unknown>(),
    };
    for (const step of this.unit.steps) {
      const faults = await step.faultsOf?.(check.values, request);
      for (const [field, sentence] of Object.entries(faults ?? {})) check.fault(field, sentence);
    }
    const form = check.taken();
    const unit = unitOf(form, parent, planned);
    await this.knowRegion(ctx, unit);
    const asPlanned = planned?.governmentName === unit.governmentName && planned.shortName === unit.shortName;
    const overridden = asPlanned ? [] : ['name', 'short_name'];
    const made = await this.unit
      .run(ctx.actor, unit, { id: parent!.tenantId, path: parent!.path }, null, { ...request, overridden })
      .catch(asFault);
    const host = hostOf({ name: unit.slug, underBase: true }, this.choices.baseDomain);
    const { sites, subSites } = made;
    return { tenantId: made.id, siteId: made.portalId, host, sites, subSites, told: request.told };
  }

  private async judgeFree(ctx: DeskContext, check: FormCheck<ReturnType<typeof openingFields>>): Promise<void> {
    const { slug, regionCode } = check.values;
    const fault = slug ? faultOfSlug(slug) : null;
    if (fault) check.fault('slug', fault);
    await this.work.run(acrossTenants(ctx, 'provision'), async (tx) => {
      if (slug && !fault && (await isHostnameTaken(tx, { name: slug, underBase: true }))) check.fault('slug', TAKEN);
      const [open] = await tx.query(`SELECT FROM tenant WHERE region_code = $1 AND state <> 'deleted'`, [
        regionCode ?? null,
      ]);
      if (open) check.fault('regionCode', '这个区划代码的单位已经开通，请核对');
    });
  }

  /** Divisions are reference data, the same for all: that one is known says nothing of who has it. */
  private async knowRegion(ctx: DeskContext, unit: PlannedUnit): Promise<void> {
    const regions = [
      { code: unit.code, parent_code: unit.parentCode, level: unit.level, name: unit.name },
      ...unit.townships.map(({ code, name }) => ({ code, parent_code: unit.code, level: 'township', name })),
    ];
    await this.work.run(acrossTenants(ctx, 'provision'), (tx) =>
      tx.query(
        `INSERT INTO region (code, parent_code, level, name)
         SELECT * FROM jsonb_to_recordset($1) AS r(code text, parent_code text, level text, name text)
         ON CONFLICT (code) DO NOTHING`,
        [JSON.stringify(regions)],
      ),
    );
  }
}

/** What the place above and the plan say of the form. */
function judgePlace(
  check: FormCheck<ReturnType<typeof openingFields>>,
  parent: TenantRecord | null,
  planned: PlannedUnit | null,
): void {
  const { level } = check.values;
  if (parent && level && LEVELS.indexOf(level) <= LEVELS.indexOf(parent.level as (typeof LEVELS)[number]))
    check.fault('level', `上级“${parent.name}”不比它高，请另选上级或级别`);
  if (parent && parent.state !== 'open')
    check.fault('parentTenantId', `上级“${parent.name}”正在撤销或已归档，不能再开通下级`);
  if (parent && planned && parent.regionCode && planned.parentCode !== parent.regionCode)
    check.fault('parentTenantId', `按区划，${planned.name}不属于“${parent.name}”，请核对上级`);
}

/** Which sub-sites a unit gets, the plan alone knows: where it knows of none, nothing would be opened and nobody told. */
function judgeSubSites(check: FormCheck<ReturnType<typeof openingFields>>, planned: PlannedUnit | null): void {
  const { subSites, regionCode } = check.values;
  if (!subSites || !regionCode || (planned && planned.townships.length + planned.departments.length > 0)) return;
  const why = planned
    ? `区划里${planned.name}没有乡镇街道和部门`
    : `区划里没有 ${regionCode}，不知道它有哪些乡镇和部门`;
  check.fault(
    'subSites',
    `${why}，没有子站可以同时开通。请核对区划代码，或者不勾选这一项，开通以后在门户网站逐个开通子站`,
  );
}

function unitOf(form: OpeningForm, parent: TenantRecord | null, planned: PlannedUnit | null): PlannedUnit {
  const { regionCode, level, form: kind, name, shortName, governmentName, documentPrefix, slug } = form;
  return {
    code: regionCode,
    parentCode: parent?.regionCode ?? null,
    ...{ level, form: kind, name, shortName, governmentName, documentPrefix, slug },
    townships: form.subSites ? (planned?.townships ?? []) : [],
    departments: form.subSites ? (planned?.departments ?? []) : [],
  };
}

/** Somebody else was quicker: told as it would have been a moment later. */
function asFault(error: unknown): never {
  const { code, constraint = '' } = error as { code?: string; constraint?: string };
  if (error instanceof UserError || code !== '23505') throw error;
  if (constraint === 'tenant_slug_key' || constraint === 'hostname_pkey') throw new FormFaults({ slug: `${TAKEN}。` });
  throw new FormFaults({ regionCode: '这个区划代码的单位已经开通，请核对。' });
}
