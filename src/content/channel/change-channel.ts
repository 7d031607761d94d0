import { authorize, type DeskContext, writing } from '../../authority/desk-context.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { type Reverse, stillAs } from '../../kernel/still.js';
import { contentErrors } from '../errors.js';
import { Channel } from './channel.entity.js';
import {
  type ChannelChanges,
  type ChannelFields,
  channelChangesSchema,
  readChannel,
  requireOrgan,
} from './channel-fields.js';
import { lockChannels, markedByHand, type SiteRef, tellChannels } from './site-channels.js';

/** Columns of what may be changed; the first ones a blueprint says too, and leaves alone once they were changed here. */
const COLUMNS = {
  name: 'name',
  description: 'description',
  keywords: 'keywords',
  updateDays: 'update_days',
  limitDays: 'limit_days',
  organId: 'organ_id',
  responsibleName: 'responsible_name',
  responsibleTelephone: 'responsible_telephone',
} as const satisfies Record<keyof ChannelFields, string>;
const OF_BLUEPRINT: readonly string[] = ['name', 'description', 'keywords', 'update_days', 'limit_days'];

type Field = keyof typeof COLUMNS;

/** Changes what a channel says of itself and who answers for it. Its address and place are MoveChannel's. */
export class ChangeChannel {
  constructor(private readonly work: UnitOfWork) {}

  /**
   * @param changes what is left out stays
   * @param still what an undo expects to find
   * @returns the fields that changed; none: it was so already
   * @throws UserError `authority.missing`, `authority.refused`, `content.channel-fields`, `content.organ-unknown`,
   * `content.changed-since`
   */
  async run(
    ctx: DeskContext,
    site: SiteRef,
    channelId: string,
    changes: ChannelChanges,
    still?: string,
  ): Promise<{ changed: Field[]; reverse: Reverse<ChannelFields> }> {
    return this.work.run(writing(ctx, site.tenantId), async (tx) => {
      const channels = await lockChannels(tx, ctx, site);
      const node = channels.seen(channelId);
      authorize(ctx, 'channel.change', channels.factsOf(node));
      const wanted = readChannel(channelChangesSchema, changes);
      await requireOrgan(tx, site, wanted.organId);
      const channel = await tx.manager.findOneByOrFail(Channel, { tenantId: site.tenantId, id: node.id });
      const before = fieldsOf(channel);
      if (still !== undefined && still !== stillAs(before))
        throw contentErrors['content.changed-since']({ name: channel.name });
      const changed = (Object.keys(COLUMNS) as Field[]).filter(
        (field) => wanted[field] !== undefined && !isSame(wanted[field], channel[field]),
      );
      const reverse = { before, still: stillAs(fieldsOf({ ...before, ...definedOf(wanted) })) };
      if (changed.length === 0) return { changed, reverse };

      const columns = changed.map((field) => COLUMNS[field]);
      await tx.query(
        `UPDATE channel SET ${columns.map((column, i) => `${column} = $${i + 4}`).join(', ')},
           overridden = ${markedByHand('$3::text[]')}
         WHERE tenant_id = $1 AND id = $2`,
        [
          site.tenantId,
          node.id,
          columns.filter((column) => OF_BLUEPRINT.includes(column)),
          ...changed.map((field) => wanted[field]),
        ],
      );
      const pick = (from: Partial<ChannelFields>) => Object.fromEntries(changed.map((field) => [field, from[field]]));
      tx.audit('channel.changed', `channel:${node.id}`, {
        name: channel.name,
        site: site.id,
        before: pick(channel),
        after: pick(wanted),
      });
      await tellChannels(tx, site, channels.lineageOf(node));
      return { changed, reverse };
    });
  }
}

/** In one order, so that equal ones are told alike. */
const fieldsOf = (of: ChannelFields): ChannelFields =>
  Object.fromEntries((Object.keys(COLUMNS) as Field[]).map((field) => [field, of[field]])) as unknown as ChannelFields;

const definedOf = (changes: ChannelChanges): Partial<ChannelFields> =>
  Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
