import type { DeskSession } from '../../access/desk-session.js';
import { may } from '../../authority/desk-context.js';
import type { ReadSession } from '../../identity/session/read-session.js';
import { hrefOfSubject } from '../audit/subject-address.js';
import type { ChangedRow } from './plan.queries.js';
import type { HrefOf } from './plan-report.view.js';

/**
 * Where each row of a report is found: accounts and sites have pages; a channel stands in the list of the site that one
 * works on. A report names rows; that they come in its order makes two of one name two.
 */
export function hrefsOfRows(
  ctx: DeskSession,
  session: Pick<ReadSession, 'siteId'>,
  rows: readonly ChangedRow[],
): HrefOf {
  const waiting = Map.groupBy(rows, ({ part, name }) => `${part} ${name}`);
  return (part, { name }) => {
    const row = waiting.get(`${part} ${name}`)?.shift();
    if (!row) return null;
    if (row.site === null) return hrefOfSubject(ctx, row.subject);
    const id = row.subject.split(':')[1] ?? '';
    return row.site.id === session.siteId ? `/channels?at=${id}#row-${id}` : null;
  };
}

/** The sites whose channels changed, those that the caller may enter: from there one comes to the channels. */
export function sitesOfChannels(
  ctx: DeskSession,
  session: Pick<ReadSession, 'siteId'>,
  tenantId: string,
  rows: readonly ChangedRow[],
) {
  const byChannel = new Map(rows.flatMap(({ subject, site }) => (site ? [[subject, site]] : [])));
  const bySite = Map.groupBy(byChannel.values(), ({ id }) => id);
  return [...bySite]
    .filter(([siteId]) => may(ctx, 'site.enter', { tenantId, siteId }))
    .map(([id, channels]) => ({
      id,
      name: channels[0]!.name,
      prefix: channels[0]!.prefix,
      count: channels.length,
      current: id === session.siteId,
    }));
}
