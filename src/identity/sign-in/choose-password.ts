import { subjectOfAccount } from '../account/account.js';
import { holdUnchanged, type SignInAccount } from '../account/sign-in-account.js';
import { hashPassword } from '../password/hash-password.js';
import { requireGoodPassword } from '../password/password-rules.js';
import { setPassword } from '../password/set-password.js';
import { endSessions } from '../session/end-sessions.js';
import { advanceSession, type Entered } from '../session/open-session.js';
import { asAccount, type Caller, type IdentitySetting } from '../setting.js';
import { requireOwnPassword } from './own-password.js';
import { readStanding, type SessionStanding } from './standing.js';
import { auditEntry } from './with-password.js';
import { readAgain } from './with-second-factor.js';

/** What the rules for passwords look at. */
export const ownerOf = ({ login, name, passwordHash, formerHashes }: SignInAccount) => ({
  login,
  name,
  hashes: [...(passwordHash ? [passwordHash] : []), ...formerHashes],
});

/**
 * The step after a one-time password, or after 90 days.
 * @throws UserError `identity.password-weak`, `session-gone`, `step-done`
 */
export async function choosePassword(
  setting: IdentitySetting,
  { token, password }: { token: string; password: string },
  caller: Caller,
): Promise<Entered> {
  const standing = await readStanding(setting, token, 'new-password', caller);
  return takeNewPassword(setting, standing, password, caller);
}

/**
 * Of one's own will.
 * @throws UserError `identity.current-password-wrong`, `code-attempts` (the session is gone), `password-weak`, `session-gone`
 */
export async function changePassword(
  setting: IdentitySetting,
  { token, current, password }: { token: string; current: string; password: string },
  caller: Caller,
): Promise<Entered> {
  const standing = await requireOwnPassword(setting, { token, password: current }, caller);
  return takeNewPassword(setting, standing, password, caller);
}

/** All other sessions end; browsers that were known are known no more, but this one. */
async function takeNewPassword(
  setting: IdentitySetting,
  { account: known, session, step }: SessionStanding,
  password: string,
  caller: Caller,
): Promise<Entered> {
  await requireGoodPassword(password, ownerOf(known));
  const hash = await hashPassword(password);
  return setting.work.run(asAccount(caller, known), async (tx) => {
    await holdUnchanged(tx, known);
    await setPassword(tx, known, { hash });
    const sessions = await endSessions(tx, known, session.id);
    const account = await readAgain(tx, known);
    const demands = await setting.duties.demandsOf(tx, account);
    const admission = { demands, fromAllowedAddress: session.fromAllowedAddress };
    const entered = await advanceSession(tx, setting, account, admission, session, session, caller);
    const { name, login, tenantId } = account;
    tx.audit('account.password-changed', subjectOfAccount(account), { name, login, sessions }, tenantId);
    if (step !== 'open') auditEntry(tx, entered, session.means);
    return entered;
  });
}
