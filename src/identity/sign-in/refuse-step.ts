import { identityErrors } from '../errors.js';
import { endSession } from '../session/end-sessions.js';
import { asCaller, type Caller, type IdentitySetting } from '../setting.js';
import { auditRefusal, wrongAttempt } from './refuse.js';
import type { SessionStanding } from './standing.js';
import { type Attempt, LIMITS } from './throttle.js';

const WHY = {
  'identity.wrong-code': 'wrong-code',
  'identity.wrong-recovery-code': 'wrong-recovery-code',
  'identity.current-password-wrong': 'wrong-password',
} as const;

/**
 * A step went wrong: audited; the fifth time the session ends.
 * @throws UserError always
 */
export async function refuseStep(
  setting: IdentitySetting,
  { account, session, attempt }: SessionStanding & { attempt: Attempt },
  code: keyof typeof WHY,
  caller: Caller,
): Promise<never> {
  const drops = attempt.counted.some(({ kind, blocked }) => kind === 'session' && blocked);
  await setting.work.run(asCaller(caller, account.login), async (tx) => {
    auditRefusal(tx, account, account.login, { why: WHY[code], means: session.means }, attempt.blocks);
    if (drops) await endSession(tx, account, session.id);
  });
  throw drops
    ? identityErrors['identity.code-attempts']({ limit: LIMITS.session.failures })
    : wrongAttempt(attempt, code);
}
