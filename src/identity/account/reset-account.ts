import type { ClusterScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { type IssuedInvitation, writeInvitation } from '../invitation/issue-invitation.js';
import { unlinkProvider } from '../oidc/provider-sign-in.js';
import { FORMER_PASSWORDS } from '../password/password-rules.js';
import { takeOffSecondFactor } from '../second-factor/take-off.js';
import { endSessions, revokeTokens } from '../session/end-sessions.js';
import { type AccountRef, subjectOfAccount } from './account.js';
import { holdAccount } from './lock-account.js';

/**
 * Brings an account back to its beginning when its owner has lost the password or the telephone, or somebody else has them:
 * password, second factor, sessions, tokens of the API and the link to the outside provider are void at once, and a link leads
 * to a new password: whoever had the account keeps no way in. One transaction, audited.
 * A new account gets its invitation anew; a locked one stays locked.
 * @throws UserError `identity.account-missing`, `identity.account-gone`
 */
export async function resetAccount(
  tx: Tx<ClusterScope>,
  ref: AccountRef,
  { by, reason }: { by: string; reason: string },
): Promise<IssuedInvitation> {
  const account = await holdAccount(tx, ref);
  await tx.query(
    `UPDATE credential SET password_hash = NULL, must_change = false, one_time_until = NULL,
       former_hashes = (array_remove(ARRAY[password_hash], NULL) || former_hashes)[1:$3]
     WHERE tenant_id = $1 AND account_id = $2`,
    [ref.tenantId, ref.id, FORMER_PASSWORDS],
  );
  await takeOffSecondFactor(tx, ref);
  await unlinkProvider(tx, account);
  const [sessions, tokens] = [await endSessions(tx, ref), await revokeTokens(tx, ref)];
  const issued = await writeInvitation(tx, account, account.state === 'invited' ? 'join' : 'reset', by);
  const { name, login, tenantId } = account;
  tx.audit('account.reset', subjectOfAccount(account), { name, login, reason, sessions, tokens }, tenantId);
  return issued;
}
