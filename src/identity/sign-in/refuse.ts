import { type ClusterScope, PLATFORM_TENANT } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import type { UserError } from '../../kernel/user-error.js';
import { type AccountRef, subjectOfAccount } from '../account/account.js';
import { identityErrors } from '../errors.js';
import { printable } from '../setting.js';
import type { Attempt, HeldOff } from './throttle.js';

type Who = (AccountRef & { login: string; name: string }) | null;

/**
 * Writes into the audit of the account's tenant that somebody was not let in; of a name nobody has, into the platform's.
 * What is held off is written once, when it begins: a flood of attempts must not become a flood of entries.
 */
export function auditRefusal(
  tx: Tx<ClusterScope>,
  account: Who,
  login: string,
  detail: { why: string; means: string },
  blocks = 0,
): void {
  const tenantId = account?.tenantId ?? PLATFORM_TENANT;
  const subject = account ? subjectOfAccount(account) : 'account:unknown';
  const facts = { name: account?.name ?? '', login: printable(login), ...detail };
  tx.audit('sign-in.refused', subject, facts, tenantId);
  if (blocks > 0) tx.audit('sign-in.held-off', subject, { ...facts, minutes: blocks }, tenantId);
}

/** What is said after a wrong attempt: how many are left, or how long to wait. */
export const wrongAttempt = (
  attempt: Attempt,
  code:
    | 'identity.wrong-password'
    | 'identity.wrong-code'
    | 'identity.wrong-recovery-code'
    | 'identity.current-password-wrong',
): UserError =>
  attempt.blocks > 0 ? heldOff({ minutes: attempt.blocks }) : identityErrors[code]({ left: attempt.left });

export const heldOff = ({ minutes }: HeldOff): UserError =>
  identityErrors['identity.too-many-attempts']({ minutes: Math.max(1, minutes) });
