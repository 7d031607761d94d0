import { digest } from '../../kernel/crypto/digest.js';
import { type NewToken, newToken } from '../../kernel/crypto/token.js';

/** Before every personal token, so that it is known for what it is when it turns up where it should not. */
const PREFIX = 'jiyue_';
const TOKEN = /^jiyue_[\w-]{43}$/;

/** The longest time for which a token is made, days. */
export const LONGEST_DAYS = 365;
/** Tokens in force at once, of one account. */
export const MOST_TOKENS = 20;

/** @returns what is shown once, and the digest that is kept */
export function newApiToken(): NewToken {
  const made = newToken();
  return { token: `${PREFIX}${made.token}`, digest: made.digest };
}

/** What a token is kept as; null for what has not the form of one. */
export const digestOfToken = (token: string): Buffer | null =>
  TOKEN.test(token) ? digest(token.slice(PREFIX.length)) : null;
