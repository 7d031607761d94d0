import { z } from 'zod';
import type { DeskContext } from '../../authority/desk-context.js';
import { reading } from '../../authority/desk-context.js';
import { authorityErrors } from '../../authority/errors.js';
import { chargeField, fieldOfCharge } from '../../console/grants/charge.view.js';
import type { Undo } from '../../console/shell/answers.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { Reverse } from '../../kernel/still.js';
import { COLUMN_TYPES } from '../../tenancy/plan/blueprint.js';
import type { SiteKind } from '../../tenancy/site/site-directory.js';
import { type ChannelFields, channelFields, channelSlug, limitAfterPromise, limitFault } from './channel-fields.js';
import { CHANNELS } from './channel-list.view.js';
import type { ChannelTreeRow } from './channel-tree.js';
import type { MovedChannel } from './move-channel.js';
import type { SiteRef } from './site-channels.js';

const { shape } = channelFields;
const asNumber = (value: unknown) => (value === undefined ? null : Number(value));
const asWords = (value: unknown) =>
  String(value ?? '')
    .split(/[、，,;；\s]+/)
    .filter(Boolean);

/** All of it is sent: what is left empty is empty. */
const editable = z.object({
  name: shape.name,
  description: shape.description.default(''),
  keywords: z.preprocess(asWords, shape.keywords),
  updateDays: z.preprocess(asNumber, shape.updateDays),
  limitDays: z.preprocess(asNumber, shape.limitDays),
  organId: shape.organId.default(null),
  responsibleName: shape.responsibleName.default(''),
  responsibleTelephone: shape.responsibleTelephone.default(''),
});

export const editForm = editable.refine(limitAfterPromise, limitFault);

export const newForm = editable
  .extend({
    slug: channelSlug.optional(),
    parentId: z.uuid('请从列表里选择').nullable().default(null),
    columnType: z.string().max(200).optional(),
    itemKind: z.enum(['article', 'policy-document'], { error: '请选择稿件类型' }).optional(),
    charge: chargeField,
    /** The one that the form was opened for. */
    site: z.uuid().optional(),
  })
  .refine(limitAfterPromise, limitFault);

/** One of the buttons of a row, or where it was dropped (both empty: last on the first level), or its former place. */
export const positionForm = z.object({
  move: z.enum(['up', 'down', 'in', 'out']).optional(),
  before: z.uuid().optional(),
  into: z.uuid().optional(),
  slug: z.string().optional(),
  still: z.string().optional(),
});

/** The way back of a move, for `positionForm`. */
export const backTo = (id: string, { reverse }: MovedChannel): Undo | null =>
  reverse && {
    action: `${CHANNELS}/${id}/position`,
    fields: {
      into: reverse.before.parentId ?? '',
      before: reverse.before.beforeId ?? '',
      slug: reverse.before.slug,
      still: reverse.still,
    },
  };

/** The way back of a change, for `editForm`. */
export const unchanged = (id: string, { before, still }: Reverse<ChannelFields>): Undo => ({
  action: `${CHANNELS}/${id}`,
  fields: {
    name: before.name,
    description: before.description,
    keywords: before.keywords.join('、'),
    updateDays: String(before.updateDays ?? ''),
    limitDays: String(before.limitDays ?? ''),
    organId: before.organId ?? '',
    responsibleName: before.responsibleName,
    responsibleTelephone: before.responsibleTelephone,
    still,
  },
});

export const placeForm = z.object({ into: z.uuid('请从列表里选择').nullable().default(null), slug: channelSlug });

/** What a form shows of a channel that stands. */
export const valuesOf = (channel: ChannelTreeRow): Record<string, string> => ({
  name: channel.name,
  description: channel.description,
  keywords: channel.keywords.join('、'),
  updateDays: String(channel.updateDays ?? ''),
  limitDays: String(channel.limitDays ?? ''),
  organId: channel.organ?.id ?? '',
  responsibleName: channel.responsibleName,
  responsibleTelephone: channel.responsibleTelephone,
});

/** Values of the standard's `ColumnType`, and what the channel above has where that is several. */
export const typeOptions = (parent: ChannelTreeRow | null) =>
  [...new Set([...(parent ? [parent.columnType] : []), ...COLUMN_TYPES])].map((type) => ({
    value: type,
    label: type.replaceAll(',', '、'),
  }));

/** Which field an error of a command belongs to. */
export const fieldOf = (code: string): string | undefined =>
  ({
    'content.channel-slug-taken': 'slug',
    'content.organ-unknown': 'organId',
    'content.channel-too-deep': 'parentId',
  })[code] ?? fieldOfCharge(code);

/** The organs of the site's tenant, for a choice. Their names are public. */
export function findOrganOptions(
  work: UnitOfWork,
  ctx: DeskContext,
  site: SiteRef,
): Promise<{ value: string; label: string }[]> {
  return work.run(reading(ctx), (tx) =>
    tx.query(
      `SELECT id AS value, name AS label FROM organ WHERE tenant_id = $1 AND ended_on IS NULL
       ORDER BY array_position(ARRAY['government', 'office', 'department', 'township'], kind), name`,
      [site.tenantId],
    ),
  );
}

/** Of a site that the caller works on. */
export async function findSiteKind(work: UnitOfWork, ctx: DeskContext, site: SiteRef): Promise<SiteKind> {
  const [row] = await work.run(reading(ctx), (tx) =>
    tx.query<{ kind: SiteKind }>('SELECT kind FROM site WHERE tenant_id = $1 AND id = $2', [site.tenantId, site.id]),
  );
  if (!row) throw authorityErrors['authority.missing']();
  return row.kind;
}
