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

interface CsvSource {
  work: UnitOfWork;
  calendar: Calendar;
  acts: ActWords;
}

const COLUMNS: [heading: string, cell: (entry: AuditEntry, source: CsvSource) => string][] = [
  ['时间', ({ at }, { calendar }) => `${calendar.minute(at)}:${String(at.getUTCSeconds()).padStart(2, '0')}`],
  ['单位', ({ tenantName }) => tenantName],
  ['编号', ({ position }) => String(position)],
  ['操作人', ({ actor }) => actor],
  ['行为', ({ act }, { acts }) => wordsOf(acts, act)],
  ['行为代码', ({ act }) => act],
  ['对象', ({ subject }) => subject],
  ['名称', ({ detail }) => shown(detail.name)],
  ['改动前', ({ detail }) => shown(detail.before)],
  ['改动后', ({ detail }) => shown(detail.after)],
  ['原因', ({ detail }) => shown(detail.reason)],
  ['其他', ({ detail: { name, before, after, reason, ...rest } }) => (Object.keys(rest).length > 0 ? shown(rest) : '')],
  ['来源地址', ({ address }) => address],
  ['请求编号', ({ request }) => request],
  ['范围', ({ scope }) => scope],
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
    if (page.entries.length > 0)
      yield lines(page.entries.map((entry) => COLUMNS.map(([, cell]) => cell(entry, source))));
    after = page.next ?? undefined;
  } while (after);
}
