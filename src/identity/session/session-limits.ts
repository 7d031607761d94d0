import type { Demands } from '../duties.js';

/** Minutes without a sign of life after which a session ends. */
const IDLE = 30;
/** Of the platform's operator, security administrator and auditor. */
const SHORT_IDLE = 15;
/** Minutes after which it ends in any case: a working day. */
const ABSOLUTE = 12 * 60;
/** Minutes for what is still asked for after the password: installing an authenticator takes its time. */
const ENTERING = 30;

/** Sessions that an account has at once; with one more the one that rested longest ends. */
export const MOST_SESSIONS = 10;

export interface SessionLimits {
  idle: number;
  absolute: number;
}

/** In minutes. */
export const limitsOf = (stage: 'password' | 'open', demands: Demands): SessionLimits =>
  stage === 'password'
    ? { idle: ENTERING, absolute: ENTERING }
    : { idle: demands.shortIdle ? SHORT_IDLE : IDLE, absolute: ABSOLUTE };
