import { filesFolder } from '../../content/publication/document-address.js';
import { contentTags } from '../../content/tags.js';
import { longDay } from '../../kernel/time/calendar.js';
import type { DocumentPage } from '../../presentation/page-model.js';
import type { SiteRecord } from '../../tenancy/site/site-directory.js';
import { breadcrumbOf } from './channel-page.js';
import type { ChannelTree } from './channel-tree.js';
import { fileUrl } from './entries.js';
import { frameOf, type PageSetting, siteUrl } from './frame.js';
import { momentOf } from './moment.js';
import type { DocumentRow } from './queries.js';
import { titleLines } from './title-lines.js';

/** The page of a document, from its row. */
export function documentPage(
  setting: PageSetting,
  site: SiteRecord,
  tree: ChannelTree,
  row: DocumentRow,
  now: Date,
  tags: Set<string>,
): DocumentPage {
  const channel = tree.get(row.channelId)!;
  const published = momentOf(setting.calendar, row.publishedAt, now);
  const source = row.fields.source || row.fields.organ || site.sponsor.name;
  const url = `${site.prefix}${row.path}`;
  tags.add(contentTags.item(row.itemId));
  if (row.previous) tags.add(contentTags.item(row.previous.itemId));
  if (row.next) tags.add(contentTags.item(row.next.itemId));
  else tags.add(contentTags.newest(row.channelId));
  const picture = row.picture && {
    url: `${setting.originOf(site.host)}${fileUrl(url, row.picture.name)}`,
  };
  return {
    page: 'document',
    frame: frameOf(setting, site, tree, now, {
      heading: row.title,
      // The standard's own tag says it below: names of tags know no case, and none may stand twice.
      description: '',
      path: row.path,
      channel,
      article: [
        { name: 'ArticleTitle', content: row.title },
        { name: 'PubDate', content: published.minute },
        { name: 'ContentSource', content: source },
        { name: 'Keywords', content: row.fields.keywords.join(',') },
        { name: 'Author', content: row.fields.author },
        { name: 'Description', content: row.summary || excerpt(row.html) },
        { name: 'Image', content: picture?.url ?? '' },
        { name: 'Url', content: siteUrl(setting, site, row.path) },
      ],
      og: [
        { property: 'og:type', content: 'article' },
        { property: 'article:published_time', content: row.publishedAt.toISOString() },
        { property: 'og:description', content: row.summary || excerpt(row.html) },
        ...(picture ? [{ property: 'og:image', content: picture.url }] : []),
      ],
    }),
    breadcrumb: breadcrumbOf(site, tree.lineage(channel), '正文'),
    document: {
      title: row.title,
      titleLines: titleLines(row.title),
      documentNumber: row.fields.documentNumber,
      table: row.kind === 'policy-document' ? headTable(row, published.long) : [],
      published,
      originallyPublished: row.originallyPublished,
      source,
      author: row.fields.author,
      html: withFiles(row.html, row.path),
      contents: row.fields.contents.length >= 3 ? row.fields.contents : [],
      signature: row.fields.signature,
      attachments: (row.attachments ?? []).map((file) => ({
        name: file.title || file.name,
        url: fileUrl(url, file.name),
        type: /\.([a-z0-9]+)$/i.exec(file.name)?.[1]?.toUpperCase() ?? '',
        size: readableSize(file.size),
      })),
    },
    previous: row.previous && { text: row.previous.title, url: `${site.prefix}${row.previous.path}` },
    next: row.next && { text: row.next.title, url: `${site.prefix}${row.next.path}` },
  };
}

/** The head table of policy documents, in the order of the field (STANDARDS §7); unknown terms are left out. */
function headTable({ fields, title }: DocumentRow, published: string): DocumentPage['document']['table'] {
  const day = (iso: string) => (iso ? longDay(iso) : '');
  return [
    { term: '索引号', text: fields.indexNumber, wide: false, validity: false },
    { term: '主题分类', text: fields.category, wide: false, validity: false },
    { term: '发文机关', text: fields.organ, wide: false, validity: false },
    { term: '成文日期', text: day(fields.madeOn), wide: false, validity: false },
    { term: '标题', text: title, wide: true, validity: false },
    { term: '发文字号', text: fields.documentNumber, wide: false, validity: false },
    { term: '发布日期', text: published, wide: false, validity: false },
    { term: '有效性', text: fields.validity, wide: true, validity: true },
  ].filter((row) => row.text !== '');
}

/** `media:NAME` → the file's address, relative to the document, so that it holds wherever the document is placed. */
function withFiles(html: string, path: string): string {
  const folder = filesFolder(path);
  return html.replace(/(src|href)="media:([^"]+)"/g, (_, attribute: string, name: string) => {
    const plain = name
      .replaceAll('&amp;', '&')
      .replaceAll('&quot;', '"')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>');
    return `${attribute}="${folder}${encodeURIComponent(plain)}"`;
  });
}

/** First words of a body, for descriptions: at most 120 characters. */
function excerpt(html: string): string {
  const text = html
    .replace(/<(figure|table|h2)[\s\S]*?<\/\1>/g, '')
    .replace(/<p class="salutation">[\s\S]*?<\/p>/, '')
    .replace(/<[^>]+>/g, '')
    .replace(/&nbsp;|\s+/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .trim();
  const characters = [...text];
  return characters.length <= 120 ? text : `${characters.slice(0, 119).join('')}…`;
}

/** Bytes as people read them: 268 KB, 1.2 MB. */
export function readableSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
