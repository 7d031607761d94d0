import { hash, verify } from '@node-rs/argon2';
import pLimit from 'p-limit';
import { newToken } from '../../kernel/crypto/token.js';
import { identityErrors } from '../errors.js';

/** Argon2id as OWASP advises: 19 MiB, two passes. `algorithm: 2` is Argon2id (a const enum, which isolated modules lack). */
const ARGON2ID = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Of the four threads that also read files for visitors, hashing takes at most half. */
const hashing = pLimit(2);
/** Who comes behind so many (some two seconds of work) is told to come back. */
const QUEUE = 100;

/** Longer ones are nobody's (password-rules.ts). */
export const LONGEST_PASSWORD = 128;

/** The same character written in two ways is the same password. */
const normal = (password: string): string => password.normalize('NFKC');

function onAThread<T>(work: () => Promise<T>): Promise<T> {
  if (hashing.pendingCount >= QUEUE) throw identityErrors['identity.busy']();
  return hashing(work);
}

/** @throws UserError `identity.busy` */
export const hashPassword = async (password: string): Promise<string> =>
  onAThread(() => hash(normal(password), ARGON2ID));

/** Whether a hash was made with less memory or fewer passes than hashes are made with now. */
export function isOutdated(hashed: string): boolean {
  const [, memory, time] = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=\d+\$/.exec(hashed) ?? [];
  return !(Number(memory) >= ARGON2ID.memoryCost && Number(time) >= ARGON2ID.timeCost);
}

let nobodys: Promise<string> | undefined;

/**
 * Whether a password belongs to a hash. Without a hash (an unknown name, an account that has no password) it takes as long
 * and is false.
 * @throws UserError `identity.busy`
 */
export async function verifyPassword(hashed: string | null, password: string): Promise<boolean> {
  const tooLong = password.length > LONGEST_PASSWORD;
  const against = tooLong ? null : hashed;
  nobodys ??= hashPassword(newToken().token);
  const compared = against ?? (await nobodys);
  const same = await onAThread(() => verify(compared, tooLong ? '' : normal(password)));
  return same && against !== null;
}
