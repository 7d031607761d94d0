import {
  dateLine,
  endsSentence,
  isDocumentNumber,
  isNote,
  namesOfficer,
  namesOrgan,
  numberedUnit,
  opensAttachedText,
  opensAttachmentList,
} from './numbering.js';
import { tidySpaces } from './text-spacing.js';

/** A line of a text file, without blanks at its ends. */
export interface Line {
  text: string;
  afterBlank: boolean;
  indented: boolean;
  /** Tabs or several blanks stand between its parts, as in a list of names or a table made of text. */
  spaced: boolean;
}

export interface Mended {
  paragraphs: Line[];
  /** Both sides of each break inside a sentence that had an empty line in it: `前面的字｜后面的字`. */
  breaks: string[];
}

/** A line shorter than this is no full line of a text broken by width. */
const MIN_WIDTH = 20;
/** No paragraph of an official text is this long, in characters: nothing more is joined to it. */
const MAX_PARAGRAPH = 20_000;

/** Joins lines that the source broke inside a sentence, also across an empty line. */
export function mendLines(lines: Line[]): Mended {
  const width = wrapWidth(lines);
  const indents = lines.some((line) => line.indented);
  const paragraphs: Line[] = [];
  const breaks: string[] = [];
  let lastLength = 0;
  for (const [i, line] of lines.entries()) {
    const open = paragraphs.at(-1);
    const fills = lastLength >= width - 2;
    lastLength = line.text.length;
    if (!open || !continues(open, line, lines[i + 1], fills && !line.afterBlank, indents)) {
      paragraphs.push({ ...line });
      continue;
    }
    if (line.afterBlank) breaks.push(`${tidySpaces(open.text.slice(-8))}｜${tidySpaces(line.text.slice(0, 8))}`);
    open.text = joined(open.text, line.text);
  }
  return { paragraphs, breaks };
}

/** Width, in characters, at which a text was broken into lines; infinite when its lines are paragraphs. */
function wrapWidth(lines: Line[]): number {
  const lengths = lines.filter((_, i) => lines[i + 1]?.afterBlank === false).map((line) => line.text.length);
  const longest = lengths.reduce((a, b) => Math.max(a, b), 0);
  const full = lengths.filter((length) => length >= longest - 2).length;
  return longest >= MIN_WIDTH && full >= 2 && full * 3 >= lengths.length ? longest : Number.POSITIVE_INFINITY;
}

/**
 * Whether `line` goes on with the sentence of `open`.
 * @param fills `open` ends with a full line, and `line` follows at once
 * @param indents the text marks its paragraphs by an indent
 */
function continues(open: Line, line: Line, next: Line | undefined, fills: boolean, indents: boolean): boolean {
  if (open.text.length > MAX_PARAGRAPH || standsAlone(open.text) || beginsUnit(line.text, next)) return false;
  if (isTabular(open) || isTabular(line)) return false;
  if (breaksOff(open.text)) return true;
  if (endsSentence(open.text)) return fills && indents && !line.indented;
  if (line.indented) return false;
  // A column of names may have one width too; a sentence has punctuation sooner or later.
  if (fills && !isLabelled(line.text)) return /[，。；：！？、]/.test(open.text + line.text);
  return isProse(open.text) && !isLabelled(line.text) && /[，。；：！？]/.test(line.text);
}

function standsAlone(text: string): boolean {
  return dateLine(text) !== null || isNote(text) || opensAttachedText(text) || isDocumentNumber(text);
}

function beginsUnit(text: string, next: Line | undefined): boolean {
  if (numberedUnit(text) || standsAlone(text) || opensAttachmentList(text)) return true;
  // A signature: organs, then the date.
  return (
    (namesOrgan(text) || namesOfficer(text)) &&
    next !== undefined &&
    (dateLine(next.text) !== null || namesOrgan(next.text))
  );
}

function isTabular(line: Line): boolean {
  return line.spaced && !/[，。；]/.test(line.text);
}

/** 地址：…, 电话：… */
function isLabelled(text: string): boolean {
  return /^[\p{Script=Han}]{2,8}[:：]\S/u.test(text) && !text.includes('。');
}

/** Ends where no sentence can end: at a comma, or with a bracket or quotation mark still open. */
function breaksOff(text: string): boolean {
  if (/[，、,“‘（《〈「『〔【(—]$/.test(text)) return true;
  const end = text.slice(-60);
  return ['（）', '《》', '“”', '〔〕'].some(([open = '', close = '']) => {
    const last = end.lastIndexOf(open);
    return last > end.lastIndexOf(close) && !end.includes('。', last);
  });
}

/** Running text that is not finished, rather than a heading, a name or a label. */
function isProse(text: string): boolean {
  if (isLabelled(text) || !/[，。；：、]/.test(text)) return false;
  if (text.includes('。')) return true;
  const unit = numberedUnit(text)?.unit;
  // （一）坚持问题导向，强化责任落实 is a whole heading; a point of a list is shorter when it is whole.
  return unit === undefined || text.length >= (unit === 'item' ? 25 : 45);
}

function joined(before: string, after: string): string {
  const isNumber = /\d$/.test(before) && /^\d/.test(after);
  const isWordBreak = !isNumber && /[A-Za-z\d,;:]$/.test(before) && /^[A-Za-z\d]/.test(after);
  return isWordBreak ? `${before} ${after}` : before + after;
}
