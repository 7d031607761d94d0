import { Body, Inject, Param } from '@nestjs/common';
import { z } from 'zod';
import type { DeskSession } from '../../access/desk-session.js';
import { authorize } from '../../authority/desk-context.js';
import type { Platform } from '../../kernel/platform/platform.js';
import { tenancyErrors } from '../../tenancy/errors.js';
import { shownHost } from '../../tenancy/hostname/shown-host.js';
import type { MoveReport } from '../../tenancy/move/move-site.js';
import { MovesUnderway } from '../../tenancy/move/moves-underway.js';
import { readSite } from '../../tenancy/site/site.queries.js';
import { type Answer, done, Redirect, View } from '../shell/answers.js';
import { effect, someEffect } from '../shell/consequence.js';
import { PLATFORM } from '../shell/desk.js';
import { firstOf, lastingOf, PAGE_WAITS_MS } from '../shell/first-of.js';
import { Ctx, DeskRoutes, Does, Shows } from '../shell/route.js';
import { type Fault, submitted, untouched } from '../shell/submitted.js';
import { TENANCY, type TenancyDesk } from '../tenants/tenancy-desk.js';
import { findTargetTenants } from './targets.queries.js';

const moving = z.object({
  toTenantId: z.uuid({ error: '请选择划归的单位' }),
  slug: z.string().optional(),
  reason: z.string().default(''),
});
type Moving = z.output<typeof moving>;

const GOING_ON =
  '正在划转，还要一些时间，可以去做别的。做完后，这里的单位就换成新的；没有做成的话，这里和您的首页会说明原因，什么都不会改。';

/** Moves a sub-site under another tenant: where to, then a rehearsal with what follows, then in earnest. */
@DeskRoutes('sites')
export class SiteMovePages {
  private readonly underway: MovesUnderway;

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(TENANCY) private readonly tenancy: TenancyDesk,
  ) {
    this.underway = new MovesUnderway(platform.work);
  }

  @Shows(':id/move', 'site.move')
  ask(@Ctx() ctx: DeskSession, @Param('id') id: string): Promise<View> {
    return this.form(ctx, id, untouched());
  }

  /** The move itself, taken back: it shows what would follow. */
  @Does(':id/move/preview', 'site.move')
  preview(@Ctx() ctx: DeskSession, @Param('id') id: string, @Body() body: unknown): Promise<Answer> {
    return submitted(body, {
      schema: moving,
      run: (form) => this.tenancy.moveSite.preview(ctx, { siteId: id, ...form }),
      next: (report, form) => this.previewPage(id, report, form),
      again: (fault) => this.form(ctx, id, fault),
    });
  }

  @Does(':id/move', 'site.move')
  move(@Ctx() ctx: DeskSession, @Param('id') id: string, @Body() body: unknown): Promise<Answer> {
    return submitted(body, {
      schema: moving,
      run: async (form) => {
        const request = { siteId: id, ...form };
        const move = this.tenancy.moveSite.run(ctx, request);
        const outcome = await firstOf(move, PAGE_WAITS_MS, this.goesOn(id, 'a move that went on was not done'));
        // Not waited for either: the tenant may be held at this moment by what the move waits for.
        if (outcome === 'going-on')
          this.underway.follow(ctx, request, move).catch(this.goesOn(id, 'what became of a move could not be noted'));
        return outcome;
      },
      next: (report) =>
        report === 'going-on'
          ? new Redirect(`/sites/${id}`, { tone: 'warn', text: GOING_ON })
          : done(
              `/sites/${id}`,
              `“${report.name}”已划归${report.toName}，新地址 ${shownHost(report.addresses.to)}，旧地址自动跳转。`,
            ),
      again: (fault) => this.form(ctx, id, fault),
    });
  }

  private goesOn(siteId: string, what: string) {
    return (error: unknown) => this.platform.log.error({ part: 'tenancy', siteId, err: error }, what);
  }

  private async form(ctx: DeskSession, id: string, fault: Fault): Promise<View> {
    const { work } = this.platform;
    const site = await readSite(work, ctx, id);
    authorize(ctx, 'site.move', site);
    if (site.parentSiteId === null) throw tenancyErrors['tenancy.move-portal']({ name: site.name });
    return new View(
      'console/site-move.njk',
      {
        title: `划转“${site.name}”`,
        lead: `现在属于${site.tenantName}。网站、栏目、稿件和主办机关的人一起走。`,
        section: 'sites',
      },
      {
        site: { id, name: site.name, slug: site.prefix.split('/').at(-2) },
        tenants: await findTargetTenants(work, ctx, 'site.move', site.tenantId),
        fault,
      },
    );
  }

  private previewPage(id: string, report: MoveReport, form: Moving): View {
    const bytes = report.attachmentBytes / (1024 * 1024);
    const size = bytes >= 1 ? `${Math.round(bytes).toLocaleString('en-US')} MB` : '不到 1 MB';
    return new View(
      'console/site-move-preview.njk',
      { title: `把“${report.name}”划归${report.toName}？`, lead: `来自${report.fromName}`, section: 'sites' },
      {
        siteId: id,
        form: { toTenantId: form.toTenantId, slug: form.slug ?? '', reason: form.reason },
        carried: report.carried,
        lasts: lastingOf(report.seconds),
        conflicts: report.conflicts.map(({ sentence }) => sentence),
        addresses: { from: shownHost(report.addresses.from), to: shownHost(report.addresses.to) },
        organ: report.organ.moves
          ? `${report.organ.name}随网站一起划转`
          : `${report.organ.name}还主办别的网站，留在${report.fromName}，${report.toName}另建一份同名的`,
        consequences: [
          effect(report.channels, '个', '栏目一起走'),
          ...someEffect(report.items, '篇', '稿件一起走'),
          ...someEffect(report.publications, '处', '刊载地址改变，旧地址永久跳转到新地址'),
          ...someEffect(report.attachments, '个', `附件和图片一起走，共 ${size}`),
          ...someEffect(report.placements, '处', '在别的网站上的刊载继续显示'),
          effect(report.accounts, '个', `账号随机关划到${report.toName}`),
          effect(report.grantsFollowing, '项', '授权继续有效'),
          ...someEffect(report.grantsEnding.length, '项', '授权结束，见下表', 'bad'),
          ...someEffect(
            report.channelsWithoutOrgan,
            '个',
            `${report.fromName}别的栏目失去负责机关，须另行指定`,
            'warn',
          ),
          ...someEffect(report.channelsLosingOrgan, '个', '栏目的负责机关留在原单位，须重新指定', 'warn'),
        ],
        ending: report.grantsEnding,
      },
    );
  }
}
