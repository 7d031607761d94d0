import type { ClusterScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { type AccountRef, subjectOfAccount } from '../account/account.js';

/** Ends every session of an account, but perhaps one. @returns how many */
export async function endSessions(tx: Tx<ClusterScope>, account: AccountRef, exceptId?: string): Promise<number> {
  const ended = await tx.query<{ id: string }>(
    `WITH ended AS (DELETE FROM session WHERE tenant_id = $1 AND account_id = $2 AND id IS DISTINCT FROM $3::uuid
       RETURNING id) SELECT id FROM ended`,
    [account.tenantId, account.id, exceptId ?? null],
  );
  return ended.length;
}

/** Ends one session of an account, at its own or an administrator's wish. Audited. @returns whether it was there */
export async function endSession(
  tx: Tx<ClusterScope>,
  account: AccountRef & { name: string; login: string },
  sessionId: string,
): Promise<boolean> {
  const [ended] = await tx.query<{ address: string | null; agent: string }>(
    `WITH ended AS (DELETE FROM session WHERE tenant_id = $1 AND account_id = $2 AND id::text = $3
       RETURNING host(address) AS address, agent) SELECT address, agent FROM ended`,
    [account.tenantId, account.id, sessionId],
  );
  if (!ended) return false;
  const { name, login } = account;
  tx.audit('session.ended', subjectOfAccount(account), { name, login, ...ended }, account.tenantId);
  return true;
}

/** Takes back every personal token of the API. @returns how many */
export async function revokeTokens(tx: Tx<ClusterScope>, account: AccountRef): Promise<number> {
  const revoked = await tx.query(
    `WITH revoked AS (UPDATE api_token SET revoked_at = now()
       WHERE tenant_id = $1 AND account_id = $2 AND revoked_at IS NULL RETURNING id) SELECT id FROM revoked`,
    [account.tenantId, account.id],
  );
  return revoked.length;
}
