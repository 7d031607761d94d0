import { Body, Inject, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { DeskSession } from '../../access/desk-session.js';
import { reading } from '../../authority/desk-context.js';
import type { ReadSession } from '../../identity/session/read-session.js';
import type { Platform } from '../../kernel/platform/platform.js';
import { shownHost } from '../../tenancy/hostname/shown-host.js';
import { SITE_KINDS } from '../../tenancy/site/site.queries.js';
import { findSitesToEnter, SITES_TO_ENTER, type SiteLine } from '../../tenancy/site/site-list.queries.js';
import { done, Redirect, View } from '../shell/answers.js';
import { DESK, type Desk, PLATFORM } from '../shell/desk.js';
import { type Query as ListQuery, one } from '../shell/list.js';
import { Ctx, DeskRoutes, Does, Session, ShowsOwn } from '../shell/route.js';
import { safeReturn } from '../sign-in/entered.js';
import { enterSite, findRecentSites, leaveSite } from './enter-site.js';
import { siteLight } from './site-words.js';

/** Which site one works on. Only those that may be entered are there to be found. */
@DeskRoutes('sites/switch')
export class SwitchPages {
  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(DESK) private readonly desk: Desk,
  ) {}

  @ShowsOwn('', 'everybody is shown the sites that are theirs to enter')
  async choices(
    @Ctx() ctx: DeskSession,
    @Session() session: ReadSession,
    @Query() query: ListQuery,
    @Req() request: FastifyRequest,
  ): Promise<View> {
    const search = one(query, 'q');
    const { work, config } = this.platform;
    const recent = search ? [] : await findRecentSites(this.platform, ctx, session);
    const found = await work.run(reading(ctx), (tx) => findSitesToEnter(tx, ctx, search, config.baseDomain));
    const others = found.filter((site) => !recent.some(({ siteId }) => siteId === site.siteId));
    const shown = (site: SiteLine) => ({
      id: site.siteId,
      name: site.name,
      note: [site.tenantName, SITE_KINDS[site.kind]].join(' · '),
      address: site.address ? shownHost(site.address) : '没有域名',
      light: site.state === 'open' ? null : siteLight(site.state),
      current: site.siteId === session.siteId,
    });
    return new View(
      'console/switch.njk',
      { title: '选择网站', lead: '只列出您可以进入的网站。选定后，栏目等页面都是这个网站的。' },
      {
        search,
        back: this.backFrom(query, request),
        groups: [
          { title: '最近进入', rows: recent.map(shown) },
          { title: search ? '找到的网站' : recent.length > 0 ? '其他网站' : '可以进入的网站', rows: others.map(shown) },
        ].filter(({ rows }) => rows.length > 0),
        more: found.length === SITES_TO_ENTER,
        nothing: found.length === 0 && recent.length === 0,
        siteName: session.siteName,
      },
    );
  }

  @Does('', 'site.enter')
  async choose(
    @Ctx() ctx: DeskSession,
    @Session() session: ReadSession,
    @Body() body: { site?: unknown; back?: unknown },
  ): Promise<Redirect> {
    const back = this.desk.elsewhere(safeReturn(body?.back));
    if (body?.site === '') {
      await leaveSite(this.platform, ctx, session);
      return done('/', '已退出网站，现在不在任何网站里。');
    }
    const { name } = await enterSite(this.platform, ctx, session, String(body?.site ?? ''));
    return done(back, `已进入“${name}”。`);
  }

  /** The page that the switcher was opened from: kept while one searches. */
  private backFrom(query: ListQuery, request: FastifyRequest): string {
    const given = one(query, 'back');
    if (given) return safeReturn(given);
    const { referer = '' } = request.headers;
    if (!URL.canParse(referer)) return '/';
    const { host, pathname, search } = new URL(referer);
    return host === request.headers.host && pathname !== '/sites/switch' ? safeReturn(`${pathname}${search}`) : '/';
  }
}
