import { CsvError, parse } from 'csv-parse/sync';
import { reorganisationErrors } from './errors.js';
import type { WrittenDay } from './plan-day.js';
import { COLUMNS, DAY_COLUMN, type LineInput } from './plan-line.js';

/** Bytes and lines of the largest plan that is read: a province's reform has some dozens of lines. */
const MOST_BYTES = 1024 * 1024;
export const MOST_LINES = 500;
/** Lines of a file, empty ones among them: spreadsheets leave thousands behind. A megabyte of them took half a minute. */
const MOST_READ = 20_000;
/** Headings that are named in a sentence. */
const NAMED = 5;

const FIELDS = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[];
const REQUIRED = ['action', 'from', 'to'] as const;

type Field = keyof typeof COLUMNS | 'day';

export interface PlanFile {
  lines: LineInput[];
  /** Where a day is written: no line, one, or several, perhaps not the same. */
  days: WrittenDay[];
}

/**
 * The lines of a table: UTF-8, UTF-16 with a byte order mark, or GBK (GB18030), separated by commas, semicolons or tabs.
 * Line numbers are those a spreadsheet shows; empty lines are passed over.
 * @throws UserError `reorganisation.file-encoding`, `reorganisation.file-form`, `reorganisation.file-columns`
 */
export function readPlanFile(bytes: Buffer, name: string): PlanFile {
  if (bytes.length > MOST_BYTES) throw reorganisationErrors['reorganisation.file-form']({ name, why: '文件超过 1 MB' });
  const text = decode(bytes, name);
  const [head = [], ...records] = recordsOf(text, name);
  if (records.length >= MOST_READ)
    throw reorganisationErrors['reorganisation.file-form']({
      name,
      why: `超过 ${MOST_READ} 行（连同空行），请删去空行`,
    });
  const fields = fieldsOf(head, name);
  const rows = records
    .map((record, i) => ({ cells: new Map(fields.map((field, at) => [field, clean(record[at] ?? '')])), row: i + 2 }))
    .filter(({ cells }) => [...cells.values()].some((cell) => cell !== ''));
  const days = rows
    .map(({ cells, row }) => ({ row, written: cells.get('day') ?? '' }))
    .filter(({ written }) => written !== '');
  const lines = rows.map(({ cells, row }): LineInput => {
    const line = Object.fromEntries(FIELDS.map((field) => [field, cells.get(field) ?? '']));
    return { row, ...(line as Omit<LineInput, 'row'>) };
  });
  if (lines.length === 0) throw reorganisationErrors['reorganisation.file-form']({ name, why: '表头下面一行也没有' });
  if (lines.length > MOST_LINES)
    throw reorganisationErrors['reorganisation.file-form']({ name, why: `超过 ${MOST_LINES} 行，请分成几个方案` });
  return { lines, days };
}

/** Ideographic and no-break spaces are spaces; what nobody sees goes. */
export const clean = (cell: string): string =>
  cell
    .replace(/[\u200B-\u200F\u2060\uFEFF]/g, '')
    .replace(/\s+/g, ' ')
    .trim();

function decode(bytes: Buffer, name: string): string {
  const encodings =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? ['utf-16le']
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? ['utf-16be']
        : ['utf-8', 'gb18030'];
  for (const encoding of encodings) {
    const text = decodeAs(encoding, bytes);
    if (text !== null) return text;
  }
  throw reorganisationErrors['reorganisation.file-encoding']({ name });
}

/** Null when the bytes are not text of this encoding: GB18030 accepts nearly any, so one of our headings must stand in it. */
function decodeAs(encoding: string, bytes: Buffer): string | null {
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    if (text.includes('\0')) return null;
    return encoding === 'gb18030' && !text.includes(COLUMNS.action) ? null : text;
  } catch {
    return null;
  }
}

function recordsOf(text: string, name: string): string[][] {
  const [first = ''] = text.split(/\r?\n/, 1);
  const delimiter = ['\t', ';'].find((mark) => first.split(mark).length >= REQUIRED.length) ?? ',';
  try {
    return parse(text, {
      to: MOST_READ + 1,
      bom: true,
      delimiter,
      relax_column_count: true,
      record_delimiter: ['\r\n', '\n', '\r'],
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const lines = (error as CsvError & { lines?: number }).lines;
    const why = lines ? `第 ${lines} 行附近的引号没有成对` : '引号没有成对';
    throw reorganisationErrors['reorganisation.file-form']({ name, why }, { cause: error });
  }
}

/** Which field each column holds. */
function fieldsOf(head: string[], name: string): (Field | null)[] {
  // Who writes a table without the example says 单位 for an organ.
  const titles = head.map((cell) => clean(cell).replace(/^(原|新)单位/, '$1机关'));
  const fields = titles.map((title): Field | null =>
    title === DAY_COLUMN ? 'day' : (FIELDS.find((field) => COLUMNS[field] === title) ?? null),
  );
  const unknown = titles.filter((title, i) => title !== '' && fields[i] === null);
  const seen = new Set<string>();
  const twice = titles.filter((title) => title !== '' && seen.size === seen.add(title).size);
  const missing = REQUIRED.filter((field) => !fields.includes(field)).map((field) => COLUMNS[field]);
  const faults = [
    missing.length > 0 ? `缺少“${missing.join('”“')}”` : '',
    unknown.length > 0 ? `不认识${shown(unknown)}` : '',
    twice.length > 0 ? `${shown([...new Set(twice)])}重复` : '',
  ].filter(Boolean);
  if (faults.length > 0) throw reorganisationErrors['reorganisation.file-columns']({ name, why: faults.join('，') });
  return fields;
}

const shown = (titles: string[]): string => {
  const named = titles.slice(0, NAMED).map((title) => (title.length > 20 ? `${title.slice(0, 20)}…` : title));
  return `“${named.join('”“')}”${titles.length > NAMED ? `等 ${titles.length} 列` : ''}`;
};
