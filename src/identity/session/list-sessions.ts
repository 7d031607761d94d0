import type { ClusterScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import type { AccountRef } from '../account/account.js';

/** A signed-in browser, for its owner and for administrators. */
export interface SessionRow {
  id: string;
  means: 'password' | 'oidc';
  secondFactor: boolean;
  createdAt: Date;
  seenAt: Date;
  endsAt: Date;
  address: string | null;
  agent: string;
}

/** Sessions that hold, the last used first. */
export const listSessions = (tx: Tx<ClusterScope>, account: AccountRef): Promise<SessionRow[]> =>
  tx.query<SessionRow>(
    `SELECT id, means, second_factor AS "secondFactor", created_at AS "createdAt", seen_at AS "seenAt", ends_at AS "endsAt",
       host(address) AS address, agent
     FROM session WHERE tenant_id = $1 AND account_id = $2 AND stage = 'open' AND idle_until > now() AND ends_at > now()
     ORDER BY seen_at DESC, id`,
    [account.tenantId, account.id],
  );

/** Sessions that are over. Daily. @returns how many */
export async function pruneSessions(tx: Tx<ClusterScope>): Promise<number> {
  const gone = await tx.query(
    `WITH gone AS (DELETE FROM session WHERE least(idle_until, ends_at) < now() RETURNING 1) SELECT FROM gone`,
  );
  return gone.length;
}
