import { z } from 'zod';
import { idField, instantField, resource, textField, type ValueOf } from '../../console/api/resource.js';
import type { EditionFields } from './edition.entity.js';
import type { ItemKind } from './item.entity.js';

const fields = {
  id: idField('稿件的 id'),
  siteId: idField('所属网站的 id'),
  serial: textField('编号，在地址里'),
  kind: z.enum(['article', 'policy-document']).describe('article 文章，policy-document 政策文件'),
  title: z.string().nullable().describe('标题；还没有发布过时为 null'),
  summary: textField('摘要'),
  documentNumber: textField('发文字号'),
  state: z.enum(['unreleased', 'public', 'withdrawn']).describe('unreleased 未发布，public 已发布，withdrawn 已撤回'),
  edition: z.int().nullable().describe('现在发布的是第几版'),
  publishedAt: z.iso.datetime().nullable().describe('首次发布的时间，UTC 时间'),
  originallyPublished: z.boolean().describe('是否在别处先发布过（原发布）'),
  createdAt: instantField('建立的时间'),
  updatedAt: instantField('现在的版本发布的时间'),
};

const example = {
  id: '019a2b3c-0000-7000-8000-00000000d001',
  siteId: '019a2b3c-0000-7000-8000-00000000a001',
  serial: '1000123',
  kind: 'policy-document' as const,
  title: '关于做好冬季取暖工作的通知（示例）',
  summary: '',
  documentNumber: '青政发〔2026〕3号',
  state: 'public' as const,
  edition: 1,
  publishedAt: '2026-11-23T01:12:00.000Z',
  originallyPublished: false,
  createdAt: '2026-11-23T01:12:00.000Z',
  updatedAt: '2026-11-23T01:12:00.000Z',
};

/** An item in a list. */
export const itemResource = resource('Item', '稿件', fields, example);
export type ItemValue = ValueOf<typeof itemResource>;

const attachment = z.strictObject({
  name: textField('文件名'),
  role: z.enum(['image', 'attachment']).describe('image 正文中的图片，attachment 附件'),
  title: textField('名称'),
  mediaType: textField('类型'),
  size: z.int().describe('字节数'),
  sha256: textField('内容的 SHA-256'),
});

/** An item by itself, with its text. */
export const itemTextResource = resource(
  'ItemText',
  '稿件全文',
  {
    ...fields,
    html: z.string().nullable().describe('正文；图片写作 media: 加文件名'),
    indexNumber: textField('索引号'),
    category: textField('分类'),
    organ: textField('发文机关'),
    madeOn: textField('成文日期'),
    validity: textField('有效性'),
    source: textField('来源'),
    author: textField('作者'),
    keywords: z.array(z.string()).describe('关键词'),
    attachments: z.array(attachment).describe('图片和附件'),
  },
  {
    ...example,
    html: '<p>正文。</p>',
    indexNumber: '',
    category: '',
    organ: '青松县人民政府',
    madeOn: '2026-11-20',
    validity: '有效',
    source: '',
    author: '',
    keywords: ['取暖'],
    attachments: [
      {
        name: 'plan.pdf',
        role: 'attachment' as const,
        title: '供暖计划',
        mediaType: 'application/pdf',
        size: 20_480,
        sha256: '0000000000000000000000000000000000000000000000000000000000000000',
      },
    ],
  },
);
export type ItemTextValue = ValueOf<typeof itemTextResource>;

/** An item as it was read; what belongs to its release is null while it has none. */
export interface ItemRow {
  tenantId: string;
  id: string;
  siteId: string;
  serial: string;
  kind: ItemKind;
  title: string | null;
  summary: string | null;
  documentNumber: string | null;
  state: 'public' | 'withdrawn' | null;
  edition: number | null;
  publishedAt: Date | null;
  originallyPublished: boolean | null;
  createdAt: Date;
  updatedAt: Date;
  /** `updatedAt` to the microsecond. */
  changed: string;
}

export interface ItemTextRow extends ItemRow {
  html: string | null;
  fields: EditionFields | null;
  attachments: ItemTextValue['attachments'];
}

export const itemValue = (row: ItemRow): ItemValue => ({
  id: row.id,
  siteId: row.siteId,
  serial: row.serial,
  kind: row.kind,
  title: row.title,
  summary: row.summary ?? '',
  documentNumber: row.documentNumber ?? '',
  state: row.state ?? 'unreleased',
  edition: row.edition,
  publishedAt: row.publishedAt?.toISOString() ?? null,
  originallyPublished: row.originallyPublished ?? false,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

export const itemTextValue = (row: ItemTextRow): ItemTextValue => ({
  ...itemValue(row),
  html: row.html,
  indexNumber: row.fields?.indexNumber ?? '',
  category: row.fields?.category ?? '',
  organ: row.fields?.organ ?? '',
  madeOn: row.fields?.madeOn ?? '',
  validity: row.fields?.validity ?? '',
  source: row.fields?.source ?? '',
  author: row.fields?.author ?? '',
  keywords: row.fields?.keywords ?? [],
  attachments: row.attachments,
});
