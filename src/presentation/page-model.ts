/**
 * What a theme is given to render a page: plain data, complete, already formatted for people where the format is a
 * rule of the platform (dates, sizes) and never more than the page shows. A theme asks the database nothing.
 *
 * Texts are unescaped strings (templates autoescape) except the one field named `html`, which is cleaned HTML.
 * Times: `iso` for `<time datetime>`, the others as people read them, in the platform's time zone.
 */

/** Colour sets of the look: 江蓝 province, 枫红 city, 松绿 county and township, 黛青 department. */
export type ColourSet = 'jiang' | 'feng' | 'song' | 'dai';
export type SiteKind = 'portal' | 'department' | 'township';
export type SiteLevel = 'province' | 'city' | 'county' | 'township';

export interface Link {
  text: string;
  url: string;
}

export interface Moment {
  /** For `<time datetime>`: a full timestamp, or a day when only the day is known. */
  iso: string;
  /** In home lists: 09:12 today, 11-23 in this year, 2025-11-23 before. */
  short: string;
  /** In lists: 2026-11-23. */
  day: string;
  /** Split for the large figure of channel lists: day of month `23`, and `2026-11`. */
  dayOfMonth: string;
  month: string;
  /** With minutes: 2026-11-23 09:30. */
  minute: string;
  /** In documents: 2026年11月23日. */
  long: string;
}

export interface NavLink extends Link {
  current: boolean;
}

/** What every page has. */
export interface Frame {
  lang: string;
  /** `<title>`. */
  title: string;
  /** Absolute address of this page. */
  canonical: string;
  /** `<meta name=description>`; empty when there is nothing to say (then leave the tag out). */
  description: string;
  /** The tags of the government-site standard, in order; none empty, none twice. */
  meta: { name: string; content: string }[];
  /** Open Graph properties, in order. */
  og: { property: string; content: string }[];
  site: {
    kind: SiteKind;
    level: SiteLevel;
    /** 吉林省人民政府 */
    name: string;
    /** 吉林, 农安, 农安镇: used in short headings. */
    shortName: string;
    colours: ColourSet;
    /** Host without scheme and port: jl.localhost */
    domain: string;
    /** Path of its home page, `/` or `/xz/kaian/`. */
    home: string;
    /** Second line under the name: 门户网站, 部门子站 … */
    tagline: string;
    /** Address of the site's own emblem file; null: leave the slot out. */
    emblem: string | null;
    /** The site that carries a sub-site: name and address of its home page. */
    parent: Link | null;
    /** A demonstration: show the strip, send noindex. */
    demo: boolean;
    /** Day on which it was archived (2026年11月23日): show the banner; null: it lives. */
    archived: string | null;
  };
  today: { iso: string; text: string; weekday: string };
  /** First link is 首页. Channels without anything to show are not in it. */
  nav: NavLink[];
  footer: {
    name: string;
    /** 主办单位, 承办单位, 联系电话, 办公时间, 地址, 网站标识码, ICP备案号, 公安机关备案号: only those that are known. */
    facts: { term: string; text: string }[];
    links: Link[];
  };
}

export interface Picture {
  url: string;
  alt: string;
  width: number;
  height: number;
}

/** One line of a list. */
export interface Entry {
  title: string;
  url: string;
  /** Site or organ that published it, when it is not this site's own; '' otherwise. */
  source: string;
  published: Moment;
  summary: string;
  picture: Picture | null;
  /** Policy documents only; '' when unknown. */
  documentNumber: string;
  /** 有效 已修改 失效 废止; '' when not a policy document. */
  validity: string;
  /** Name of its channel, for mixed lists. */
  channel: string;
  pinned: boolean;
  /** Published on this day: a mark for home lists. */
  isToday: boolean;
}

