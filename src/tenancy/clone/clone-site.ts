import { authorize, type DeskContext, reading, writing } from '../../authority/desk-context.js';
import type { TenantScope } from '../../kernel/database/scope.js';
import type { Tx, UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { tenancyErrors } from '../errors.js';
import { FormCheck } from '../form-faults.js';
import { hostOf } from '../hostname/hostname-name.js';
import type { GivenInCharge, InCharge } from '../site/in-charge.js';
import {
  isSubSiteKind,
  makeSubSite,
  type NewSubSite,
  newSubSiteFields,
  type SubSiteKind,
  type SubSiteLook,
} from '../site/make-sub-site.js';
import { type DeskSite, findSiteToRead, holdSite, SITE_KINDS } from '../site/site.queries.js';
import type { SiteKind } from '../site/site-directory.js';
import { tellSites } from '../site/tell-sites.js';
import { findTenantToRead, requireWritable, type TenantRecord } from '../tenant/tenant.queries.js';
import type { ClonedPart, ClonedSite, CloneStep } from './clone-step.js';

/** A sub-site that is opened with the structure, or a site without content that takes it. */
export type CloneTarget =
  | {
      tenantId: string;
      name: string;
      shortName: string;
      /** Last part of its address. */
      slug: string;
      /** The organ behind it; absent: one of the site's name is made. */
      organId?: string;
    }
  | { siteId: string };

/** What a clone does: shown before, and returned after. */
export interface CloneReport {
  siteId: string;
  tenantId: string;
  tenantName: string;
  sourceName: string;
  name: string;
  opened: boolean;
  kind: SiteKind;
  /** Where it stands: `nongan.localhost/bm/jyj/`; null when the portal has no hostname. */
  address: string | null;
  sponsor: string;
  theme: string | null;
  parts: ClonedPart[];
  /** What the account in charge of a site that is opened has now. */
  given: GivenInCharge | null;
}

interface Admitted {
  source: DeskSite;
  to: DeskSite | TenantRecord;
  /** What each step has read. */
  taken: unknown[];
  /** Null: onto a site that stands. */
  made: NewSubSite | null;
}

/**
 * Gives a site the structure of another: channels with their promises and kinds in their order, and the look. No texts, no
 * grants: a site that is opened gives the one in charge what its blueprint says, a site that stands keeps its people. The
 * preview is the clone itself, taken back.
 */
export class CloneSite {
  constructor(
    private readonly work: UnitOfWork,
    private readonly steps: readonly CloneStep[],
    private readonly baseDomain: string,
  ) {}

  /** What would be made. Throws what `run` throws. */
  async preview(ctx: DeskContext, sourceSiteId: string, target: CloneTarget, inCharge: InCharge | null = null) {
    const admitted = await this.admit(ctx, sourceSiteId, target, inCharge);
    return this.work.rehearse(writing(ctx, admitted.to.tenantId, 'provision'), (tx) =>
      this.clone(tx, ctx, admitted, inCharge),
    );
  }

  /**
   * @param inCharge who is to answer for a sub-site that is opened
   * @throws FormFaults; UserError `authority.*`, `tenancy.clone-*`, `tenancy.archived`, `access.*`
   */
  async run(ctx: DeskContext, sourceSiteId: string, target: CloneTarget, inCharge: InCharge | null = null) {
    const admitted = await this.admit(ctx, sourceSiteId, target, inCharge);
    return this.work.run(writing(ctx, admitted.to.tenantId, 'provision'), (tx) =>
      this.clone(tx, ctx, admitted, inCharge),
    );
  }

  /** Both ends must be in sight and in one's power. */
  private async admit(
    ctx: DeskContext,
    sourceSiteId: string,
    target: CloneTarget,
    inCharge: InCharge | null,
  ): Promise<Admitted> {
    const { source, to, taken } = await this.work.run(reading(ctx), async (tx) => {
      const from = await findSiteToRead(tx, ctx, sourceSiteId);
      const place =
        'siteId' in target
          ? await findSiteToRead(tx, ctx, target.siteId)
          : await findTenantToRead(tx, ctx, target.tenantId);
      authorize(ctx, 'site.clone', from);
      authorize(ctx, 'site.clone', 'siteId' in target ? place : { tenantId: place.tenantId });
      const read: unknown[] = [];
      for (const step of this.steps) read.push(await step.read(tx, from));
      return { source: from, to: place, taken: read };
    });
    if ('siteId' in target) requireSameKind(source, to as DeskSite);
    return { source, to, taken, made: 'siteId' in target ? null : admitNew(ctx, source, target, inCharge) };
  }

  private async clone(
    tx: Tx<TenantScope>,
    ctx: DeskContext,
    { source, to, taken, made }: Admitted,
    inCharge: InCharge | null,
  ): Promise<CloneReport> {
    await requireWritable(tx);
    const tenantName = made ? (to as TenantRecord).name : (to as DeskSite).tenantName;
    const site = made
      ? await makeSubSite(tx, lookOf(source, to as TenantRecord), to as TenantRecord, made)
      : await takeLook(tx, source, to as DeskSite);
    const { siteId, tenantId, name } = site;
    const parts: ClonedPart[] = [];
    for (const [i, step] of this.steps.entries()) parts.push(await step.write(tx, taken[i], source, site));
    const kind = source.kind as SubSiteKind;
    const given =
      made && inCharge ? await inCharge.giveSite(tx, ctx, { tenantId, siteId, kind, name, tenantName }) : null;
    const counts = parts.map(({ what, ...of }) => ({
      what,
      made: of.made.length,
      changed: of.changed.length,
      kept: of.kept.length,
    }));
    const charge = given ? { inCharge: given.login } : {};
    tx.audit('site.cloned', `site:${siteId}`, { name, from: source.name, opened: made !== null, ...charge, counts });
    await tellSites(tx, 'tenancy.site-cloned', tenantId, [siteId]);
    return {
      ...{ siteId, tenantId, tenantName, sourceName: source.name, name, opened: made !== null, kind: source.kind },
      ...(await whereItStands(tx, siteId, this.baseDomain)),
      theme: source.theme,
      parts,
      given,
    };
  }
}

async function whereItStands(tx: Tx<TenantScope>, siteId: string, baseDomain: string) {
  const [row] = await tx.query<{ sponsor: string; prefix: string; host: string | null; underBase: boolean }>(
    `SELECT o.name AS sponsor, s.prefix, h.name AS host, h.under_base AS "underBase"
     FROM site s JOIN organ o ON o.tenant_id = s.tenant_id AND o.id = s.sponsor_id
     LEFT JOIN hostname h ON h.tenant_id = s.tenant_id AND h.site_id = coalesce(s.parent_site_id, s.id) AND h.is_primary
     WHERE s.tenant_id = $1 AND s.id = $2`,
    [tx.scope.tenantId, siteId],
  );
  const { sponsor, prefix, host, underBase } = row!;
  return { sponsor, address: host === null ? null : `${hostOf({ name: host, underBase }, baseDomain)}${prefix}` };
}

function admitNew(
  ctx: DeskContext,
  { kind }: DeskSite,
  target: Exclude<CloneTarget, { siteId: string }>,
  inCharge: InCharge | null,
): NewSubSite {
  if (!isSubSiteKind(kind)) throw tenancyErrors['tenancy.clone-portal']();
  const check = new FormCheck(newSubSiteFields, { ...target });
  const unfit = inCharge?.faultOfSite(ctx, { tenantId: target.tenantId, kind });
  if (unfit) check.fault('charge', unfit);
  return check.taken();
}

function lookOf({ kind, tagline, tenantName, theme }: DeskSite, tenant: TenantRecord): SubSiteLook {
  return { kind: kind as SubSiteKind, tagline: tagline.replace(tenantName, tenant.name), theme, blueprintRevision: '' };
}

function requireSameKind(source: DeskSite, target: DeskSite): void {
  if (target.siteId === source.siteId) throw tenancyErrors['tenancy.clone-itself']();
  if (target.kind !== source.kind)
    throw tenancyErrors['tenancy.clone-kind']({
      source: source.name,
      sourceKind: SITE_KINDS[source.kind],
      target: target.name,
      targetKind: SITE_KINDS[target.kind],
    });
}

/** The look of the source, on a site without any text. */
async function takeLook(tx: Tx<TenantScope>, source: DeskSite, { siteId }: DeskSite): Promise<ClonedSite> {
  const site = await holdSite(tx, siteId);
  const [content] = await tx.query<{ items: number }>(
    `SELECT (SELECT count(*)::int FROM item WHERE tenant_id = $1 AND site_id = $2)
       + (SELECT count(*)::int FROM publication p WHERE p.tenant_id = $1 AND p.site_id = $2 AND NOT EXISTS (
           SELECT FROM item i WHERE i.tenant_id = $1 AND i.site_id = $2 AND i.tenant_id = p.source_tenant_id AND i.id = p.item_id)) AS items`,
    [site.tenantId, siteId],
  );
  if (content!.items > 0) throw tenancyErrors['tenancy.clone-not-empty']({ target: site.name, items: content!.items });
  await tx.query(
    `UPDATE site SET theme = $3, overridden = ARRAY(SELECT DISTINCT unnest(overridden || '{theme}') ORDER BY 1)
     WHERE tenant_id = $1 AND id = $2 AND theme IS DISTINCT FROM $3`,
    [site.tenantId, siteId, source.theme],
  );
  return site;
}
