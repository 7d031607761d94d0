import { stringify } from 'csv-stringify/sync';
import type { SubtreeScope, TenantScope } from '../database/scope.js';
import type { UnitOfWork } from '../database/unit-of-work.js';
import type { Calendar } from '../time/calendar.js';
import { type ActWords, wordsOf } from './acts.js';
import { type AuditEntry, type AuditFilter, findAudit } from './audit.queries.js';

/** Entries read at a time, each in a unit of work of its own: a slow reader holds no connection. */
const BATCH = 500;

/** Excel takes a file for UTF-8 by this mark alone. */
const BYTE_ORDER_MARK = '\uFEFF';

/** What readers are told of an entry, in their words. */
export interface AuditWords {
  /** Who stands behind the sign-in name; '' when that is not known. */
  person: string;
  kind: string;
  before: string;
  after: string;
  reason: string;
  rest: string;
  scope: string;
}

interface CsvSource {
  work: UnitOfWork;
  calendar: Calendar;
  acts: ActWords;
  /** The words of a batch: of each of its entries. */
  words(entries: readonly AuditEntry[]): Promise<(entry: AuditEntry) => AuditWords>;
}

/** For people first; last what is needed to find or count an entry by, with its detail as it is kept. */
const COLUMNS: [heading: string, cell: (entry: AuditEntry, words: AuditWords, source: CsvSource) => string][] = [
  ['时间', ({ at }, _, { calendar }) => `${calendar.minute(at)}:${String(at.getUTCSeconds()).padStart(2, '0')}`],
  ['单位', ({ tenantName }) => tenantName],
  ['编号', ({ position }) => String(position)],
  ['操作人', ({ actor }) => actor],
  ['姓名', (_, { person }) => person],
  ['行为', ({ act }, _, { acts }) => wordsOf(acts, act)],
  ['对象', (_, { kind }) => kind],
  ['名称', ({ detail }) => shown(detail.name ?? detail.title)],
  ['改动前', (_, { before }) => before],
  ['改动后', (_, { after }) => after],
  ['原因', (_, { reason }) => reason],
  ['其他', (_, { rest }) => rest],
  ['来源地址', ({ address }) => address],
  ['范围', (_, { scope }) => scope],
  ['请求编号', ({ request }) => request],
  ['行为代码', ({ act }) => act],
  ['对象编号', ({ subject }) => subject],
  ['原始明细', ({ detail }) => (Object.keys(detail).length > 0 ? JSON.stringify(detail) : '')],
];

const shown = (value: unknown): string =>
  value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);

/** What could be taken for a formula begins with an apostrophe: whoever opens the file runs nothing that others wrote. */
const lines = (rows: string[][]): string => stringify(rows, { escape_formulas: true, record_delimiter: 'windows' });

/**
 * The filtered audit as CSV for Excel, newest first, in pieces: `Readable.from(auditCsv(…))`. What is written meanwhile is
 * newer than where it began and does not disturb it.
 * @throws UserError `audit.bad-day`
 */
export async function* auditCsv(
  source: CsvSource,
  scope: TenantScope | SubtreeScope,
  filter: AuditFilter,
): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK + lines([COLUMNS.map(([heading]) => heading)]);
  let after: string | undefined;
  do {
    const page = await source.work.run(scope, (tx) => findAudit(tx, source.calendar, filter, { after, size: BATCH }));
    if (page.entries.length > 0) {
      const words = await source.words(page.entries);
      yield lines(page.entries.map((entry) => COLUMNS.map(([, cell]) => cell(entry, words(entry), source))));
    }
    after = page.next ?? undefined;
  } while (after);
}
