import { newToken } from '../../kernel/crypto/token.js';

/** Small letters and digits that nobody takes for one another: no i, l, o, 0, 1. 31 of them, 4.95 bits each. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
/** Bytes above would make some letters likelier. */
const FAIR = 256 - (256 % LETTERS.length);

/** Random text that can be read over the telephone: `groups` groups of `size` letters with hyphens between. */
export function readableCode(groups: number, size: number): string {
  let letters = '';
  while (letters.length < groups * size)
    for (const byte of Buffer.from(newToken().token, 'base64url'))
      if (byte < FAIR && letters.length < groups * size) letters += LETTERS[byte % LETTERS.length];
  return (letters.match(new RegExp(`.{${size}}`, 'g')) ?? []).join('-');
}

/** What somebody typed, as it was made: capitals, spaces and missing hyphens do not matter. */
export const lettersOf = (typed: string): string => typed.toLowerCase().replace(/[^a-z0-9]/g, '');
