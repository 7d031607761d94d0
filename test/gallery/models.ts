import type { ChannelPage, DocumentPage, HomePage, MissingPage, PageModel } from '../../src/presentation/page-model.js';
import { entry, moment } from './frames.js';
import { articleDocument, missing, newsChannel, policyDocument, registerChannel } from './pages.js';
import { cityHome, countyHome, provinceHome } from './portals.js';
import { departmentHome, townshipHome } from './sub-sites.js';

/** Every kind of page once, as a full site would show it. */
export const gallery: Record<string, PageModel> = {
  province: provinceHome,
  city: cityHome,
  county: countyHome,
  department: departmentHome,
  township: townshipHome,
  register: registerChannel,
  news: newsChannel,
  document: policyDocument,
  article: articleDocument,
  missing,
};

/** What is said about a moment: dates and times of fixed length. */
const MOMENT = ['iso', 'short', 'day', 'dayOfMonth', 'month', 'minute', 'long'];
/** Words for the machine, and the one field that is HTML. */
const FIXED = ['html', 'page', 'kind', 'level', 'colours', 'icon', 'id', 'validity', 'lang'];

/** The model with every text replaced, moments too when `moments` says so. */
export function withTexts(model: PageModel, change: (text: string) => string, moments: boolean): PageModel {
  const kept = new Set(moments ? FIXED : [...FIXED, ...MOMENT, 'url', 'canonical']);
  const walk = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return kept.has(key) || value === '' ? value : change(value);
    if (Array.isArray(value)) return value.map((one) => walk(one, key));
    if (value && typeof value === 'object') {
      return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, walk(one, name)]));
    }
    return value;
  };
  return walk(model, '') as PageModel;
}

/** Texts three times as long as they should be: nothing may be cut off, nothing may stick out. */
export const longModels: Record<string, PageModel> = Object.fromEntries(
  Object.entries(gallery).map(([name, model]) => [`long-${name}`, withTexts(model, (text) => text.repeat(3), false)]),
);

/** The frame with everything left out that may be left out. */
function bare<M extends PageModel>(model: M): M['frame'] {
  return {
    ...model.frame,
    description: '',
    meta: [],
    og: [],
    nav: [],
    site: { ...model.frame.site, tagline: '', parent: null },
    footer: { name: model.frame.footer.name, facts: [], links: [] },
  };
}

const home = (of: HomePage): HomePage => ({ ...of, frame: bare(of), hero: null, quick: [], town: null, rows: [] });

/** The least of each page: empty lists, nulls, empty texts. */
export const bareModels: Record<string, PageModel> = {
  'bare-province': home(provinceHome),
  'bare-city': {
    ...home(cityHome),
    hero: { slogan: '延边每天更新', links: [], linksLabel: '常看' },
    quick: [{ text: '政策文件', note: '', url: '/zwgk/', icon: 'no such icon' }],
  },
  'bare-county': {
    ...home(countyHome),
    quick: countyHome.quick.slice(0, 2),
    rows: [
      {
        ground: false,
        blocks: [
          {
            kind: 'lead',
            span: 12,
            heading: '要闻',
            note: '',
            more: null,
            lead: entry('只有一条（示例）', '2026-11-24 09:00'),
            entries: [],
          },
          { kind: 'list', span: 12, heading: '通知', note: '', more: null, entries: [], strong: true },
          {
            kind: 'dated',
            span: 12,
            heading: '动态',
            note: '',
            more: null,
            entries: [entry('一条（示例）', '2026-11-24')],
          },
          { kind: 'register', span: 12, heading: '政策', note: '', more: null, entries: [] },
          { kind: 'recommended', span: 12, heading: '推荐', note: '', more: null, entries: [] },
          {
            kind: 'tiles',
            span: 12,
            heading: '栏目',
            note: '',
            more: null,
            tiles: [{ text: '机构职能', url: '/', note: '' }],
          },
          { kind: 'sites', span: 12, heading: '网站', note: '', more: null, groups: [] },
          { kind: 'contact', span: 12, heading: '联系', note: '', more: null, rows: [], links: [] },
        ],
      },
    ],
  },
  'bare-department': home(departmentHome),
  'bare-township': home(townshipHome),
  'bare-channel': {
    ...newsChannel,
    frame: bare(newsChannel),
    breadcrumb: [],
    side: [],
    entries: [],
    total: 0,
    pager: { page: 1, pages: 1, links: [], previous: '', next: '' },
  } satisfies ChannelPage,
  'bare-document': {
    ...articleDocument,
    frame: bare(articleDocument),
    breadcrumb: [],
    document: {
      title: '一则通知（示例）',
      titleLines: [],
      documentNumber: '',
      table: [],
      published: moment('2026-11-23 09:30'),
      originallyPublished: false,
      source: '',
      author: '',
      html: '<p>正文。</p>',
      contents: [],
      signature: null,
      attachments: [],
    },
    previous: null,
    next: null,
  } satisfies DocumentPage,
  'bare-missing': { ...missing, frame: bare(missing), guesses: [] } satisfies MissingPage,
};
