import type { Demands } from '../duties.js';
import { PASSWORD_DAYS } from '../password/password-rules.js';

/** What a session has to do before anything else; `open`: nothing. */
export type Step = 'code' | 'new-password' | 'enrol' | 'open';

/** What the next step depends on. */
export interface Standing {
  means: 'password' | 'oidc';
  /** This session has shown the second factor. */
  secondFactor: boolean;
  /** The account has one. */
  hasSecondFactor: boolean;
  mustChangePassword: boolean;
  passwordSetAt: Date | null;
  /** Comes from one of the tenant's address ranges, or the tenant has none. */
  fromAllowedAddress: boolean;
}

/** Days before the end of a password on which its owner is told. */
const TOLD_DAYS = 7;
const DAY = 86_400_000;

/**
 * A code comes first: who only has the password learns and changes nothing.
 * @returns null when the session may not be used from where it is: it answers as none
 */
export function nextStep(session: Standing, demands: Demands): Step | null {
  if (demands.secondFactor && !session.fromAllowedAddress) return null;
  if (session.hasSecondFactor && !session.secondFactor) return 'code';
  const daysLeft = passwordDaysLeft(session, demands);
  if (session.means === 'password' && (session.mustChangePassword || (daysLeft !== null && daysLeft <= 0)))
    return 'new-password';
  if (demands.secondFactor && !session.hasSecondFactor) return 'enrol';
  return 'open';
}

/** Days until a password has to be changed, once there are seven or fewer; null: more, or never. */
export function daysUntilPasswordChange(session: Standing, demands: Demands): number | null {
  const left = session.means === 'password' ? passwordDaysLeft(session, demands) : null;
  return left !== null && left <= TOLD_DAYS ? Math.max(0, Math.ceil(left)) : null;
}

function passwordDaysLeft({ passwordSetAt }: Standing, demands: Demands): number | null {
  if (!demands.secondFactor || !passwordSetAt) return null;
  return PASSWORD_DAYS - (Date.now() - passwordSetAt.getTime()) / DAY;
}
