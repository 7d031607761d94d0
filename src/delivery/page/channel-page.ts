import { contentTags } from '../../content/tags.js';
import type { VisitorReads } from '../../kernel/database/visitor-reads.js';
import type { ChannelPage } from '../../presentation/page-model.js';
import type { SiteRecord } from '../../tenancy/site/site-directory.js';
import type { ChannelTree } from './channel-tree.js';
import { entriesOf } from './entries.js';
import { frameOf, type PageSetting } from './frame.js';
import { CHANNEL_PAGE, type ChannelRow, COUNTS } from './queries.js';

export const ENTRIES_PER_PAGE = 20;

/**
 * Page n of a channel's list, with what lies below it.
 * @returns null when there is no such page
 */
export async function channelPage(
  reads: VisitorReads,
  setting: PageSetting,
  site: SiteRecord,
  tree: ChannelTree,
  channel: ChannelRow,
  number: number,
  now: Date,
  tags: Set<string>,
): Promise<ChannelPage | null> {
  const lineage = tree.lineage(channel);
  const children = tree.under(channel);
  const parent = lineage.at(-2) ?? null;
  // At the side: what lies below; where nothing does, the channel and its siblings.
  const beside = children.length > 0 ? children : parent ? tree.under(parent) : [channel];
  const reach = tree.reach(channel);
  const [rows, counts] = await Promise.all([
    reads.rows(CHANNEL_PAGE, [reach, ENTRIES_PER_PAGE, (number - 1) * ENTRIES_PER_PAGE]),
    reads.rows(COUNTS, [[...new Set([...reach, ...beside.flatMap((c) => tree.reach(c))])]]),
  ]);
  if (rows.length === 0) return null;
  const countOf = new Map(counts.map((row) => [row.id, row.count]));
  const countBelow = (c: ChannelRow) => tree.reach(c).reduce((sum, id) => sum + (countOf.get(id) ?? 0), 0);
  for (const c of [channel, ...beside]) tags.add(contentTags.channel(c.id));

  const total = countBelow(channel);
  const pages = Math.max(1, Math.ceil(total / ENTRIES_PER_PAGE));
  const root = `${site.prefix}${channel.path}/`;
  const urlOf = (n: number) => (n === 1 ? root : `${root}index_${n}.html`);
  return {
    page: 'channel',
    frame: frameOf(setting, site, tree, now, {
      heading: number === 1 ? channel.name : `${channel.name}（第${number}页）`,
      description: channel.description,
      path: number === 1 ? `${channel.path}/` : `${channel.path}/index_${number}.html`,
      channel,
      article: [],
      og: [{ property: 'og:type', content: 'website' }],
    }),
    breadcrumb: breadcrumbOf(site, lineage.slice(0, -1), channel.name),
    channel: { name: channel.name, description: channel.description, register: channel.itemKind === 'policy-document' },
    side: beside.map((c) => ({
      text: c.name,
      url: `${site.prefix}${c.path}/`,
      current: c === channel,
      count: countBelow(c),
    })),
    entries: entriesOf(setting, site, tree, rows, now, tags),
    total,
    pager: {
      page: number,
      pages,
      links: pageNumbers(number, pages).map((n) => (n === null ? null : { number: n, url: urlOf(n) })),
      previous: number > 1 ? urlOf(number - 1) : '',
      next: number < pages ? urlOf(number + 1) : '',
    },
  };
}

/** 首页 › … › the page itself, which is no link. */
export function breadcrumbOf(site: SiteRecord, above: ChannelRow[], here: string) {
  return [
    { text: '首页', url: site.prefix },
    ...above.map((c) => ({ text: c.name, url: `${site.prefix}${c.path}/` })),
    { text: here, url: '' },
  ];
}

/** First, last, and those around the current page; `null` where numbers are left out. */
export function pageNumbers(page: number, pages: number): (number | null)[] {
  const near = new Set([1, 2, 3, page - 1, page, page + 1, pages].filter((n) => n >= 1 && n <= pages));
  const kept = page > 4 ? [...near].filter((n) => n === 1 || n === pages || Math.abs(n - page) <= 1) : [...near];
  kept.sort((a, b) => a - b);
  return kept.flatMap((n, i) => (i > 0 && n - kept[i - 1]! > 1 ? [null, n] : [n]));
}
