import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { derivedKey } from './derived-key.js';

/** SHA-256, 32 bytes; text as UTF-8. For what is not secret, or is random enough that it cannot be guessed. */
export const digest = (content: Uint8Array | string): Buffer => createHash('sha256').update(content).digest();

/**
 * HMAC-SHA-256, 32 bytes, that only a holder of the platform's secret can make: for what could be guessed from a plain
 * digest (addresses, names), and for signatures. Digests of different purposes have nothing in common.
 * @param secretKey the platform's
 * @param purpose `room.what-it-is-for`, fixed in code
 */
export const keyed = (secretKey: string, purpose: string, text: string): Buffer =>
  createHmac('sha256', derivedKey(secretKey, 'keyed', purpose))
    .update(text)
    .digest();

/** Compares without telling by its time where the difference is; unequal lengths are unequal. */
export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b);
