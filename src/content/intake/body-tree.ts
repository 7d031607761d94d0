import { type ChildNode, Element, Text } from 'domhandler';
import { cleanCharacters } from './file-text.js';
import { element, type HtmlElement, type HtmlNode, hasElement, isElement, textOf } from './html-tree.js';
import { isAttachmentFile, isImageFile, type MediaList, readReference } from './media-references.js';
import { MAX_ELEMENTS, tooManyElements } from './parse-markup.js';
import { readTable } from './table-tree.js';
import { tidyInline, tidyLine } from './text-spacing.js';

const FORMATTING = new Set(['b', 'strong', 'em', 'i', 'u', 'sub', 'sup']);
const HEADING = /^h[1-6]$/;
/** Whatever these hold is not text of the document. */
const DROPPED = new Set(
  `script style noscript template iframe frameset noframes noembed object embed applet svg math canvas audio video
  select textarea option button input title head nav xmp plaintext`.split(/\s+/),
);
const EMBEDDED = new Set(['iframe', 'object', 'embed', 'audio', 'video', 'applet', 'canvas', 'svg']);
/** Elements that end a paragraph. What is neither listed nor known is looked through as part of the line. */
const BLOCKS = new Set(
  `address article aside blockquote body caption center details dd dir div dl dt fieldset figcaption figure footer form
  h1 h2 h3 h4 h5 h6 header hgroup hr html img legend li main menu ol p pre section summary table tbody td tfoot th thead
  tr ul`.split(/\s+/),
);
const DIV_CLASSES = new Set(['clause', 'attachments-list']);
const P_CLASSES = new Set(['salutation', 'item', 'note', 'signature']);

/** What the reading of a body gathers beside the body. */
export interface Gathering {
  /** Name of the file, for errors. */
  file: string;
  media: MediaList;
  /** A sentence for the clerk; the same one twice counts once. */
  warn(sentence: string): void;
  /** A stray space was taken out. */
  onStray(): void;
}

/**
 * The blocks of a body, made only of elements and attributes that a page of ours may have: paragraphs hold inline
 * content, tables have a body and stand in `<div class="table">`, pictures are figures. Heading levels, ids and links
 * inside the page are settled afterwards (`settleHeadings`).
 * @throws intake.path-escapes, intake.too-many-elements
 */
export function readBlocks(nodes: ChildNode[], gathering: Gathering): HtmlElement[] {
  const blocks: HtmlElement[] = [];
  let run: HtmlNode[] = [];
  const flush = () => {
    if (run.length > 0) append(blocks, paragraphs(run, gathering));
    run = [];
  };
  const visit = (node: ChildNode) => {
    if (node instanceof Text) {
      run.push(cleanCharacters(node.data));
      return;
    }
    if (!(node instanceof Element)) return;
    if (DROPPED.has(node.name)) noteDropped(node, gathering);
    else if (BLOCKS.has(node.name)) {
      flush();
      append(blocks, withId(node, readBlock(node, gathering)));
    } else if (node.children.some(holdsBlock)) node.children.forEach(visit);
    else append(run, inlineNode(node, gathering));
  };
  nodes.forEach(visit);
  flush();
  return blocks;
}

/** Not `push(...items)`: the arguments of a call stand on the stack, which a long page would overflow. */
function append<T>(list: T[], items: readonly T[]): void {
  for (const item of items) list.push(item);
}

function noteDropped(node: Element, gathering: Gathering): void {
  if (EMBEDDED.has(node.name)) gathering.warn('嵌入的视频、音频、图形或外部页面没有收入正文。');
}

/** What `holdsBlock` has answered: each level of nested elements asks about all that is in it. */
const blockHolders = new WeakMap<Element, boolean>();

function holdsBlock(node: ChildNode): boolean {
  if (!(node instanceof Element) || DROPPED.has(node.name)) return false;
  let answer = blockHolders.get(node);
  if (answer === undefined) {
    answer = BLOCKS.has(node.name) || node.children.some(holdsBlock);
    blockHolders.set(node, answer);
  }
  return answer;
}

