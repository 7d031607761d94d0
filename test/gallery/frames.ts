import type { Entry, Frame, Link, Moment, Picture, SiteKind, SiteLevel } from '../../src/presentation/page-model.js';

/** Our own texts, none of them a real document; the day of the gallery is 24 November 2026. */
const TODAY = '2026-11-24';

/** A moment from `2026-11-24 09:12` (or a day alone). */
export function moment(at: string): Moment {
  const [day, time = '00:00'] = at.split(' ') as [string, string?];
  const [year, month, date] = day.split('-') as [string, string, string];
  const short = day === TODAY ? time : year === TODAY.slice(0, 4) ? `${month}-${date}` : day;
  return {
    iso: `${day}T${time}:00+08:00`,
    short,
    day,
    dayOfMonth: date,
    month: `${year}-${month}`,
    minute: `${day} ${time}`,
    long: `${year}年${Number(month)}月${Number(date)}日`,
  };
}

export function picture(name: string, alt = '示例图：非实景'): Picture {
  return { url: `/pictures/${name}.png`, alt, width: 1200, height: 800 };
}

export function entry(title: string, at: string, more: Partial<Entry> = {}): Entry {
  return {
    title,
    url: '/xwdt/202611/t20261124_1000001.html',
    source: '',
    published: moment(at),
    summary: '',
    picture: null,
    documentNumber: '',
    validity: '',
    channel: '',
    pinned: false,
    isToday: at.startsWith(TODAY),
    ...more,
  };
}

export function links(texts: string[]): Link[] {
  return texts.map((text) => ({ text, url: '/zwgk/' }));
}

const COLOURS = { province: 'jiang', city: 'feng', county: 'song', township: 'song' } as const;

export function frame(of: {
  kind?: SiteKind;
  level: SiteLevel;
  name: string;
  shortName: string;
  tagline: string;
  nav: string[];
  current?: string;
  title?: string;
  parent?: string;
  code?: string;
}): Frame {
  const kind = of.kind ?? 'portal';
  return {
    lang: 'zh-CN',
    title: of.title ? `${of.title}-${of.name}` : of.name,
    canonical: 'http://example.localhost:8080/',
    description: `${of.name}（示例）`,
    meta: [
      { name: 'SiteName', content: of.name },
      { name: 'SiteDomain', content: 'example.localhost' },
      { name: 'SiteIDCode', content: '0000000001' },
    ],
    og: [
      { property: 'og:type', content: 'website' },
      { property: 'og:title', content: of.title ?? of.name },
    ],
    site: {
      kind,
      level: of.level,
      name: of.name,
      shortName: of.shortName,
      colours: kind === 'department' ? 'dai' : COLOURS[of.level],
      domain: 'example.localhost',
      home: '/',
      tagline: of.tagline,
      emblem: null,
      parent: of.parent ? { text: of.parent, url: 'http://parent.localhost:8080/' } : null,
      demo: true,
      archived: null,
    },
    today: { iso: TODAY, text: '2026年11月24日', weekday: '星期二' },
    nav: ['首页', ...of.nav].map((text) => ({ text, url: '/', current: text === (of.current ?? '首页') })),
    footer: {
      name: of.name,
      facts: [
        { term: '主办单位', text: `${of.name}办公室（示例）` },
        { term: '承办单位', text: `${of.shortName}政务信息中心（示例）` },
        { term: '联系电话', text: '0000-00000000（工作日 8:30—17:00）' },
        { term: '网站标识码', text: of.code ?? '0000000001' },
        { term: '备案号', text: '示例ICP备00000000号' },
        { term: '公安备案', text: '示例公网安备 00000000000000号' },
      ],
      links: links(['机构职能', '政府信息公开指南', '政府信息公开年报']),
    },
  };
}

export const PORTAL_NAV = ['要闻动态', '政务公开', '政务服务', '互动交流', '数据发布', '走进吉林'];

export const province = (current?: string, title?: string): Frame =>
  frame({
    level: 'province',
    name: '吉林省人民政府',
    shortName: '吉林',
    tagline: '门户网站',
    nav: PORTAL_NAV,
    current,
    title,
  });
