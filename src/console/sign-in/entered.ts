import { DEVICE_SECONDS } from '../../identity/sign-in/device-cookie.js';
import { Redirect } from '../shell/answers.js';
import type { Desk } from '../shell/desk.js';

/** What each step of signing in gives: a new token, and where it leads. */
export interface Entrance {
  token: string;
  step: 'code' | 'new-password' | 'enrol' | 'open';
  device: string | null;
}

/**
 * Sets the cookies of a step and goes on to the next one.
 * @param returnTo where the desk was to be entered; kept through the steps as a parameter
 */
export function entered(desk: Desk, { token, step, device }: Entrance, returnTo: string): Redirect {
  const way = returnTo === '/' ? '' : `?return=${encodeURIComponent(returnTo)}`;
  const to = step === 'open' ? returnTo : `/sign-in/${step}${way}`;
  const cookies = [desk.cookies.set('session', token)];
  if (device !== null) cookies.push(desk.cookies.set('device', device, DEVICE_SECONDS));
  return new Redirect(to).withCookies(cookies);
}

/** A way back within the desk: a path of its own, never another host's (open redirect), never out of the desk again. */
export function safeReturn(written: unknown): string {
  if (typeof written !== 'string' || written.length > 500 || !/^\/(?![/\\])/.test(written)) return '/';
  const base = 'http://desk.invalid';
  if (!URL.canParse(written, base)) return '/';
  const { origin, pathname, search } = new URL(written, base);
  const inside = origin === base && !/^\/(sign-|invitation|\/)/.test(pathname);
  return inside ? `${pathname}${search}` : '/';
}
