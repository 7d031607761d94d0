import { Inject, Param } from '@nestjs/common';
import { z } from 'zod';
import type { DeskSession } from '../../access/desk-session.js';
import { type DeskContext, reading } from '../../authority/desk-context.js';
import { authorityErrors } from '../../authority/errors.js';
import { Made, type Page, pageOf, Single } from '../../console/api/answers.js';
import { API, type Api } from '../../console/api/api.js';
import type { Paging } from '../../console/api/api-request.js';
import { ApiRoutes, Caller, IfMatch, Paged, Reads, Sent, Writes } from '../../console/api/api-route.js';
import { requireMatch } from '../../console/api/etag.js';
import type { Scope } from '../../kernel/database/scope.js';
import { type Tx, UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { contentErrors } from '../errors.js';
import { ChangeChannel } from './change-channel.js';
import { type ChannelChanges, channelChangesSchema, type NewChannel, newChannelSchema } from './channel-fields.js';
import type { ChannelMove } from './channel-place.js';
import { channelResource, channelValue, findChannel, findChannels, findSiteOfChannels } from './channel-resource.js';
import { CreateChannel } from './create-channel.js';
import { MoveChannel } from './move-channel.js';
import type { SiteRef } from './site-channels.js';

const id = z.uuid();

const newChannel = newChannelSchema.safeExtend({ siteId: id }).strict();

const position = z.discriminatedUnion('to', [
  z.strictObject({ to: z.enum(['up', 'down', 'in', 'out']) }).describe('上移、下移、降一级、升一级'),
  z.strictObject({ to: z.literal('before'), channelId: id.describe('哪个栏目') }).describe('到另一个栏目之前'),
  z
    .strictObject({ to: z.literal('into'), channelId: id.nullable().describe('哪个栏目') })
    .describe('到另一个栏目之下的末尾；null 为第一级'),
  z
    .strictObject({ to: z.literal('address'), slug: z.string().describe('地址的最后一段') })
    .describe('留在原处，换地址的最后一段'),
]);

const placeErrors = [
  contentErrors['content.channel-slug-taken'],
  contentErrors['content.channel-too-deep'],
  contentErrors['content.channel-fields'],
];

/** Channels: the tree of a site, its promises and who answers for them. */
@ApiRoutes('')
export class ChannelApi {
  private readonly create: CreateChannel;
  private readonly move: MoveChannel;

  constructor(@Inject(API) private readonly api: Api) {
    this.create = new CreateChannel(api.platform.work);
    this.move = new MoveChannel(api.platform.work);
  }

  @Reads('sites/:siteId/channels', 'channel.read', {
    summary: '列出一个网站的栏目',
    description: '按地址排列，下级紧跟上级。只列出有权查看的。',
    answer: channelResource,
    list: true,
  })
  async list(@Caller() ctx: DeskSession, @Param('siteId') siteId: string, @Paged() paging: Paging): Promise<Page> {
    const rows = await this.api.platform.work.run(reading(ctx), (tx) => findChannels(tx, ctx, siteId, paging));
    return pageOf(
      rows,
      paging,
      (row) => [row.path],
      (row) => channelValue(this.api, row),
    );
  }

  @Reads('channels/:channelId', 'channel.read', { summary: '查看一个栏目', answer: channelResource })
  async one(@Caller() ctx: DeskSession, @Param('channelId') channelId: string): Promise<Single> {
    return new Single(await this.read(ctx, channelId));
  }

  @Writes('POST', 'channels', 'channel.arrange', {
    summary: '新建栏目',
    description: '排在同级的最后。不写地址时按名称的拼音取；不写种类和类型时同上级栏目；其余不写的留空。',
    body: {
      schema: newChannel,
      example: {
        siteId: '019a2b3c-0000-7000-8000-00000000a001',
        parentId: '019a2b3c-0000-7000-8000-00000000c000',
        slug: 'jy',
        name: '教育',
        updateDays: 30,
        limitDays: 90,
      },
    },
    answer: channelResource,
    errors: [...placeErrors, contentErrors['content.organ-unknown']],
  })
  async make(@Caller() ctx: DeskSession, @Sent() sent: NewChannel & { siteId: string }): Promise<Made> {
    const { siteId, ...channel } = sent;
    const site = await this.siteFor(ctx, siteId, channel.parentId);
    const made = await this.create.run(ctx, site, channel);
    return new Made(await this.read(ctx, made.id), `/channels/${made.id}`);
  }

  @Writes('PATCH', 'channels/:channelId', 'channel.change', {
    summary: '修改一个栏目的名称、说明、更新承诺和负责人',
    description: '没有写的项目不变。更新承诺的两个天数要一起写。',
    body: {
      schema: channelChangesSchema.strict(),
      example: { name: '教育信息', responsibleName: '李四', responsibleTelephone: '0431-00000001' },
    },
    answer: channelResource,
    errors: [contentErrors['content.channel-fields'], contentErrors['content.organ-unknown']],
  })
  async change(
    @Caller() ctx: DeskSession,
    @Param('channelId') channelId: string,
    @Sent() changes: ChannelChanges,
    @IfMatch() ifMatch: string | null,
  ): Promise<Single> {
    const { platform } = this.api;
    const site = await this.siteOf(ctx, channelId);
    const work = new WorkUnless(platform.connections, async (tx) => {
      if (ifMatch === null) return;
      await tx.query('SELECT FROM site WHERE tenant_id = $1 AND id = $2 FOR NO KEY UPDATE', [site.tenantId, site.id]);
      requireMatch(ifMatch, channelValue(this.api, await findChannel(tx, ctx, channelId)));
    });
    await new ChangeChannel(work).run(ctx, site, channelId, changes);
    return new Single(await this.read(ctx, channelId));
  }

  @Writes('POST', 'channels/:channelId/position', 'channel.arrange', {
    summary: '移动一个栏目，连同它的下级',
    description: '栏目的旧地址转到新地址；文章的地址不变。已经在那里时什么也不改。',
    body: { schema: position, example: { to: 'before', channelId: '019a2b3c-0000-7000-8000-00000000c002' } },
    answer: channelResource,
    errors: [...placeErrors, contentErrors['content.channel-no-way'], contentErrors['content.channel-into-itself']],
  })
  async place(
    @Caller() ctx: DeskSession,
    @Param('channelId') channelId: string,
    @Sent() move: ChannelMove,
  ): Promise<Single> {
    await this.move.run(ctx, await this.siteOf(ctx, channelId), channelId, move);
    return new Single(await this.read(ctx, channelId));
  }

  private async read(ctx: DeskContext, channelId: string) {
    const row = await this.api.platform.work.run(reading(ctx), (tx) => findChannel(tx, ctx, channelId));
    return channelValue(this.api, row);
  }

  /** The site in which a channel is to be made; below one that is out of sight it is as little there as that. */
  private async siteFor(ctx: DeskContext, siteId: string, parentId: string | null): Promise<SiteRef> {
    if (parentId === null) return this.api.platform.work.run(reading(ctx), (tx) => findSiteOfChannels(tx, ctx, siteId));
    const site = await this.siteOf(ctx, parentId);
    if (site.id !== siteId.toLowerCase()) throw authorityErrors['authority.missing']();
    return site;
  }

  private async siteOf(ctx: DeskContext, channelId: string): Promise<SiteRef> {
    const { tenantId, siteId } = await this.api.platform.work.run(reading(ctx), (tx) =>
      findChannel(tx, ctx, channelId),
    );
    return { tenantId, id: siteId };
  }
}

/** Asks something in the very transaction of a command, before it: what it finds cannot change until the command is done. */
class WorkUnless extends UnitOfWork {
  constructor(
    connections: ConstructorParameters<typeof UnitOfWork>[0],
    private readonly refuse: (tx: Tx<Scope>) => Promise<void>,
  ) {
    super(connections);
  }

  override run<S extends Scope, T>(scope: S, work: (tx: Tx<S>) => Promise<T>): Promise<T> {
    return super.run(scope, async (tx) => {
      await this.refuse(tx);
      return work(tx);
    });
  }
}
