import { readDocumentPath } from '../content/publication/document-address.js';
import { contentTags } from '../content/tags.js';
import type { VisitorReads } from '../kernel/database/visitor-reads.js';
import type { PageModel } from '../presentation/page-model.js';
import { type Themes, themeOf } from '../presentation/theme.js';
import type { Blueprint } from '../tenancy/plan/blueprint.js';
import type { SiteRecord } from '../tenancy/site/site-directory.js';
import { siteTags } from '../tenancy/tags.js';
import { channelPage } from './page/channel-page.js';
import { ChannelTree } from './page/channel-tree.js';
import { closedPage } from './page/closed-page.js';
import { documentPage } from './page/document-page.js';
import { type PageSetting, siteUrl } from './page/frame.js';
import { homePage, type Recommended } from './page/home-page.js';
import { missingPage } from './page/missing-page.js';
import { CHANNELS_OF_SITE, DOCUMENT, FILE, RECOMMENDED, REDIRECT } from './page/queries.js';
import { pageKey } from './store/page-key.js';
import type { PageStore, Rendering, StoredPage } from './store/page-store.js';

export interface FileRow {
  title: string;
  role: string;
  objectKey: string;
  mediaType: string;
  size: number;
  sha256: string;
}

/** What a visitor's address leads to. */
export type Answer =
  | { kind: 'page'; site: SiteRecord; page: StoredPage }
  | { kind: 'missing'; site: SiteRecord; html: string }
  | { kind: 'redirect'; site: SiteRecord; to: string }
  | { kind: 'file'; site: SiteRecord; file: FileRow; name: string }
  | { kind: 'closed'; site: SiteRecord; html: string }
  | { kind: 'not-here' };

type Found = { model: PageModel; tags: Set<string> } | { redirect: string } | { file: FileRow; name: string } | null;

/** What several visitors who ask for one address at once share: all but the number on a page that says what went wrong. */
type Shared = Exclude<Answer, { kind: 'missing' }> | { kind: 'missing'; site: SiteRecord; tree: ChannelTree };

/** The channels of the site, asked for once however many parts of the page need them. */
type Tree = () => Promise<ChannelTree>;

/** Host and path → page. Reads only what is public; knows nothing of HTTP beyond the address. */
export class VisitorPages {
  private readonly under = new Map<string, Promise<Shared>>();

  constructor(
    private readonly reads: VisitorReads,
    private readonly setting: PageSetting,
    private readonly themes: Themes,
    private readonly store: PageStore,
    private readonly blueprints: Map<string, Blueprint>,
  ) {}

  /**
   * @param host as the platform compares it
   * @param path absolute, decoded no further than it was sent, without query
   * @param reference number of the request, shown on pages that say what went wrong
   */
  async answer(host: string, path: string, reference: string): Promise<Answer> {
    // Begun before the site is looked up: a page of a site that changes meanwhile is sent, and not kept.
    const rendering = this.store.begin();
    const { directory } = this.setting;
    const site = directory.find(host, path);
    if (!site) return { kind: 'not-here' };
    const moved = directory.movedFrom(host, path);
    if (moved) return { kind: 'redirect', site, to: siteUrl(this.setting, moved.to, moved.within) };
    if (site.closed) return { kind: 'closed', site, html: this.themes.closed(closedPage(this.setting, site)) };
    if (site.host !== host) return { kind: 'redirect', site, to: `${this.setting.originOf(site.host)}${path}` };
    const key = pageKey({ host, path, view: 'standard' });
    // A page asked for by many at once is rendered once.
    let making = this.under.get(key);
    if (!making) {
      making = this.make(site, path, rendering).finally(() => this.under.delete(key));
      this.under.set(key, making);
    }
    const made = await making;
    if (made.kind !== 'missing') return made;
    const model = missingPage(this.setting, site, made.tree, new Date(), reference);
    return { kind: 'missing', site, html: this.themes.render(this.themeFor(site), model) };
  }

  private async make(site: SiteRecord, path: string, rendering: Rendering): Promise<Shared> {
    const now = new Date();
    let asked: Promise<ChannelTree> | null = null;
    const tree: Tree = () => {
      asked ??= this.reads.rows(CHANNELS_OF_SITE, [site.id]).then((rows) => new ChannelTree(rows));
      return asked;
    };
    const found = await this.read(site, path, tree, now);
    if (!found) return { kind: 'missing', site, tree: await tree() };
    if ('redirect' in found) return { kind: 'redirect', site, to: found.redirect };
    if ('file' in found) return { kind: 'file', site, ...found };
    const { model, tags } = found;
    tags.add(siteTags.site(site.id)).add(contentTags.navigation(site.id));
    if (site.parentSiteId) tags.add(siteTags.site(site.parentSiteId));
    const body = Buffer.from(this.themes.render(this.themeFor(site), model));
    const expiresAt = this.setting.calendar.nextMidnight(now).getTime();
    const key = pageKey({ host: site.host, path, view: 'standard' });
    return { kind: 'page', site, page: this.store.put(key, rendering, { body, tags, expiresAt }) };
  }

