import { Body, Inject, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import type { DeskSession } from '../../access/desk-session.js';
import { authorize, reading } from '../../authority/desk-context.js';
import type { Platform } from '../../kernel/platform/platform.js';
import { shownHost } from '../../tenancy/hostname/shown-host.js';
import { SUB_SITE_FOLDERS, type SubSiteKind } from '../../tenancy/site/make-sub-site.js';
import { requirePortal } from '../../tenancy/site/open-sub-site.js';
import { findSiteToRead, SITE_KINDS } from '../../tenancy/site/site.queries.js';
import { chargeField, chargeView, fieldOfCharge, givenInWords } from '../grants/charge.view.js';
import { type Answer, done, View } from '../shell/answers.js';
import { PLATFORM } from '../shell/desk.js';
import { type Query as ListQuery, one } from '../shell/list.js';
import { Ctx, DeskRoutes, Does, Shows } from '../shell/route.js';
import { type Fault, submitted, untouched } from '../shell/submitted.js';
import { TENANCY, type TenancyDesk } from '../tenants/tenancy-desk.js';
import { findSurroundings } from './site-page.queries.js';
import { findSponsors } from './targets.queries.js';

const text = z.string().default('');
const opening = z.object({
  kind: z.enum(['department', 'township'], { error: '请选择类型' }),
  organId: text.transform((id) => id || undefined),
  name: text,
  shortName: text,
  slug: text,
  charge: chargeField,
});

/** Opens the sub-site of a bureau or a township below a portal, from the blueprint of its kind. */
@DeskRoutes('sites')
export class SubSitePages {
  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(TENANCY) private readonly tenancy: TenancyDesk,
  ) {}

  @Shows(':id/sub-sites/new', 'site.open')
  newForm(@Ctx() ctx: DeskSession, @Param('id') id: string, @Query() query: ListQuery): Promise<View> {
    const kind: SubSiteKind = one(query, 'kind') === 'township' ? 'township' : 'department';
    return this.formPage(ctx, id, untouched({ kind, organId: one(query, 'organ') }));
  }

  @Does(':id/sub-sites', 'site.open')
  open(@Ctx() ctx: DeskSession, @Param('id') id: string, @Body() body: unknown): Promise<Answer> {
    return submitted(body, {
      schema: opening,
      run: async ({ kind, charge, ...form }) => {
        const inCharge = charge ? await this.tenancy.charges.named(ctx, charge) : null;
        return this.tenancy.openSubSite.run(ctx, id, kind, form, inCharge);
      },
      next: ({ siteId, name, given }) =>
        done(`/sites/${siteId}`, `已开通“${name}”，公众可以访问了。${givenInWords(given)}`),
      again: (fault) => this.formPage(ctx, id, fault),
      fieldOf: fieldOfCharge,
    });
  }

  private async formPage(ctx: DeskSession, id: string, fault: Fault): Promise<View> {
    const { work, config } = this.platform;
    const { portal, host, sponsors } = await work.run(reading(ctx), async (tx) => {
      const site = await findSiteToRead(tx, ctx, id);
      authorize(ctx, 'site.open', site);
      requirePortal(site);
      const { address } = await findSurroundings(tx, site, config.baseDomain);
      return { portal: site, host: address && shownHost(address), sponsors: await findSponsors(tx, site.tenantId) };
    });
    return new View(
      'console/sub-site-new.njk',
      {
        title: '开通子站',
        lead: `在“${portal.name}”之下，栏目按统一的网站结构建立。`,
        section: 'sites',
      },
      {
        site: { id, name: portal.name },
        kinds: (['department', 'township'] as const).map((kind) => ({
          value: kind,
          label: `${SITE_KINDS[kind]}（${SUB_SITE_FOLDERS[kind]}）`,
        })),
        sponsors,
        host,
        charge: await chargeView(work, this.tenancy.charges, ctx, {
          kinds: ['department', 'township'],
          over: 'site',
          within: [{ tenantId: portal.tenantId }],
          tenantId: portal.tenantId,
        }),
        fault,
      },
    );
  }
}