function readBlock(node: Element, gathering: Gathering): HtmlElement[] {
  if (HEADING.test(node.name)) return heading(node, gathering);
  switch (node.name) {
    case 'p':
      return paragraphOf(node, gathering);
    case 'ul':
    case 'ol':
      return list(node, gathering);
    case 'table':
      return readTable(node, {
        cell: (children) => cellContent(children, gathering),
        line: (children) => flatLine(children, gathering).nodes,
        outside: (children) => readBlocks(children, gathering),
      });
    case 'img':
      return figure([node], [], gathering);
    case 'figure':
      return figureOf(node, gathering);
    case 'pre':
      return paragraphs(preformatted(node.children, gathering), gathering);
    case 'blockquote': {
      const children = withoutHeadings(readBlocks(node.children, gathering));
      return children.length > 0 ? [element('blockquote', {}, children)] : [];
    }
    case 'div': {
      const children = readBlocks(node.children, gathering);
      const name = (node.attribs.class ?? '').trim();
      return DIV_CLASSES.has(name) && children.length > 0 ? [element('div', { class: name }, children)] : children;
    }
    default:
      return readBlocks(node.children, gathering);
  }
}

function paragraphOf(node: Element, gathering: Gathering): HtmlElement[] {
  const name = (node.attribs.class ?? '').trim();
  const inner = readBlocks(node.children, gathering);
  if (!P_CLASSES.has(name)) return inner;
  return inner.map((block) => (block.tag === 'p' ? { ...block, attrs: { class: name, ...block.attrs } } : block));
}

/** An `id` of the source stays on the first block made from its element, so that links inside the page find it. */
function withId(node: Element, blocks: HtmlElement[]): HtmlElement[] {
  const id = node.attribs.id?.trim();
  const [first, ...rest] = blocks;
  if (!id || !first || first.attrs.id) return blocks;
  return [{ ...first, attrs: { ...first.attrs, id: cleanCharacters(id) } }, ...rest];
}

function heading(node: Element, gathering: Gathering): HtmlElement[] {
  const { nodes, figures } = flatLine(node.children, gathering);
  const plain = withoutFormatting(nodes, new Set(['b', 'strong', 'u']));
  return textOf(plain).trim() === '' ? figures : [element(node.name, {}, plain), ...figures];
}

/** Inline content of a place that holds one line: blocks inside lose their breaks, pictures are handed back. */
function flatLine(nodes: ChildNode[], gathering: Gathering): { nodes: HtmlNode[]; figures: HtmlElement[] } {
  const figures: HtmlElement[] = [];
  const line = (list: ChildNode[]): HtmlNode[] =>
    list.flatMap((node): HtmlNode[] => {
      if (node instanceof Element && node.name === 'img') {
        figures.push(...figure([node], [], gathering));
        return [];
      }
      if (node instanceof Element && node.children.some(holdsBlock)) return line(node.children);
      if (node instanceof Element && BLOCKS.has(node.name)) return [' ', ...line(node.children), ' '];
      return inlineNode(node, gathering);
    });
  return { nodes: trimmed(line(nodes), gathering), figures };
}

function inlineNode(node: ChildNode, gathering: Gathering): HtmlNode[] {
  if (node instanceof Text) return [cleanCharacters(node.data)];
  if (!(node instanceof Element)) return [];
  if (DROPPED.has(node.name)) {
    noteDropped(node, gathering);
    return [];
  }
  if (node.name === 'br') return [element('br', {}, [])];
  if (node.name === 'wbr') return [];
  const children = node.children.flatMap((child) => inlineNode(child, gathering));
  if (node.name === 'a') return link(node, children, gathering);
  return FORMATTING.has(node.name) ? around(children, (inner) => element(node.name, {}, inner)) : children;
}

/** Wraps inline content; line breaks at its ends stay outside, where a paragraph can drop them. */
function around(children: HtmlNode[], wrap: (inner: HtmlNode[]) => HtmlElement): HtmlNode[] {
  let from = 0;
  let to = children.length;
  while (from < to && isBreak(children[from])) from++;
  while (to > from && isBreak(children[to - 1])) to--;
  const inner = children.slice(from, to);
  return [...children.slice(0, from), ...(inner.length > 0 ? [wrap(inner)] : []), ...children.slice(to)];
}

/** A line break, or blanks beside one. */
function isBreak(node: HtmlNode | undefined): boolean {
  return isElement(node) ? node.tag === 'br' : node !== undefined && /^[\s\u3000]*$/.test(node);
}

