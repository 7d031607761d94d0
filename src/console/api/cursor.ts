import { digest } from '../../kernel/crypto/digest.js';
import { open, seal } from '../../kernel/crypto/seal.js';
import { UserError } from '../../kernel/user-error.js';
import { apiErrors } from './errors.js';

const PURPOSE = 'api.cursor';
/** Far more than a place in a list needs. */
const LONGEST = 600;

/**
 * Where a list goes on: the place of its last row, sealed. It says nothing to who reads it, cannot be made up, and belongs
 * to the list and the filter that it was made for.
 */
export class Cursors {
  constructor(private readonly secretKey: string) {}

  /** @param list what names the list with its filter: the same text for the same rows */
  make(list: string, place: readonly string[]): string {
    return seal(this.secretKey, PURPOSE, Buffer.from(JSON.stringify([nameOf(list), ...place]))).toString('base64url');
  }

  /** @throws UserError `api.cursor` for one that is none of ours, or another list's */
  read(list: string, cursor: string): string[] {
    if (cursor.length > LONGEST) throw apiErrors['api.cursor']();
    try {
      const [name, ...place] = JSON.parse(
        open(this.secretKey, PURPOSE, Buffer.from(cursor, 'base64url')).toString(),
      ) as string[];
      if (name === nameOf(list)) return place;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
    }
    throw apiErrors['api.cursor']();
  }
}

const nameOf = (list: string): string => digest(list).toString('base64url').slice(0, 16);
