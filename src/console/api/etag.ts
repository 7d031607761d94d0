import { digest } from '../../kernel/crypto/digest.js';
import { apiErrors } from './errors.js';

/** Names the content of an answer: the same content, the same name. */
export const etagOf = (body: string): string => `"${digest(body).toString('base64url').slice(0, 27)}"`;

/** Whether a client that names these has it already (weak comparison, RFC 9110 §13.1.2). */
export const isKnown = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch !== undefined && listed(ifNoneMatch).some((known) => known === '*' || known.replace(/^W\//, '') === etag);

/**
 * What a client changes is what it has read (strong comparison, RFC 9110 §13.1.1); a client that does not say so changes
 * whatever is there.
 * @throws UserError `api.changed`
 */
export function requireMatch(ifMatch: string | null, resource: unknown): void {
  if (ifMatch === null) return;
  const etag = etagOf(JSON.stringify(resource));
  if (!listed(ifMatch).some((known) => known === '*' || known === etag)) throw apiErrors['api.changed']();
}

const listed = (header: string): string[] => header.split(',').map((one) => one.trim());
