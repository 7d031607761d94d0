import { type Calendar, longDay } from '../../kernel/time/calendar.js';
import type { Frame, Link, NavLink } from '../../presentation/page-model.js';
import type { SiteDirectory, SiteRecord } from '../../tenancy/site/site-directory.js';
import type { ChannelTree } from './channel-tree.js';
import type { ChannelRow } from './queries.js';

/** Absolute address of a path on a host, without trailing slash of the origin: http://jl.localhost:8080 */
export type OriginOf = (host: string) => string;

/** What the building of every page needs of its surroundings. */
export interface PageSetting {
  directory: SiteDirectory;
  calendar: Calendar;
  originOf: OriginOf;
}

export interface PageFacts {
  /** Heading of the page; the site's name is added. Empty for the home page. */
  heading: string;
  description: string;
  /** Path within the site, without leading slash. */
  path: string;
  channel: ChannelRow | null;
  /** Tags of a content page, in the order of the standard; see `articleTags`. */
  article: { name: string; content: string }[];
  og: { property: string; content: string }[];
}

export const siteUrl = (setting: PageSetting, site: SiteRecord, path = ''): string =>
  `${setting.originOf(site.host)}${site.prefix}${path}`;

/** The frame of a page: identity, navigation, tags of the standard (STANDARDS §1), facts of the footer (§2). */
export function frameOf(setting: PageSetting, site: SiteRecord, tree: ChannelTree, now: Date, facts: PageFacts): Frame {
  const { calendar, directory } = setting;
  const parent = site.parentSiteId ? directory.get(site.parentSiteId) : null;
  const lineage = facts.channel ? tree.lineage(facts.channel) : [];
  const canonical = siteUrl(setting, site, facts.path);
  const title = [facts.heading, facts.article.length > 0 ? (facts.channel?.name ?? '') : '', site.name]
    .filter(Boolean)
    .join('-');
  const today = calendar.day(now);
  return {
    lang: 'zh-CN',
    title,
    canonical,
    description: facts.description,
    meta: [...siteTagsOf(site), ...columnTags(facts), ...facts.article].filter((tag) => tag.content !== ''),
    og: [
      { property: 'og:site_name', content: site.name },
      { property: 'og:title', content: facts.heading || site.name },
      { property: 'og:url', content: canonical },
      { property: 'og:locale', content: 'zh_CN' },
      ...(facts.description ? [{ property: 'og:description', content: facts.description }] : []),
      ...facts.og,
    ],
    site: {
      kind: site.kind,
      level: site.level,
      name: site.name,
      shortName: site.shortName,
      colours: coloursOf(site),
      domain: site.host,
      home: site.prefix,
      tagline: site.tagline,
      emblem: site.emblem,
      parent: parent ? { text: parent.name, url: parent.prefix } : null,
      demo: site.demonstration,
      archived: site.archivedAt && longDay(calendar.day(site.archivedAt)),
    },
    today: { iso: today, text: longDate(today), weekday: calendar.weekday(now) },
    nav: navigation(site, tree, lineage[0] ?? null, facts.path === ''),
    footer: footerOf(site, tree, parent),
  };
}

function coloursOf(site: SiteRecord): Frame['site']['colours'] {
  if (site.kind === 'department') return 'dai';
  return ({ province: 'jiang', city: 'feng', county: 'song', township: 'song' } as const)[site.level];
}

const longDate = (day: string): string => {
  const [y, m, d] = day.split('-');
  return `${y}年${Number(m)}月${Number(d)}日`;
};

function siteTagsOf(site: SiteRecord) {
  return [
    { name: 'SiteName', content: site.name },
    { name: 'SiteDomain', content: site.host },
    { name: 'SiteIDCode', content: site.identificationCode },
  ];
}

function columnTags({ channel, path }: PageFacts) {
  if (!channel) return path === '' ? [{ name: 'ColumnType', content: '首页' }] : [];
  return [
    { name: 'ColumnName', content: channel.name },
    { name: 'ColumnDescription', content: channel.description },
    { name: 'ColumnKeywords', content: channel.keywords.join(',') },
    { name: 'ColumnType', content: channel.columnType },
  ];
}

function navigation(site: SiteRecord, tree: ChannelTree, current: ChannelRow | null, isHome: boolean): NavLink[] {
  return [
    { text: '首页', url: site.prefix, current: isHome },
    ...tree.under(null).map((channel) => ({
      text: channel.name,
      url: `${site.prefix}${channel.path}/`,
      current: channel === current,
    })),
  ];
}

function footerOf(site: SiteRecord, tree: ChannelTree, parent: SiteRecord | null): Frame['footer'] {
  const { sponsor } = site;
  const facts = [
    { term: '主办单位', text: sponsor.name },
    { term: '承办单位', text: site.undertaker },
    { term: '联系电话', text: sponsor.telephone },
    { term: '办公时间', text: sponsor.hours },
    { term: '地址', text: sponsor.address },
    { term: '网站标识码', text: site.identificationCode },
    { term: 'ICP备案号', text: site.icpNumber },
    { term: '公安机关备案号', text: site.publicSecurityNumber },
  ].filter((fact) => fact.text !== '');
  const links: Link[] = tree
    .under(null)
    .map((channel) => ({ text: channel.name, url: `${site.prefix}${channel.path}/` }));
  return { name: site.name, facts, links: parent ? [{ text: parent.name, url: parent.prefix }, ...links] : links };
}
