/** The body of a document between reading and writing: plain nodes, no parents, so that passes can rebuild it. */
export type HtmlNode = string | HtmlElement;
export interface HtmlElement {
  tag: string;
  attrs: Record<string, string>;
  children: HtmlNode[];
}

const VOID = new Set(['br', 'img']);

export function element(tag: string, attrs: Record<string, string>, children: HtmlNode[]): HtmlElement {
  return { tag, attrs, children };
}

export function isElement(node: HtmlNode | undefined): node is HtmlElement {
  return typeof node === 'object';
}

/** The text in it; a line break counts as a space. */
export function textOf(node: HtmlNode | HtmlNode[]): string {
  if (typeof node === 'string') return node;
  if (Array.isArray(node)) return node.map(textOf).join('');
  return node.tag === 'br' ? ' ' : textOf(node.children);
}

export function hasElement(nodes: HtmlNode[], tag: string): boolean {
  return nodes.some((node) => isElement(node) && (node.tag === tag || hasElement(node.children, tag)));
}

/** Every element, in document order. */
export function elementsOf(nodes: HtmlNode[], found: HtmlElement[] = []): HtmlElement[] {
  for (const node of nodes) {
    if (!isElement(node)) continue;
    found.push(node);
    elementsOf(node.children, found);
  }
  return found;
}

export function escapeText(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

export function serialize(nodes: HtmlNode[]): string {
  return nodes.map(serializeNode).join('');
}

function serializeNode(node: HtmlNode): string {
  if (typeof node === 'string') return escapeText(node);
  const attrs = Object.entries(node.attrs)
    .map(([name, value]) => ` ${name}="${escapeText(value).replace(/"/g, '&quot;')}"`)
    .join('');
  return VOID.has(node.tag)
    ? `<${node.tag}${attrs} />`
    : `<${node.tag}${attrs}>${serialize(node.children)}</${node.tag}>`;
}

/** The first `length` characters of inline content, and the rest; an element across the cut is split in two. */
export function splitInline(nodes: HtmlNode[], length: number): [HtmlNode[], HtmlNode[]] {
  const before: HtmlNode[] = [];
  const after: HtmlNode[] = [];
  let left = length;
  for (const node of nodes) {
    const size = textOf(node).length;
    if (left <= 0) after.push(node);
    else if (size <= left) before.push(node);
    else if (typeof node === 'string') {
      before.push(node.slice(0, left));
      after.push(node.slice(left));
    } else {
      const [head, tail] = splitInline(node.children, left);
      before.push({ ...node, children: head });
      // An id stays with the first half: ids are unique.
      const { id: _, ...attrs } = node.attrs;
      after.push({ ...node, attrs, children: tail });
    }
    left -= size;
  }
  return [before, after];
}
