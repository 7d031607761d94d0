import { daysBetween, lightOf, worseOf } from './channel-light.js';

it.each([
  // promise, limit, days, light
  [7, 14, 0, 'ok'],
  [7, 14, 7, 'ok'],
  [7, 14, 8, 'warn'],
  [7, 14, 14, 'warn'],
  [7, 14, 15, 'bad'],
  [365, 365, 328, 'ok'],
  [365, 365, 329, 'warn'],
  [365, 365, 366, 'bad'],
  [90, null, 81, 'ok'],
  [90, null, 82, 'warn'],
  [90, null, 91, 'bad'],
  [null, null, 4000, 'off'],
] as const)('promised every %s days, at the latest %s: after %s days %s', (updateDays, limitDays, days, light) => {
  expect(lightOf({ updateDays, limitDays }, days)).toBe(light);
});

it('takes the worse of two lights, and a promise before none', () => {
  expect([worseOf('ok', 'bad'), worseOf('warn', 'ok'), worseOf('off', 'ok')]).toEqual(['bad', 'warn', 'ok']);
});

it('counts calendar days, across months, never below none', () => {
  expect(daysBetween('2026-02-27', '2026-03-01')).toBe(2);
  expect(daysBetween('2026-03-02', '2026-03-01')).toBe(0);
});
