import { Body, Inject, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import type { DeskSession } from '../../access/desk-session.js';
import { authorize } from '../../authority/desk-context.js';
import type { Platform } from '../../kernel/platform/platform.js';
import { tenancyErrors } from '../../tenancy/errors.js';
import { AddHostname } from '../../tenancy/hostname/add-hostname.js';
import { EndHostname } from '../../tenancy/hostname/end-hostname.js';
import { GiveHostname } from '../../tenancy/hostname/give-hostname.js';
import { type HostnameRecord, readHostnameOf } from '../../tenancy/hostname/hostname.queries.js';
import { MakePrimary } from '../../tenancy/hostname/make-primary.js';
import { bothHosts, shownHost } from '../../tenancy/hostname/shown-host.js';
import { readSite } from '../../tenancy/site/site.queries.js';
import { type Answer, done, View } from '../shell/answers.js';
import { type Confirmation, confirmation } from '../shell/confirmation.js';
import { plainEffect } from '../shell/consequence.js';
import { PLATFORM } from '../shell/desk.js';
import { type Query as ListQuery, one } from '../shell/list.js';
import { Ctx, DeskRoutes, Does, Shows } from '../shell/route.js';
import { type Fault, submitted, untouched } from '../shell/submitted.js';
import { stillOf, undone } from '../shell/undo.js';
import { findTargetSites, TARGETS } from './targets.queries.js';

const adding = z.object({ host: z.string().default('') });
const giving = z.object({ to: z.uuid({ error: '请选择网站' }) });
const nothing = z.object({});

/** The names of sites: one more, another primary one, ending one, giving an ended one away. */
@DeskRoutes()
export class HostnamePages {
  private readonly add: AddHostname;
  private readonly makePrimary: MakePrimary;
  private readonly end: EndHostname;
  private readonly give: GiveHostname;

  constructor(@Inject(PLATFORM) private readonly platform: Platform) {
    const { work, config } = platform;
    this.add = new AddHostname(work, config.baseDomain);
    this.makePrimary = new MakePrimary(work, config.baseDomain);
    this.end = new EndHostname(work, config.baseDomain);
    this.give = new GiveHostname(work, config.baseDomain);
  }

  @Shows('sites/:id/hostnames/new', 'hostname.change')
  newName(@Ctx() ctx: DeskSession, @Param('id') id: string): Promise<View> {
    return this.newPage(ctx, id, untouched());
  }

  @Does('sites/:id/hostnames', 'hostname.change')
  addName(@Ctx() ctx: DeskSession, @Param('id') id: string, @Body() body: unknown): Promise<Answer> {
    return submitted(body, {
      schema: adding,
      run: ({ host }) => this.add.run(ctx, id, host),
      next: ({ host }) => done(`/sites/${id}`, `已增加 ${bothHosts(host)}，它跳转到主域名。`),
      again: (fault) => this.newPage(ctx, id, fault),
      fieldOf: () => 'host',
    });
  }

  @Shows('hostnames/:host/primary', 'hostname.change')
  async askPrimary(@Ctx() ctx: DeskSession, @Param('host') host: string): Promise<View> {
    return this.primaryPage(await this.changing(ctx, host), untouched());
  }

  @Does('hostnames/:host/primary', 'hostname.change')
  async lead(@Ctx() ctx: DeskSession, @Param('host') host: string, @Body() body: unknown): Promise<Answer> {
    const named = await this.changing(ctx, host);
    const still = stillOf(body);
    if (still)
      return undone(`/sites/${named.siteId}`, async () => {
        await this.makePrimary.run(ctx, host, still);
        return `已撤销，主域名还是 ${shownHost(named.host)}。`;
      });
    return submitted(
      {},
      {
        schema: nothing,
        run: () => this.makePrimary.run(ctx, host),
        next: ({ former }) =>
          done(
            `/sites/${named.siteId}`,
            `主域名现在是 ${shownHost(named.host)}${former ? `，${shownHost(former)} 跳转到它` : ''}。`,
            former && former !== named.host
              ? { action: `/hostnames/${former}/primary`, fields: { still: named.host } }
              : null,
          ),
        again: (fault) => this.primaryPage(named, fault),
      },
    );
  }

  @Shows('hostnames/:host/end', 'hostname.change')
  async askEnd(@Ctx() ctx: DeskSession, @Param('host') host: string): Promise<View> {
    return this.endPage(await this.changing(ctx, host), untouched());
  }

  @Does('hostnames/:host/end', 'hostname.change')
  async endName(@Ctx() ctx: DeskSession, @Param('host') host: string): Promise<Answer> {
    const named = await this.changing(ctx, host);
    return submitted(
      {},
      {
        schema: nothing,
        run: () => this.end.run(ctx, host),
        next: () => done(`/sites/${named.siteId}`, `${shownHost(named.host)} 已停用，不再跳转。`),
        again: (fault) => this.endPage(named, fault),
      },
    );
  }

  @Shows('hostnames/:host/give', 'hostname.change')
  async askGive(@Ctx() ctx: DeskSession, @Param('host') host: string, @Query() query: ListQuery): Promise<View> {
    const named = await this.changing(ctx, host);
    const to = one(query, 'to');
    return to ? this.giveConfirmation(ctx, named, to, untouched()) : this.givePage(ctx, named, one(query, 'q'));
  }

  @Does('hostnames/:host/give', 'hostname.change')
  async giveName(
    @Ctx() ctx: DeskSession,
    @Param('host') host: string,
    @Body() body: { to?: unknown },
  ): Promise<Answer> {
    const named = await this.changing(ctx, host);
    return submitted(body, {
      schema: giving,
      run: ({ to }) => this.give.run(ctx, host, to),
      next: (_, { to }) => done(`/sites/${to}`, `${shownHost(named.host)} 已转给这个网站，跳转到它的主域名。`),
      again: (fault) => this.giveConfirmation(ctx, named, String(body?.to ?? ''), fault),
    });
  }

  /** A name that the caller may change. @throws UserError `authority.*` */
  private async changing(ctx: DeskSession, host: string): Promise<HostnameRecord> {
    const { work, config } = this.platform;
    const named = await readHostnameOf(work, ctx, host, config.baseDomain);
    authorize(ctx, 'hostname.change', named);
    return named;
  }

  private async newPage(ctx: DeskSession, id: string, fault: Fault): Promise<View> {
    const site = await readSite(this.platform.work, ctx, id);
    authorize(ctx, 'hostname.change', site);
    if (site.parentSiteId) throw tenancyErrors['tenancy.hostname-sub-site']({ name: site.name });
    return new View(
      'console/hostname-new.njk',
      { title: '增加域名', lead: site.name, section: 'sites' },
      { site: { id, name: site.name }, base: this.platform.config.baseDomain, fault },
    );
  }

  private primaryPage(named: HostnameRecord, fault: Fault): View {
    return ask(named, `把 ${bothHosts(named.host)} 设为主域名？`, {
      lead: '公众看到的地址都换成它。先确认这个域名已经解析到平台，否则公众打不开网站。',
      consequences: [plainEffect('原来的主域名保留，每个地址都跳转到新域名下的同一页')],
      after: '随时可以换回来。',
      action: `/hostnames/${named.host}/primary`,
      fault,
      verb: '设为主域名',
      tone: 'primary',
    });
  }

  private endPage(named: HostnameRecord, fault: Fault): View {
    return ask(named, `停用 ${bothHosts(named.host)}？`, {
      lead: '停用后这个域名不再跳转，别处印着它的链接、二维码都会打不开。',
      consequences: [plainEffect('域名仍归本单位，别的单位不能用，除非转给它', 'warn')],
      after: '需要时可以重新增加。',
      action: `/hostnames/${named.host}/end`,
      fault,
      verb: '停用',
    });
  }

  private async givePage(ctx: DeskSession, named: HostnameRecord, search: string): Promise<View> {
    if (!named.endedAt) throw tenancyErrors['tenancy.hostname-in-use']({ host: shownHost(named.host) });
    const found = await findTargetSites(this.platform.work, ctx, 'hostname.change', search, {
      kind: 'portal',
      but: named.siteId,
      empty: false,
    });
    return new View(
      'console/hostname-give.njk',
      {
        title: `把 ${bothHosts(named.host)} 转给哪个网站`,
        lead: '转给后，它跳转到那个网站的主域名，原来的网页一个也不显示。',
        section: 'sites',
      },
      {
        host: named.host,
        shown: shownHost(named.host),
        siteId: named.siteId,
        search,
        rows: found,
        more: found.length === TARGETS,
      },
    );
  }

  private async giveConfirmation(ctx: DeskSession, named: HostnameRecord, to: string, fault: Fault): Promise<View> {
    const site = await readSite(this.platform.work, ctx, to);
    authorize(ctx, 'hostname.change', site);
    return ask(named, `把 ${bothHosts(named.host)} 转给“${site.name}”？`, {
      lead: `转给后，这个域名归${site.tenantName}，跳转到“${site.name}”的主域名。`,
      consequences: [plainEffect('原来网站的网页不会再从这个域名打开', 'warn')],
      after: '要收回，须由对方先停用。',
      action: `/hostnames/${named.host}/give`,
      fields: { to },
      fault,
      verb: '转给',
    });
  }
}

const ask = (named: HostnameRecord, title: string, confirm: Omit<Confirmation, 'cancel'>): View =>
  confirmation({ title, section: 'sites' }, { cancel: `/sites/${named.siteId}`, ...confirm });
