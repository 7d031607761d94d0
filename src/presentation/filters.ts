import nunjucks, { type Environment } from 'nunjucks';
import type { Block, DocumentPage, Entry, Frame, HomeRow, NavLink } from './page-model.js';

/** Lines of a headline no longer than this (characters) stand as they were broken, even on a phone of 360 px. */
const SHORT_LINE = 13;

type HeadRow = DocumentPage['document']['table'][number];

/** 12486 → `12,486`. */
export function thousands(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A slogan cut after its punctuation, so that lines break between phrases: `查政策、办事情，` `从这里开始`. */
export function phrases(text: string): string[] {
  return text.split(/(?<=[，；：。！？][”』」）]*)(?=[^，；：。！？”』」）])/);
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);

const WORDS = new Intl.Segmenter('zh', { granularity: 'word' });
/** No line begins with one of these words. */
const LEANING = /^[的之了着过们等者]$/;

/**
 * A headline as HTML with `<wbr>` between its words, for `word-break: keep-all`: 基层公开目录 is then never broken
 * within 目录. Punctuation and 的 stay with the word before them, an opening bracket with the word behind it.
 */
export function worded(text: string): nunjucks.runtime.SafeString {
  let previous = '';
  let html = '';
  for (const { segment, isWordLike } of WORDS.segment(text)) {
    const opens = /[（《〈“‘〔【]$/.test(previous);
    if (previous && isWordLike && !opens && !LEANING.test(segment)) html += '<wbr>';
    html += escaped(segment);
    previous = segment;
  }
  return new nunjucks.runtime.SafeString(html);
}

/** A text as HTML whose last short bracket is not broken: `示例路1号` `（示例）`. */
export function kept(text: string): nunjucks.runtime.SafeString {
  const [, before = text, bracket = ''] = /^(.*?)(（[^（）]{1,6}）)$/s.exec(text) ?? [];
  const end = bracket ? `<span class="nw">${escaped(bracket)}</span>` : '';
  return new nunjucks.runtime.SafeString(escaped(before) + end);
}

/** Whether a phrase is never wider than thirteen characters, the text column of a contact card on a phone of 360 px. */
export function isNarrow(text: string): boolean {
  return [...text].reduce((width, character) => width + (/[\x20-\x7e]/.test(character) ? 0.6 : 1), 0) <= 13;
}

/** Whether a headline's lines may stand as they are on a narrow screen. */
export function areShort(lines: string[]): boolean {
  return lines.every((line) => line.length <= SHORT_LINE);
}

/**
 * Columns for `count` equal tiles in a block that spans `span` of twelve: as few empty places in the last row as can
 * be, and of two equal answers the wider one. A narrow block with few tiles may stack them.
 */
export function columns(count: number, span: number): number {
  const most = Math.min(Math.max(2, Math.floor(span / 2)), 6, Math.max(count, 1));
  const least = span <= 4 && count <= 5 ? 1 : Math.max(2, most - 2);
  const empty = (width: number) => (width - (count % width)) % width;
  let best = most;
  for (let width = most - 1; width >= least; width--) if (empty(width) < empty(best)) best = width;
  return best;
}

/**
 * Columns in which a phone of 320 px shows all first-level channels at once: the most, up to four, whose widest names
 * fit side by side. Counted in characters: 18 lie in a line, and 0.6 are kept between two.
 */
export function navColumns(nav: NavLink[]): number {
  for (let width = Math.min(4, nav.length); width > 1; width--) {
    const widest = Array.from({ length: width }, (_, column) =>
      Math.max(...nav.filter((_, i) => i % width === column).map((link) => link.text.length)),
    );
    if (widest.reduce((sum, length) => sum + length, 0.6 * (width - 1)) <= 18) return width;
  }
  return 1;
}

/** The head table with no half-filled row: a narrow row that would stand alone spans both columns. */
export function paired(table: HeadRow[]): HeadRow[] {
  let waiting: number | null = null;
  const rows = table.map((row) => ({ ...row }));
  rows.forEach((row, i) => {
    if (row.wide) {
      if (waiting !== null) rows[waiting]!.wide = true;
      waiting = null;
    } else {
      waiting = waiting === null ? i : null;
    }
  });
  if (waiting !== null) rows[waiting]!.wide = true;
  return rows;
}

/** Three blocks of which the second and third stand on each other beside the first: 7 + (5 over 5). */
export function isStacked(blocks: Block[]): boolean {
  const [first, second, third] = blocks;
  return (
    blocks.length === 3 &&
    second!.span === third!.span &&
    first!.span + second!.span === 12 &&
    first!.span >= second!.span
  );
}

/**
 * A site with little of its own: where the borrowed releases would have a row to themselves, the contact card stands
 * beside them, if it would be alone as well or only follow a list of sites. Else the rows as they are.
 */
export function gathered(rows: HomeRow[]): HomeRow[] {
  const borrowed = rows.findIndex(({ blocks }) => blocks.length === 1 && blocks[0]!.kind === 'recommended');
  const holder = rows.findIndex(
    ({ blocks }) =>
      blocks.some(({ kind }) => kind === 'contact') &&
      blocks.every(({ kind }) => kind === 'contact' || kind === 'sites'),
  );
  if (borrowed < 0 || holder < 0) return rows;
  const contact = rows[holder]!.blocks.find(({ kind }) => kind === 'contact')!;
  const beside: HomeRow = {
    ground: false,
    blocks: [
      { ...rows[borrowed]!.blocks[0]!, span: 8 },
      { ...contact, span: 4 },
    ],
  };
  const first = Math.min(borrowed, holder);
  return rows.flatMap((row, i) => {
    const left = i === borrowed ? [] : row.blocks.filter((block) => i !== holder || block !== contact);
    const alone = left.length === 1 ? [{ ...left[0]!, span: 12 as const }] : left;
    const rest = left.length > 0 ? [{ ...row, blocks: alone }] : [];
    return i === first ? [beside, ...rest] : rest;
  });
}

/** Whether lines of a list come from different channels: only then does the channel's name say something. */
export function channelsDiffer(entries: Entry[]): boolean {
  return entries.some((entry) => entry.channel !== entries[0]!.channel);
}

/** Whether the list of attachments at the end of a body says no more than the section of attachments below it. */
export function repeatsAttachments({ html, attachments }: DocumentPage['document']): boolean {
  const list = /<div class="attachments-list">(.*?)<\/div>/s.exec(html)?.[1] ?? '';
  const links = list.match(/<a\b/g)?.length ?? 0;
  const lines = Math.max(list.match(/<li\b/g)?.length ?? 0, 1);
  return links > 0 && links >= lines && links === attachments.length;
}

/** Whether a `<meta>` of this name is there already; names are the same in capitals and small letters. */
export function hasTag(meta: Frame['meta'], name: string): boolean {
  return meta.some((tag) => tag.name.toLowerCase() === name.toLowerCase());
}

/** Gives a template environment the filters and functions that themes may use. */
export function addFilters(environment: Environment): void {
  for (const [name, filter] of Object.entries({
    thousands,
    phrases,
    areShort,
    navColumns,
    paired,
    isStacked,
    hasTag,
    isNarrow,
    worded,
    kept,
    gathered,
    channelsDiffer,
    repeatsAttachments,
  })) {
    environment.addFilter(name, filter);
  }
  environment.addGlobal('columns', columns);
}
