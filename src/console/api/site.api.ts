import { Inject, Param } from '@nestjs/common';
import type { DeskSession } from '../../access/desk-session.js';
import { reading } from '../../authority/desk-context.js';
import { type Page, pageOf, Single } from './answers.js';
import { API, type Api } from './api.js';
import type { Paging } from './api-request.js';
import { ApiRoutes, Asked, Caller, Paged, Reads } from './api-route.js';
import { findSite, findSites, type SiteFilter, siteKind, siteResource, siteState, siteValue } from './site-resource.js';

/** Sites: what may be entered. Opening and changing them is the desk's. */
@ApiRoutes('sites')
export class SiteApi {
  constructor(@Inject(API) private readonly api: Api) {}

  @Reads('', 'site.enter', {
    summary: '列出可以进入的网站',
    description: '按开通的先后。',
    query: { kind: siteKind.optional(), state: siteState.optional() },
    answer: siteResource,
    list: true,
  })
  async list(@Caller() ctx: DeskSession, @Asked() filter: SiteFilter, @Paged() paging: Paging): Promise<Page> {
    const rows = await this.api.platform.work.run(reading(ctx), (tx) => findSites(tx, ctx, filter, paging));
    return pageOf(
      rows,
      paging,
      (row) => [row.id],
      (row) => siteValue(this.api, row),
    );
  }

  @Reads(':siteId', 'site.enter', { summary: '查看一个网站', answer: siteResource })
  async one(@Caller() ctx: DeskSession, @Param('siteId') siteId: string): Promise<Single> {
    const row = await this.api.platform.work.run(reading(ctx), (tx) => findSite(tx, ctx, siteId));
    return new Single(siteValue(this.api, row));
  }
}
