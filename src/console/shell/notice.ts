import { open, seal } from '../../kernel/crypto/seal.js';
import type { Notice } from './answers.js';

const PURPOSE = 'console.notice';
/** A notice is told on the page that follows; a cookie that somebody kept is not. */
const KEPT_MS = 120_000;
const TEXT_LIMIT = 600;
/** What a browser takes as one cookie, with its name and attributes. */
const COOKIE_LIMIT = 3_800;

interface Sealed extends Notice {
  /** The session that it was told to; null: nobody was signed in yet. */
  of: string | null;
  at: number;
}

/**
 * A notice as a cookie: sealed, and bound to the session of the act. What somebody plants in another's browser, or got for
 * an act of their own, shows nothing there, and least of all a button. An undo too long for a cookie is not offered.
 */
export function sealNotice(secretKey: string, { tone, text, undo }: Notice, of: string | null): string {
  const short: Sealed = { tone, text: text.slice(0, TEXT_LIMIT), of, at: Date.now() };
  const sealed = (notice: Sealed) =>
    seal(secretKey, PURPOSE, Buffer.from(JSON.stringify(notice))).toString('base64url');
  const whole = undo && of ? sealed({ ...short, undo }) : sealed(short);
  return whole.length <= COOKIE_LIMIT ? whole : sealed(short);
}

/** @returns null for what was not sealed here, is old, or was told to another session */
export function openNotice(secretKey: string, cookie: string | null, of: string | null): Notice | null {
  if (!cookie) return null;
  try {
    const {
      at,
      of: whose,
      ...notice
    } = JSON.parse(open(secretKey, PURPOSE, Buffer.from(cookie, 'base64url')).toString()) as Sealed;
    return Date.now() - at <= KEPT_MS && (whose === null || whose === of) ? notice : null;
  } catch {
    return null;
  }
}
