import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { derivedKey } from './derived-key.js';
import { cryptoErrors } from './errors.js';

/**
 * The first byte says by which algorithm the rest was made, so that another can follow without a break.
 * 1: AES-256-GCM, `version (1) | nonce (12) | tag (16) | ciphertext`, with version and purpose authenticated.
 */
const AES_256_GCM = 1;
const NONCE = 12;
const TAG = 16;

const bound = (version: number, purpose: string): Buffer => Buffer.from(`${version}:${purpose}`);

/**
 * Encrypts for keeping. The same text sealed twice gives two different results.
 * @param purpose `room.what-it-is-for`, fixed in code: what was sealed for one purpose does not open for another
 */
export function seal(secretKey: string, purpose: string, plain: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', derivedKey(secretKey, 'seal', purpose), nonce);
  cipher.setAAD(bound(AES_256_GCM, purpose));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([Buffer.of(AES_256_GCM), nonce, cipher.getAuthTag(), sealed]);
}

/** @throws UserError `crypto.unreadable` when it was altered, cut, sealed for another purpose or with another secret */
export function open(secretKey: string, purpose: string, sealed: Uint8Array): Buffer {
  const bytes = Buffer.from(sealed);
  if (bytes[0] !== AES_256_GCM || bytes.length < 1 + NONCE + TAG) throw cryptoErrors['crypto.unreadable']({ purpose });
  const nonce = bytes.subarray(1, 1 + NONCE);
  const decipher = createDecipheriv('aes-256-gcm', derivedKey(secretKey, 'seal', purpose), nonce, {
    authTagLength: TAG,
  });
  decipher.setAAD(bound(AES_256_GCM, purpose));
  decipher.setAuthTag(bytes.subarray(1 + NONCE, 1 + NONCE + TAG));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(1 + NONCE + TAG)), decipher.final()]);
  } catch (cause) {
    throw cryptoErrors['crypto.unreadable']({ purpose }, { cause });
  }
}
