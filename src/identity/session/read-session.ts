import { digest } from '../../kernel/crypto/digest.js';
import type { ClusterScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { readStops, type SiteStops, siteStopsSql } from '../../tenancy/freeze/site-stops.js';
import { plainAddress } from '../sign-in/address-group.js';
import type { Standing } from './next-step.js';

/** A session that holds at this moment, with whose it is. */
export interface ReadSession extends Standing {
  id: string;
  tenantId: string;
  tenantName: string;
  account: { tenantId: string; id: string; login: string; name: string; organId: string | null };
  stage: 'password' | 'open';
  createdAt: Date;
  endsAt: Date;
  /** The site the person works on. */
  siteTenantId: string | null;
  siteId: string | null;
  siteName: string | null;
  /** Why nothing may be published on that site now. */
  stops: SiteStops;
  /** Query strings of lists by name. */
  remembered: Record<string, string>;
}

/**
 * The session, its account and what that has, in one statement, which also notes the sign of life, at most once a minute
 * and without waiting for another request that does. A session lives on by the idle time it was opened with. `last_seen_at`
 * of the account is kept to the hour.
 */
const READ = `
  WITH found AS (
    SELECT s.tenant_id, s.id, s.account_id, s.stage, s.means, s.second_factor, s.created_at, s.seen_at, s.ends_at,
      s.site_tenant_id, s.site_id, s.remembered, a.login, a.name, a.organ_id, a.last_seen_at, t.name AS tenant_name
    FROM session s
    JOIN account a ON a.tenant_id = s.tenant_id AND a.id = s.account_id
    JOIN tenant t ON t.id = s.tenant_id
    WHERE s.token_digest = $1 AND s.idle_until > now() AND s.ends_at > now()
      AND a.state = 'open' AND (a.ends_on IS NULL OR a.ends_on >= $3::date)
  ), due AS (
    SELECT s.tenant_id, s.id FROM session s JOIN found f ON f.tenant_id = s.tenant_id AND f.id = s.id
    WHERE f.stage = 'open' AND s.seen_at < now() - interval '1 minute' FOR UPDATE OF s SKIP LOCKED
  ), touched AS (
    UPDATE session s SET seen_at = now(), idle_until = least(s.ends_at, now() + (s.idle_until - s.seen_at))
    FROM due WHERE s.tenant_id = due.tenant_id AND s.id = due.id RETURNING s.account_id
  ), asleep AS (
    SELECT a.tenant_id, a.id FROM account a JOIN touched ON touched.account_id = a.id JOIN found f ON f.tenant_id = a.tenant_id
    WHERE coalesce(f.last_seen_at < now() - interval '1 hour', true) FOR NO KEY UPDATE OF a SKIP LOCKED
  ), seen AS (
    UPDATE account a SET last_seen_at = now() FROM asleep WHERE a.tenant_id = asleep.tenant_id AND a.id = asleep.id
  )
  SELECT f.tenant_id AS "tenantId", f.id, f.account_id AS "accountId", f.login, f.name, f.organ_id AS "organId",
    f.tenant_name AS "tenantName", f.stage, f.means, f.second_factor AS "secondFactor", f.created_at AS "createdAt",
    f.ends_at AS "endsAt", site.tenant_id AS "siteTenantId", site.id AS "siteId", site.name AS "siteName", f.remembered,
    ${siteStopsSql({ tenantId: 'site.tenant_id', siteId: 'site.id' })} AS stops,
    coalesce(c.totp_confirmed_at IS NOT NULL, false) AS "hasSecondFactor",
    coalesce(c.must_change, false) AS "mustChangePassword", c.password_set_at AS "passwordSetAt",
    coalesce((SELECT bool_or($2::inet <<= r.range) FROM sign_in_range r WHERE r.tenant_id = f.tenant_id), true)
      AND ($2::inet IS NOT NULL OR NOT EXISTS (SELECT FROM sign_in_range r WHERE r.tenant_id = f.tenant_id))
      AS "fromAllowedAddress"
  FROM found f
  LEFT JOIN credential c ON c.tenant_id = f.tenant_id AND c.account_id = f.account_id
  LEFT JOIN site ON site.tenant_id = f.site_tenant_id AND site.id = f.site_id`;

type Row = Omit<ReadSession, 'account'> & { accountId: string; login: string; name: string; organId: string | null };

/**
 * @param from.today YYYY-MM-DD in the platform's time zone
 * @returns null for every token that opens nothing: unknown, over, of an account that is locked, closed or past its end
 */
export async function readSession(
  tx: Tx<ClusterScope>,
  token: string,
  from: { address: string; today: string },
): Promise<ReadSession | null> {
  const [row] = await tx.query<Row>(READ, [digest(token), plainAddress(from.address), from.today]);
  if (!row) return null;
  const { accountId, login, name, organId, ...session } = row;
  return {
    ...session,
    stops: readStops(session.stops),
    account: { tenantId: row.tenantId, id: accountId, login, name, organId },
  };
}
