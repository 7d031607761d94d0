import { addField, type Head, type HeadKey, headPairs } from './head-fields.js';
import { escapeText } from './html-tree.js';
import { type Line, mendLines } from './mended-lines.js';
import { dateLine, endsSentence, isDocumentNumber, isSalutation, numberedUnit } from './numbering.js';
import { MAX_ELEMENTS, tooManyElements } from './parse-markup.js';
import { compact, tidyLine } from './text-spacing.js';

/** A source read as far as its form tells: fields, perhaps a title, and the body as markup that is not yet cleaned. */
export interface SourceText {
  head: Head;
  title: string;
  html: string;
}

const BLANKS = '[ \\t\\u00A0\\u2000-\\u200A\\u3000]';
const INDENT = new RegExp(`^(?:\\u3000|\\t|${BLANKS}{4})`);
const GAP = new RegExp(`\\S(?:[\\t\\u3000]|${BLANKS}{2})`);
/** A field that is not ours, set with a tab as in the head of the plain-text form. */
const OTHER_FIELD = /^\s*\p{Script=Han}[\p{Script=Han} 　]{1,9}[:：][ ]*\t/u;
/** A value longer than this is over the limit of any field: no more lines are added to it. */
const MAX_VALUE = 1_000;
/** Most characters of a title that is not named in the head. */
const MAX_TITLE = 120;

/**
 * Reads a plain text: head of `键:⇥值` lines, title and document number once more, then paragraphs.
 * @param name of the file, for the error
 * @throws intake.too-many-elements
 */
export function readPlainText(text: string, name: string, warn: (sentence: string) => void): SourceText {
  if (hasManyLines(text)) throw tooManyElements(name);
  const { head, rest } = splitHead(text, warn);
  let lines = linesOf(rest);
  let title = head.get('title') ?? '';
  if (title === '') {
    const found = titleLines(lines);
    title = lines
      .slice(0, found)
      .map((line) => line.text)
      .join('');
    lines = lines.slice(found);
  } else lines = lines.slice(repeatedTitle(lines, title));

  const { paragraphs, breaks } = mendLines(lines);
  warnAboutBreaks(breaks, warn);
  return { head, title, html: markup(paragraphs) };
}

/**
 * The head lines at the beginning of a text, and what follows. Empty lines may stand before and between them; one line
 * before them (a title) is left to the text. A value broken into two lines goes on until the next field.
 */
export function splitHead(text: string, warn: (sentence: string) => void): { head: Head; rest: string } {
  const head: Head = new Map();
  const lines = text.split('\n');
  const isBlank = (i: number) => (lines[i] ?? '').trim() === '';
  const nextFilled = (i: number) => {
    let at = i;
    while (at < lines.length && isBlank(at)) at++;
    return at;
  };
  let at = nextFilled(0);
  const before: string[] = [];
  if (at < lines.length && !headPairs(lines[at] ?? '')) {
    const second = nextFilled(at + 1);
    if ((headPairs(lines[second] ?? '')?.length ?? 0) === 0 || !headPairs(lines[nextFilled(second + 1)] ?? '')) {
      return { head, rest: text };
    }
    before.push(lines[at] ?? '', '');
    at = second;
  }
  let last: HeadKey | null = null;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    const pairs = headPairs(line);
    const following = lines[at + 1] ?? '';
    const goesOn = !isBlank(at) && (headPairs(following) !== null || OTHER_FIELD.test(following));
    if (pairs) {
      for (const [key, value] of pairs) addField(head, key, value, warn);
      last = pairs.at(-1)?.[0] ?? null;
      at++;
    } else if (isBlank(at)) {
      const next = nextFilled(at);
      if (!headPairs(lines[next] ?? '')) break;
      at = next;
    } else if (OTHER_FIELD.test(line) || (goesOn && /^\s*[\p{Script=Han}]{2,8}[:：]/u.test(line))) {
      warn(`文件头里的「${line.trim().split(/[:：]/)[0]}」不是能用的字段，没有采用。`);
      at++;
    } else if (goesOn && last !== null) {
      const value = head.get(last) ?? '';
      if (value.length <= MAX_VALUE) head.set(last, value + line.trim());
      at++;
    } else break;
  }
  return { head, rest: [...before, ...lines.slice(at)].join('\n') };
}

