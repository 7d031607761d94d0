import { domainToASCII, domainToUnicode } from 'node:url';

/** Letters that a reader here tells apart: Han, and those of an ordinary hostname. Of Greek, Cyrillic or kana none is shown. */
const READABLE = /^[\p{Script=Han}a-z0-9-]+$/u;
/** Han characters of a stroke or a ring, which among Latin letters and digits pass for a hyphen, a slash, an l, an o. */
const STROKES = /[一丨丶丿亅乙乚〇]/u;
const ASCII = /[a-z0-9-]/;
const HAN_BUT_STROKES = /[^\p{ASCII}一丨丶丿亅乙乚〇]/u;

const isReadable = (label: string): boolean =>
  READABLE.test(label) && (!STROKES.test(label) || (HAN_BUT_STROKES.test(label) && !ASCII.test(label)));

/**
 * A hostname as people read it, `www.xn--j7qv5v.xn--fiqs8s` → `www.农安.中国`, also with a path behind it. What could be taken
 * for another name, and what is no hostname, stays as it is.
 */
export function shownHost(written: string): string {
  const [host = ''] = written.split('/', 1);
  if (!/^([a-z0-9-]+\.)*xn--/.test(host)) return written;
  const shown = domainToUnicode(host);
  const faithful = shown !== '' && domainToASCII(shown) === host;
  return faithful && shown.split('.').every(isReadable) ? shown + written.slice(host.length) : written;
}

/** Both forms where the one that is written into other systems matters: `www.农安.中国（www.xn--j7qv5v.xn--fiqs8s）`. */
export function bothHosts(host: string): string {
  const shown = shownHost(host);
  return shown === host ? host : `${shown}（${host}）`;
}

/** A hostname as it is kept, of one that was typed in any letters: 农安.中国 → xn--j7qv5v.xn--fiqs8s; '' when it cannot be one. */
export const keptHost = (typed: string): string => (/[^\p{ASCII}]/u.test(typed) ? domainToASCII(typed) : typed);
