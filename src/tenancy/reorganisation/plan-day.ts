import { reorganisationErrors } from './errors.js';
import type { LineFault } from './plan-line.js';

/** A day in a table, and the line it is in. */
export interface WrittenDay {
  row: number;
  written: string;
}

const FORMS = [
  /^(\d{4})-(\d{1,2})-(\d{1,2})$/,
  /^(\d{4})[/.](\d{1,2})[/.](\d{1,2})$/,
  /^(\d{4})年(\d{1,2})月(\d{1,2})日$/,
];

/**
 * A day as people and spreadsheets write it (`2026-12-01`, `2026/12/1`, `2026年12月1日`) as YYYY-MM-DD. Null: no day, or one
 * that is in no calendar.
 */
export function readDay(written: string): string | null {
  const [, year, month = '', day = ''] = FORMS.map((form) => form.exec(written.trim())).find(Boolean) ?? [];
  if (!year) return null;
  const read = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const date = new Date(`${read}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(read) ? read : null;
}

/**
 * A day that is to come, of a plan that is written or scheduled.
 * @param today YYYY-MM-DD
 * @throws UserError `reorganisation.day-form`, `reorganisation.day-past`
 */
export function comingDay(written: string, today: string): string {
  const day = readDay(written);
  if (!day) throw reorganisationErrors['reorganisation.day-form']({ day: written });
  if (day < today) throw reorganisationErrors['reorganisation.day-past']({ day });
  return day;
}

/** What is wrong with a day that may be left out: a sentence, or null. */
export function faultOfDay(written: string, today: string): string | null {
  if (written === '') return null;
  try {
    comingDay(written, today);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/**
 * The one day of a plan, of what was typed beside its lines (row 0) and what stands in them.
 * @returns day null: none was written
 */
export function dayOf(days: readonly WrittenDay[], today: string): { day: string | null; faults: LineFault[] } {
  const [first] = days;
  if (!first) return { day: null, faults: [] };
  const faults = days.flatMap(({ row, written }, i): LineFault[] => {
    const fault = faultOfDay(written, today);
    if (i === 0 || readDay(written) === null) return fault ? [{ row, sentence: fault }] : [];
    if (readDay(written) === readDay(first.written)) return [];
    const other = first.row > 0 ? `第 ${first.row} 行的“${first.written}”` : `上面填的“${first.written}”`;
    return [{ row, sentence: `生效日期“${written}”与${other}不同。一个方案只有一个生效日期。` }];
  });
  return { day: readDay(first.written), faults };
}
