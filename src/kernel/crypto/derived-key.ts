import { hkdfSync } from 'node:crypto';

/**
 * A key of its own for each use of the platform's secret (HKDF-SHA-256, 32 bytes): what one use gives away says nothing
 * about another, and no key serves two algorithms.
 */
export const derivedKey = (secretKey: string, use: 'keyed' | 'seal', purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secretKey, 'jiyue', `${use}:${purpose}`, 32));