function link(node: Element, inner: HtmlNode[], gathering: Gathering): HtmlNode[] {
  const children = withoutFormatting(inner, new Set(['a']));
  const target = (node.attribs.id ?? node.attribs.name ?? '').trim();
  const written = node.attribs.href;
  const own: Record<string, string> = target === '' ? {} : { id: cleanCharacters(target) };
  if (written === undefined || written.trim() === '') {
    return target === '' ? children : [element('a', own, []), ...children];
  }
  const text = tidyLine(textOf(children));
  if (text === '') return children;
  const leads = linkAttributes(written, text, gathering);
  if (leads) return around(children, (part) => element('a', { ...own, ...leads }, part));
  const shown = written.trim().slice(0, 60);
  gathering.warn(`「${text.slice(0, 30)}」上的链接（${shown}）没有保留：只收网址、邮箱和文稿旁的附件。`);
  return children;
}

/** Where a link may lead; null when nowhere. Files become attachments of the document. */
function linkAttributes(written: string, text: string, gathering: Gathering): Record<string, string> | null {
  const reference = readReference(written);
  switch (reference.kind) {
    case 'web':
      return { href: reference.href, rel: 'noopener noreferrer' };
    case 'mail':
      return { href: reference.href };
    case 'anchor':
      return { href: `#${reference.id}` };
    case 'media':
      return gathering.media.has(reference.name) ? { href: `media:${reference.name}` } : null;
    case 'file':
      return isAttachmentFile(reference)
        ? { href: `media:${gathering.media.add(reference.path, 'attachment', text)}` }
        : null;
    default:
      return null;
  }
}

function withoutFormatting(nodes: HtmlNode[], tags: ReadonlySet<string>): HtmlNode[] {
  return nodes.flatMap((node): HtmlNode[] => {
    if (!isElement(node)) return [node];
    const children = withoutFormatting(node.children, tags);
    return tags.has(node.tag) ? children : [{ ...node, children }];
  });
}

/** Cuts a run of inline content into paragraphs: two line breaks, or one with an indent behind it, begin a new one. */
function paragraphs(run: HtmlNode[], gathering: Gathering): HtmlElement[] {
  const parts: HtmlNode[][] = [[]];
  for (let i = 0; i < run.length; i++) {
    const node = run[i] as HtmlNode;
    if (isElement(node) && node.tag === 'br' && opensParagraph(nextFilled(run, i + 1))) parts.push([]);
    else parts.at(-1)?.push(node);
  }
  return parts
    .map((part) => trimmed(part, gathering))
    .filter((part) => textOf(part).trim() !== '' || [...part].some((node) => isElement(node) && node.attrs.id))
    .map((part) => element('p', {}, part));
}

function nextFilled(run: HtmlNode[], from: number): HtmlNode | undefined {
  let at = from;
  for (let node = run[at]; typeof node === 'string' && /^[ \t\n]*$/.test(node); node = run[at]) at++;
  return run[at];
}

/** Behind a line break: another one, or an indent. */
function opensParagraph(node: HtmlNode | undefined): boolean {
  if (typeof node === 'string') return /^\s*[\u3000\u00A0]{2}/.test(node);
  return node?.tag === 'br';
}

/** Tidied, without line breaks at the ends. */
function trimmed(nodes: HtmlNode[], gathering: Gathering): HtmlNode[] {
  let from = 0;
  let to = nodes.length;
  while (from < to && isBreak(nodes[from])) from++;
  while (to > from && isBreak(nodes[to - 1])) to--;
  return tidyInline(nodes.slice(from, to), gathering.onStray);
}

function list(node: Element, gathering: Gathering): HtmlElement[] {
  const items: HtmlElement[] = [];
  let extended: HtmlElement | undefined;
  for (const child of node.children) {
    const isItem = child instanceof Element && child.name === 'li';
    const children = cellContent(isItem ? child.children : [child], gathering);
    if (children.length === 0) continue;
    const nested = children.length === 1 && isElement(children[0]) && /^[uo]l$/.test(children[0].tag);
    const last = items.at(-1);
    // A list directly inside a list belongs to the point before it.
    if (!isItem && nested && last) {
      if (last !== extended) last.children = [...cellBlocks(last.children)];
      extended = last;
      append(last.children, children);
    } else items.push(...(isItem ? withId(child, [element('li', {}, children)]) : [element('li', {}, children)]));
  }
  if (items.length === 0) return [];
  const start = node.name === 'ol' && /^\d{1,4}$/.test(node.attribs.start ?? '') ? Number(node.attribs.start) : 1;
  return [element(node.name, start > 1 ? { start: String(start) } : {}, items)];
}

