import { Body, Inject, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import type { DeskSession } from '../../access/desk-session.js';
import { authorize, reading } from '../../authority/desk-context.js';
import type { Platform } from '../../kernel/platform/platform.js';
import type { CloneReport, CloneTarget } from '../../tenancy/clone/clone-site.js';
import { findSiteToRead, readSite, SITE_KINDS } from '../../tenancy/site/site.queries.js';
import { type Answer, done, View } from '../shell/answers.js';
import { effect } from '../shell/consequence.js';
import { PLATFORM } from '../shell/desk.js';
import { type Query as ListQuery, one } from '../shell/list.js';
import { Ctx, DeskRoutes, Does, Shows } from '../shell/route.js';
import { type Fault, submitted, untouched } from '../shell/submitted.js';
import { TENANCY, type TenancyDesk } from '../tenants/tenancy-desk.js';
import { findSurroundings } from './site-page.queries.js';
import { findTargetSites, findTargetTenants, TARGETS } from './targets.queries.js';

/** Onto a site that stands already, or with a new sub-site of a tenant. */
const cloning = z.object({
  to: z.uuid().optional(),
  tenantId: z.uuid({ error: '请选择单位' }).optional(),
  name: z.string().default(''),
  shortName: z.string().default(''),
  slug: z.string().default(''),
});

/** Copies the structure of a site: first onto what, then once more with what follows. */
@DeskRoutes('sites')
export class SiteClonePages {
  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(TENANCY) private readonly tenancy: TenancyDesk,
  ) {}

  @Shows(':id/clone', 'site.clone')
  choose(@Ctx() ctx: DeskSession, @Param('id') id: string, @Query() query: ListQuery): Promise<View> {
    const to = one(query, 'to');
    return to ? this.confirmation(ctx, id, to, untouched()) : this.targets(ctx, id, one(query, 'q'), untouched());
  }

  @Does(':id/clone', 'site.clone')
  clone(@Ctx() ctx: DeskSession, @Param('id') id: string, @Body() body: { to?: unknown }): Promise<Answer> {
    return submitted(body, {
      schema: cloning,
      run: ({ to, tenantId = '', ...made }) => {
        const target: CloneTarget = to ? { siteId: to } : { tenantId, ...made };
        return this.tenancy.cloneSite.run(ctx, id, target);
      },
      next: (report) => done(`/sites/${report.siteId}`, clonedInWords(report)),
      again: (fault) =>
        typeof body?.to === 'string' && body.to !== ''
          ? this.confirmation(ctx, id, body.to, fault)
          : this.targets(ctx, id, '', fault),
    });
  }

  private async targets(ctx: DeskSession, id: string, search: string, fault: Fault): Promise<View> {
    const { work } = this.platform;
    const site = await readSite(work, ctx, id);
    authorize(ctx, 'site.clone', site);
    const { kind } = site;
    const found = await findTargetSites(work, ctx, 'site.clone', search, { kind, but: id, empty: true });
    return new View(
      'console/site-clone.njk',
      {
        title: `复制“${site.name}”的结构`,
        lead: '复制栏目的层级、名称、类型、更新承诺和主题，不复制稿件和授权。',
        section: 'sites',
      },
      {
        site: { id, name: site.name, kind: SITE_KINDS[kind], isPortal: kind === 'portal' },
        search,
        rows: found,
        more: found.length === TARGETS,
        // A portal comes with its tenant (开通单位), never as a copy.
        tenants: kind === 'portal' ? [] : await findTargetTenants(work, ctx, 'site.clone', null),
        path: kind === 'township' ? '/xz/' : '/bm/',
        fault,
      },
    );
  }

  private async confirmation(ctx: DeskSession, id: string, to: string, fault: Fault): Promise<View> {
    const { work, config } = this.platform;
    const { from, target, counts, standing } = await work.run(reading(ctx), async (tx) => {
      const source = await findSiteToRead(tx, ctx, id);
      const onto = await findSiteToRead(tx, ctx, to);
      return {
        from: source,
        target: onto,
        counts: (await findSurroundings(tx, source, config.baseDomain)).counts,
        standing: (await findSurroundings(tx, onto, config.baseDomain)).counts,
      };
    });
    authorize(ctx, 'site.clone', from);
    authorize(ctx, 'site.clone', target);
    return new View(
      'confirm.njk',
      { title: `把结构复制到“${target.name}”？`, lead: `来自“${from.name}”`, section: 'sites' },
      {
        confirm: {
          lead: '同一地址的栏目改成来源网站的名称、类型和更新承诺；没有的新建。栏目名称里的地名换成目标网站的。',
          consequences: [
            effect(counts.channels, '个', '栏目从来源网站复制'),
            effect(standing.channels, '个', '栏目在目标网站已有：同址的更新，其余保留'),
            effect(0, '篇', '稿件改动：只复制结构'),
          ],
          after: '复制后可以在栏目里继续调整。',
          action: `/sites/${id}/clone`,
          fields: { to },
          errors: fault.summary,
          verb: '复制结构',
          tone: 'primary',
          cancel: `/sites/${id}/clone`,
        },
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
