import { validate as isUuid } from 'uuid';
import { authorize, type DeskContext, reading, writing } from '../../authority/desk-context.js';
import type { SubtreeScope } from '../../kernel/database/scope.js';
import type { Tx, UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { tenancyErrors } from '../errors.js';
import { FormCheck } from '../form-faults.js';
import type { Blueprint } from '../plan/blueprint.js';
import { townshipOfOrgan } from '../plan/place-name.js';
import type { PublicFacts } from '../plan/public-facts.js';
import type { UnitLevel } from '../plan/types.js';
import { fillBlanks, type ProvisionStep } from '../provision/provision-step.js';
import { findTenantToRead, requireWritable } from '../tenant/tenant.queries.js';
import type { GivenInCharge, InCharge } from './in-charge.js';
import { makeSubSite, type NewSubSite, newSubSiteFields, type SubSiteKind } from './make-sub-site.js';
import { type DeskSite, findSiteToRead } from './site.queries.js';
import { readingsOf } from './site-reading.js';
import { tellSites } from './tell-sites.js';

type Names = Pick<DeskSite, 'name' | 'shortName'>;

export interface OpenedSubSite {
  siteId: string;
  tenantId: string;
  name: string;
  given: GivenInCharge | null;
}

/**
 * Opens a sub-site for a department or a township under a portal that stands, from the blueprint of its kind: site, organ
 * and what the rooms above add to a new site, the grants of whoever is to answer for it among it, in one transaction.
 */
export class OpenSubSite {
  constructor(
    private readonly work: UnitOfWork,
    private readonly blueprints: ReadonlyMap<Blueprint['kind'], Blueprint>,
    private readonly facts: PublicFacts,
    private readonly steps: readonly ProvisionStep[],
  ) {}

  /** @throws FormFaults; UserError `authority.*`, `tenancy.sub-site-below-portal`, `tenancy.archived` */
  async run(
    ctx: DeskContext,
    portalId: string,
    kind: SubSiteKind,
    input: NewSubSite,
    inCharge: InCharge | null = null,
  ): Promise<OpenedSubSite> {
    const { portal, tenant, organ } = await this.work.run(reading(ctx), async (tx) => {
      const found = await findSiteToRead(tx, ctx, portalId);
      authorize(ctx, 'site.open', found);
      return {
        portal: found,
        tenant: await findTenantToRead(tx, ctx, found.tenantId),
        organ: await organOf(tx, found.tenantId, input.organId),
      };
    });
    requirePortal(portal);
    const check = new FormCheck(newSubSiteFields, { ...(await completed(kind, input, organ)) });
    const unfit = inCharge?.faultOfSite(ctx, { tenantId: tenant.tenantId, kind });
    if (unfit) check.fault('charge', unfit);
    const form = check.taken();
    const blueprint = this.blueprints.get(kind)!;
    const look = {
      kind,
      tagline: fillBlanks(this.facts.taglines[kind], { 上级: tenant.governmentName }),
      theme: null,
      blueprintRevision: blueprint.revision,
    };
    return this.work.run(writing(ctx, tenant.tenantId, 'provision'), async (tx) => {
      await requireWritable(tx);
      const made = await makeSubSite(tx, look, tenant, form);
      const site = {
        id: made.siteId,
        tenantId: tenant.tenantId,
        key: made.key,
        level: kind === 'township' ? ('township' as const) : (portal.level as UnitLevel),
        blueprint,
        blanks: { 地名: kind === 'township' ? townshipOfOrgan(form.name) : form.name },
      };
      const unit = { level: tenant.level as UnitLevel, name: tenant.name, slug: tenant.slug };
      for (const step of this.steps) await step.run(tx, unit, [site], {});
      const { siteId, tenantId, name, prefix } = made;
      const given = inCharge && (await inCharge.giveSite(tx, ctx, { ...made, kind, tenantName: tenant.name }));
      const charge = given ? { inCharge: given.login } : {};
      tx.audit('site.opened', `site:${siteId}`, { name, kind, prefix, ...charge });
      await tellSites(tx, 'tenancy.site-opened', tenantId, [siteId]);
      return { siteId, tenantId, name, given };
    });
  }
}

/** @throws UserError `tenancy.sub-site-below-portal` */
export function requirePortal({ kind, name }: Pick<DeskSite, 'kind' | 'name'>): void {
  if (kind !== 'portal') throw tenancyErrors['tenancy.sub-site-below-portal']({ name });
}

async function organOf(tx: Tx<SubtreeScope>, tenantId: string, organId: string | undefined): Promise<Names | null> {
  if (!organId || !isUuid(organId)) return null;
  const [organ] = await tx.query<Names>(
    'SELECT name, short_name AS "shortName" FROM organ WHERE tenant_id = $1 AND id = $2 AND ended_on IS NULL',
    [tenantId, organId],
  );
  return organ ?? null;
}

/** What was left empty: the names are the organ's, the address is the name as it is read, 教育局 → jyj, 开安 → kaian. */
async function completed(kind: SubSiteKind, input: NewSubSite, organ: Names | null): Promise<NewSubSite> {
  const written = (text: string | undefined) => text?.trim() || undefined;
  const name = written(input.name) ?? organ?.name ?? '';
  const shortName = written(input.shortName) ?? organ?.shortName ?? '';
  const [reading] = await readingsOf([shortName]);
  const slug = written(input.slug) ?? (kind === 'township' ? reading!.full : reading!.initials);
  return { ...input, name, shortName, slug };
}