function cellBlocks(children: HtmlNode[]): HtmlElement[] {
  return children.every(isElement) && children.some((child) => isElement(child) && BLOCKS.has(child.tag))
    ? (children as HtmlElement[])
    : [element('p', {}, children)];
}

/** Content of a list point or table cell: one paragraph stands without its `<p>`; headings are paragraphs there. */
function cellContent(nodes: ChildNode[], gathering: Gathering): HtmlNode[] {
  const blocks = withoutHeadings(readBlocks(nodes, gathering));
  const [only] = blocks;
  return blocks.length === 1 && only?.tag === 'p' ? only.children : blocks;
}

function withoutHeadings(blocks: HtmlElement[]): HtmlElement[] {
  return blocks.flatMap((block): HtmlElement[] => {
    if (HEADING.test(block.tag)) return [element('p', {}, [element('b', {}, block.children)])];
    return block.tag === 'div' && block.attrs.class !== 'table'
      ? withoutHeadings(block.children as HtmlElement[])
      : [block];
  });
}

function preformatted(nodes: ChildNode[], gathering: Gathering): HtmlNode[] {
  const written: HtmlNode[] = [];
  for (const node of nodes.flatMap((child) => inlineNode(child, gathering))) {
    if (isElement(node)) written.push(node);
    else
      append(
        written,
        node.split('\n').flatMap((line, i) => (i === 0 ? [line] : [element('br', {}, []), line])),
      );
    if (written.length > MAX_ELEMENTS) throw tooManyElements(gathering.file);
  }
  return written;
}

function figureOf(node: Element, gathering: Gathering): HtmlElement[] {
  const images: Element[] = [];
  const rest: ChildNode[] = [];
  let caption: ChildNode[] = [];
  const visit = (child: ChildNode) => {
    if (child instanceof Element && child.name === 'img') images.push(child);
    else if (child instanceof Element && child.name === 'figcaption') caption = child.children;
    else if (child instanceof Element && ['a', 'p', 'div', 'picture', 'span'].includes(child.name))
      child.children.forEach(visit);
    else rest.push(child);
  };
  node.children.forEach(visit);
  if (images.length === 0) return readBlocks(node.children, gathering);
  return [...figure(images, caption, gathering), ...readBlocks(rest, gathering)];
}

/** A figure for each picture; the caption belongs to the last. A picture's `title` is its caption when there is no other. */
function figure(images: Element[], caption: ChildNode[], gathering: Gathering): HtmlElement[] {
  const figures = images.flatMap((image): HtmlElement[] => {
    const src = image.attribs.src ?? '';
    const alt = tidyLine(cleanCharacters(image.attribs.alt ?? ''));
    const title = tidyLine(cleanCharacters(image.attribs.title ?? ''));
    const name = imageName(src, title || alt, gathering);
    if (name === null) return [];
    if (alt === '') gathering.warn(`图片「${name}」没有替代文字，看不见图的人无法得知内容，请补上。`);
    const attrs: Record<string, string> = { src: `media:${name}`, alt };
    for (const side of ['width', 'height']) {
      const length = image.attribs[side] ?? '';
      if (/^[1-9]\d{0,4}$/.test(length)) attrs[side] = length;
    }
    const children = [element('img', attrs, [])];
    return [element('figure', {}, title === '' ? children : [...children, element('figcaption', {}, [title])])];
  });
  const written = flatLine(caption, gathering).nodes;
  const last = figures.at(-1);
  if (textOf(written).trim() === '') return figures;
  if (!last) return [element('p', {}, written)];
  last.children = [
    ...last.children.filter((child) => !hasElement([child], 'figcaption')),
    element('figcaption', {}, written),
  ];
  return figures;
}

function imageName(src: string, title: string, gathering: Gathering): string | null {
  const reference = readReference(src);
  if (reference.kind === 'media' && gathering.media.has(reference.name)) return reference.name;
  if (reference.kind === 'file' && isImageFile(reference)) return gathering.media.add(reference.path, 'image', title);
  const shown = src.trim().slice(0, 60);
  if (reference.kind === 'web')
    gathering.warn(`图片 ${shown} 在别的网站上，没有收入。请下载到文稿旁边，用相对路径引用。`);
  else if (reference.kind === 'none' && reference.scheme === 'data') {
    gathering.warn('有图片直接写在文件里（data:），没有收入。请另存为图片文件，用相对路径引用。');
  } else gathering.warn(`图片「${shown}」没有收入：能用的是 jpg、png、gif、webp、svg 文件。`);
  return null;
}
