import type { ClusterScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { type AccountRef, subjectOfAccount } from '../account/account.js';
import { findByRef, holdUnchanged } from '../account/sign-in-account.js';
import { digestOfRecoveryCode } from '../second-factor/recovery-codes.js';
import { openTotp, stepOfCode } from '../second-factor/totp.js';
import { advanceSession, type Entered } from '../session/open-session.js';
import { asAccount, type Caller, type IdentitySetting } from '../setting.js';
import { refuseStep } from './refuse-step.js';
import { beginStep, type SessionStanding } from './standing.js';
import { type Attempt, clearAttempts, forgive } from './throttle.js';
import { auditEntry } from './with-password.js';

/**
 * The code of the authenticator.
 * @throws UserError `identity.wrong-code`, `code-attempts` (the session is gone), `too-many-attempts`, `session-gone`, `step-done`
 */
export async function withCode(
  setting: IdentitySetting,
  { token, code }: { token: string; code: string },
  caller: Caller,
): Promise<Entered> {
  const begun = await beginStep(setting, token, 'code', caller);
  const { totpSecret } = begun.account;
  const step = totpSecret ? stepOfCode(openTotp(setting.secretKey, totpSecret), code) : null;
  const entered = await showSecondFactor(setting, begun, caller, async (tx) =>
    step !== null && (await useStep(tx, begun.account, step)) ? {} : null,
  );
  return entered ?? refuseStep(setting, begun, 'identity.wrong-code', caller);
}

/**
 * A recovery code in its place.
 * @returns also how many are left
 * @throws UserError `identity.wrong-recovery-code`, and those of `withCode`
 */
export async function withRecoveryCode(
  setting: IdentitySetting,
  { token, code }: { token: string; code: string },
  caller: Caller,
): Promise<Entered & { recoveryCodesLeft: number }> {
  const begun = await beginStep(setting, token, 'code', caller);
  const { account } = begun;
  const digest = digestOfRecoveryCode(setting.secretKey, account.id, code);
  const entered = await showSecondFactor(setting, begun, caller, async (tx) => {
    const recoveryCodesLeft = await useRecoveryCode(tx, account, digest);
    if (recoveryCodesLeft === null) return null;
    const { name, login, tenantId } = account;
    tx.audit(
      'account.recovery-code-used',
      subjectOfAccount(account),
      { name, login, left: recoveryCodesLeft },
      tenantId,
    );
    return { recoveryCodesLeft };
  });
  return entered ?? refuseStep(setting, begun, 'identity.wrong-recovery-code', caller);
}

/** @param use uses the factor up, in the transaction that opens the session; null: it is not right, or was used */
async function showSecondFactor<T extends object>(
  setting: IdentitySetting,
  { account: known, session, attempt }: SessionStanding & { attempt: Attempt },
  caller: Caller,
  use: (tx: Tx<ClusterScope>) => Promise<T | null>,
): Promise<(Entered & T) | null> {
  return setting.work.run(asAccount(caller, known), async (tx) => {
    const account = await holdUnchanged(tx, known);
    const used = await use(tx);
    if (!used) return null;
    const demands = await setting.duties.demandsOf(tx, account);
    const admission = { demands, fromAllowedAddress: session.fromAllowedAddress };
    const entered = await advanceSession(tx, setting, account, admission, session, { secondFactor: true }, caller);
    await (entered.step === 'open' ? clearAttempts : forgive)(tx, attempt);
    auditEntry(tx, entered, session.means);
    return { ...entered, ...used };
  });
}

/** A time step counts once, also when two requests bring its code at the same moment. */
export async function useStep(tx: Tx<ClusterScope>, { tenantId, id }: AccountRef, step: number): Promise<boolean> {
  const used = await tx.query(
    `WITH used AS (UPDATE credential SET totp_step = $3 WHERE tenant_id = $1 AND account_id = $2 AND totp_step < $3 RETURNING 1)
     SELECT FROM used`,
    [tenantId, id, step],
  );
  return used.length > 0;
}

/** @returns how many are left; null: it is none, or was used */
async function useRecoveryCode(
  tx: Tx<ClusterScope>,
  { tenantId, id }: AccountRef,
  digest: Buffer,
): Promise<number | null> {
  const [used] = await tx.query<{ left: number }>(
    `WITH used AS (UPDATE credential SET recovery_digests = array_remove(recovery_digests, $3)
       WHERE tenant_id = $1 AND account_id = $2 AND $3 = ANY (recovery_digests) RETURNING cardinality(recovery_digests) AS "left")
     SELECT "left" FROM used`,
    [tenantId, id, digest],
  );
  return used?.left ?? null;
}

/** The account as it is after a step changed it. */
export async function readAgain(tx: Tx<ClusterScope>, ref: AccountRef) {
  const account = await findByRef(tx, ref);
  if (!account) throw new Error(`account ${ref.id} went away while it was held`);
  return account;
}
