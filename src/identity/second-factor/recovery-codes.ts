import { keyed } from '../../kernel/crypto/digest.js';
import { lettersOf, readableCode } from '../password/readable-code.js';

const CODES = 10;

/** Keyed, so that a copy of the database alone says nothing about them. */
export const digestOfRecoveryCode = (secretKey: string, accountId: string, typed: string): Buffer =>
  keyed(secretKey, 'identity.recovery-code', `${accountId} ${lettersOf(typed)}`);

/** Ten codes, each good once instead of the authenticator; shown now and never again. */
export function newRecoveryCodes(secretKey: string, accountId: string): { codes: string[]; digests: Buffer[] } {
  const codes = Array.from({ length: CODES }, () => readableCode(2, 5));
  return { codes, digests: codes.map((code) => digestOfRecoveryCode(secretKey, accountId, code)) };
}
