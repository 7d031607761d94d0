import { keyed, sameBytes } from '../../kernel/crypto/digest.js';
import { newToken } from '../../kernel/crypto/token.js';

/** How long a browser stays known, seconds: 180 days. */
export const DEVICE_SECONDS = 180 * 86_400;
/** People who share a browser; the one who was here longest ago is forgotten. */
const PEOPLE = 4;
const ENTRY = /^([\w-]{16})\.([0-9a-z]{1,9})\.([\w-]{43})$/;

/** An account, as far as a browser can be known to it: after a new password none is. */
export interface DeviceOwner {
  id: string;
  passwordSetAt: Date | null;
}

interface Entry {
  device: string;
  /** Seconds since 1970. */
  since: number;
  text: string;
}

const macOf = (secretKey: string, owner: DeviceOwner, device: string, since: number): Buffer =>
  keyed(secretKey, 'identity.device', `${owner.id} ${owner.passwordSetAt?.getTime() ?? 0} ${device} ${since}`);

const entriesOf = (cookie: string | null): string[] =>
  (cookie ?? '')
    .slice(0, 1_000)
    .split('~')
    .filter((text) => ENTRY.test(text))
    .slice(0, PEOPLE);

function entryFor(secretKey: string, owner: DeviceOwner, cookie: string | null): Entry | null {
  for (const text of entriesOf(cookie)) {
    const [, device = '', written = '', mac = ''] = ENTRY.exec(text) ?? [];
    const since = Number.parseInt(written, 36);
    const age = Date.now() / 1000 - since;
    if (age >= DEVICE_SECONDS || age < -60) continue;
    if (sameBytes(Buffer.from(mac, 'base64url'), macOf(secretKey, owner, device, since)))
      return { device, since, text };
  }
  return null;
}

/** The number of the browser, if the account has signed in with it before; null: not known, expired, or forged. */
export const knownDevice = (secretKey: string, owner: DeviceOwner, cookie: string | null): string | null =>
  entryFor(secretKey, owner, cookie)?.device ?? null;

/** What the browser keeps after the account signed in: that it is known to it, beside up to three others. */
export function deviceCookie(secretKey: string, owner: DeviceOwner, cookie: string | null): string {
  const present = entryFor(secretKey, owner, cookie);
  const device = present?.device ?? newToken().token.slice(0, 16);
  const since = Math.floor(Date.now() / 1000);
  const mac = macOf(secretKey, owner, device, since).toString('base64url');
  const others = entriesOf(cookie).filter((text) => text !== present?.text);
  return [`${device}.${since.toString(36)}.${mac}`, ...others].slice(0, PEOPLE).join('~');
}
