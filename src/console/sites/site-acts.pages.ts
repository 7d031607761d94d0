import { Body, Inject, Param } from '@nestjs/common';
import { z } from 'zod';
import type { DeskSession } from '../../access/desk-session.js';
import { authorize, reading } from '../../authority/desk-context.js';
import { authorityErrors } from '../../authority/errors.js';
import type { Platform } from '../../kernel/platform/platform.js';
import { tenancyErrors } from '../../tenancy/errors.js';
import { EndFreeze, FreezePublishing } from '../../tenancy/freeze/freeze-publishing.js';
import { type DeskSite, findSiteToRead } from '../../tenancy/site/site.queries.js';
import { RestoreSite, SuspendSite, USUAL_NOTICE } from '../../tenancy/site/suspend-site.js';
import { type Answer, done, type View } from '../shell/answers.js';
import { type Confirmation, confirmation, reasonInput } from '../shell/confirmation.js';
import { effect, someEffect } from '../shell/consequence.js';
import { PLATFORM } from '../shell/desk.js';
import { optionalText } from '../shell/form.js';
import { Ctx, DeskRoutes, Does, Shows } from '../shell/route.js';
import { type Fault, submitted, untouched } from '../shell/submitted.js';
import { frozenInWords } from './site.view.js';
import { findSurroundings, type SiteSurroundings } from './site-page.queries.js';

const suspending = z.object({ reason: z.string().default(''), notice: optionalText(200) });
const because = z.object({ reason: z.string().default('') });

/** What is done to a site, each act asked once with what will happen. */
@DeskRoutes('sites')
export class SiteActPages {
  private readonly suspendSite: SuspendSite;
  private readonly restoreSite: RestoreSite;
  private readonly freezing: FreezePublishing;
  private readonly freeing: EndFreeze;

  constructor(@Inject(PLATFORM) private readonly platform: Platform) {
    const { work } = platform;
    this.suspendSite = new SuspendSite(work);
    this.restoreSite = new RestoreSite(work);
    this.freezing = new FreezePublishing(work);
    this.freeing = new EndFreeze(work);
  }

  @Shows(':id/suspend', 'site.suspend')
  askSuspend(@Ctx() ctx: DeskSession, @Param('id') id: string): Promise<View> {
    return this.suspendPage(ctx, id, untouched());
  }

  @Does(':id/suspend', 'site.suspend')
  suspend(@Ctx() ctx: DeskSession, @Param('id') id: string, @Body() body: unknown): Promise<Answer> {
    return submitted(body, {
      schema: suspending,
      run: (form) => this.suspendSite.run(ctx, id, form),
      next: ({ notice }) => done(`/sites/${id}`, `网站已停用。公众看到的是：${notice}`),
      again: (fault) => this.suspendPage(ctx, id, fault),
    });
  }

  @Shows(':id/restore', 'site.suspend')
  askRestore(@Ctx() ctx: DeskSession, @Param('id') id: string): Promise<View> {
    return this.restorePage(ctx, id, untouched());
  }

  @Does(':id/restore', 'site.suspend')
  restore(@Ctx() ctx: DeskSession, @Param('id') id: string, @Body() body: unknown): Promise<Answer> {
    return submitted(body, {
      schema: because,
      run: (form) => this.restoreSite.run(ctx, id, form),
      next: () => done(`/sites/${id}`, '网站已恢复，公众可以访问了。'),
      again: (fault) => this.restorePage(ctx, id, fault),
    });
  }

  @Shows(':id/freeze', 'site.freeze')
  askFreeze(@Ctx() ctx: DeskSession, @Param('id') id: string): Promise<View> {
    return this.freezePage(ctx, id, untouched());
  }

  @Does(':id/freeze', 'site.freeze')
  freeze(@Ctx() ctx: DeskSession, @Param('id') id: string, @Body() body: unknown): Promise<Answer> {
    return submitted(body, {
      schema: because,
      run: (form) => this.freezing.run(ctx, { siteId: id }, form),
      next: () => done(`/sites/${id}`, '已冻结这个网站的发布，已经公开的内容不受影响。'),
      again: (fault) => this.freezePage(ctx, id, fault),
    });
  }

  @Shows(':id/unfreeze', 'site.freeze')
  askUnfreeze(@Ctx() ctx: DeskSession, @Param('id') id: string): Promise<View> {
    return this.unfreezePage(ctx, id, untouched());
  }

  @Does(':id/unfreeze', 'site.freeze')
  unfreeze(@Ctx() ctx: DeskSession, @Param('id') id: string, @Body() body: unknown): Promise<Answer> {
    return submitted(body, {
      schema: because,
      run: async (form) => this.freeing.run(ctx, (await this.frozen(ctx, id)).freeze.freezeId, form),
      next: () => done(`/sites/${id}`, '已解冻，可以发布了。'),
      again: (fault) => this.unfreezePage(ctx, id, fault),
    });
  }

