import { newToken } from '../../kernel/crypto/token.js';
import type { ClusterScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { newId } from '../../kernel/id.js';
import type { AccountRef } from '../account/account.js';
import type { SignInAccount } from '../account/sign-in-account.js';
import type { Demands } from '../duties.js';
import { identityErrors } from '../errors.js';
import { addressAllowed } from '../range/address-allowed.js';
import type { Caller, IdentitySetting } from '../setting.js';
import { plainAddress } from '../sign-in/address-group.js';
import { deviceCookie } from '../sign-in/device-cookie.js';
import { endSurplus } from './end-sessions.js';
import { nextStep, type Step } from './next-step.js';
import type { ReadSession } from './read-session.js';
import { limitsOf } from './session-limits.js';

/** One step further in: the session has a new token, the one before opens nothing any more. */
export interface Entered {
  token: string;
  step: Step;
  /** New content of the device cookie, once the step is `open`. */
  device: string | null;
  account: AccountRef & { login: string; name: string };
}

const LONGEST_AGENT = 200;

/** What an account's roles ask, and whether it comes from where they allow. */
export interface Admission {
  demands: Demands;
  fromAllowedAddress: boolean;
}

export async function admissionOf(
  tx: Tx<ClusterScope>,
  { duties }: IdentitySetting,
  account: AccountRef,
  caller: Caller,
): Promise<Admission> {
  const demands = await duties.demandsOf(tx, account);
  return { demands, fromAllowedAddress: await addressAllowed(tx, account.tenantId, caller.address) };
}

interface Shown {
  means: 'password' | 'oidc';
  secondFactor: boolean;
}

/**
 * A session of its own for somebody who has just proved who they are: their desk is where they left it. The account is held
 * (`holdUnchanged`).
 */
export async function openSession(
  tx: Tx<ClusterScope>,
  setting: IdentitySetting,
  account: SignInAccount,
  admission: Admission,
  shown: Shown,
  caller: Caller,
): Promise<Entered> {
  const step = stepOf(account, admission, shown);
  const stage = step === 'open' ? 'open' : 'password';
  const { idle, absolute } = limitsOf(stage, admission.demands);
  const { token, digest } = newToken();
  await tx.query(
    `INSERT INTO session (tenant_id, id, account_id, token_digest, stage, means, second_factor, idle_until, ends_at, address,
       agent, site_tenant_id, site_id, remembered)
     SELECT a.tenant_id, $2, a.id, $4, $5, $6, $7, now() + make_interval(mins => $8), now() + make_interval(mins => $9), $10,
       $11, s.tenant_id, s.id, coalesce(a.desk -> 'lists', '{}')
     FROM account a
     LEFT JOIN site s ON s.tenant_id = split_part(a.desk ->> 'site', '/', 1)::uuid
       AND s.id = split_part(a.desk ->> 'site', '/', 2)::uuid
     WHERE a.tenant_id = $1 AND a.id = $3`,
    [
      account.tenantId,
      newId(),
      account.id,
      digest,
      stage,
      shown.means,
      shown.secondFactor,
      idle,
      absolute,
      plainAddress(caller.address),
      caller.agent.slice(0, LONGEST_AGENT),
    ],
  );
  await endSurplus(tx, account, stage);
  return enteredAs(tx, setting, account, step, token, caller);
}

/**
 * The session goes on under a new number and a new token after a step was done; when it opens, its day begins. What it
 * remembers stays. The account is read anew: the step has changed it.
 * @throws UserError `identity.session-gone` when another request was faster
 */
export async function advanceSession(
  tx: Tx<ClusterScope>,
  setting: IdentitySetting,
  account: SignInAccount,
  admission: Admission,
  session: ReadSession,
  shown: { secondFactor: boolean },
  caller: Caller,
): Promise<Entered> {
  const step = stepOf(account, admission, { means: session.means, ...shown });
  const stage = session.stage === 'open' || step === 'open' ? 'open' : 'password';
  const { idle, absolute } = limitsOf(stage, admission.demands);
  const { token, digest } = newToken();
  const moved = await tx.query(
    `WITH moved AS (
       UPDATE session SET id = $3, token_digest = $4, stage = $5, second_factor = $6, seen_at = now(),
         ends_at = CASE WHEN stage = $5 THEN ends_at ELSE now() + make_interval(mins => $8) END,
         idle_until = CASE WHEN stage = $5 THEN least(ends_at, now() + make_interval(mins => $7))
           ELSE now() + make_interval(mins => $7) END
       WHERE tenant_id = $1 AND id = $2 RETURNING 1
     ) SELECT FROM moved`,
    [session.tenantId, session.id, newId(), digest, stage, shown.secondFactor, idle, absolute],
  );
  if (moved.length === 0) throw identityErrors['identity.session-gone']();
  if (stage !== session.stage) await endSurplus(tx, account, stage);
  return enteredAs(tx, setting, account, step, token, caller);
}

/** @throws UserError `identity.outside-ranges`: callers ask before, and audit */
function stepOf(account: SignInAccount, { demands, fromAllowedAddress }: Admission, shown: Shown): Step {
  const step = nextStep(
    {
      ...shown,
      hasSecondFactor: account.hasSecondFactor,
      mustChangePassword: account.mustChange,
      passwordSetAt: account.passwordSetAt,
      fromAllowedAddress,
    },
    demands,
  );
  if (step === null) throw new Error('a session was to be opened from an address that is not allowed');
  return step;
}

async function enteredAs(
  tx: Tx<ClusterScope>,
  { secretKey }: IdentitySetting,
  account: SignInAccount,
  step: Step,
  token: string,
  caller: Caller,
): Promise<Entered> {
  const { tenantId, id, login, name } = account;
  if (step === 'open')
    await tx.query('UPDATE account SET last_seen_at = now() WHERE tenant_id = $1 AND id = $2', [tenantId, id]);
  return {
    token,
    step,
    device: step === 'open' ? deviceCookie(secretKey, account, caller.device) : null,
    account: { tenantId, id, login, name },
  };
}
