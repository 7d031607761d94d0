import type { PlanReport, ReportedChange } from '../../tenancy/reorganisation/plan-report.js';
import type { Finding } from '../../tenancy/reorganisation/reorganisation-part.js';

/** Rows of a part that a page shows; what is more it counts. */
const ROWS = 50;
/** Characters of a long text that are shown around what changes of it. */
const AROUND = 24;
const LONG = 80;

/** Names and contacts that stand in texts: fields by part. They have a table of their own. */
const TEXTS: Record<string, readonly string[]> = {
  organs: ['简介'],
  sites: ['名称', '简称', '标语'],
  channels: ['名称', '说明', '关键词', '负责人电话'],
};
const MARKS = { made: '新设', removed: '撤去', changed: '' } as const;

/** Where a changed row is found: an address, or a site to be entered first. */
export interface PlaceOfRow {
  href?: string;
  enter?: { siteId: string; back: string };
}

export type PlaceOf = (part: string, change: ReportedChange) => PlaceOfRow;

interface FieldRow extends PlaceOfRow {
  name: string;
  mark: string;
  label: string;
  before: string;
  after: string;
}

interface Section {
  key: string;
  title: string;
  count: number;
  note: string;
  rows: FieldRow[];
}

/** What a plan does or did, part by part: the first rows of each, and how many there are. */
export function reportView(report: PlanReport, placeOf: PlaceOf) {
  const texts: FieldRow[] = [];
  const sections = report.parts.flatMap(({ part, title, changes }): Section[] => {
    const rows: FieldRow[][] = [];
    for (const change of changes) {
      const told = rowsOf(change, placeOf(part, change));
      const isText = (row: FieldRow) => change.what === 'changed' && (TEXTS[part] ?? []).includes(row.label);
      texts.push(...told.filter(isText).map((row) => ({ ...row, name: `${title}：${row.name}` })));
      const rest = told.filter((row) => !isText(row));
      if (rest.length > 0) rows.push(rest);
    }
    return rows.length > 0 ? [section(part, title, rows)] : [];
  });
  if (texts.length > 0)
    sections.push(
      section(
        'texts',
        '文字',
        texts.map((row) => [row]),
      ),
    );
  return {
    sections,
    stats: sections
      .slice(0, 5)
      .map(({ key, title, count }) => ({ href: `#part-${key}`, count, unit: '项', label: title })),
    conflicts: report.conflicts.map(sentenceOf),
    warnings: report.warnings.map(sentenceOf),
    kept: report.kept.slice(0, ROWS),
    keptNote: countNote(report.kept.length, '处'),
  };
}

/** `第 3 行：…` */
const sentenceOf = ({ row, sentence }: Finding): string => (row ? `第 ${row} 行：${sentence}` : sentence);

export const countNote = (count: number, unit: string): string =>
  count > ROWS ? `共 ${count.toLocaleString('en-US')} ${unit}，列出前 ${ROWS} ${unit}` : `${count} ${unit}`;

const section = (key: string, title: string, rows: FieldRow[][]): Section => ({
  key,
  title,
  count: rows.length,
  note: countNote(rows.length, '项'),
  rows: rows.slice(0, ROWS).flat(),
});

function rowsOf(change: ReportedChange, place: PlaceOfRow): FieldRow[] {
  const { name, what, fields } = change;
  const row = { name, mark: MARKS[what], ...place };
  const told = fields.filter((field) => what !== 'made' || field.after !== '');
  if (told.length === 0) return [{ ...row, label: '', before: '', after: '' }];
  // Of what arises its name says enough; what else stands in it follows in one line.
  if (what === 'made') {
    const rest = told.filter((field) => field.after !== name).map((field) => `${field.label}：${field.after}`);
    return [{ ...row, label: '', before: '', after: shortened(rest.join('；')) }];
  }
  return told.map(({ label, before, after }) => ({ ...row, label, ...aroundDifference(before, after) }));
}

const shortened = (text: string): string => (text.length > 2 * LONG ? `${text.slice(0, 2 * LONG)}…` : text);

/** Long texts by what differs: `…负责，招生问农安县教育局…`. */
export function aroundDifference(before: string, after: string): { before: string; after: string } {
  if (before.length <= LONG && after.length <= LONG) return { before, after };
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const cut = (text: string): string => {
    const from = Math.max(0, head - AROUND);
    const to = Math.min(text.length, text.length - tail + AROUND);
    return shortened(`${from > 0 ? '…' : ''}${text.slice(from, to)}${to < text.length ? '…' : ''}`);
  };
  return { before: cut(before), after: cut(after) };
}

/** In numbers, for pages that ask once. */
export const consequencesOf = (report: PlanReport) => [
  ...report.parts.map(({ title, changes }) => ({ count: changes.length, unit: '项', text: `${title}变动` })),
  ...(report.kept.length > 0
    ? [{ count: report.kept.length, unit: '处', text: '人工改过的内容保持不变', tone: 'warn' }]
    : []),
];
