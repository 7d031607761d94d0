import type { ClusterScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { findByRef, type SignInAccount } from '../account/sign-in-account.js';
import type { Demands } from '../duties.js';
import { identityErrors } from '../errors.js';
import { nextStep, type Step } from '../session/next-step.js';
import { type ReadSession, readSession } from '../session/read-session.js';
import { asNobodyYet, type Caller, type IdentitySetting } from '../setting.js';
import { knownDevice } from './device-cookie.js';
import { heldOff } from './refuse.js';
import { type Attempt, beginAttempt, countersOf } from './throttle.js';

/** Where a session stands: whose it is, and what it has to do next. */
export interface SessionStanding {
  session: ReadSession;
  account: SignInAccount;
  demands: Demands;
  step: Step;
}

/**
 * @param caller null: where the request comes from has been judged
 * @throws UserError `identity.session-gone`
 */
export async function standingOf(
  tx: Tx<ClusterScope>,
  { duties, calendar }: IdentitySetting,
  token: string,
  caller: Caller | null,
): Promise<SessionStanding> {
  const today = calendar.day(new Date());
  const read = await readSession(tx, token, { address: caller?.address ?? '', today });
  if (!read) throw identityErrors['identity.session-gone']();
  const session = caller ? read : { ...read, fromAllowedAddress: true };
  const demands = await duties.demandsOf(tx, session.account);
  const [step, account] = [nextStep(session, demands), await findByRef(tx, session.account)];
  if (step === null || !account) throw identityErrors['identity.session-gone']();
  return { session, account, demands, step };
}

/** Reads where a session stands; whoever asks for a step it does not have to do has done it. */
export const readStanding = (
  setting: IdentitySetting,
  token: string,
  expected: Step | readonly Step[],
  caller: Caller | null,
): Promise<SessionStanding> =>
  setting.work.run(asNobodyYet(caller, 'session'), (tx) => expecting(tx, setting, token, expected, caller));

async function expecting(
  tx: Tx<ClusterScope>,
  setting: IdentitySetting,
  token: string,
  expected: Step | readonly Step[],
  caller: Caller | null,
): Promise<SessionStanding> {
  const standing = await standingOf(tx, setting, token, caller);
  if (![expected].flat().includes(standing.step)) throw identityErrors['identity.step-done']();
  return standing;
}

/**
 * The same for a step that could be guessed: the attempt is counted, against the session too.
 * @throws UserError `identity.session-gone`, `identity.step-done`, `identity.too-many-attempts`
 */
export async function beginStep(
  setting: IdentitySetting,
  token: string,
  expected: Step,
  caller: Caller,
): Promise<SessionStanding & { attempt: Attempt }> {
  const { work, secretKey } = setting;
  const begun = await work.run(asNobodyYet(caller, 'session'), async (tx) => {
    const standing = await expecting(tx, setting, token, expected, caller);
    const { account, session } = standing;
    const counters = countersOf(secretKey, {
      login: account.login,
      address: caller.address,
      device: knownDevice(secretKey, account, caller.device),
      sessionId: session.id,
    });
    return { ...standing, attempt: await beginAttempt(tx, counters) };
  });
  if ('minutes' in begun.attempt) throw heldOff(begun.attempt);
  return { ...begun, attempt: begun.attempt };
}
