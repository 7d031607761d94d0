import { Secret, TOTP } from 'otpauth';
import { encode } from 'uqr';
import { keyed } from '../../kernel/crypto/digest.js';
import { open, seal } from '../../kernel/crypto/seal.js';

/** What every authenticator app knows: SHA-1, six digits, 30 seconds (RFC 6238). */
const PERIOD = 30;
const SECRET_BYTES = 20;
const ISSUER = '集约平台';
const PURPOSE = 'identity.totp';

const totpOf = (secret: Uint8Array, login = ''): TOTP =>
  new TOTP({
    issuer: ISSUER,
    label: login,
    algorithm: 'SHA1',
    digits: 6,
    period: PERIOD,
    secret: new Secret({ buffer: Uint8Array.from(secret).buffer }),
  });

export const sealTotp = (secretKey: string, secret: Uint8Array): Buffer => seal(secretKey, PURPOSE, secret);
export const openTotp = (secretKey: string, sealed: Uint8Array): Buffer => open(secretKey, PURPOSE, sealed);

/**
 * The time step that a code stands for, if it is that of now, the one before or the one after; null: it is wrong. A step
 * counts once: the caller sees to that.
 */
export function stepOfCode(secret: Uint8Array, code: string, at = new Date()): number | null {
  const digits = code.replace(/\s/g, '');
  if (!/^\d{6}$/.test(digits)) return null;
  const delta = totpOf(secret).validate({ token: digits, timestamp: at.getTime(), window: 1 });
  return delta === null ? null : Math.floor(at.getTime() / 1000 / PERIOD) + delta;
}

/**
 * The secret offered to a session that enrols: the same each time the page is looked at, another for every other session,
 * so that nobody who was here before knows it. Stored only once it is confirmed.
 */
export const offeredSecret = (secretKey: string, sessionId: string): Buffer =>
  keyed(secretKey, 'identity.totp-offer', sessionId).subarray(0, SECRET_BYTES);

/** For the authenticator: to be typed in, or read as a picture. */
export interface SecretToEnrol {
  /** Base32. */
  secret: string;
  /** `otpauth://totp/…` */
  uri: string;
  /** `<svg>` without styles or scripts. */
  qr: string;
}

export function showSecret(secret: Uint8Array, login: string): SecretToEnrol {
  const totp = totpOf(secret, login);
  const uri = totp.toString();
  return { secret: totp.secret.base32, uri, qr: qrCode(uri) };
}

/** Attributes only: the desk's content security policy allows no inline style. */
function qrCode(text: string): string {
  const { data, size } = encode(text, { ecc: 'M', border: 4 });
  const squares = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" width="220" height="220" role="img" aria-label="动态口令的二维码" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${size}v${size}H0z"/><path fill="#000" d="${squares.join('')}"/></svg>`;
}
