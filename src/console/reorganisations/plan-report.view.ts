import type { PlanReport, ReportedChange } from '../../tenancy/reorganisation/plan-report.js';
import type { Finding } from '../../tenancy/reorganisation/reorganisation-part.js';

/** Objects of a part that a page shows; what is more it counts. */
const ROWS = 50;
/** Rows that stand open; the others are folded away. */
const OPEN = 8;
/** As many as `stats` lays out. */
const MOST_STATS = 5;
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

/** The address of the page of a row that changed; null: it has none, or one has to enter its site first. */
export type HrefOf = (part: string, change: ReportedChange) => string | null;

interface FieldRow {
  name: string;
  href: string | null;
  mark: string;
  label: string;
  before: string;
  after: string;
}

interface Section {
  key: string;
  title: string;
  note: string;
  first: FieldRow[];
  more: FieldRow[];
}

/** What a plan does or did, part by part: the first rows of each, and how many there are. */
export function reportView(report: PlanReport, hrefOf: HrefOf) {
  const texts: FieldRow[] = [];
  const sections = report.parts.flatMap(({ part, title, changes }): Section[] => {
    const textLabels = TEXTS[part] ?? [];
    const objects = changes.map((change) => {
      const rows = rowsOf(change, hrefOf(part, change), textLabels);
      const isText = (row: FieldRow) => change.what === 'changed' && textLabels.includes(row.label);
      texts.push(...rows.filter(isText).map((row) => ({ ...row, name: `${title}：${row.name}` })));
      return rows.filter((row) => !isText(row));
    });
    const shown = objects.filter((rows) => rows.length > 0);
    const textsAlone = objects.length - shown.length;
    const more = textsAlone > 0 ? `，另有 ${textsAlone} 项只改文字，见“文字”` : '';
    return shown.length > 0 ? [section(part, title, shown, `${countNote(shown.length, '项')}${more}`)] : [];
  });
  if (texts.length > 0) {
    const rows = texts.map((row) => [row]);
    sections.push(section('texts', '文字', rows, countNote(rows.length, '处')));
  }
  const keys = sections.map(({ key }) => key);
  return {
    sections,
    stats: report.parts.slice(0, MOST_STATS).map(({ part, title, changes }) => ({
      href: `#part-${keys.includes(part) ? part : 'texts'}`,
      count: changes.length,
      unit: '项',
      label: title,
    })),
    conflicts: report.conflicts.map(sentenceOf),
    warnings: report.warnings.map(sentenceOf),
    kept: report.kept.slice(0, ROWS),
    keptNote: countNote(report.kept.length, '处'),
  };
}

/** `第 3 行：…` */
export const sentenceOf = ({ row, sentence }: Finding): string => (row ? `第 ${row} 行：${sentence}` : sentence);

export const countNote = (count: number, unit: string): string =>
  count > ROWS ? `共 ${count.toLocaleString('en-US')} ${unit}，列出前 ${ROWS} ${unit}` : `${count} ${unit}`;

function section(key: string, title: string, objects: FieldRow[][], note: string): Section {
  const rows = objects.slice(0, ROWS).flat();
  // Two or three rows are not worth folding away.
  const open = rows.length <= OPEN + 3 ? rows.length : OPEN;
  return { key, title, note, first: rows.slice(0, open), more: rows.slice(open) };
}

function rowsOf(change: ReportedChange, href: string | null, textLabels: readonly string[]): FieldRow[] {
  const { name, what, fields } = change;
  const row = { name, href, mark: MARKS[what], label: '', before: '', after: '' };
  if (what === 'changed')
    return fields.map(({ label, before, after }) => ({ ...row, label, ...aroundDifference(before, after) }));
  if (what === 'removed') return [row];
  // Of what arises its name stands beside it, and long texts are taken over.
  const told = fields.filter(({ label, after }) => after !== '' && after !== name && !textLabels.includes(label));
  return [{ ...row, after: shortened(told.map(({ label, after }) => `${label}：${after}`).join('；')) }];
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
