import { element, type HtmlElement, type HtmlNode, isElement, textOf } from './html-tree.js';
import { dateLine, isNote, namesOfficer, namesOrgan, numberedUnit, opensAttachmentList } from './numbering.js';

export interface Signature {
  /** Organs that sign together stand on lines of their own (`\n`). */
  organ: string;
  /** 2015年2月12日 */
  date: string;
}

const MAX_SIGNERS = 12;

/**
 * Organs and date that sign a text. At its end (only notes and lists of attachments behind it) the signature is taken
 * out; in the middle, as in a notice with the text it issues, its lines stay and are marked `class="signature"`.
 */
export function takeSignature(source: HtmlElement[]): { blocks: HtmlElement[]; signature: Signature | null } {
  let blocks = source.flatMap(signatureLines);
  let signature: Signature | null = null;
  let tail = blocks.length;
  while (tail > 0 && isBehindSignature(blocks[tail - 1] as HtmlElement)) tail--;
  for (let at = blocks.length - 1; at > 0; at--) {
    const date = dateLine(lineOf(blocks[at]));
    if (date === null) continue;
    let from = at;
    while (from > 0 && at - from < MAX_SIGNERS && signs(lineOf(blocks[from - 1]))) from--;
    if (from === at || from === 0) continue;
    if (signature === null && at + 1 >= tail) {
      signature = { organ: blocks.slice(from, at).map(lineOf).join('\n'), date };
      blocks = [...blocks.slice(0, from), ...blocks.slice(at + 1)];
    } else for (const block of blocks.slice(from, at + 1)) block.attrs = { class: 'signature', ...block.attrs };
    at = from;
  }
  return { blocks, signature };
}

const signs = (line: string) => namesOrgan(line) || namesOfficer(line);

function lineOf(block: HtmlElement | undefined): string {
  return block?.tag === 'p' ? textOf(block).trim() : '';
}

function isBehindSignature(block: HtmlElement): boolean {
  if (block.tag === 'ul' || block.tag === 'ol' || block.attrs.class === 'attachments-list') return true;
  const line = lineOf(block);
  return (
    isNote(line) || opensAttachmentList(line) || /^(?:抄送|联系人)/.test(line) || numberedUnit(line)?.unit === 'item'
  );
}

/** A signature written in one paragraph (line breaks, or organ and date on one line) as paragraphs of its own. */
function signatureLines(block: HtmlElement): HtmlElement[] {
  if (block.tag !== 'p') return [block];
  const lines = splitAtBreaks(block.children);
  if (lines.length > 1) {
    const texts = lines.map((line) => textOf(line).trim());
    const isSignature = dateLine(texts.at(-1) ?? '') !== null && texts.slice(0, -1).every(signs);
    return isSignature ? lines.map((line) => element('p', {}, line)) : [block];
  }
  const text = lineOf(block);
  const match =
    text.length < 80 ? /^(.+?)[\s\u3000]*([\d〇零一二三四五六七八九]{4}年.{1,3}月.{1,3}日)$/.exec(text) : null;
  if (!match || dateLine(match[2] ?? '') === null || !signs(match[1]?.trim() ?? '')) return [block];
  return [element('p', {}, [match[1]?.trim() ?? '']), element('p', {}, [match[2] ?? ''])];
}

function splitAtBreaks(nodes: HtmlNode[]): HtmlNode[][] {
  const lines: HtmlNode[][] = [[]];
  for (const node of nodes) {
    if (isElement(node) && node.tag === 'br') lines.push([]);
    else lines.at(-1)?.push(node);
  }
  return lines;
}
