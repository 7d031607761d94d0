import { contentTags } from '../../content/tags.js';
import type { VisitorReads } from '../../kernel/database/visitor-reads.js';
import type { Block, Entry, HomePage, HomeRow } from '../../presentation/page-model.js';
import type { HomeLayout, LayoutBlock } from '../../tenancy/plan/blueprint.js';
import type { SiteRecord } from '../../tenancy/site/site-directory.js';
import { siteTags } from '../../tenancy/tags.js';
import type { ChannelTree } from './channel-tree.js';
import { entriesOf } from './entries.js';
import { frameOf, type PageSetting, siteUrl } from './frame.js';
import { updatedNote } from './moment.js';
import { type ChannelRow, LATEST, LISTS } from './queries.js';

/** What the province recommends to every site: its site and channels. */
export interface Recommended {
  site: SiteRecord;
  channelIds: string[];
}

interface Wanted {
  block: LayoutBlock;
  channel: ChannelRow | null;
  channelIds: string[];
  most: number;
}

/** Home page of a site from its layout: one round trip for all lists, one beside it for the times of latest news. */
export async function homePage(
  reads: VisitorReads,
  setting: PageSetting,
  site: SiteRecord,
  tree: ChannelTree,
  layout: HomeLayout,
  recommended: Recommended | null,
  now: Date,
  tags: Set<string>,
): Promise<HomePage> {
  const blocks = layout.rows.flatMap((row) => row.blocks);
  const wanted = blocks.map((block) => wantedOf(block, tree, site, recommended));
  const tiles = blocks.flatMap((block) => (block.kind === 'tiles' ? tilesOf(block, tree) : []));
  const sites = blocks.flatMap((block) => (block.kind === 'sites' ? sitesOf(setting, site, block) : []));
  const [lists, latestRows] = await Promise.all([
    listsOf(reads, wanted),
    tiles.length + sites.length > 0 ? reads.rows(LATEST, [tiles.map((c) => c.id), sites.map((s) => s.id)]) : [],
  ]);
  const latest = new Map(latestRows.map((row) => [row.id, row.at]));
  for (const channel of tiles) for (const id of tree.reach(channel)) tags.add(contentTags.channel(id));
  for (const below of sites) tags.add(contentTags.news(below.id));
  for (const { channel, block } of wanted) if (channel && block.limit) tags.add(contentTags.channel(channel.id));
  if (recommended && blocks.some((block) => block.kind === 'recommended')) {
    tags.add(siteTags.site(recommended.site.id));
    for (const id of recommended.channelIds) tags.add(contentTags.channel(id));
  }

  const note = (at: Date | undefined) => (at ? updatedNote(setting.calendar, at, now) : '');
  const build = (block: LayoutBlock, index: number): Block | null => {
    const { channel } = wanted[index]!;
    const entries = entriesOf(setting, site, tree, lists.get(index) ?? [], now, tags);
    const head = {
      span: block.span as Block['span'],
      heading: block.heading,
      note: block.note,
      more: channel ? { text: '更多', url: `${site.prefix}${channel.path}/` } : null,
    };
    switch (block.kind) {
      case 'lead':
        return leadBlock(head, entries);
      case 'list':
        return entries.length > 0 ? { ...head, kind: 'list', entries, strong: true } : null;
      case 'dated':
      case 'register':
        return entries.length > 0 ? { ...head, kind: block.kind, entries } : null;
      case 'recommended':
        return entries.length > 0 && recommended
          ? { ...head, kind: 'recommended', entries, more: { text: '更多', url: siteUrl(setting, recommended.site) } }
          : null;
      case 'tiles': {
        const shown = tilesOf(block, tree);
        return shown.length > 0
          ? {
              ...head,
              kind: 'tiles',
              tiles: shown.map((c) => ({
                text: c.name,
                url: `${site.prefix}${c.path}/`,
                note: note(newest(tree.reach(c).map((id) => latest.get(id)))),
              })),
            }
          : null;
      }
      case 'sites': {
        const below = sitesOf(setting, site, block);
        const linked = below.map((s) => ({
          text: s.kind === 'township' ? s.name.replace(/(人民政府|办事处|管理委员会)$/, '') : s.shortName,
          url: s.parentSiteId ? s.prefix : siteUrl(setting, s),
          note: note(latest.get(s.id)),
        }));
        return linked.length > 0 ? { ...head, kind: 'sites', groups: [{ name: '', sites: linked }] } : null;
      }
      case 'contact':
        return contactBlock(head, site, tree);
    }
  };
  let index = 0;
  const rows: HomeRow[] = [];
  for (const row of layout.rows) {
    const built = row.blocks.map((block) => build(block, index++)).filter((block) => block !== null);
    if (built.length > 0) rows.push({ ground: row.ground, blocks: widen(built) });
  }

  const links = (layout.hero?.links ?? []).flatMap((key) => shownLink(site, tree, key));
  return {
    page: 'home',
    frame: frameOf(setting, site, tree, now, {
      heading: '',
      description: site.sponsor.introduction,
      path: '',
      channel: null,
      article: [],
      og: [{ property: 'og:type', content: 'website' }],
    }),
    hero: layout.hero
      ? { slogan: layout.hero.slogan.replaceAll('{地名}', site.shortName), links, linksLabel: layout.hero.linksLabel }
      : null,
    quick: layout.quick
      .flatMap((entrance) =>
        shownLink(site, tree, entrance.channel).map(({ url }) => ({
          text: entrance.text,
          note: entrance.note,
          url,
          icon: entrance.icon,
        })),
      )
      .slice(0, 6),
    town:
      site.kind === 'township'
        ? {
            name: site.name,
            introduction: site.sponsor.introduction,
            facts: site.sponsor.facts,
            picture: townPicture(rows),
          }
        : null,
    rows,
  };
}

