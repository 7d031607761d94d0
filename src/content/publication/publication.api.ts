import { Inject, Param } from '@nestjs/common';
import type { DeskSession } from '../../access/desk-session.js';
import { reading } from '../../authority/desk-context.js';
import { type Page, pageOf, Single } from '../../console/api/answers.js';
import { API, type Api } from '../../console/api/api.js';
import type { Paging } from '../../console/api/api-request.js';
import { ApiRoutes, Asked, Caller, Paged, Reads } from '../../console/api/api-route.js';
import { placeQuery } from '../item/item.api.js';
import {
  findPublication,
  findPublications,
  placeOfPublication,
  publicationResource,
  publicationValue,
} from './publication-resource.js';

/** Publications: which item stands in which channel, and under which address. */
@ApiRoutes('publications')
export class PublicationApi {
  constructor(@Inject(API) private readonly api: Api) {}

  @Reads('', 'item.read', {
    summary: '列出刊载',
    description: '哪篇稿件刊载在哪个栏目、地址是什么，新的在前。已撤下的也列出，见 state。',
    query: placeQuery,
    answer: publicationResource,
    list: true,
  })
  async list(
    @Caller() ctx: DeskSession,
    @Asked() asked: { site?: string; channel?: string },
    @Paged() paging: Paging,
  ): Promise<Page> {
    const filter = { siteId: asked.site, channelId: asked.channel };
    const rows = await this.api.platform.work.run(reading(ctx), (tx) => findPublications(tx, ctx, filter, paging));
    return pageOf(rows, paging, placeOfPublication, (row) => publicationValue(this.api, row));
  }

  @Reads(':publicationId', 'item.read', { summary: '查看一条刊载', answer: publicationResource })
  async one(@Caller() ctx: DeskSession, @Param('publicationId') publicationId: string): Promise<Single> {
    const row = await this.api.platform.work.run(reading(ctx), (tx) => findPublication(tx, ctx, publicationId));
    return new Single(publicationValue(this.api, row));
  }
}
