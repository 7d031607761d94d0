import { verifyPassword } from '../password/hash-password.js';
import { asCaller, type Caller, type IdentitySetting } from '../setting.js';
import { refuseStep } from './refuse-step.js';
import { beginStep, type SessionStanding } from './standing.js';
import { forgive } from './throttle.js';

/**
 * Asked again before what would open the account to others for good: whoever sits at an open desk, or has its cookie, does
 * not know the password by that.
 * @throws UserError `identity.current-password-wrong`, `code-attempts` (the session is gone), `too-many-attempts`, `session-gone`
 */
export async function requireOwnPassword(
  setting: IdentitySetting,
  { token, password }: { token: string; password: string },
  caller: Caller,
): Promise<SessionStanding> {
  const begun = await beginStep(setting, token, 'open', caller);
  const takeBack = () => setting.work.run(asCaller(caller, begun.account.login), (tx) => forgive(tx, begun.attempt));
  const right = await verifyPassword(begun.account.passwordHash, password).catch(async (busy) => {
    await takeBack();
    throw busy;
  });
  if (!right) return refuseStep(setting, begun, 'identity.current-password-wrong', caller);
  await takeBack();
  return begun;
}
