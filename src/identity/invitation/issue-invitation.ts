import { newToken } from '../../kernel/crypto/token.js';
import type { ClusterScope, TenantScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { newId } from '../../kernel/id.js';
import { type AccountRef, subjectOfAccount } from '../account/account.js';
import { holdAccount } from '../account/lock-account.js';
import { identityErrors } from '../errors.js';

/** join: into a new account; reset: to a new password. */
export type InvitationPurpose = 'join' | 'reset';

/** How long a link is good, hours: somebody new may be away for a week, who forgot a password is waiting. */
const HOURS: Record<InvitationPurpose, number> = { join: 7 * 24, reset: 24 };

/** A one-time link. The token is shown now and stored nowhere. */
export interface IssuedInvitation {
  token: string;
  expiresAt: Date;
}

/**
 * Invites an account of the scope's tenant that has no password yet; a link sent before is worth nothing any more. Audited.
 * @param by who invites, for those who look at the account
 * @throws UserError `identity.account-missing`, `identity.account-gone`, `identity.joined-already`
 */
export async function issueInvitation(
  tx: Tx<TenantScope>,
  accountId: string,
  purpose: InvitationPurpose,
  by: string,
): Promise<IssuedInvitation> {
  const account = await holdAccount(tx, { tenantId: tx.scope.tenantId, id: accountId });
  if (purpose === 'join' && account.state !== 'invited')
    throw identityErrors['identity.joined-already']({ login: account.login });
  const issued = await writeInvitation(tx, account, purpose, by);
  const { name, login } = account;
  tx.audit('account.invited', subjectOfAccount(account), { name, login, purpose });
  return issued;
}

/** A link for an account that is held; earlier ones that are open are withdrawn. */
export async function writeInvitation(
  tx: Tx<TenantScope> | Tx<ClusterScope>,
  { tenantId, id }: AccountRef,
  purpose: InvitationPurpose,
  by: string,
): Promise<IssuedInvitation> {
  await tx.query(
    `UPDATE invitation SET withdrawn_at = now()
     WHERE tenant_id = $1 AND account_id = $2 AND used_at IS NULL AND withdrawn_at IS NULL`,
    [tenantId, id],
  );
  const { token, digest } = newToken();
  const [{ expiresAt } = { expiresAt: new Date() }] = await tx.query<{ expiresAt: Date }>(
    `INSERT INTO invitation (tenant_id, id, account_id, purpose, token_digest, created_by, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(hours => $7)) RETURNING expires_at AS "expiresAt"`,
    [tenantId, newId(), id, purpose, digest, by, HOURS[purpose]],
  );
  return { token, expiresAt };
}
