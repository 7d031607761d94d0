import { ALL_ROLES, roleFacts } from '../../authority/role.js';
import type { ClusterScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';

const BINDING = ALL_ROLES.filter((role) => roleFacts(role).secondFactor);

/** Those of a tenant whom its sign-in ranges bind: whose duties ask for a second factor. */
export interface BoundAccounts {
  /** Accounts that can be signed in to, or will be. */
  accounts: number;
  /** Of these, those at work now from an address outside the ranges in question. */
  outside: number;
}

/** @param ranges as they would be, `10.20.0.0/16`; the caller is to see all of the tenant's accounts, or only numbers */
export async function countBound(
  tx: Tx<ClusterScope>,
  tenantId: string,
  ranges: readonly string[],
): Promise<BoundAccounts> {
  const [row] = await tx.query<BoundAccounts>(
    `SELECT count(*)::int AS accounts, count(*) FILTER (WHERE EXISTS (
         SELECT FROM session s WHERE s.tenant_id = a.tenant_id AND s.account_id = a.id AND s.stage = 'open'
           AND s.idle_until > now() AND s.ends_at > now() AND NOT s.address <<= ANY ($3::inet[])))::int AS outside
     FROM account a
     WHERE a.tenant_id = $1 AND a.state IN ('open', 'invited') AND EXISTS (
       SELECT FROM access_grant g WHERE g.account_tenant_id = a.tenant_id AND g.account_id = a.id AND g.role = ANY ($2)
         AND g.ended_at IS NULL AND (g.ends_at IS NULL OR g.ends_at > now()))`,
    [tenantId, BINDING, ranges],
  );
  return row!;
}