  /** A theme that is no longer there does not take the site with it. */
  private themeFor(site: SiteRecord): string {
    return site.theme !== null && this.themes.forSites.includes(site.theme) ? site.theme : themeOf(site);
  }

  private async read(site: SiteRecord, path: string, tree: Tree, now: Date): Promise<Found> {
    const { directory } = this.setting;
    if (path !== '/' && !path.endsWith('/') && directory.at(site.host, `${path}/`)) return { redirect: `${path}/` };
    const within = path.slice(site.prefix.length);
    const document = readDocumentPath(within);
    // With a slash before it, what is left of the path could be read as another host.
    const found = document
      ? await this.readDocument(site, document, tree, now)
      : /^[a-z0-9/-]*(index(_\d{1,6})?\.html)?$/.test(within) && !path.includes('//')
        ? await this.readListing(site, within, tree, now)
        : null;
    if (found) return found;
    // A list that moved moved with all its pages, and with the way it is written without its slash.
    const [, folder = '', page = ''] = /^(.*?)(index_\d{1,6}\.html)?$/.exec(within)!;
    const isList = !document && !folder.includes('.');
    const asked = isList && folder && !folder.endsWith('/') ? `${folder}/` : isList ? folder : within;
    const redirect = await this.reads.one(REDIRECT, [site.tenantId, site.id, asked]);
    return redirect && { redirect: `${site.prefix}${redirect.to}${isList && redirect.to.endsWith('/') ? page : ''}` };
  }

  private async readDocument(
    site: SiteRecord,
    address: NonNullable<ReturnType<typeof readDocumentPath>>,
    treeOfSite: Tree,
    now: Date,
  ): Promise<Found> {
    if (address.file !== null) {
      const name = decodeName(address.file);
      const row =
        name === null ? null : await this.reads.one(FILE, [site.tenantId, site.id, address.documentPath, name]);
      return row && { file: { ...row, size: Number(row.size) }, name: name! };
    }
    const tags = new Set<string>();
    const [row, tree] = await Promise.all([
      this.reads.one(DOCUMENT, [site.tenantId, site.id, address.documentPath]),
      treeOfSite(),
    ]);
    if (!row) return null;
    return tree.get(row.channelId) ? { model: documentPage(this.setting, site, tree, row, now, tags), tags } : null;
  }

  private async readListing(site: SiteRecord, within: string, treeOfSite: Tree, now: Date): Promise<Found> {
    const tags = new Set<string>();
    const [, folder = '', index] = /^(.*?)(index(?:_\d+)?\.html)?$/.exec(within)!;
    if (index === 'index.html' || index === 'index_1.html') return { redirect: `${site.prefix}${folder}` };
    const [tree, recommended] = await Promise.all([treeOfSite(), within === '' ? this.recommended() : null]);
    if (within === '') {
      const layout = this.blueprints.get(site.kind)?.home[site.level];
      if (!layout) throw new Error(`no home page for a ${site.level} ${site.kind} in its blueprint`);
      return { model: await homePage(this.reads, this.setting, site, tree, layout, recommended, now, tags), tags };
    }
    const channel = tree.byPath(folder.replace(/\/$/, ''));
    if (!channel || !tree.isShown(channel)) return null;
    if (!folder.endsWith('/')) return { redirect: `${site.prefix}${channel.path}/` };
    const number = index ? Number(/\d+/.exec(index)![0]) : 1;
    if (number < 1 || (index && index !== `index_${number}.html`)) return null;
    const model = await channelPage(this.reads, this.setting, site, tree, channel, number, now, tags);
    return model && { model, tags };
  }

  private async recommended(): Promise<Recommended | null> {
    const site = this.setting.directory.province();
    if (!site) return null;
    const channels = await this.reads.rows(RECOMMENDED, [site.id]);
    return { site, channelIds: channels.map((channel) => channel.id) };
  }
}

function decodeName(encoded: string): string | null {
  try {
    const name = decodeURIComponent(encoded);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
    return /[/\\\x00-\x1f]/.test(name) || name === '..' || name === '.' ? null : name;
  } catch {
    return null;
  }
}
