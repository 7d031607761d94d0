/** On every answer. Nothing but our own files is loaded, nothing inline is run (WCAG tools and printing need no more). */
export const SECURITY_HEADERS: Record<string, string> = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=()',
  'cross-origin-opener-policy': 'same-origin',
};

export const HTML = 'text/html; charset=utf-8';

/** Stored pages are checked again each time: a change is to be seen within a second. An unchanged page answers 304. */
export const PAGE_CACHE = 'no-cache';

/** Whether a client takes gzip: named (or `*`) with a quality above nought. */
export function acceptsGzip(header: string | undefined): boolean {
  if (!header) return false;
  let any = false;
  for (const part of header.toLowerCase().split(',')) {
    const [coding = '', ...parameters] = part.trim().split(';');
    const quality = parameters.map((p) => /^\s*q\s*=\s*([\d.]+)\s*$/.exec(p)?.[1]).find((q) => q !== undefined);
    const wanted = quality === undefined || Number(quality) > 0;
    if (coding.trim() === 'gzip' || coding.trim() === 'x-gzip') return wanted;
    if (coding.trim() === '*') any = wanted;
  }
  return any;
}

/** Whether an `If-None-Match` names this tag (weakly compared: RFC 9110, 13.1.2). */
export function matchesEtag(header: string | undefined, etag: string): boolean {
  if (!header) return false;
  if (header.trim() === '*') return true;
  return header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}
