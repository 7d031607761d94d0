import type { DeskSession } from '../../access/desk-session.js';
import { may } from '../../authority/desk-context.js';
import type { ReadSession } from '../../identity/session/read-session.js';
import type { StoredPlan } from '../../tenancy/reorganisation/stored-plan.js';
import { hrefOfSubject } from '../audit/subject-address.js';
import type { ChangedRow } from './plan.queries.js';
import type { PlaceOf, PlaceOfRow } from './plan-report.view.js';

/**
 * Where each row of a report is found: accounts and sites have pages; a channel stands in the list of its site, which has
 * to be entered first. A report names rows; that they come in its order makes two of one name two.
 */
export function placesOfRows(
  ctx: DeskSession,
  session: Pick<ReadSession, 'siteId'>,
  { tenantId }: Pick<StoredPlan, 'tenantId'>,
  rows: readonly ChangedRow[],
): PlaceOf {
  const waiting = Map.groupBy(rows, ({ part, name }) => `${part} ${name}`);
  return (part, { name }) => {
    const row = waiting.get(`${part} ${name}`)?.shift();
    if (!row) return {};
    const { subject, siteId } = row;
    if (siteId === null) {
      const href = hrefOfSubject(ctx, subject);
      return href ? { href } : {};
    }
    return placeOfChannel(ctx, session, { tenantId, siteId, id: subject.split(':')[1] ?? '' });
  };
}

function placeOfChannel(
  ctx: DeskSession,
  session: Pick<ReadSession, 'siteId'>,
  channel: { tenantId: string; siteId: string; id: string },
): PlaceOfRow {
  const { tenantId, siteId, id } = channel;
  if (siteId === session.siteId) return { href: `/channels?at=${id}#row-${id}` };
  return may(ctx, 'site.enter', { tenantId, siteId }) ? { enter: { siteId, back: '/channels' } } : {};
}
