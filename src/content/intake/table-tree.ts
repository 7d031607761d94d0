import { type ChildNode, Element, Text } from 'domhandler';
import { element, type HtmlElement, type HtmlNode, isElement, textOf } from './html-tree.js';

const SCOPES = new Set(['col', 'row', 'colgroup', 'rowgroup']);

/** How the content of a table is read. */
export interface TableReaders {
  cell(children: ChildNode[]): HtmlNode[];
  line(children: ChildNode[]): HtmlNode[];
  /** What stands in a table but in none of its cells: a browser shows it before the table. */
  outside(children: ChildNode[]): HtmlElement[];
}

/** A table in its full form (caption, head, body) inside `<div class="table">`, so that wide ones can be scrolled. */
export function readTable(table: Element, readers: TableReaders): HtmlElement[] {
  const head: HtmlElement[] = [];
  const body: HtmlElement[] = [];
  const stray: ChildNode[] = [];
  let caption: HtmlNode[] = [];

  const visit = (node: ChildNode, section: 'head' | 'body') => {
    if (!(node instanceof Element)) {
      if (!isBlankText(node)) stray.push(node);
      return;
    }
    if (node.name === 'caption') caption = readers.line(node.children);
    else if (node.name === 'thead') for (const child of node.children) visit(child, 'head');
    else if (node.name === 'tbody' || node.name === 'tfoot') for (const child of node.children) visit(child, 'body');
    else if (node.name === 'tr') {
      const cells = row(node, section, readers, stray);
      if (cells.length > 0) (section === 'head' ? head : body).push(element('tr', {}, cells));
    } else if (node.name !== 'colgroup' && node.name !== 'col') stray.push(node);
  };
  for (const child of table.children) visit(child, 'body');

  const before = readers.outside(stray);
  const isEmpty = [...head, ...body].every((line) => line.children.every((cell) => isBlank(cell)));
  if (isEmpty) return before;
  const parts: HtmlElement[] = [];
  if (textOf(caption).trim() !== '') parts.push(element('caption', {}, caption));
  if (head.length > 0) parts.push(element('thead', {}, head));
  if (body.length > 0) parts.push(element('tbody', {}, body));
  return [...before, element('div', { class: 'table' }, [element('table', {}, parts)])];
}

function row(node: Element, section: 'head' | 'body', readers: TableReaders, stray: ChildNode[]): HtmlElement[] {
  const cells: HtmlElement[] = [];
  for (const child of node.children) {
    if (!(child instanceof Element) || (child.name !== 'td' && child.name !== 'th')) {
      if (!isBlankText(child)) stray.push(child);
      continue;
    }
    const attrs: Record<string, string> = {};
    for (const span of ['colspan', 'rowspan']) {
      const count = child.attribs[span] ?? '';
      if (/^[1-9]\d{0,2}$/.test(count) && count !== '1') attrs[span] = count;
    }
    const scope = (child.attribs.scope ?? '').toLowerCase();
    if (child.name === 'th' && SCOPES.has(scope)) attrs.scope = scope;
    else if (child.name === 'th' && section === 'head') attrs.scope = 'col';
    cells.push(element(child.name, attrs, readers.cell(child.children)));
  }
  return cells;
}

/** The line breaks and indents between rows and cells. */
function isBlankText(node: ChildNode): boolean {
  return node instanceof Text && node.data.trim() === '';
}

function isBlank(node: HtmlNode): boolean {
  if (!isElement(node)) return node.trim() === '';
  return node.tag !== 'img' && node.children.every(isBlank);
}
