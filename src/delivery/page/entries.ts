import { filesFolder } from '../../content/publication/document-address.js';
import { contentTags } from '../../content/tags.js';
import type { Entry } from '../../presentation/page-model.js';
import type { SiteRecord } from '../../tenancy/site/site-directory.js';
import type { ChannelTree } from './channel-tree.js';
import { type PageSetting, siteUrl } from './frame.js';
import { momentOf } from './moment.js';
import type { EntryRow } from './queries.js';

/** Lines of lists as a theme shows them; each item shown is a tag of the page. */
export function entriesOf(
  setting: PageSetting,
  site: SiteRecord,
  tree: ChannelTree,
  rows: EntryRow[],
  now: Date,
  tags: Set<string>,
): Entry[] {
  const today = setting.calendar.day(now);
  return rows.map((row) => {
    tags.add(contentTags.item(row.itemId));
    const own = row.siteId === site.id;
    const home = own ? site : setting.directory.get(row.siteId);
    const url = own || !home ? `${site.prefix}${row.path}` : siteUrl(setting, home, row.path);
    const published = momentOf(setting.calendar, row.publishedAt, now);
    return {
      title: row.title,
      url,
      source: own ? '' : (home?.name ?? ''),
      published,
      summary: row.summary,
      picture: row.picture && {
        url: fileUrl(url, row.picture.name),
        alt: row.picture.alt,
        width: row.picture.width,
        height: row.picture.height,
      },
      documentNumber: row.documentNumber,
      validity: row.validity,
      channel: tree.get(row.channelId)?.name ?? '',
      pinned: row.pinned,
      isToday: published.day === today,
    };
  });
}

/** Address of a document's file, from the document's own. */
export const fileUrl = (documentUrl: string, name: string): string =>
  `${documentUrl.slice(0, documentUrl.lastIndexOf('/') + 1)}${filesFolder(documentUrl)}${encodeURIComponent(name)}`;