  private async suspendPage(ctx: DeskSession, id: string, fault: Fault): Promise<View> {
    const { site, around } = await this.load(ctx, id);
    authorize(ctx, 'site.suspend', site);
    if (site.state !== 'open') throw alreadySo(site.name, '已停用', '再停用');
    const { counts } = around;
    return ask(site, `停用“${site.name}”？`, {
      lead: '停用后，公众打开这个网站的任何地址，只看到一页说明，附件也打不开。内容都保留。',
      consequences: [
        ...someEffect(counts.openSubSites, '个', '子站随之关闭', 'bad'),
        effect(counts.publicationsWithin, '篇', '已公开的内容，公众暂时看不到', 'bad'),
        ...someEffect(counts.hostnames, '个', '域名显示停用说明'),
      ],
      after: '随时可以恢复，恢复后和现在一样。',
      action: `/sites/${id}/suspend`,
      inputs: [
        reasonInput(fault, '例如：存在安全漏洞、主办单位撤销。只在工作台和审计里看到。'),
        {
          name: 'notice',
          label: '给公众的说明',
          value: fault.values.notice ?? '',
          error: fault.errors.notice ?? null,
          required: false,
          hint: `不填为“${USUAL_NOTICE}”`,
        },
      ],
      fault,
      verb: '停用',
    });
  }

  private async restorePage(ctx: DeskSession, id: string, fault: Fault): Promise<View> {
    const { site, around } = await this.load(ctx, id);
    authorize(ctx, 'site.suspend', site);
    if (site.state !== 'suspended') throw alreadySo(site.name, '开放', '恢复');
    const { counts, suspendedAt } = around;
    return ask(site, `恢复“${site.name}”？`, {
      lead: suspendedAt
        ? `停用于 ${this.platform.calendar.minute(suspendedAt)}，原因：${site.suspendedFor}。`
        : '恢复后公众可以访问。',
      consequences: [
        ...someEffect(counts.openSubSites, '个', '子站随之恢复'),
        effect(counts.publicationsWithin, '篇', '内容重新公开，和停用前一样'),
      ],
      after: null,
      action: `/sites/${id}/restore`,
      inputs: [reasonInput(fault, '例如：漏洞已修复，经复测。')],
      fault,
      verb: '恢复',
      tone: 'primary',
    });
  }

  private async freezePage(ctx: DeskSession, id: string, fault: Fault): Promise<View> {
    const { site, around } = await this.load(ctx, id);
    authorize(ctx, 'site.freeze', site);
    if (around.freezes.some((freeze) => freeze.ofSite))
      throw tenancyErrors['tenancy.already-frozen']({ name: site.name });
    const { counts } = around;
    return ask(site, `冻结“${site.name}”的发布？`, {
      lead: '冻结期间谁也不能在这个网站发布、修改已发布的内容。公众照常访问。',
      consequences: [
        effect(counts.channels, '个', '栏目停止发布', 'warn'),
        effect(counts.publications, '篇', '已公开的内容保持现在的样子'),
        ...someEffect(counts.subSites, '个', '子站不受影响。要一起冻结，请在单位页冻结'),
      ],
      after: '随时可以解冻。',
      action: `/sites/${id}/freeze`,
      inputs: [reasonInput(fault, '例如：重要时期、内容整改。编辑会看到这句话。')],
      fault,
      verb: '冻结',
    });
  }

  private async unfreezePage(ctx: DeskSession, id: string, fault: Fault): Promise<View> {
    const { site, around, freeze } = await this.frozen(ctx, id);
    authorize(ctx, 'site.freeze', site);
    const above = around.freezes.filter((one) => !one.ofSite).length;
    return ask(site, `解冻“${site.name}”的发布？`, {
      lead: `冻结的原因：${frozenInWords(freeze, this.platform.calendar)}。`,
      consequences: [
        effect(around.counts.channels, '个', '栏目恢复发布'),
        ...someEffect(above, '项', '单位或上级的冻结仍然有效，解冻后还是不能发布', 'warn'),
      ],
      after: null,
      action: `/sites/${id}/unfreeze`,
      inputs: [reasonInput(fault, '例如：整改完成。')],
      fault,
      verb: '解冻',
      tone: 'primary',
    });
  }

  private load(ctx: DeskSession, id: string): Promise<{ site: DeskSite; around: SiteSurroundings }> {
    const { work, config } = this.platform;
    return work.run(reading(ctx), async (tx) => {
      const site = await findSiteToRead(tx, ctx, id);
      return { site, around: await findSurroundings(tx, site, config.baseDomain) };
    });
  }

  /** The site with the freeze that was put on it. @throws UserError `authority.missing` when there is none */
  private async frozen(ctx: DeskSession, id: string) {
    const loaded = await this.load(ctx, id);
    const freeze = loaded.around.freezes.find((one) => one.ofSite);
    if (!freeze) throw authorityErrors['authority.missing']();
    return { ...loaded, freeze };
  }
}

const ask = (site: DeskSite, title: string, confirm: Omit<Confirmation, 'cancel'>): View =>
  confirmation(
    { title, lead: `${site.tenantName} › ${site.name}`, section: 'sites' },
    { cancel: `/sites/${site.siteId}`, ...confirm },
  );

/** Said before the question is asked: nobody confirms what cannot be done. */
const alreadySo = (name: string, state: string, act: string) =>
  tenancyErrors['tenancy.already-so']({ name, state, act });