function hasManyLines(text: string): boolean {
  const lines = text.split('\n');
  return lines.length > MAX_ELEMENTS && lines.filter((line) => line.trim() !== '').length > MAX_ELEMENTS;
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let afterBlank = false;
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (line !== '') lines.push({ text: line, afterBlank, indented: INDENT.test(raw), spaced: GAP.test(line) });
    afterBlank = line === '';
  }
  return lines;
}

/** How many lines at the top say the title once more, however it was broken. */
function repeatedTitle(lines: Line[], title: string): number {
  const whole = compact(title);
  let said = 0;
  for (const [i, line] of lines.entries()) {
    const part = compact(line.text);
    if (!whole.startsWith(part, said)) return 0;
    said += part.length;
    if (said === whole.length) return i + 1;
  }
  return 0;
}

/** How many lines at the top are the title when no head names it: up to an empty line, the number or the addressees. */
function titleLines(lines: Line[]): number {
  let count = 0;
  let text = '';
  for (const [i, line] of lines.entries()) {
    // An organ's name alone is the first line of a title that goes on behind an empty line: 关于……
    const ends = i > 0 && line.afterBlank && !(line.text.startsWith('关于') && text.length <= 30);
    if (ends || isDocumentNumber(line.text) || isSalutation(line.text) || dateLine(line.text)) break;
    if (numberedUnit(line.text) || /[。；]$/.test(line.text)) break;
    if (i > 0 && (line.text.includes('，') || (line.indented && !lines[0]?.indented))) break;
    text += line.text;
    if (text.length > MAX_TITLE) return 0;
    count = i + 1;
  }
  const isTitle = count < lines.length && text.length >= 2 && !/[。，；：]$/.test(text);
  return isTitle && !(endsSentence(text) && !/[！？!?”）》]$/.test(text)) ? count : 0;
}

function warnAboutBreaks(breaks: string[], warn: (sentence: string) => void): void {
  for (const place of breaks.slice(0, 8)) warn(`原文在句中断开，已接上：“……${place}……”，请核对。`);
  if (breaks.length > 8) warn(`另有 ${breaks.length - 8} 处在句中断开的文字已接上，请核对全文。`);
}

/** Paragraphs as `<p>`; lines of two or more cells between tabs, one below another, as a table. */
function markup(paragraphs: Line[]): string {
  const out: string[] = [];
  for (let i = 0; i < paragraphs.length; i++) {
    const cells = cellsOf(paragraphs[i]);
    let end = i + 1;
    while (cells.length > 1 && cellsOf(paragraphs[end]).length === cells.length) end++;
    if (end - i < 2) {
      out.push(`<p>${escapeText(separated(paragraphs[i]?.text ?? ''))}</p>`);
      continue;
    }
    const rows = paragraphs.slice(i, end).map(cellsOf);
    const row = (tag: string, texts: string[]) =>
      `<tr>${texts.map((text) => `<${tag}>${escapeText(text)}</${tag}>`).join('')}</tr>`;
    const body = rows.slice(1).map((texts) => row('td', texts));
    out.push(`<table><thead>${row('th', rows[0] ?? [])}</thead><tbody>${body.join('')}</tbody></table>`);
    i = end - 1;
  }
  return out.join('\n');
}

function cellsOf(line: Line | undefined): string[] {
  return line?.text.includes('\t') ? line.text.split('\t').map((cell) => tidyLine(cell)) : [];
}

/** In a line that is neither running text nor a heading, a gap separates on purpose and becomes one full-width space. */
function separated(text: string): string {
  return /[，。；]/.test(text) || numberedUnit(text) ? text : text.replace(/[ \t\u00A0]{2,}|\t/g, '\u3000');
}
