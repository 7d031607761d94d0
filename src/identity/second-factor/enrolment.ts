import { subjectOfAccount } from '../account/account.js';
import { holdUnchanged } from '../account/sign-in-account.js';
import { identityErrors } from '../errors.js';
import { advanceSession, type Entered } from '../session/open-session.js';
import { asAccount, type Caller, type IdentitySetting } from '../setting.js';
import { requireOwnPassword } from '../sign-in/own-password.js';
import { refuseStep } from '../sign-in/refuse-step.js';
import { beginStep, readStanding, type SessionStanding } from '../sign-in/standing.js';
import { clearAttempts } from '../sign-in/throttle.js';
import { auditEntry } from '../sign-in/with-password.js';
import { readAgain, useStep } from '../sign-in/with-second-factor.js';
import { newRecoveryCodes } from './recovery-codes.js';
import { offeredSecret, openTotp, type SecretToEnrol, sealTotp, showSecret, stepOfCode } from './totp.js';

/** Enrolling is a step for those who have to, and open to everybody else who has no second factor. */
async function standingToEnrol(
  setting: IdentitySetting,
  token: string,
  caller: Caller | null,
): Promise<SessionStanding> {
  const standing = await readStanding(setting, token, ['enrol', 'open'], caller);
  if (standing.account.hasSecondFactor) throw identityErrors['identity.second-factor-set']();
  return standing;
}

/**
 * What to put into the authenticator. Looked at again by the same session it is the same.
 * @throws UserError `identity.second-factor-set`, `session-gone`, `step-done`
 */
export async function startEnrolment(setting: IdentitySetting, token: string): Promise<SecretToEnrol> {
  const { session, account } = await standingToEnrol(setting, token, null);
  return showSecret(offeredSecret(setting.secretKey, session.id), account.login);
}

/**
 * The authenticator has it: a code of it says so. From now on the account is asked for one.
 * @param form.password asked for where one is in already; on the way in it has just been typed
 * @returns also ten recovery codes, which are shown now and never again
 * @throws UserError `identity.wrong-enrolment-code`, those of `startEnrolment` and of `requireOwnPassword`
 */
export async function confirmEnrolment(
  setting: IdentitySetting,
  { token, code, password = '' }: { token: string; code: string; password?: string },
  caller: Caller,
): Promise<Entered & { recoveryCodes: string[] }> {
  const { session, account: known, step: before } = await standingToEnrol(setting, token, caller);
  if (before === 'open') await requireOwnPassword(setting, { token, password }, caller);
  const secret = offeredSecret(setting.secretKey, session.id);
  const step = stepOfCode(secret, code);
  if (step === null) throw identityErrors['identity.wrong-enrolment-code']();
  const { codes, digests } = newRecoveryCodes(setting.secretKey, known.id);
  return setting.work.run(asAccount(caller, known), async (tx) => {
    const held = await holdUnchanged(tx, known);
    if (held.hasSecondFactor) throw identityErrors['identity.second-factor-set']();
    const { tenantId, id } = held;
    await tx.query(
      `INSERT INTO credential AS c (tenant_id, account_id, totp_secret, totp_confirmed_at, totp_step, recovery_digests)
       VALUES ($1, $2, $3, now(), $4, $5)
       ON CONFLICT (tenant_id, account_id) DO UPDATE SET totp_secret = excluded.totp_secret,
         totp_confirmed_at = excluded.totp_confirmed_at, totp_step = excluded.totp_step,
         recovery_digests = excluded.recovery_digests`,
      [tenantId, id, sealTotp(setting.secretKey, secret), step, digests],
    );
    await tx.query('UPDATE account SET second_factor = true WHERE tenant_id = $1 AND id = $2', [tenantId, id]);
    const account = await readAgain(tx, held);
    const demands = await setting.duties.demandsOf(tx, account);
    const admission = { demands, fromAllowedAddress: session.fromAllowedAddress };
    const entered = await advanceSession(tx, setting, account, admission, session, { secondFactor: true }, caller);
    const { name, login } = account;
    tx.audit('account.second-factor-set', subjectOfAccount(account), { name, login }, tenantId);
    if (before !== 'open') auditEntry(tx, entered, session.means);
    return { ...entered, recoveryCodes: codes };
  });
}

/**
 * Ten new recovery codes instead of those there are, for whoever has the authenticator at hand.
 * @throws UserError `identity.wrong-code`, `code-attempts` (the session is gone), `second-factor-unset`, `session-gone`
 */
export async function renewRecoveryCodes(
  setting: IdentitySetting,
  { token, code }: { token: string; code: string },
  caller: Caller,
): Promise<{ recoveryCodes: string[] }> {
  const begun = await beginStep(setting, token, 'open', caller);
  const { account, attempt } = begun;
  if (!account.hasSecondFactor || !account.totpSecret) throw identityErrors['identity.second-factor-unset']();
  const step = stepOfCode(openTotp(setting.secretKey, account.totpSecret), code);
  const { codes, digests } = newRecoveryCodes(setting.secretKey, account.id);
  const renewed = await setting.work.run(asAccount(caller, account), async (tx) => {
    await holdUnchanged(tx, account);
    if (step === null || !(await useStep(tx, account, step))) return false;
    const { tenantId, id, name, login } = account;
    await tx.query('UPDATE credential SET recovery_digests = $3 WHERE tenant_id = $1 AND account_id = $2', [
      tenantId,
      id,
      digests,
    ]);
    await clearAttempts(tx, attempt);
    tx.audit('account.recovery-codes-renewed', subjectOfAccount(account), { name, login }, tenantId);
    return true;
  });
  return renewed ? { recoveryCodes: codes } : refuseStep(setting, begun, 'identity.wrong-code', caller);
}
