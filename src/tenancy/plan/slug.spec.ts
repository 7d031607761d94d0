import { faultOfSlug } from './slug.js';
import { readingOf } from './slug-reading.js';

it.each([
  ['绿园', 'lvyuan'],
  ['吕梁', 'lvliang'],
  ['略阳', 'lveyang'],
  ['长春', 'changchun'],
  ['（省级）', 'shengji'],
])('reads %s as %s', (name, reading) => {
  expect(readingOf(name)).toBe(reading);
});

it.each([
  ...['xz', 'bm', 'assets', 'healthz', 'readyz', 'api', 'search', 'kiosk'],
  ...['console', 'www', 'mail', 'admin', 'static', 'public', 'en'],
])('refuses the reserved word %s', (word) => {
  expect(faultOfSlug(word)).toContain('保留词');
});

it.each(['', '-a', 'a-', 'Nongan', 'nóng', 'a_b', 'a.b', 'a'.repeat(25)])('refuses “%s”', (slug) => {
  expect(faultOfSlug(slug)).not.toBeNull();
});

it.each(['a', 'jl', 'zwgk', 'liaoyuan-xian', 'a'.repeat(24)])('accepts “%s”', (slug) => {
  expect(faultOfSlug(slug)).toBeNull();
});
