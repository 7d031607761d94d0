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
