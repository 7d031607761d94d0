import { type HtmlNode, isElement } from './html-tree.js';

const HAN = String.raw`\p{Script=Han}〇々`;
/** Full-width punctuation that brings its own space. Curly quotes and dashes are shared with Latin text and stand apart. */
const WIDE = '，。！？；：、（）《》〈〉「」『』【】〔〕～';
const SHARED = '“”‘’—…·';
const HAN_SIDE = new RegExp(`[${HAN}]`, 'u');
const WIDE_SIDE = new RegExp(`[${WIDE}]`, 'u');
const SHARED_SIDE = new RegExp(`[${SHARED}]`, 'u');
const SPACES = /[ \t\n\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000]+/g;
/** The space after the number of a chapter, section or article is part of the form. */
const NUMBERED_START = /^第[〇零一二三四五六七八九十百\d]{1,6}(?:[编章节]|部分|条(?:之[一二三四五六七八九十]{1,3})?)$/;
/** Stands for a line break while the texts of a paragraph are looked at as one; no text contains it. */
const BREAK = '\u0001';
/** Fills the place of a space that is taken out, until the texts are cut apart again. */
const GONE = '\u0000';

/**
 * Takes out spaces that only line breaks and converters put between Chinese characters, and between them and full-width
 * punctuation. Spaces beside Latin letters and digits become one. A full-width space inside a line separates on purpose
 * (张　三) and stays one full-width space.
 */
export function tidySpaces(text: string, onStray?: () => void): string {
  return text.replace(SPACES, (run, at: number) => spaceKept(text, at, run, onStray));
}

function spaceKept(text: string, at: number, run: string, onStray?: () => void): string {
  const before = characterBefore(text, at);
  const after = characterAt(text, at + run.length);
  if (before === '' || after === '' || before === BREAK || after === BREAK) return '';
  if (at < 24 && NUMBERED_START.test(text.slice(0, at).trimStart())) return '\u3000';
  if (WIDE_SIDE.test(before) || WIDE_SIDE.test(after)) return '';
  if (run.includes('\u3000') || run.includes('\u00A0\u00A0')) return '\u3000';
  const left = HAN_SIDE.test(before);
  const right = HAN_SIDE.test(after);
  if (left && right) {
    if (!run.includes('\n')) onStray?.();
    return '';
  }
  if ((left && SHARED_SIDE.test(after)) || (SHARED_SIDE.test(before) && right)) return '';
  // A line break of the source beside a Chinese character is no space; between Latin words it is one.
  return run.includes('\n') && (left || right) ? '' : ' ';
}

function characterAt(text: string, at: number): string {
  const code = text.codePointAt(at);
  return code === undefined ? '' : String.fromCodePoint(code);
}

function characterBefore(text: string, at: number): string {
  const low = text.charCodeAt(at - 1) >= 0xdc00 && text.charCodeAt(at - 1) <= 0xdfff;
  return at === 0 ? '' : text.slice(low ? at - 2 : at - 1, at);
}

/** One line: no space at all between Chinese characters, not even a full-width one. For titles and fields. */
export function tidyLine(text: string, onStray?: () => void): string {
  return tidySpaces(text.replace(/\u3000/g, ' ').trim(), onStray);
}

/** Without any space, for comparing. */
export function compact(text: string): string {
  return text.replace(/[\s\u3000]+/g, '');
}

/** `tidySpaces` over the inline content of one paragraph: what stands beside a space may be inside another element. */
export function tidyInline(nodes: HtmlNode[], onStray?: () => void): HtmlNode[] {
  const joined = leavesOf(nodes);
  if (joined.search(SPACES) === -1) return nodes;
  // Kept at its old length, so that each text finds its own part again.
  const tidied = joined.replace(SPACES, (run, start: number) => {
    return spaceKept(joined, start, run, onStray).padEnd(run.length, GONE);
  });
  let at = 0;
  const rebuild = (list: HtmlNode[]): HtmlNode[] =>
    list.flatMap((node): HtmlNode[] => {
      if (!isElement(node)) {
        const part = tidied.slice(at, at + node.length).replaceAll(GONE, '');
        at += node.length;
        return part === '' ? [] : [part];
      }
      if (node.tag === 'br') {
        at += 1;
        return [node];
      }
      const children = rebuild(node.children);
      return children.length === 0 && !node.attrs.id ? [] : [{ ...node, children }];
    });
  return rebuild(nodes);
}

function leavesOf(nodes: HtmlNode[]): string {
  return nodes.map((node) => (!isElement(node) ? node : node.tag === 'br' ? BREAK : leavesOf(node.children))).join('');
}
