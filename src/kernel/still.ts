import { digest } from './crypto/digest.js';

/** What an act leaves to one that takes it back: how things were, and as what they have to be found still. */
export interface Reverse<T> {
  before: T;
  still: string;
}

/**
 * A short digest of how something is. An act that takes another back names what it expects to find; if somebody changed it
 * meanwhile, it is refused and nobody's work is lost.
 */
export const stillAs = (state: unknown): string => digest(JSON.stringify(state)).toString('base64url').slice(0, 22);
