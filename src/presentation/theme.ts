import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import nunjucks from 'nunjucks';
import { type Asset, readAssets } from '../kernel/assets/assets.js';
import { addFilters } from './filters.js';
import type { ClosedPage, Frame, PageModel } from './page-model.js';

/** Pages that belong to no site: method not served, host not served, defect, busy. */
export type PlainPage = '405' | '421' | '500' | '503';

export interface Themes {
  /** Names of the themes, sorted. */
  readonly names: string[];
  /** A whole HTML page. Throws when the theme is unknown or a template prints something the model does not have. */
  render(theme: string, model: PageModel): string;
  /** Names of those that can show a site, sorted: those that descend from the base. */
  readonly forSites: string[];
  /** The page in place of a closed site. */
  closed(page: ClosedPage): string;
  /** A page that names no tenant; `facts` (时间 → …, 编号 → …) are printed at its foot. */
  plain(name: PlainPage, facts?: Record<string, string>): string;
  /** The files that could serve a template of a theme, in the order they are asked; the first one is used. */
  explain(theme: string, template: string): string[];
  /** The file behind an address such as `/assets/site.3f2a9c1b04.css`; null when it is none of ours. */
  asset(urlPath: string): Asset | null;
}

interface Theme {
  /** Itself and those it descends from, nearest first. */
  parents: string[];
  /** Folders that are searched, nearest first. */
  chain: string[];
  environment: nunjucks.Environment;
}

interface Loaded {
  themes: Map<string, Theme>;
  files: Map<string, Asset>;
}

/** What every theme of a site descends from. */
const BASE = 'base';
/** Pages of no site at all. */
const PLAIN = 'plain';

/** The theme a site is shown with that has chosen none. */
export function themeOf(site: Pick<Frame['site'], 'kind' | 'level'>): string {
  return site.kind === 'portal' ? site.level : site.kind;
}

/**
 * Reads every theme below `directory`: templates are compiled and assets hashed now, so that a broken one stops the
 * start and not a visitor. With `reload` the folders are read again for each call (for work on a theme).
 */
export function loadThemes(directory: string, options: { reload?: boolean } = {}): Themes {
  const kept = load(directory);
  const now = options.reload ? () => load(directory) : () => kept;
  return {
    names: [...kept.themes.keys()].sort(),
    forSites: [...kept.themes]
      .flatMap(([name, { parents }]) => (parents.slice(1).includes(BASE) && name !== PLAIN ? [name] : []))
      .sort(),
    closed: (page) => find(now(), PLAIN).environment.render('closed.njk', { ...page, facts: [] }),
    render: (theme, model) => find(now(), theme).environment.render(`${model.page}.njk`, model),
    plain: (name, facts = {}) =>
      find(now(), PLAIN).environment.render(`${name}.njk`, {
        facts: Object.entries(facts).map(([term, text]) => ({ term, text })),
      }),
    explain: (theme, template) =>
      find(now(), theme)
        .chain.map((folder) => join(folder, template))
        .filter((file) => existsSync(file))
        .map((file) => relative(directory, file)),
    asset: (urlPath) => now().files.get(urlPath) ?? null,
  };
}

function find(loaded: Loaded, name: string): Theme {
  const theme = loaded.themes.get(name);
  if (!theme) throw new Error(`no theme "${name}"; there are: ${[...loaded.themes.keys()].join(', ')}`);
  return theme;
}

function load(directory: string): Loaded {
  const loaded: Loaded = { themes: new Map(), files: new Map() };
  const assetsOf = new Map<string, Map<string, string>>();
  const names = readdirSync(directory).filter((name) => existsSync(join(directory, name, 'theme.json')));
  for (const name of names) {
    const folder = join(directory, name, 'assets');
    if (!existsSync(folder)) continue;
    const { urls, files } = readAssets(folder, { 'site.css': join(directory, 'shared') });
    assetsOf.set(name, urls);
    for (const [url, file] of files) loaded.files.set(url, file);
  }
  for (const name of names) {
    const chain = ancestry(directory, name);
    const urls = new Map(chain.toReversed().flatMap((ancestor) => [...(assetsOf.get(ancestor) ?? [])]));
    const folders = chain.map((ancestor) => join(directory, ancestor));
    loaded.themes.set(name, {
      parents: chain,
      chain: folders,
      environment: prepare([...folders, directory], folders, urls),
    });
  }
  return loaded;
}

/** A theme and its parents by `theme.json`, nearest first. */
function ancestry(directory: string, name: string): string[] {
  const chain: string[] = [];
  for (let next: string | null = name; next !== null; ) {
    if (chain.includes(next)) throw new Error(`themes inherit in a circle: ${[...chain, next].join(' → ')}`);
    chain.push(next);
    const about = JSON.parse(readFileSync(join(directory, next, 'theme.json'), 'utf8')) as { parent: string | null };
    next = about.parent;
  }
  return chain;
}

/** The search path ends in the folder of all themes, so that a page can extend its parent's by name: `base/home.njk`. */
function prepare(searchPath: string[], folders: string[], urls: Map<string, string>): nunjucks.Environment {
  const environment = new nunjucks.Environment(new nunjucks.FileSystemLoader(searchPath), {
    autoescape: true,
    throwOnUndefined: true,
    trimBlocks: true,
    lstripBlocks: true,
  });
  addFilters(environment);
  environment.addGlobal('asset', (name: string) => {
    const url = urls.get(name);
    if (!url) throw new Error(`the theme has no asset "${name}"`);
    return url;
  });
  for (const folder of folders) {
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (file.endsWith('.njk')) environment.getTemplate(file, true);
    }
  }
  return environment;
}
