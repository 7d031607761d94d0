import sanitizeHtml from 'sanitize-html';
import { type Gathering, readBlocks } from './body-tree.js';
import { elementsOf, type HtmlElement, type HtmlNode, isElement, serialize, textOf } from './html-tree.js';
import { mediaList } from './media-references.js';
import { parseMarkup } from './parse-markup.js';
import { gatherWarnings } from './warnings.js';

const BODY_TAGS =
  'p h2 h3 h4 b strong em i u a ul ol li table caption thead tbody tr th td figure figcaption img br div blockquote sup sub';

/** The last gate: whatever the passes before it do, nothing else than this reaches a page. */
const ALLOWED: sanitizeHtml.IOptions = {
  allowedTags: BODY_TAGS.split(' '),
  allowedAttributes: {
    '*': ['id'],
    a: ['href', 'rel'],
    img: ['src', 'alt', 'width', 'height'],
    td: ['colspan', 'rowspan'],
    th: ['colspan', 'rowspan', 'scope'],
    ol: ['start'],
  },
  allowedClasses: {
    div: ['clause', 'table', 'attachments-list'],
    p: ['salutation', 'item', 'note', 'signature'],
  },
  allowedSchemes: ['http', 'https', 'mailto', 'media'],
  allowedSchemesByTag: { img: ['media'] },
  allowProtocolRelative: false,
};

export interface CleanedBody {
  html: string;
  /** Second-level headings, for the list of contents; without a full stop at the end. */
  contents: { id: string; text: string }[];
}

/**
 * Writes the blocks of a body: heading levels and ids settled, links inside the page checked, one block a line. Where
 * links or their targets had to go, what is left is read once more, so that no empty block stays behind. That ends at
 * the third reading: only blocks without text vanish in it, and a link that is dropped leaves its text.
 * @throws intake.too-many-elements
 */
export function writeBody(source: HtmlElement[], gathering: Gathering): CleanedBody {
  for (let blocks = source; ; ) {
    settleHeadings(blocks);
    const { settled, dropped } = settleAnchors(blocks, gathering.warn);
    const html = sanitizeHtml(settled.map((block) => serialize([block])).join('\n'), ALLOWED);
    if (!dropped) return { html, contents: contentsOf(settled) };
    blocks = readBlocks(parseMarkup(html, gathering.file), gathering);
  }
}

function contentsOf(blocks: HtmlElement[]): CleanedBody['contents'] {
  return elementsOf(blocks)
    .filter((block) => block.tag === 'h2')
    .map((block) => ({ id: block.attrs.id ?? '', text: textOf(block).replace(/[。：]$/, '') }));
}

/**
 * Cleans HTML that was written elsewhere. Cleaning what is clean changes nothing.
 * @param mediaNames names that `media:NAME` may say
 * @throws intake.path-escapes, intake.too-deep, intake.too-many-elements, intake.too-many-cells
 */
export function cleanHtml(html: string, mediaNames: Iterable<string> = []): CleanedBody & { warnings: string[] } {
  const { warn, list } = gatherWarnings();
  const gathering: Gathering = { file: '', media: mediaList(mediaNames), warn, onStray: () => undefined };
  const cleaned = writeBody(readBlocks(parseMarkup(html, ''), gathering), gathering);
  return { ...cleaned, warnings: list() };
}

const isHeading = (block: HtmlElement) => /^h[1-6]$/.test(block.tag);

/** The highest level used becomes h2, the next h3, the next and all below h4; no level is skipped on the way down. */
function settleHeadings(blocks: HtmlElement[]): void {
  const headings = elementsOf(blocks).filter(isHeading);
  const used = [...new Set(headings.map((heading) => heading.tag))].sort();
  const counts = [0, 0, 0];
  let previous = 1;
  for (const heading of headings) {
    const level = Math.min(used.indexOf(heading.tag) + 2, 4, previous + 1);
    heading.tag = `h${level}`;
    previous = level;
    counts[level - 2] = (counts[level - 2] ?? 0) + 1;
    counts.fill(0, level - 1);
    heading.attrs = { 'data-id': heading.attrs.id ?? '', id: `s${counts.slice(0, level - 1).join('-')}` };
  }
}

/**
 * Links inside the page lead to ids that exist. Headings have ids of their own making; other elements keep one only when
 * something links to it, renamed so that it cannot meet an id of the page around the text.
 */
function settleAnchors(
  blocks: HtmlElement[],
  warn: (sentence: string) => void,
): { settled: HtmlElement[]; dropped: boolean } {
  const all = elementsOf(blocks);
  const dangling = danglingLinks(all);
  const wanted = new Set(all.flatMap((el) => (dangling.has(el) ? [] : (anchorOf(el) ?? []))));
  const renamed = new Map<string, string>();
  let count = 0;
  for (const el of all) {
    const written = writtenId(el);
    if (written === undefined) continue;
    const { 'data-id': _, id: own, ...attrs } = el.attrs;
    const isTarget = wanted.has(written) && !renamed.has(written);
    if (isHeading(el)) {
      el.attrs = { ...attrs, id: own ?? '' };
      if (isTarget) renamed.set(written, own ?? '');
    } else {
      el.attrs = isTarget ? { ...attrs, id: `n${++count}` } : attrs;
      if (isTarget) renamed.set(written, `n${count}`);
    }
  }
  let dropped = false;
  const settle = (nodes: HtmlNode[]): HtmlNode[] =>
    nodes.flatMap((node): HtmlNode[] => {
      if (!isElement(node)) return [node];
      const el = { ...node, children: settle(node.children) };
      if (el.tag !== 'a') return [el];
      const written = anchorOf(el);
      if (!dangling.has(node) && (el.attrs.href || el.attrs.id)) {
        return written === undefined ? [el] : [{ ...el, attrs: { ...el.attrs, href: `#${renamed.get(written)}` } }];
      }
      if (written !== undefined) warn(`「${textOf(el).slice(0, 30)}」指向文中没有的位置，链接已去掉。`);
      dropped = true;
      return el.children;
    });
  return { settled: settle(blocks) as HtmlElement[], dropped };
}

/** Links into the page that lead nowhere, also those whose target is a link that is dropped for that reason. */
function danglingLinks(all: HtmlElement[]): Set<HtmlElement> {
  const holders = new Map<string, HtmlElement>();
  const links = new Map<string, HtmlElement[]>();
  for (const el of all) {
    const id = writtenId(el);
    if (id && !holders.has(id)) holders.set(id, el);
    const target = anchorOf(el);
    if (target === undefined) continue;
    const others = links.get(target);
    if (others) others.push(el);
    else links.set(target, [el]);
  }
  const dangling = new Set([...links].flatMap(([target, those]) => (holders.has(target) ? [] : those)));
  // A set hands out what is added while it is walked.
  for (const link of dangling) {
    const id = writtenId(link);
    if (id === undefined || holders.get(id) !== link) continue;
    for (const other of links.get(id) ?? []) dangling.add(other);
  }
  return dangling;
}

/** The id that the source gave; a heading's has made way for its own. */
const writtenId = (el: HtmlElement) => el.attrs['data-id'] ?? el.attrs.id;

/** The id inside the page that an element links to. */
const anchorOf = (el: HtmlElement) => (el.attrs.href?.startsWith('#') ? el.attrs.href.slice(1) : undefined);