function wantedOf(block: LayoutBlock, tree: ChannelTree, site: SiteRecord, recommended: Recommended | null): Wanted {
  const most = block.limit ?? 0;
  if (block.kind === 'recommended') {
    const foreign = recommended && recommended.site.id !== site.id ? recommended.channelIds : [];
    return { block, channel: null, channelIds: foreign, most };
  }
  const channel = (block.channel && tree.byKey(block.channel)) || null;
  const shown = channel && tree.isShown(channel) ? channel : null;
  return { block, channel: shown, channelIds: shown && block.kind !== 'tiles' ? tree.reach(shown) : [], most };
}

async function listsOf(reads: VisitorReads, wanted: Wanted[]) {
  const channels = wanted.flatMap((w, list) => w.channelIds.map((id) => ({ list, id })));
  const lists = wanted
    .map((w, list) => ({ list, most: w.most }))
    .filter(({ list, most }) => most > 0 && wanted[list]!.channelIds.length > 0);
  if (lists.length === 0) return new Map<number, never[]>();
  const rows = await reads.rows(LISTS, [
    channels.map((c) => c.list),
    channels.map((c) => c.id),
    lists.map((l) => l.list),
    lists.map((l) => l.most),
  ]);
  return Map.groupBy(rows, (row) => row.list);
}

function tilesOf(block: LayoutBlock, tree: ChannelTree): ChannelRow[] {
  const channel = block.channel ? tree.byKey(block.channel) : undefined;
  return channel ? tree.under(channel) : [];
}

function sitesOf(setting: PageSetting, site: SiteRecord, block: LayoutBlock): SiteRecord[] {
  switch (block.sites) {
    case 'cities':
    case 'counties':
      return setting.directory.portalsUnder(site);
    case 'townships':
      return setting.directory.subSites(site, 'township');
    case 'departments':
      return setting.directory.subSites(site, 'department');
    default:
      return [];
  }
}

/** The newest text with a picture leads; without any, the first one leads by its words. */
function leadBlock(head: Omit<Block, 'kind'>, entries: Entry[]): Block | null {
  const lead = entries.find((entry) => entry.picture) ?? entries[0];
  if (!lead) return null;
  return { ...head, kind: 'lead', lead, entries: entries.filter((entry) => entry !== lead) } as Block;
}

function contactBlock(head: Omit<Block, 'kind'>, site: SiteRecord, tree: ChannelTree): Block | null {
  const { sponsor } = site;
  const rows = [
    { term: '地址', text: sponsor.address },
    { term: '办公时间', text: sponsor.hours },
    { term: '咨询电话', text: sponsor.telephone },
  ].filter((row) => row.text !== '');
  const guide = tree.under(null).find((channel) => channel.columnType.includes('办事服务'));
  const links = guide ? [{ text: '办事指南', url: `${site.prefix}${guide.path}/` }] : [];
  return rows.length > 0 ? ({ ...head, kind: 'contact', rows, links } as Block) : null;
}

function shownLink(site: SiteRecord, tree: ChannelTree, key: string): { text: string; url: string }[] {
  const channel = tree.byKey(key);
  return channel && tree.isShown(channel) ? [{ text: channel.name, url: `${site.prefix}${channel.path}/` }] : [];
}

/** Blocks that stay share the whole width in the proportions they had. */
function widen(blocks: Block[]): Block[] {
  const total = blocks.reduce((sum, block) => sum + block.span, 0);
  if (total % 12 === 0 || total > 12) return blocks;
  let left = 12;
  return blocks.map((block, i) => {
    const span = i === blocks.length - 1 ? left : Math.min(9, Math.max(3, Math.round((block.span / total) * 12)));
    left -= span;
    return { ...block, span: span as Block['span'] };
  });
}

const townPicture = (rows: HomeRow[]) =>
  rows
    .flatMap((row) => row.blocks)
    .flatMap((block) => ('entries' in block && block.kind !== 'recommended' ? block.entries : []))
    .find((entry) => entry.picture)?.picture ?? null;

const newest = (times: (Date | undefined)[]): Date | undefined =>
  times.reduce((latest, at) => (at && (!latest || at > latest) ? at : latest), undefined);
