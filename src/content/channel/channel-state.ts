import { type DeskContext, writing } from '../../authority/desk-context.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { contentErrors } from '../errors.js';
import type { ChannelState } from './channel.entity.js';
import {
  authorizeArranging,
  type ChannelNode,
  lockChannels,
  type SiteRef,
  settleStates,
  tellChannels,
} from './site-channels.js';

/** An act that turns the state of a channel, and with it what counts for all below. */
interface Turn {
  audit: 'channel.closed' | 'channel.reopened' | 'channel.hidden' | 'channel.shown';
  /** @throws UserError when it cannot be turned so */
  to(channel: ChannelNode): ChannelState;
}

export interface TurnedChannel {
  name: string;
  state: ChannelState;
  /** False: it was so already. */
  turned: boolean;
}

const openOrClosed =
  (state: 'open' | 'closed', act: string): Turn['to'] =>
  ({ name, state: now }) => {
    if (now === 'hidden') throw contentErrors['content.channel-hidden']({ name, act });
    return state;
  };

export class TurnChannel {
  constructor(
    private readonly work: UnitOfWork,
    private readonly turn: Turn,
  ) {}

  /**
   * Judged at the channel above. A channel that is so already stays so, without an entry in the audit.
   * @param still the state that an undo expects to find
   * @throws UserError `authority.missing`, `authority.refused`, `content.channel-hidden`, `content.changed-since`
   */
  async run(ctx: DeskContext, site: SiteRef, channelId: string, still?: string): Promise<TurnedChannel> {
    return this.work.run(writing(ctx, site.tenantId), async (tx) => {
      const channels = await lockChannels(tx, ctx, site);
      const channel = channels.seen(channelId);
      const parent = channels.parentOf(channel);
      authorizeArranging(ctx, channels, parent);
      const { name } = channel;
      if (still !== undefined && channel.state !== still) throw contentErrors['content.changed-since']({ name });
      const state = this.turn.to(channel);
      if (state === channel.state) return { name, state, turned: false };
      await tx.query(
        `UPDATE channel SET state = $3, state_when_shown = CASE WHEN state = 'hidden' THEN 'open' ELSE state END
         WHERE tenant_id = $1 AND id = $2`,
        [site.tenantId, channel.id, state],
      );
      await settleStates(tx, site);
      const below = channels.subtreeOf(channel);
      tx.audit(this.turn.audit, `channel:${channel.id}`, {
        name,
        site: site.id,
        before: { state: channel.state },
        after: { state },
        withBelow: below.length - 1,
      });
      await tellChannels(tx, site, [...below, ...channels.lineageOf(parent)]);
      return { name, state, turned: true };
    });
  }
}

/** It and all below it take no new texts; visitors read on. */
export class CloseChannel extends TurnChannel {
  constructor(work: UnitOfWork) {
    super(work, { audit: 'channel.closed', to: openOrClosed('closed', '关闭') });
  }
}

/** Takes new texts again, unless a channel above is closed. */
export class ReopenChannel extends TurnChannel {
  constructor(work: UnitOfWork) {
    super(work, { audit: 'channel.reopened', to: openOrClosed('open', '恢复更新') });
  }
}

/** No visitor sees it, what is below it, or any document in them. */
export class HideChannel extends TurnChannel {
  constructor(work: UnitOfWork) {
    super(work, { audit: 'channel.hidden', to: () => 'hidden' });
  }
}

/** It is again what it was before it was hidden, unless a channel above is hidden. */
export class ShowChannel extends TurnChannel {
  constructor(work: UnitOfWork) {
    super(work, {
      audit: 'channel.shown',
      to: ({ state, stateWhenShown }) => (state === 'hidden' ? stateWhenShown : state),
    });
  }
}
