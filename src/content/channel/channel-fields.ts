import { z } from 'zod';
import type { Scope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { COLUMN_TYPES } from '../../tenancy/plan/blueprint.js';
import { faultOfSlug } from '../../tenancy/plan/slug.js';
import { contentErrors } from '../errors.js';
import type { SiteRef } from './site-channels.js';

const days = z
  .number({ error: '写天数，例如 90' })
  .int('写整数天')
  .min(1, '最少 1 天')
  .max(3650, '最多 3650 天')
  .nullable();

const text = (most: number) => z.string().trim().max(most, `最多 ${most} 个字`);

/** What people say of a channel. Days are calendar days. */
export const channelFields = z.object({
  name: z.string({ error: '请填写栏目名' }).trim().min(1, '请填写栏目名').max(30, '最多 30 个字'),
  description: text(300),
  keywords: z.array(z.string().trim().min(1).max(20, '每个关键词最多 20 个字')).max(10, '最多 10 个关键词'),
  /** Promise: days between updates; null: on change. */
  updateDays: days,
  /** Days after which an inspection counts it as not updated; null: not counted. */
  limitDays: days,
  /** The organ that answers for it; null: whoever answers for the channel above. */
  organId: z.uuid('请从列表里选择').nullable(),
  responsibleName: text(30),
  responsibleTelephone: text(40).regex(/^[0-9+()（）转 -]*$/, '只写号码，例如 0431-12345678 转 801'),
});

export type ChannelFields = z.infer<typeof channelFields>;

export const limitAfterPromise = ({
  updateDays,
  limitDays,
}: Pick<ChannelFields, 'updateDays' | 'limitDays'>): boolean =>
  limitDays === null || (updateDays !== null && limitDays >= updateDays);
export const limitFault = { path: ['limitDays'], message: '最长期限不能短于承诺的天数；没有承诺的不填' };

/** The segment of a channel's address: a rule of the platform's, and not a number, which is a month in a document's address. */
export const channelSlug = z
  .string({ error: '请填写地址' })
  .trim()
  .min(1, '请填写地址')
  .superRefine((slug, context) => {
    const fault = /^[a-z]/.test(slug) ? faultOfSlug(slug) : '地址要以小写字母开头，例如 tzgg';
    if (fault) context.addIssue({ code: 'custom', message: fault });
  });

export const newChannelSchema = channelFields
  .partial()
  .required({ name: true })
  .extend({
    /** Left out: one is made from the name. */
    slug: channelSlug.optional(),
    /** Null: on the first level. */
    parentId: z.uuid().nullable(),
    /** Values of the standard's `ColumnType`, joined by commas; left out: as the channel above. */
    columnType: z
      .string()
      .refine((types) => types.split(',').every((type) => COLUMN_TYPES.includes(type)), '请从列表里选择类型')
      .optional(),
    /** What is written in it; left out: as in the channel above. */
    itemKind: z.enum(['article', 'policy-document'], { error: '请选择稿件类型' }).optional(),
  })
  .refine(({ updateDays = null, limitDays = null }) => limitAfterPromise({ updateDays, limitDays }), limitFault);
export type NewChannel = z.input<typeof newChannelSchema>;

/** What is left out stays as it is. The promise is one thing: both numbers or none. */
export const channelChangesSchema = channelFields
  .partial()
  .refine(({ updateDays, limitDays }) => (updateDays === undefined) === (limitDays === undefined), {
    path: ['limitDays'],
    message: '更新承诺和最长期限要一起填写',
  })
  .refine(({ updateDays = null, limitDays = null }) => limitAfterPromise({ updateDays, limitDays }), limitFault);
export type ChannelChanges = z.input<typeof channelChangesSchema>;

/** @throws UserError `content.channel-fields`, all faults at once */
export function readChannel<T>(schema: z.ZodType<T>, input: unknown): T {
  const read = schema.safeParse(input);
  if (read.success) return read.data;
  const faults = [...new Set(read.error.issues.map((issue) => issue.message))].join('；');
  throw contentErrors['content.channel-fields']({ faults: `${faults}。` }, { cause: read.error });
}

/**
 * An organ of the site's own tenant.
 * @throws UserError `content.organ-unknown` for any other, whether it exists or not
 */
export async function requireOrgan(tx: Tx<Scope>, site: SiteRef, organId: string | null | undefined): Promise<void> {
  if (!organId) return;
  const [organ] = await tx.query('SELECT FROM organ WHERE tenant_id = $1 AND id = $2 AND ended_on IS NULL', [
    site.tenantId,
    organId,
  ]);
  if (!organ) throw contentErrors['content.organ-unknown']();
}
