import type { Environment } from 'nunjucks';
import type { Block, DocumentPage, Frame, NavLink } from './page-model.js';

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
  })) {
    environment.addFilter(name, filter);
  }
  environment.addGlobal('columns', columns);
}
