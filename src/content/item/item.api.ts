import { Inject, Param } from '@nestjs/common';
import { z } from 'zod';
import type { DeskSession } from '../../access/desk-session.js';
import { reading } from '../../authority/desk-context.js';
import { type Page, pageOf, Single } from '../../console/api/answers.js';
import { API, type Api } from '../../console/api/api.js';
import type { Paging } from '../../console/api/api-request.js';
import { ApiRoutes, Asked, Caller, Paged, Reads } from '../../console/api/api-route.js';
import { findItem, findItems, placeOfItem } from './item.queries.js';
import { itemResource, itemTextResource, itemTextValue, itemValue } from './item-resource.js';

/** What a client asks for: sites and channels by their ids. */
export const placeQuery = {
  site: z.uuid().optional().describe('只要这个网站的'),
  channel: z.uuid().optional().describe('只要这个栏目的，不含下级'),
};

interface ItemsAsked {
  site?: string;
  channel?: string;
  updatedSince?: string;
}

/** Items, to be read. Writing, reviewing and publishing come with the editors' desk. */
@ApiRoutes('items')
export class ItemApi {
  constructor(@Inject(API) private readonly api: Api) {}

  @Reads('', 'item.read', {
    summary: '列出稿件',
    description:
      '新的在前。给出 updatedSince 时按更新的先后排列，用来只取上次之后的变化：记下最后一条的 updatedAt，下次早几秒问起；第一次要全部时不要写它。稿件目前只能读取；写稿、送审和发布的接口随编辑工作台一起提供。',
    query: {
      ...placeQuery,
      updatedSince: z.iso
        .datetime({ offset: true })
        .optional()
        .describe('只要这个时间及以后更新的，例如 2026-11-01T00:00:00Z；写 +08:00 时加号写作 %2B'),
    },
    answer: itemResource,
    list: true,
  })
  async list(@Caller() ctx: DeskSession, @Asked() asked: ItemsAsked, @Paged() paging: Paging): Promise<Page> {
    const filter = { siteId: asked.site, channelId: asked.channel, updatedSince: asked.updatedSince };
    const rows = await this.api.platform.work.run(reading(ctx), (tx) => findItems(tx, ctx, filter, paging));
    return pageOf(rows, paging, placeOfItem(filter), itemValue);
  }

  @Reads(':itemId', 'item.read', { summary: '读取一篇稿件的全文', answer: itemTextResource })
  async one(@Caller() ctx: DeskSession, @Param('itemId') itemId: string): Promise<Single> {
    const row = await this.api.platform.work.run(reading(ctx), (tx) => findItem(tx, ctx, itemId));
    return new Single(itemTextValue(row));
  }
}
