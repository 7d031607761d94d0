import { Body, Inject, Param, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { DeskSession } from '../../access/desk-session.js';
import { authorize, may, reading } from '../../authority/desk-context.js';
import { type Answer, done, Redirect, View } from '../../console/shell/answers.js';
import { PLATFORM } from '../../console/shell/desk.js';
import { readForm } from '../../console/shell/form.js';
import { Ctx, DeskRoutes, Does, Session, Shows } from '../../console/shell/route.js';
import { type Fault, submitted, untouched } from '../../console/shell/submitted.js';
import { stillOf, undone } from '../../console/shell/undo.js';
import type { ReadSession } from '../../identity/session/read-session.js';
import type { Platform } from '../../kernel/platform/platform.js';
import { UserError } from '../../kernel/user-error.js';
import { type ChannelAct, confirmationOf } from './channel-confirm.view.js';
import { ChannelDesk } from './channel-desk.js';
import { backTo, fieldOf, placeForm, positionForm } from './channel-forms.js';
import { CHANNELS } from './channel-list.view.js';
import type { ChannelMove } from './channel-place.js';
import { CloseChannel, HideChannel, ReopenChannel, ShowChannel, type TurnChannel } from './channel-state.js';
import type { ChannelTreeRow } from './channel-tree.js';
import { DeleteChannel, findChannelContents } from './delete-channel.js';
import { MoveChannel, type MovedChannel } from './move-channel.js';

/** What is done to a channel from the channel above it: moving, closing, hiding, deleting. */
@DeskRoutes('channels')
export class ChannelActsPages {
  private readonly channels: ChannelDesk;
  private readonly move: MoveChannel;

  constructor(@Inject(PLATFORM) private readonly platform: Platform) {
    this.channels = new ChannelDesk(platform);
    this.move = new MoveChannel(platform.work);
  }

  /** A button of a row, or a drop: back to the tree as it was, which then shows what became of it. */
  @Does(':id/position', 'channel.arrange')
  async position(
    @Ctx() ctx: DeskSession,
    @Session() session: ReadSession,
    @Param('id') id: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    const { move, before, into, slug, still } = readForm(positionForm, body);
    const tree = treeBehind(request, id);
    const back = `${tree}#row-${id}`;
    const site = this.channels.siteOf(session);
    if (still)
      return undone(back, async () => {
        const place = { parentId: into ?? null, beforeId: before ?? null, slug: slug ?? '' };
        const { name } = await this.move.run(ctx, site, id, { to: 'back', ...place, still });
        return `已撤销，“${name}”回到原处。`;
      });
    const where: ChannelMove = move
      ? { to: move }
      : before
        ? { to: 'before', channelId: before }
        : { to: 'into', channelId: into ?? null };
    try {
      const moved = await this.move.run(ctx, site, id, where);
      return done(move ? `${tree}#${move}-${id}` : back, movedInWords(moved), backTo(id, moved));
    } catch (error) {
      if (!(error instanceof UserError) || !error.code.startsWith('content.')) throw error;
      return new Redirect(back, { tone: 'bad', text: error.message });
    }
  }

  @Shows(':id/move', 'channel.arrange')
  async elsewhere(@Ctx() ctx: DeskSession, @Session() session: ReadSession, @Param('id') id: string): Promise<View> {
    return this.placeForm(ctx, session, id, null);
  }

  @Does(':id/move', 'channel.arrange')
  place(@Ctx() ctx: DeskSession, @Session() session: ReadSession, @Param('id') id: string, @Body() body: unknown) {
    return submitted(body, {
      schema: placeForm,
      run: async ({ into, slug }) => {
        const site = this.channels.siteOf(session);
        const channel = await this.channels.find(ctx, site, id);
        const stays = channel.parentId === into && (into !== null || channel.path === channel.slug);
        return this.move.run(ctx, site, id, stays ? { to: 'address', slug } : { to: 'into', channelId: into, slug });
      },
      next: (moved) => done(`${CHANNELS}?at=${id}#row-${id}`, movedInWords(moved), backTo(id, moved)),
      again: (fault) => this.placeForm(ctx, session, id, fault),
      fieldOf: (code) => (code === 'content.channel-slug-taken' ? fieldOf(code) : 'into'),
    });
  }

  @Shows(':id/close', 'channel.arrange')
  confirmClosing(@Ctx() ctx: DeskSession, @Session() session: ReadSession, @Param('id') id: string): Promise<View> {
    return this.confirm(ctx, session, id, 'close');
  }

  @Does(':id/close', 'channel.arrange')
  close(@Ctx() ctx: DeskSession, @Session() session: ReadSession, @Param('id') id: string, @Body() body: unknown) {
    return this.turn(ctx, session, id, body, {
      by: new CloseChannel(this.platform.work),
      reverse: 'reopen',
      says: (name) => `已关闭“${name}”，它和下级不再接收新稿件。`,
    });
  }

  @Does(':id/reopen', 'channel.arrange')
  reopen(@Ctx() ctx: DeskSession, @Session() session: ReadSession, @Param('id') id: string, @Body() body: unknown) {
    return this.turn(ctx, session, id, body, {
      by: new ReopenChannel(this.platform.work),
      reverse: 'close',
      says: (name) => `“${name}”恢复更新。`,
    });
  }

  @Shows(':id/hide', 'channel.arrange')
  confirmHiding(@Ctx() ctx: DeskSession, @Session() session: ReadSession, @Param('id') id: string): Promise<View> {
    return this.confirm(ctx, session, id, 'hide');
  }

  @Does(':id/hide', 'channel.arrange')
  hide(@Ctx() ctx: DeskSession, @Session() session: ReadSession, @Param('id') id: string, @Body() body: unknown) {
    return this.turn(ctx, session, id, body, {
      by: new HideChannel(this.platform.work),
      reverse: 'show',
      says: (name) => `已隐藏“${name}”，公众看不到它和它的下级。`,
    });
  }

  @Does(':id/show', 'channel.arrange')
  show(@Ctx() ctx: DeskSession, @Session() session: ReadSession, @Param('id') id: string, @Body() body: unknown) {
    return this.turn(ctx, session, id, body, {
      by: new ShowChannel(this.platform.work),
      reverse: 'hide',
      says: (name) => `已恢复显示“${name}”。`,
    });
  }

  /** Turns its state, with the way back; or takes back what was turned just now. */
  private async turn(
    ctx: DeskSession,
    session: ReadSession,
    id: string,
    body: unknown,
    act: { by: TurnChannel; reverse: 'close' | 'reopen' | 'hide' | 'show'; says: (name: string) => string },
  ): Promise<Redirect> {
    const site = this.channels.siteOf(session);
    const back = `${CHANNELS}?at=${id}`;
    const still = stillOf(body);
    if (still) return undone(back, async () => `已撤销。${act.says((await act.by.run(ctx, site, id, still)).name)}`);
    const { name, state, turned } = await act.by.run(ctx, site, id);
    const undo = { action: `${CHANNELS}/${id}/${act.reverse}`, fields: { still: state } };
    return done(back, act.says(name), turned ? undo : null);
  }

  @Shows(':id/delete', 'channel.arrange')
  confirmDeleting(@Ctx() ctx: DeskSession, @Session() session: ReadSession, @Param('id') id: string): Promise<View> {
    return this.confirm(ctx, session, id, 'delete');
  }

  @Does(':id/delete', 'channel.arrange')
  async delete(@Ctx() ctx: DeskSession, @Session() session: ReadSession, @Param('id') id: string): Promise<Redirect> {
    const { name, grantsEnded } = await new DeleteChannel(this.platform.work).run(
      ctx,
      this.channels.siteOf(session),
      id,
    );
    return done(CHANNELS, `已删除“${name}”${grantsEnded > 0 ? `，它的 ${grantsEnded} 项授权同时结束` : ''}。`);
  }

  private async confirm(ctx: DeskSession, session: ReadSession, id: string, act: ChannelAct): Promise<View> {
    const site = this.channels.siteOf(session);
    const channel = await this.channels.find(ctx, site, id);
    this.requireArranging(ctx, session, channel);
    const contents = await this.platform.work.run(reading(ctx), (tx) => findChannelContents(tx, site, channel));
    const { title, ...confirm } = confirmationOf(act, channel, contents);
    return new View('confirm.njk', { title, lead: `/${channel.path}/`, section: 'channels' }, { confirm });
  }

  private async placeForm(ctx: DeskSession, session: ReadSession, id: string, fault: Fault | null): Promise<View> {
    const site = this.channels.siteOf(session);
    const tree = await this.channels.tree(ctx, site);
    const channel = await this.channels.find(ctx, site, id);
    this.requireArranging(ctx, session, channel);
    const below = tree.filter((row) => row.path.startsWith(`${channel.path}/`));
    const top = may(ctx, 'channel.arrange', { tenantId: site.tenantId, siteId: site.id, channelPath: null });
    const contents = await this.platform.work.run(reading(ctx), (tx) => findChannelContents(tx, site, channel));
    return new View(
      'content/channel-move.njk',
      { title: `移动“${channel.name}”`, lead: `现在的地址：/${channel.path}/`, section: 'channels' },
      {
        id,
        channels: below.length + 1,
        documents: contents.publishedWithBelow,
        parents: [
          ...(top ? [{ value: '', label: '第一级' }] : []),
          ...tree
            .filter((row) => row.may.arrangeBelow && row !== channel && row.id !== id && !below.includes(row))
            .map((row) => ({ value: row.id, label: `${'　'.repeat(row.depth)}${row.name}（/${row.path}/）` })),
        ],
        fault: fault ?? untouched({ into: channel.parentId ?? '', slug: channel.slug }),
      },
    );
  }

  private requireArranging(ctx: DeskSession, session: ReadSession, channel: ChannelTreeRow): void {
    const { tenantId, id: siteId } = this.channels.siteOf(session);
    const parent = channel.path.slice(0, Math.max(0, channel.path.lastIndexOf('/')));
    authorize(ctx, 'channel.arrange', { tenantId, siteId, channelPath: parent || null });
  }
}

function movedInWords({ name, path, moved, redirected }: MovedChannel): string {
  if (!moved) return `“${name}”已经在这里，没有改动。`;
  if (redirected === 0) return `已移动“${name}”。`;
  return `已移动“${name}”，新地址是 /${path}/；${redirected} 个栏目的旧地址会自动转到新地址，稿件的地址不变。`;
}

/** The tree that a form was sent from, with its filters; else the tree where rows can be moved. */
function treeBehind(request: FastifyRequest, id: string): string {
  const { referer = '', host = '' } = request.headers;
  const from = URL.canParse(referer) ? new URL(referer) : null;
  const parameters = new URLSearchParams(
    from?.host === host && from.pathname === CHANNELS ? from.search : '?arrange=1',
  );
  parameters.set('at', id);
  return `${CHANNELS}?${parameters}`;
}
