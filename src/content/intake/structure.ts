import { element, type HtmlElement, type HtmlNode, isElement, splitInline, textOf } from './html-tree.js';
import {
  ARTICLE_MARK,
  isNote,
  isSalutation,
  type NumberedUnit,
  namesOrgan,
  numberedUnit,
  opensAttachedText,
  opensAttachmentList,
} from './numbering.js';
import { type Signature, takeSignature } from './signature.js';
import { tidyInline } from './text-spacing.js';

/** Longer than this, in characters, a numbered sentence is text and no heading. */
const MAX_HEADING = 60;
/** Longer than this, a numbered sentence with its full stop and nothing behind it is a point of a list. */
const MAX_LONE_SENTENCE = 30;

/** What the last line with a number of this kind became; a `sentence` is a heading with a full stop and its text below it. */
type Sibling = 'heading' | 'sentence' | 'item';
type Siblings = Partial<Record<NumberedUnit, Sibling>>;

/** What the body already says by headings of its own, and so what numbers may still mean. */
interface Outline {
  /** 第一章 and 一、 are headings. */
  takesFirst: boolean;
  /** （一） is a heading, of this level; null: it is a point of a list. */
  secondLevel: number | null;
}

/**
 * Gives the paragraphs of an official text their meaning: salutation, headings by their numbers, articles, points, notes,
 * list of attachments, signature. Text that was marked up by its author keeps its own headings. Heading levels are those
 * of the text alone; `writeBody` settles them.
 */
export function recogniseStructure(source: HtmlElement[]): { blocks: HtmlElement[]; signature: Signature | null } {
  const { blocks, signature } = takeSignature(source);
  const outline = outlineOf(blocks);
  const out: HtmlElement[] = [];
  let isOpening = true;
  let before: Siblings = {};
  for (let i = 0; i < blocks.length; i++) {
    const block = blocks[i] as HtmlElement;
    const text = block.tag === 'p' ? textOf(block).trim() : '';
    if (block.tag !== 'p' || block.attrs.class) {
      out.push(block);
      isOpening = false;
      if (/^h[1-6]$/.test(block.tag)) before = {};
      continue;
    }
    if (isNote(text)) {
      out.push(classed(block, 'note'));
      continue;
    }
    const opens: boolean = isOpening;
    // A line that only names the text may stand above its addressees.
    isOpening = opens && text.length <= MAX_HEADING && !/[，。；：！？]/.test(text);
    if (opens && isSalutation(text)) {
      out.push(classed(block, 'salutation'));
      continue;
    }
    if (opensAttachmentList(text)) {
      const end = attachmentListEnd(blocks, i);
      out.push(element('div', { class: 'attachments-list' }, blocks.slice(i, end)));
      i = end - 1;
      continue;
    }
    if (outline.takesFirst && titlesAttachedText(text, beforeNotes(blocks, i))) {
      out.push(element('h2', block.attrs, tidyInline(plain(block.children))));
      before = {};
      continue;
    }
    const numbered = numberedUnit(text);
    if (numbered === null) {
      out.push(block);
      continue;
    }
    const level = headingLevel(numbered.unit, outline);
    if (numbered.unit === 'article') out.push(article(block));
    else if (level === null) out.push(classed(block, 'item'));
    else {
      const made = headed(block, level, blocks[i + 1], numbered.unit, before[numbered.unit]);
      const kind = made.tag === 'p' ? 'item' : isLoneSentence(made) ? 'sentence' : 'heading';
      // Below a heading its points begin anew.
      if (numbered.unit !== 'second' && kind !== 'item') before = {};
      before[numbered.unit] = kind;
      out.push(made);
    }
  }
  return { blocks: out, signature };
}

function outlineOf(blocks: HtmlElement[]): Outline {
  const levels = [
    ...new Set(blocks.filter((block) => /^h[1-6]$/.test(block.tag)).map((block) => Number(block.tag[1]))),
  ];
  const [only] = levels;
  if (only !== undefined) return { takesFirst: false, secondLevel: levels.length === 1 ? Math.min(only + 1, 6) : null };
  const units = new Set(
    blocks.map((block) => (block.tag === 'p' ? numberedUnit(textOf(block).trim())?.unit : undefined)),
  );
  // In regulations （一） are points of an article.
  if (units.has('article')) return { takesFirst: true, secondLevel: null };
  const hasFirst = units.has('first') || units.has('chapter');
  return { takesFirst: true, secondLevel: hasFirst ? 3 : 2 };
}

function headingLevel(unit: NumberedUnit, outline: Outline): number | null {
  if (unit === 'second') return outline.secondLevel;
  if (!outline.takesFirst) return null;
  if (unit === 'chapter' || unit === 'first') return 2;
  return unit === 'section' ? 3 : null;
}

