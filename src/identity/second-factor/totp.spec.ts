import { Secret, TOTP } from 'otpauth';
import { newRecoveryCodes } from './recovery-codes.js';
import { offeredSecret, openTotp, sealTotp, showSecret, stepOfCode } from './totp.js';

const PLATFORM = 'a secret of these tests, known to all';
const secret = offeredSecret(PLATFORM, 'session-1');
const at = new Date('2026-11-25T01:02:15Z');
const now = Math.floor(at.getTime() / 30_000);
const codeAt = (step: number) =>
  new TOTP({ secret: new Secret({ buffer: Uint8Array.from(secret).buffer }) }).generate({ timestamp: step * 30_000 });

it('knows the codes of RFC 6238', () => {
  const rfc = Buffer.from('12345678901234567890');
  expect(stepOfCode(rfc, '287082', new Date(59_000))).toBe(1);
  expect(stepOfCode(rfc, '081804', new Date(1_111_111_109_000))).toBe(37_037_036);
});

it('takes the code of now, the one before and the one after, and says which it was', () => {
  expect([-2, -1, 0, 1, 2].map((steps) => stepOfCode(secret, codeAt(now + steps), at))).toEqual([
    null,
    now - 1,
    now,
    now + 1,
    null,
  ]);
  expect(stepOfCode(secret, ` ${codeAt(now).slice(0, 3)} ${codeAt(now).slice(3)} `, at)).toBe(now);
});

it.each(['', '12345', '1234567', 'abcdef', '１２３４５６', '-12345', '1e5000'])('takes no “%s” for a code', (code) => {
  expect(stepOfCode(secret, code, at)).toBeNull();
});

it('offers each session a secret of its own, of 160 bits', () => {
  expect(secret.length).toBe(20);
  expect(offeredSecret(PLATFORM, 'session-1').equals(secret)).toBe(true);
  expect(offeredSecret(PLATFORM, 'session-2').equals(secret)).toBe(false);
  expect(offeredSecret('another secret of the platform, longer', 'session-1').equals(secret)).toBe(false);
});

it('is kept sealed', () => {
  const sealed = sealTotp(PLATFORM, secret);
  expect(sealed.includes(secret)).toBe(false);
  expect(openTotp(PLATFORM, sealed).equals(secret)).toBe(true);
});

it('is shown as text, as an address for the authenticator, and as a picture that a strict policy lets through', () => {
  const shown = showSecret(secret, 'nongan-zhangsan');
  expect(Secret.fromBase32(shown.secret).bytes).toEqual(Uint8Array.from(secret));
  const uri = new URL(shown.uri);
  expect([uri.protocol, uri.host, decodeURIComponent(uri.pathname)]).toEqual([
    'otpauth:',
    'totp',
    '/集约平台:nongan-zhangsan',
  ]);
  expect(Object.fromEntries(uri.searchParams)).toEqual({
    issuer: '集约平台',
    secret: shown.secret,
    algorithm: 'SHA1',
    digits: '6',
    period: '30',
  });
  expect(shown.qr).toMatch(/^<svg [^>]*role="img" aria-label="[^"]+"[^>]*>.*<\/svg>$/);
  expect(shown.qr).not.toMatch(/style|script|href|data:/);
});

it('has ten recovery codes, of which nothing is left but keyed digests of this account', () => {
  const { codes, digests } = newRecoveryCodes(PLATFORM, 'account-1');
  expect(codes).toHaveLength(10);
  for (const code of codes) expect(code).toMatch(/^[a-hjkmnp-z2-9]{5}-[a-hjkmnp-z2-9]{5}$/);
  expect(new Set(digests.map((digest) => digest.toString('hex'))).size).toBe(10);
});
