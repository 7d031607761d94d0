import { Body, Inject, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import type { AccountInCharge } from '../../access/charge/account-in-charge.js';
import type { DeskSession } from '../../access/desk-session.js';
import { authorize, reading } from '../../authority/desk-context.js';
import type { Platform } from '../../kernel/platform/platform.js';
import type { CloneReport, CloneTarget } from '../../tenancy/clone/clone-site.js';
import { findSiteToRead, readSite, SITE_KINDS } from '../../tenancy/site/site.queries.js';
import { chargeField, chargeView, fieldOfCharge, givenInWords } from '../grants/charge.view.js';
import { type Answer, done, View } from '../shell/answers.js';
import { PLATFORM } from '../shell/desk.js';
import { type Query as ListQuery, listAddress, one } from '../shell/list.js';
import { Ctx, DeskRoutes, Does, Shows } from '../shell/route.js';
import { type Fault, submitted, untouched } from '../shell/submitted.js';
import { TENANCY, type TenancyDesk } from '../tenants/tenancy-desk.js';
import { clonePreview } from './site-clone.view.js';
import { findSurroundings } from './site-page.queries.js';
import { findTargetSites, findTargetTenants, TARGETS } from './targets.queries.js';

/** Onto a site that stands already, or with a new sub-site of a tenant, for which somebody may be put in charge. */
const cloning = z.object({
  to: z.uuid({ error: '请选择网站' }).optional(),
  tenantId: z.uuid({ error: '请选择单位' }).optional(),
  name: z.string().default(''),
  shortName: z.string().default(''),
  slug: z.string().default(''),
  charge: chargeField,
});
type Cloning = z.output<typeof cloning>;
const TYPED = ['tenantId', 'name', 'shortName', 'slug', 'charge'] as const;

/** Copies the structure of a site: first onto what, then a rehearsal with what is made, then in earnest. */
@DeskRoutes('sites')
export class SiteClonePages {
  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(TENANCY) private readonly tenancy: TenancyDesk,
  ) {}

  @Shows(':id/clone', 'site.clone')
  choose(@Ctx() ctx: DeskSession, @Param('id') id: string, @Query() query: ListQuery): Promise<View> {
    // Back from the preview: what was typed.
    const typed = TYPED.map((name) => [name, one(query, name)] as const);
    return this.targets(ctx, id, one(query, 'q'), untouched(Object.fromEntries(typed)));
  }

  /** The clone itself, taken back: it shows what would be made. */
  @Does(':id/clone/preview', 'site.clone')
  preview(@Ctx() ctx: DeskSession, @Param('id') id: string, @Body() body: unknown): Promise<Answer> {
    return submitted(body, {
      schema: cloning,
      run: async (form) => this.tenancy.cloneSite.preview(ctx, id, ...(await this.asked(ctx, form))),
      next: (report, form) => this.previewPage(ctx, id, report, form),
      again: (fault) => this.targets(ctx, id, '', fault),
      fieldOf: fieldOfCharge,
    });
  }

  @Does(':id/clone', 'site.clone')
  clone(@Ctx() ctx: DeskSession, @Param('id') id: string, @Body() body: unknown): Promise<Answer> {
    return submitted(body, {
      schema: cloning,
      run: async (form) => this.tenancy.cloneSite.run(ctx, id, ...(await this.asked(ctx, form))),
      next: (report) => done(`/sites/${report.siteId}`, `${clonedInWords(report)}${givenInWords(report.given)}`),
      again: (fault) => this.targets(ctx, id, '', fault),
      fieldOf: fieldOfCharge,
    });
  }

  /** A site that stands keeps its people: somebody is put in charge only of one that is opened. */
  private async asked(
    ctx: DeskSession,
    { to, tenantId = '', charge, ...made }: Cloning,
  ): Promise<[CloneTarget, AccountInCharge | null]> {
    if (to) return [{ siteId: to }, null];
    return [{ tenantId, ...made }, charge ? await this.tenancy.charges.named(ctx, charge) : null];
  }

  private async targets(ctx: DeskSession, id: string, search: string, fault: Fault): Promise<View> {
    const { work } = this.platform;
    const site = await readSite(work, ctx, id);
    authorize(ctx, 'site.clone', site);
    const { kind } = site;
    const found = await findTargetSites(work, ctx, 'site.clone', search, { kind, but: id, empty: true });
    // A portal comes with its tenant (开通单位), never as a copy.
    const tenants = kind === 'portal' ? [] : await findTargetTenants(work, ctx, 'site.clone', null);
    return new View(
      'console/site-clone.njk',
      {
        title: `复制“${site.name}”的结构`,
        lead: '复制栏目的层级、名称、类型、更新承诺和主题，不复制稿件、授权和负责人。',
        section: 'sites',
      },
      {
        site: { id, name: site.name, kind: SITE_KINDS[kind], isPortal: kind === 'portal' },
        search,
        rows: found,
        more: found.length === TARGETS,
        tenants,
        charge: await chargeView(work, this.tenancy.charges, ctx, {
          kinds: [kind],
          over: 'site',
          within: tenants.map(({ value }) => ({ tenantId: value })),
          tenantId: null,
        }),
        path: kind === 'township' ? '/xz/' : '/bm/',
        fault,
      },
    );
  }

  private async previewPage(ctx: DeskSession, id: string, report: CloneReport, form: Cloning): Promise<View> {
    const { work, config } = this.platform;
    const left = await work.run(reading(ctx), async (tx) =>
      findSurroundings(tx, await findSiteToRead(tx, ctx, id), config.baseDomain),
    );
    const { to, tenantId = '', name, shortName, slug, charge = '' } = form;
    const typed = { tenantId, name, shortName, slug, charge };
    return new View(
      'console/site-clone-preview.njk',
      {
        title: report.opened ? `开通“${report.name}”并复制结构？` : `把结构复制到“${report.name}”？`,
        lead: `来自“${report.sourceName}”`,
        section: 'sites',
      },
      {
        siteId: id,
        form: to ? { to } : typed,
        back: to ? `/sites/${id}/clone` : listAddress(`/sites/${id}/clone`, {}, typed),
        ...clonePreview(report, left.counts),
      },
    );
  }
}

function clonedInWords({ opened, name, parts }: CloneReport): string {
  const [channels] = parts;
  const begin = opened ? `已开通“${name}”` : `已复制到“${name}”`;
  if (!channels) return `${begin}。`;
  const { made, changed, kept } = channels;
  return `${begin}：新建栏目 ${made.length} 个，更新 ${changed.length} 个，保留 ${kept.length} 个。`;
}
