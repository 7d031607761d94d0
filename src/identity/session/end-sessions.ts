import type { ClusterScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { type AccountRef, subjectOfAccount } from '../account/account.js';
import { MOST_SESSIONS } from './session-limits.js';

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

/**
 * Ends what an account has beyond `MOST_SESSIONS` of a stage, those that rested longest; whoever knows a password and no
 * second factor ends none that is open. The account is held: of two that come in at once none is overlooked. Audited.
 */
export async function endSurplus(
  tx: Tx<ClusterScope>,
  account: AccountRef & { name: string; login: string },
  stage: 'password' | 'open',
): Promise<void> {
  const ended = await tx.query<{ address: string | null; agent: string }>(
    `WITH ended AS (DELETE FROM session WHERE tenant_id = $1 AND id IN (
         SELECT id FROM session WHERE tenant_id = $1 AND account_id = $2 AND stage = $3 ORDER BY seen_at DESC, created_at DESC, id
         OFFSET ${MOST_SESSIONS})
       RETURNING host(address) AS address, agent) SELECT address, agent FROM ended`,
    [account.tenantId, account.id, stage],
  );
  const { name, login } = account;
  for (const session of ended)
    tx.audit(
      'session.ended',
      subjectOfAccount(account),
      { name, login, ...session, why: 'too-many' as const },
      account.tenantId,
    );
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
