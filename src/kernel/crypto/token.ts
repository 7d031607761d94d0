import { randomBytes } from 'node:crypto';
import { digest } from './digest.js';

/** Sessions, one-time links, API tokens: the token goes to its holder and is kept nowhere, the digest is stored. */
export interface NewToken {
  /** 256 random bits, 43 characters of base64url. */
  token: string;
  digest: Buffer;
}

export function newToken(): NewToken {
  const token = randomBytes(32).toString('base64url');
  return { token, digest: digest(token) };
}
