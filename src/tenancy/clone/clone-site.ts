import { authorize, type DeskContext, reading, writing } from '../../authority/desk-context.js';
import type { TenantScope } from '../../kernel/database/scope.js';
import type { Tx, UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { tenancyErrors } from '../errors.js';
import { FormCheck } from '../form-faults.js';
import {
  isSubSiteKind,
  makeSubSite,
  type NewSubSite,
  newSubSiteFields,
  type SubSiteKind,
  type SubSiteLook,
} from '../site/make-sub-site.js';
import { type DeskSite, findSiteToRead, holdSite, SITE_KINDS } from '../site/site.queries.js';
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

export interface CloneReport {
  siteId: string;
  tenantId: string;
  name: string;
  opened: boolean;
  theme: string | null;
  parts: ClonedPart[];
}

/** Gives a site the structure of another: channels with their promises and kinds in their order, and the look. No texts. */
export class CloneSite {
  constructor(
    private readonly work: UnitOfWork,
    private readonly steps: readonly CloneStep[],
  ) {}

  /** @throws FormFaults; UserError `authority.*`, `tenancy.clone-*`, `tenancy.archived` */
  async run(ctx: DeskContext, sourceSiteId: string, target: CloneTarget): Promise<CloneReport> {
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
    const admitted = 'siteId' in target ? requireSameKind(source, to as DeskSite) : admitNew(source, target);
    return this.work.run(writing(ctx, to.tenantId, 'provision'), async (tx) => {
      await requireWritable(tx);
      const site =
        admitted === null
          ? await takeLook(tx, source, to as DeskSite)
          : await makeSubSite(tx, lookOf(source, to as TenantRecord), to as TenantRecord, admitted);
      const parts: ClonedPart[] = [];
      for (const [i, step] of this.steps.entries()) parts.push(await step.write(tx, taken[i], source, site));
      const counts = parts.map(({ what, made, changed, kept }) => ({
        what,
        made: made.length,
        changed: changed.length,
        kept: kept.length,
      }));
      tx.audit('site.cloned', `site:${site.siteId}`, {
        name: site.name,
        from: source.name,
        opened: !!admitted,
        counts,
      });
      await tellSites(tx, 'tenancy.site-cloned', to.tenantId, [site.siteId]);
      return {
        siteId: site.siteId,
        tenantId: site.tenantId,
        name: site.name,
        opened: admitted !== null,
        theme: source.theme,
        parts,
      };
    });
  }
}

function admitNew(source: DeskSite, target: Exclude<CloneTarget, { siteId: string }>): NewSubSite {
  if (!isSubSiteKind(source.kind)) throw tenancyErrors['tenancy.clone-portal']();
  return new FormCheck(newSubSiteFields, { ...target }).taken();
}

function lookOf({ kind, tagline, tenantName, theme }: DeskSite, tenant: TenantRecord): SubSiteLook {
  return { kind: kind as SubSiteKind, tagline: tagline.replace(tenantName, tenant.name), theme, blueprintRevision: '' };
}

function requireSameKind(source: DeskSite, target: DeskSite): null {
  if (target.siteId === source.siteId) throw tenancyErrors['tenancy.clone-itself']();
  if (target.kind !== source.kind)
    throw tenancyErrors['tenancy.clone-kind']({
      source: source.name,
      sourceKind: SITE_KINDS[source.kind],
      target: target.name,
      targetKind: SITE_KINDS[target.kind],
    });
  return null;
}

/** The look of the source, on a site without any text. */
async function takeLook(tx: Tx<TenantScope>, source: DeskSite, { siteId }: DeskSite): Promise<ClonedSite> {
  const site = await holdSite(tx, siteId);
  const [content] = await tx.query<{ items: number }>(
    `SELECT (SELECT count(*)::int FROM item WHERE tenant_id = $1 AND site_id = $2)
       + (SELECT count(*)::int FROM publication WHERE tenant_id = $1 AND site_id = $2) AS items`,
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
