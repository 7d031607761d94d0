import { digest, keyed, sameBytes } from './digest.js';
import { open, seal } from './seal.js';
import { newToken } from './token.js';

const SECRET = '0123456789abcdef0123456789abcdef';
const OTHER = 'fedcba9876543210fedcba9876543210';

it('digests text and bytes alike, by SHA-256', () => {
  expect(digest('abc').toString('hex')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(digest(Buffer.from('集约')).equals(digest('集约'))).toBe(true);
});

it('keyed digests differ by secret, purpose and text, and are the same on every machine', () => {
  const one = keyed(SECRET, 'identity.throttle', '192.0.2.1');
  expect(one.toString('hex')).toBe('d53f5251da64594e86f43d666da4dad5ef315e351c5185f3985152fb99561845');
  for (const other of [
    keyed(OTHER, 'identity.throttle', '192.0.2.1'),
    keyed(SECRET, 'audit.heads', '192.0.2.1'),
    keyed(SECRET, 'identity.throttle', '192.0.2.2'),
    digest('192.0.2.1'),
  ])
    expect(other.equals(one)).toBe(false);
});

describe('what was sealed', () => {
  const plain = Buffer.from('动态口令密钥');
  const sealed = seal(SECRET, 'identity.totp', plain);

  it('opens with the same secret for the same purpose, however short or long', () => {
    for (const content of [plain, Buffer.alloc(0), Buffer.alloc(100_000, 7)])
      expect(open(SECRET, 'identity.totp', seal(SECRET, 'identity.totp', content)).equals(content)).toBe(true);
  });

  it('does not show its content, nor that two are the same', () => {
    expect(sealed.includes(plain)).toBe(false);
    expect(seal(SECRET, 'identity.totp', plain).equals(sealed)).toBe(false);
  });

  it('does not open with another secret or for another purpose', () => {
    expect(() => open(OTHER, 'identity.totp', sealed)).toThrow(expect.objectContaining({ code: 'crypto.unreadable' }));
    expect(() => open(SECRET, 'identity.mail', sealed)).toThrow(expect.objectContaining({ code: 'crypto.unreadable' }));
  });

  it('does not open when any byte was altered, or any was cut off', () => {
    for (let at = 0; at < sealed.length; at++) {
      const altered = Buffer.from(sealed);
      altered[at] = altered[at]! ^ 1;
      expect(() => open(SECRET, 'identity.totp', altered)).toThrow(
        expect.objectContaining({ code: 'crypto.unreadable' }),
      );
      expect(() => open(SECRET, 'identity.totp', sealed.subarray(0, at))).toThrow(
        expect.objectContaining({ code: 'crypto.unreadable' }),
      );
    }
  });

  it('begins with the version of its algorithm', () => {
    expect(sealed[0]).toBe(1);
  });
});

it('tokens are 256 random bits, known again by their digest', () => {
  const tokens = Array.from({ length: 1_000 }, newToken);
  expect(new Set(tokens.map(({ token }) => token)).size).toBe(1_000);
  for (const { token, digest: stored } of tokens) {
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(digest(token).equals(stored)).toBe(true);
  }
});

it('compares bytes, also of different length', () => {
  expect(sameBytes(digest('a'), digest('a'))).toBe(true);
  expect(sameBytes(digest('a'), digest('b'))).toBe(false);
  expect(sameBytes(digest('a'), digest('a').subarray(1))).toBe(false);
  expect(sameBytes(Buffer.alloc(0), Buffer.alloc(0))).toBe(true);
});
