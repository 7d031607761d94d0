import type { ClusterScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import type { UserError } from '../../kernel/user-error.js';
import { subjectOfAccount } from '../account/account.js';
import { findByLogin, holdUnchanged, refusalOf, type SignInAccount } from '../account/sign-in-account.js';
import { identityErrors } from '../errors.js';
import { hashPassword, isOutdated, verifyPassword } from '../password/hash-password.js';
import { admissionOf, type Entered, openSession } from '../session/open-session.js';
import { asAccount, asCaller, type Caller, type IdentitySetting } from '../setting.js';
import { knownDevice } from './device-cookie.js';
import { auditRefusal, heldOff, wrongAttempt } from './refuse.js';
import { type Attempt, beginAttempt, clearAttempts, countersOf, forgive } from './throttle.js';

const LOGIN = /^[a-z0-9][a-z0-9-]{0,47}$/;

/**
 * Name and password. The attempt is counted before the password is looked at, and no connection is held while it is: hashing
 * takes its time. Until the password is right, a name that nobody has, an account without a password and a wrong password
 * are told nothing that differs.
 * @throws UserError `identity.wrong-password`, `too-many-attempts`, `busy`; after the right password why it may not come in
 */
export async function withPassword(
  setting: IdentitySetting,
  { login, password }: { login: string; password: string },
  caller: Caller,
): Promise<Entered> {
  const { work, secretKey } = setting;
  const name = login.trim().toLowerCase();
  const { account, attempt } = await work.run(asCaller(caller, name), async (tx) => {
    const account = LOGIN.test(name) ? await findByLogin(tx, name) : null;
    const device = account ? knownDevice(secretKey, account, caller.device) : null;
    const counters = countersOf(secretKey, { login: name, address: caller.address, device });
    return { account, attempt: await beginAttempt(tx, counters) };
  });
  if ('minutes' in attempt) throw heldOff(attempt);
  const right = await verifyPassword(account?.passwordHash ?? null, password).catch(async (busy) => {
    await work.run(asCaller(caller, name), (tx) => forgive(tx, attempt));
    throw busy;
  });
  if (!right || !account) {
    const why = account ? 'wrong-password' : 'unknown-name';
    await work.run(asCaller(caller, name), async (tx) =>
      auditRefusal(tx, account, name, { why, means: 'password' }, attempt.blocks),
    );
    throw wrongAttempt(attempt, 'identity.wrong-password');
  }
  const entered = await comeIn(setting, account, { means: 'password', attempt }, caller);
  await hashAnew(setting, account, password, caller);
  return entered;
}

/** A hash that was made when less was asked of it is made anew, while the password is at hand. It is no new password. */
async function hashAnew(
  { work }: IdentitySetting,
  account: SignInAccount,
  password: string,
  caller: Caller,
): Promise<void> {
  const { tenantId, id, passwordHash } = account;
  if (passwordHash === null || !isOutdated(passwordHash)) return;
  try {
    const hash = await hashPassword(password);
    await work.run(asAccount(caller, account), (tx) =>
      tx.query(
        'UPDATE credential SET password_hash = $3 WHERE tenant_id = $1 AND account_id = $2 AND password_hash = $4',
        [tenantId, id, hash, passwordHash],
      ),
    );
  } catch {
    // They are in already, whatever stood in the way of this (too many at once, a lock): the next sign-in will do.
  }
}

/**
 * Opens a session for an account that has proved itself, or says why not: locked, closed, past its end, at the wrong address.
 * @throws UserError
 */
export async function comeIn(
  setting: IdentitySetting,
  known: SignInAccount,
  { means, attempt }: { means: 'password' | 'oidc'; attempt: Attempt | null },
  caller: Caller,
): Promise<Entered> {
  const outcome = await setting.work.run(asAccount(caller, known), async (tx) => {
    const account = await holdUnchanged(tx, known);
    const admission = await admissionOf(tx, setting, account, caller);
    const refusal =
      refusalOf(account, setting.calendar.day(new Date())) ??
      (means === 'password' ? oneTimeRefusal(account) : null) ??
      rangeRefusal(admission, caller);
    if (refusal) {
      if (attempt) await forgive(tx, attempt);
      auditRefusal(tx, account, account.login, { why: refusal.why, means });
      return refusal.error;
    }
    const entered = await openSession(tx, setting, account, admission, { means, secondFactor: false }, caller);
    if (attempt) await (entered.step === 'open' ? clearAttempts : forgive)(tx, attempt);
    auditEntry(tx, entered, means);
    return entered;
  });
  if ('token' in outcome) return outcome;
  throw outcome;
}

interface Refusal {
  why: string;
  error: UserError;
}

export const rangeRefusal = (
  { demands, fromAllowedAddress }: { demands: { secondFactor: boolean }; fromAllowedAddress: boolean },
  { address }: Caller,
): Refusal | null =>
  demands.secondFactor && !fromAllowedAddress
    ? { why: 'outside-ranges', error: identityErrors['identity.outside-ranges']({ address }) }
    : null;

const oneTimeRefusal = ({ mustChange, oneTimeUntil }: SignInAccount): Refusal | null =>
  mustChange && oneTimeUntil !== null && oneTimeUntil.getTime() < Date.now()
    ? { why: 'one-time-expired', error: identityErrors['identity.one-time-expired']() }
    : null;

/** That somebody is in, or has come as far as the next step. */
export function auditEntry(tx: Tx<ClusterScope>, { account, step }: Entered, means: string): void {
  const act = step === 'open' ? 'sign-in.succeeded' : 'sign-in.first-step';
  const { name, login, tenantId } = account;
  tx.audit(
    act,
    subjectOfAccount(account),
    step === 'open' ? { name, login, means } : { name, login, means, step },
    tenantId,
  );
}