function classed(block: HtmlElement, name: string): HtmlElement {
  return { ...block, attrs: { class: name, ...block.attrs } };
}

/**
 * A heading, up to the first full stop; with what follows it on the line, a clause. A point of a list (ends with ； or has
 * one inside, is too long, or is one whole sentence beside others like it) stays a paragraph.
 */
function headed(
  block: HtmlElement,
  level: number,
  next: HtmlElement | undefined,
  unit: NumberedUnit,
  before: Sibling | undefined,
): HtmlElement {
  const text = textOf(block);
  const length = /^[^。]*。[”’」』）》〕]*/.exec(text)?.[0].length ?? text.length;
  const [head, tail] = splitInline(block.children, length);
  const rest = tidyInline(withoutEmpty(tail));
  const hasRest = textOf(rest).trim() !== '';
  const isSentence = text.trimEnd().endsWith('。');
  const opening = text.slice(0, length);
  const isPoint =
    length > MAX_HEADING ||
    opening.includes('；') ||
    (length > MAX_LONE_SENTENCE && isSentence && opening.includes('，')) ||
    (!hasRest && /[，;,]$/.test(text.trimEnd())) ||
    (!hasRest && isSentence && (length > MAX_LONE_SENTENCE || !isContentOf(next, unit))) ||
    (!hasRest && isSentence && (before === 'item' || (before === 'heading' && opening.includes('，'))));
  if (isPoint) return classed(block, 'item');
  const heading = element(`h${level}`, block.attrs, tidyInline(plain(head)));
  return hasRest ? element('div', { class: 'clause' }, [heading, element('p', {}, rest)]) : heading;
}

function isLoneSentence(heading: HtmlElement): boolean {
  return heading.tag !== 'div' && textOf(heading).endsWith('。');
}

/** Whether the block behind a heading is its text, rather than the next heading of the same or a higher kind. */
function isContentOf(next: HtmlElement | undefined, unit: NumberedUnit): boolean {
  if (next === undefined || /^h[1-6]$/.test(next.tag)) return false;
  const following = next.tag === 'p' ? numberedUnit(textOf(next).trim())?.unit : undefined;
  return following !== unit && following !== 'first' && following !== 'chapter';
}

/** 第一条　…: the number is set off from the text. */
function article(block: HtmlElement): HtmlElement {
  const mark = ARTICLE_MARK.exec(textOf(block).trimStart())?.[0] ?? '';
  const [, tail] = splitInline(block.children, mark.length);
  const rest = tidyInline(withoutEmpty(tail));
  const children: HtmlNode[] = [element('b', {}, [mark])];
  if (textOf(rest).trim() !== '') children.push('\u3000', ...rest);
  return { ...block, children };
}

/** Headings are bold by themselves. */
function plain(nodes: HtmlNode[]): HtmlNode[] {
  return nodes.flatMap((node): HtmlNode[] => {
    if (!isElement(node)) return [node];
    const children = plain(node.children);
    return ['b', 'strong', 'u', 'br'].includes(node.tag) ? children : [{ ...node, children }];
  });
}

function withoutEmpty(nodes: HtmlNode[]): HtmlNode[] {
  const isEmpty = (node: HtmlNode) => (isElement(node) ? textOf(node) === '' && node.tag !== 'br' : node === '');
  return nodes.filter((node) => !isEmpty(node));
}

/** 附件：1. … and the points behind it; behind a bare 附件： also a list. */
function attachmentListEnd(blocks: HtmlElement[], from: number): number {
  let end = from + 1;
  for (; end < blocks.length; end++) {
    const block = blocks[end] as HtmlElement;
    const isPoint = block.tag === 'p' && numberedUnit(textOf(block).trim())?.unit === 'item';
    const isList = (block.tag === 'ul' || block.tag === 'ol') && end === from + 1;
    if (!isPoint && !isList) break;
  }
  return end;
}

function beforeNotes(blocks: HtmlElement[], at: number): HtmlElement | undefined {
  let before = at - 1;
  while (before > 0 && isNote(textOf(blocks[before] ?? '').trim())) before--;
  return blocks[before];
}

/** The title of a text that a notice issues: a short line behind the signature of the notice, or behind 附件. */
function titlesAttachedText(text: string, before: HtmlElement | undefined): boolean {
  if (before?.tag !== 'p') return false;
  const isBehind = before.attrs.class === 'signature' || opensAttachedText(textOf(before).trim());
  const isLine = text.length >= 2 && text.length <= MAX_HEADING && !/[，。；：！？]/.test(text);
  return isBehind && isLine && numberedUnit(text) === null && !namesOrgan(text);
}
