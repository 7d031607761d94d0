import type { ClusterScope, TenantScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { identityErrors } from '../errors.js';
import { endSessions, revokeTokens } from '../session/end-sessions.js';
import { type AccountRef, type AccountState, type LockReason, subjectOfAccount } from './account.js';

// What an administrator does to an account, in one transaction with its sessions and tokens. A session is judged by the
// state of its account at each reading, so that one that is opened at the same moment is dead as well.

interface HeldAccount extends AccountRef {
  login: string;
  name: string;
  state: AccountState;
  lockedFor: LockReason | null;
  endsOn: string | null;
}

/**
 * Whoever changes an account's rows takes the account's own first, so that two never wait for each other.
 * @throws UserError `identity.account-missing`; `identity.account-gone` for a closed one
 */
export async function holdAccount(
  tx: Tx<ClusterScope> | Tx<TenantScope>,
  { tenantId, id }: AccountRef,
): Promise<HeldAccount> {
  const [account] = await tx.query<HeldAccount>(
    `SELECT a.tenant_id AS "tenantId", a.id, a.login, a.name, a.state, a.locked_for AS "lockedFor",
       to_char(a.ends_on, 'YYYY-MM-DD') AS "endsOn"
     FROM account a WHERE a.tenant_id = $1 AND a.id = $2 FOR NO KEY UPDATE OF a`,
    [tenantId, id],
  );
  if (!account) throw identityErrors['identity.account-missing']();
  if (account.state === 'closed') throw identityErrors['identity.account-gone']({ login: account.login });
  return account;
}

/** Nobody signs in any more until it is unlocked. Locked already: nothing happens. */
export async function lockAccount(
  tx: Tx<ClusterScope>,
  ref: AccountRef,
  { why, reason }: { why: LockReason; reason: string },
): Promise<void> {
  const account = await holdAccount(tx, ref);
  if (account.state === 'locked') return;
  await setState(tx, account, 'locked', why);
  const [sessions, tokens] = [await endSessions(tx, account), await revokeTokens(tx, account)];
  const { name, login, state } = account;
  tx.audit(
    'account.locked',
    subjectOfAccount(account),
    { name, login, before: state, why, reason, sessions, tokens },
    account.tenantId,
  );
}

/**
 * Opens a locked account again. One that slept has 14 days to sign in before it is locked anew.
 * @param today YYYY-MM-DD
 * @throws UserError `identity.not-locked`, `identity.extend-first`
 */
export async function unlockAccount(
  tx: Tx<ClusterScope>,
  ref: AccountRef,
  { reason, today }: { reason: string; today: string },
): Promise<void> {
  const account = await holdAccount(tx, ref);
  const { name, login, lockedFor, endsOn } = account;
  if (account.state !== 'locked') throw identityErrors['identity.not-locked']({ login });
  if (endsOn !== null && endsOn < today) throw identityErrors['identity.extend-first']({ login, day: endsOn });
  await endSessions(tx, account);
  const proven = await tx.query(
    'SELECT FROM credential WHERE tenant_id = $1 AND account_id = $2 AND num_nonnulls(password_hash, oidc_subject) > 0',
    [ref.tenantId, ref.id],
  );
  await setState(tx, account, proven.length > 0 ? 'open' : 'invited', null);
  if (lockedFor === 'dormant')
    await tx.query('UPDATE account SET dormancy_told_at = now() WHERE tenant_id = $1 AND id = $2', [
      ref.tenantId,
      ref.id,
    ]);
  tx.audit('account.unlocked', subjectOfAccount(account), { name, login, lockedFor, reason }, account.tenantId);
}

/** Closes an account for good: what proved it is erased; its name stays, since the audit speaks of it. */
export async function closeAccount(
  tx: Tx<ClusterScope>,
  ref: AccountRef,
  { reason }: { reason: string },
): Promise<void> {
  const account = await holdAccount(tx, ref);
  await setState(tx, account, 'closed', null);
  const [sessions, tokens] = [await endSessions(tx, account), await revokeTokens(tx, account)];
  await tx.query('DELETE FROM credential WHERE tenant_id = $1 AND account_id = $2', [ref.tenantId, ref.id]);
  await tx.query('UPDATE account SET second_factor = false WHERE tenant_id = $1 AND id = $2', [ref.tenantId, ref.id]);
  await tx.query(
    `UPDATE invitation SET withdrawn_at = now() WHERE tenant_id = $1 AND account_id = $2 AND used_at IS NULL AND withdrawn_at IS NULL`,
    [ref.tenantId, ref.id],
  );
  const { name, login, state } = account;
  tx.audit(
    'account.closed',
    subjectOfAccount(account),
    { name, login, before: state, reason, sessions, tokens },
    account.tenantId,
  );
}

async function setState(
  tx: Tx<ClusterScope>,
  { tenantId, id }: AccountRef,
  state: AccountState,
  why: LockReason | null,
) {
  await tx.query('UPDATE account SET state = $3, locked_for = $4 WHERE tenant_id = $1 AND id = $2', [
    tenantId,
    id,
    state,
    why,
  ]);
}
