import type { AccountInCharge } from '../../access/charge/account-in-charge.js';
import { type DeskContext, writing } from '../../authority/desk-context.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { newId } from '../../kernel/id.js';
import type { GivenInCharge } from '../../tenancy/site/in-charge.js';
import { type NewChannel, newChannelSchema, readChannel, requireOrgan } from './channel-fields.js';
import { requireFreeSlug, requireShallow } from './channel-place.js';
import { proposedSlug } from './proposed-slug.js';
import { authorizeArranging, lockChannels, type SiteRef, settleStates, tellChannels } from './site-channels.js';

export interface CreatedChannel {
  id: string;
  name: string;
  path: string;
  given: GivenInCharge | null;
}

/** Makes a channel of the site's own, last among its siblings, and hands it to whoever is to answer for it. */
export class CreateChannel {
  constructor(private readonly work: UnitOfWork) {}

  /**
   * @throws UserError `authority.missing`, `authority.refused` (judged at the channel above), `content.channel-fields`,
   * `content.channel-slug-taken`, `content.channel-too-deep`, `content.organ-unknown`, `access.*` for the one in charge
   */
  async run(
    ctx: DeskContext,
    site: SiteRef,
    input: NewChannel,
    inCharge: AccountInCharge | null = null,
  ): Promise<CreatedChannel> {
    return this.work.run(writing(ctx, site.tenantId), async (tx) => {
      const channels = await lockChannels(tx, ctx, site);
      const parent = channels.seenOrTop(input.parentId);
      authorizeArranging(ctx, channels, parent);
      const channel = readChannel(newChannelSchema, input);
      const siblings = channels.childrenOf(parent);
      const slug = channel.slug ?? (await proposedSlug(channel.name, siblings));
      requireFreeSlug(siblings, parent, slug);
      requireShallow(channel.name, (parent?.depth ?? 0) + 1);
      await requireOrgan(tx, site, channel.organId);

      const made = {
        tenant_id: site.tenantId,
        id: newId(),
        site_id: site.id,
        parent_id: parent?.id ?? null,
        slug,
        path: parent ? `${parent.path}/${slug}` : slug,
        depth: (parent?.depth ?? 0) + 1,
        position: (siblings.at(-1)?.position ?? -1) + 1,
        name: channel.name,
        column_type: channel.columnType ?? parent?.columnType ?? '工作动态',
        item_kind: channel.itemKind ?? parent?.itemKind ?? 'article',
        description: channel.description ?? '',
        keywords: channel.keywords ?? [],
        update_days: channel.updateDays ?? null,
        limit_days: channel.limitDays ?? null,
        organ_id: channel.organId ?? null,
        responsible_name: channel.responsibleName ?? '',
        responsible_telephone: channel.responsibleTelephone ?? '',
      };
      const columns = Object.keys(made);
      await tx.query(
        `INSERT INTO channel (${columns.join(', ')}) VALUES (${columns.map((_, i) => `$${i + 1}`).join(', ')})`,
        Object.values(made),
      );
      await settleStates(tx, site);
      const { id } = made;
      const after = {
        slug,
        path: made.path,
        name: made.name,
        columnType: made.column_type,
        itemKind: made.item_kind,
        description: made.description,
        keywords: made.keywords,
        updateDays: made.update_days,
        limitDays: made.limit_days,
        organId: made.organ_id,
        responsibleName: made.responsible_name,
        responsibleTelephone: made.responsible_telephone,
      };
      const { name, path } = made;
      const place = { tenantId: site.tenantId, siteId: site.id, channelId: id, path, name };
      const given = inCharge && (await inCharge.giveChannel(tx, ctx, place));
      const charge = given ? { inCharge: given.login } : {};
      tx.audit('channel.created', `channel:${id}`, { name, site: site.id, ...charge, after });
      await tellChannels(tx, site, [made, ...channels.lineageOf(parent)]);
      return { id, name, path, given };
    });
  }
}
