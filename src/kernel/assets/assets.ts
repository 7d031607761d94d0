import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

export interface Asset {
  body: Buffer;
  /** Value of `Content-Type`. */
  type: string;
  /** Strong entity tag, with its quotes. */
  etag: string;
}

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

/** Without comments and the whitespace that says nothing; strings in our style sheets hold neither. */
function lightenCss(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/[ \t\r\n]+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')
    .replace(/: /g, ':')
    .replace(/;}/g, '}')
    .trim();
}

/**
 * The assets of one theme: name → address with the content's hash (`site.css` → `/assets/site.3f2a9c1b04.css`), and
 * address → bytes. A folder whose name has an extension is a bundle: its files, joined in the order of their names.
 * Throws when a file's kind is not known.
 * @param before by bundle a folder whose files it begins with
 */
export function readAssets(
  directory: string,
  before: Record<string, string> = {},
): { urls: Map<string, string>; files: Map<string, Asset> } {
  const urls = new Map<string, string>();
  const files = new Map<string, Asset>();
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    const kind = extname(entry.name);
    if (!TYPES[kind]) throw new Error(`theme asset of unknown kind: ${path}`);
    const parts = entry.isDirectory() ? [...filesIn(before[entry.name]), ...filesIn(path)] : [readFileSync(path)];
    const [url, asset] = assetOf(entry.name, Buffer.concat(parts));
    urls.set(entry.name, url);
    files.set(url, asset);
  }
  return { urls, files };
}

const filesIn = (folder: string | undefined): Buffer[] =>
  folder
    ? readdirSync(folder)
        .sort()
        .map((name) => readFileSync(join(folder, name)))
    : [];

/** A file's address, which names its content and may be kept for ever, and what is served there. */
export function assetOf(name: string, content: Buffer): [url: string, asset: Asset] {
  const kind = extname(name);
  const type = TYPES[kind];
  if (!type) throw new Error(`asset of unknown kind: ${name}`);
  const body = kind === '.css' ? Buffer.from(lightenCss(content.toString('utf8'))) : content;
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 10);
  return [`/assets/${name.slice(0, -kind.length)}.${hash}${kind}`, { body, type, etag: `"${hash}"` }];
}
