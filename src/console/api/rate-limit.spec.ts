import { RateLimit } from './rate-limit.js';

const POLICY = { name: 'token', perMinute: 600, burst: 120 };
let now = 0;
const aLimit = (policy = POLICY) => new RateLimit(policy, () => now);

it('lets a burst through, then evenly so many a minute', () => {
  const limit = aLimit();
  const taken = () => Array.from({ length: 1_000 }, () => limit.take('a')).filter((rate) => rate.allowed).length;
  expect(taken()).toBe(120);
  now += 1_000;
  expect(taken()).toBe(10);
  now += 60_000;
  expect(taken()).toBe(120);
});

it('allows not one more over an hour than the policy says', () => {
  const limit = aLimit();
  let allowed = 0;
  for (let ms = 0; ms < 3_600_000; ms += 50) {
    now += 50;
    if (limit.take('a').allowed) allowed += 1;
  }
  const most = 60 * POLICY.perMinute + POLICY.burst;
  expect(allowed).toBeLessThanOrEqual(most);
  // Fractions of a request are kept: at the most one is lost in the sums.
  expect(allowed).toBeGreaterThanOrEqual(most - 1);
});

it('says how long to wait, and that it was long enough', () => {
  const limit = aLimit({ name: 'failure', perMinute: 30, burst: 2 });
  limit.take('a');
  limit.take('a');
  const refused = limit.take('a');
  expect(refused).toEqual({ allowed: false, left: 0, wait: 2 });
  now += refused.wait * 1_000;
  expect(limit.take('a').allowed).toBe(true);
});

it('counts each key by itself, and looking uses nothing', () => {
  const limit = aLimit({ name: 'x', perMinute: 60, burst: 1 });
  expect(limit.look('a').allowed).toBe(true);
  expect(limit.look('a').allowed).toBe(true);
  expect(limit.knows('a')).toBe(false);
  expect(limit.take('a').allowed).toBe(true);
  expect(limit.take('a').allowed).toBe(false);
  expect(limit.take('b').allowed).toBe(true);
  expect(limit.knows('a')).toBe(true);
});

it('a clock that is set back gives nothing and takes nothing', () => {
  const limit = aLimit({ name: 'x', perMinute: 60, burst: 2 });
  limit.take('a');
  now -= 3_600_000;
  expect(limit.take('a')).toMatchObject({ allowed: true, left: 0 });
  expect(limit.take('a').allowed).toBe(false);
});

it('does not grow with the number of keys', () => {
  const limit = aLimit({ name: 'x', perMinute: 60, burst: 1 });
  for (let i = 0; i < 50_000; i += 1) limit.take(`key ${i}`);
  expect(limit.knows('key 0')).toBe(false);
  expect(limit.knows('key 49999')).toBe(true);
});

it('states quota, window and what is left in the headers', () => {
  const limit = aLimit();
  expect(limit.headers(limit.take('a'))).toEqual({
    'ratelimit-policy': '"token";q=120;w=12',
    ratelimit: '"token";r=119;t=1',
  });
});
