import type { ClusterScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { readStops, type SiteStops, siteStopsSql } from '../../tenancy/freeze/site-stops.js';

interface SessionRef {
  tenantId: string;
  id: string;
}

/**
 * The site the person works on from now, and in their next session; whether they may is the caller's to judge. Null:
 * none. One statement.
 * @returns why nothing may be published there now
 */
export const chooseSite = async (
  tx: Tx<ClusterScope>,
  session: SessionRef,
  site: { tenantId: string; id: string } | null,
): Promise<SiteStops> => {
  const [row] = await tx.query<{ stops: SiteStops }>(
    `WITH chosen AS (
       UPDATE session SET site_tenant_id = $3, site_id = $4 WHERE tenant_id = $1 AND id = $2 RETURNING tenant_id, account_id
     ), kept AS (
       UPDATE account a SET desk = a.desk || jsonb_build_object('site', $3::text || '/' || $4::text)
       FROM chosen WHERE a.tenant_id = chosen.tenant_id AND a.id = chosen.account_id
     )
     SELECT ${siteStopsSql({ tenantId: '$3::uuid', siteId: '$4::uuid' })} AS stops`,
    [session.tenantId, session.id, site?.tenantId ?? null, site?.id ?? null],
  );
  return readStops(row!.stops);
};

const LISTS = 40;
const LONGEST_QUERY = 500;

/**
 * How a list was last looked at: its query string, '' forgets. A session remembers 40 lists, 500 characters each, and the
 * next one begins with them.
 */
export const rememberList = async (
  tx: Tx<ClusterScope>,
  session: SessionRef,
  list: string,
  query: string,
): Promise<void> => {
  if (query.length > LONGEST_QUERY) return;
  await tx.query(
    `WITH noted AS (
       UPDATE session SET remembered = CASE WHEN $4 = '' THEN remembered - $3::text
         ELSE remembered || jsonb_build_object($3::text, $4::text) END
       WHERE tenant_id = $1 AND id = $2
         AND (remembered ? $3 OR (SELECT count(*) FROM jsonb_object_keys(remembered)) < $5)
       RETURNING tenant_id, account_id, remembered
     )
     UPDATE account a SET desk = a.desk || jsonb_build_object('lists', noted.remembered)
     FROM noted WHERE a.tenant_id = noted.tenant_id AND a.id = noted.account_id`,
    [session.tenantId, session.id, list, query, LISTS],
  );
};
