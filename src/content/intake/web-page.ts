import { type ChildNode, Element, Text } from 'domhandler';
import { addField, type Head, headKey, headPairs } from './head-fields.js';
import { elementsOf, type HtmlElement, textOf } from './html-tree.js';
import { tidyLine } from './text-spacing.js';

/** A page as far as its frame tells: what `<head>` says, and the part that holds the text. */
export interface WebPage {
  head: Head;
  /** `<title>`, which often has the name of the site behind the title of the text. */
  pageTitle: string;
  /** First `<h1>` anywhere on the page. */
  headline: string;
  /** Children of the first `<article>`, else `<main>`, else `<body>`, else everything. */
  body: ChildNode[];
}

export function readWebPage(nodes: ChildNode[], warn: (sentence: string) => void): WebPage {
  const head: Head = new Map();
  const first = new Map<string, Element>();
  for (const el of nodesIn(nodes)) {
    if (!(el instanceof Element)) continue;
    if (!first.has(el.name)) first.set(el.name, el);
    if (el.name !== 'meta') continue;
    const key = headKey(el.attribs.name ?? '');
    const content = (el.attribs.content ?? '').trim();
    if (key && content) addField(head, key, content, warn);
  }
  const holder = first.get('article') ?? first.get('main') ?? first.get('body');
  return {
    head,
    pageTitle: plainText(first.get('title')),
    headline: plainText(first.get('h1')),
    body: holder?.children ?? nodes,
  };
}

/**
 * The title of the text: the headline, or the first line of the body, when the page title only adds the site's name to it.
 * @param opening first block of the body
 */
export function pageTitle(page: WebPage, opening: string): string {
  if (page.headline !== '' && page.pageTitle.startsWith(page.headline)) return page.headline;
  const added = page.pageTitle.startsWith(opening) ? page.pageTitle.slice(opening.length) : '';
  if (opening.length >= 4 && /^\s*[-_|–—－·]/.test(added)) return opening;
  return page.pageTitle || page.headline;
}

/** Document order, without recursion: this runs over what strangers wrote. */
function* nodesIn(nodes: ChildNode[]): Generator<ChildNode> {
  const stack = [...nodes].reverse();
  for (let node = stack.pop(); node; node = stack.pop()) {
    yield node;
    if (!(node instanceof Element)) continue;
    for (let i = node.children.length - 1; i >= 0; i--) stack.push(node.children[i] as ChildNode);
  }
}

function plainText(el: Element | undefined): string {
  let text = '';
  for (const node of nodesIn(el ? [el] : [])) if (node instanceof Text) text += node.data;
  return tidyLine(text.replace(/\s+/g, ' '));
}

/**
 * Takes the table of a document's fields (索引号, 发文机关 …) out of the body. A table is one when it names two fields or
 * more and has no cell that could not be a field or its value.
 */
export function takeHeadTable(blocks: HtmlElement[], head: Head, warn: (sentence: string) => void): HtmlElement[] {
  const at = blocks.findIndex((block) => block.attrs.class === 'table' && fieldsOf(block).size >= 2);
  const table = blocks[at];
  if (!table) return blocks;
  for (const [key, value] of fieldsOf(table)) addField(head, key, value, warn);
  return blocks.filter((block) => block !== table);
}

function fieldsOf(table: HtmlElement): Head {
  const fields: Head = new Map();
  for (const row of elementsOf([table]).filter((el) => el.tag === 'tr')) {
    const cells = row.children.map((cell) => tidyLine(textOf(cell)));
    for (let i = 0; i < cells.length; i++) {
      const key = headKey(cells[i] ?? '');
      const pairs = headPairs(cells[i] ?? '') ?? [];
      if (key && i + 1 < cells.length) fields.set(key, cells[++i] ?? '');
      else for (const [name, value] of pairs) fields.set(name, value);
    }
  }
  return fields;
}