/** A block of a home page. The builder leaves out blocks that would be empty, and fills the row again. */
export type Block = { span: 3 | 4 | 5 | 6 | 7 | 8 | 9 | 12; heading: string; note: string; more: Link | null } & (
  | { kind: 'lead'; lead: Entry; entries: Entry[] } // picture news: one large, the rest as a list beside or below
  | { kind: 'list'; entries: Entry[]; strong: boolean } // plain list, first line larger when `strong`
  | { kind: 'dated'; entries: Entry[] } // township: large day figures
  | { kind: 'register'; entries: Entry[] } // policy documents: number, title, validity, date
  | { kind: 'recommended'; entries: Entry[] } // releases of the province's (or county's) portal, each links there
  | { kind: 'tiles'; tiles: { text: string; url: string; note: string }[] } // sub-channels with their last update
  | { kind: 'sites'; groups: { name: string; sites: { text: string; url: string; note: string }[] }[] } // portals or sub-sites of the region
  | { kind: 'contact'; rows: { term: string; text: string }[]; links: Link[] } // where to go, when it is open, whom to call
);

/**
 * Blocks side by side, their spans together 12. Three blocks a, b, b with a + b = 12 and a ≥ b: the second and third
 * stand on each other beside the first.
 */
export interface HomeRow {
  /** Lies on the grey ground band. */
  ground: boolean;
  blocks: Block[];
}

export interface HomePage {
  page: 'home';
  frame: Frame;
  /** Portals and departments. */
  hero: { slogan: string; links: Link[]; linksLabel: string } | null;
  /** At most six entrances, each leads to a page that exists; icon is one of the names in themes/README.md. */
  quick: { text: string; note: string; url: string; icon: string }[];
  /** Townships: the introduction and facts at the top of the page. */
  town: {
    name: string;
    introduction: string;
    facts: { term: string; figure: string; unit: string }[];
    picture: Picture | null;
  } | null;
  rows: HomeRow[];
}

export interface ChannelPage {
  page: 'channel';
  frame: Frame;
  /** Last one is this channel and has no link (url ''). */
  breadcrumb: Link[];
  channel: { name: string; description: string; register: boolean };
  /** The channel's siblings (or its children, for a first-level channel), this one marked. */
  side: (NavLink & { count: number })[];
  entries: Entry[];
  total: number;
  pager: {
    page: number;
    pages: number /** `null` is a gap. */;
    links: ({ number: number; url: string } | null)[];
    previous: string;
    next: string;
  };
}

export interface DocumentPage {
  page: 'document';
  frame: Frame;
  breadcrumb: Link[];
  document: {
    title: string;
    /** The title broken by sense for the headline; one line each, none longer than 16 characters where that can be. */
    titleLines: string[];
    documentNumber: string;
    /** Head table of policy documents, in order: wide rows span both columns. Empty for articles. */
    table: { term: string; text: string; wide: boolean; validity: boolean }[];
    published: Moment;
    /** Published elsewhere before: the day counts, the time is unknown, 原发布 is shown. */
    originallyPublished: boolean;
    source: string;
    author: string;
    /**
     * Cleaned HTML: h2, h3, p, figure with figcaption, ul, ol, blockquote; ids on headings; no style, no class but these:
     * `<div class="clause"><h3>（一）…。</h3><p>…</p></div>` for a heading that runs into its paragraph,
     * `<p class="salutation">`, `<div class="table"><table>…</table></div>` (scrolls inside itself when too wide).
     */
    html: string;
    /** For the contents list at the side: headings of the body. Empty when fewer than three. */
    contents: { id: string; text: string }[];
    signature: { organ: string; date: string } | null;
    attachments: { name: string; url: string; type: string; size: string }[];
  };
  previous: Link | null;
  next: Link | null;
}

export interface MissingPage {
  page: 'missing';
  frame: Frame;
  /** Where the visitor may want to go: the site's first-level channels with something in them. */
  guesses: { text: string; url: string; note: string }[];
  moment: string;
  reference: string;
}

/** In place of every page of a site that is closed for a while: plain, in nobody's look. */
export interface ClosedPage {
  name: string;
  /** Why, in one sentence for the public. */
  notice: string;
  /** Where to go on to. */
  superior: Link | null;
  demo: boolean;
}

export type PageModel = HomePage | ChannelPage | DocumentPage | MissingPage;
