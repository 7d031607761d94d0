import { acceptsGzip, matchesEtag } from './headers.js';

it.each([
  ['gzip', true],
  ['br, gzip;q=0.5', true],
  ['GZIP', true],
  ['*', true],
  ['br', false],
  ['gzip;q=0', false],
  ['gzip; q=0.000, *', false],
  ['identity;q=1, *;q=0', false],
  [undefined, false],
  ['', false],
])('takes Accept-Encoding %j as %s', (header, expected) => expect(acceptsGzip(header)).toBe(expected));

it.each([
  ['"a"', true],
  ['W/"a"', true],
  ['"b", "a"', true],
  ['*', true],
  ['"b"', false],
  [undefined, false],
])('takes If-None-Match %j for the tag "a": %s', (header, expected) =>
  expect(matchesEtag(header, '"a"')).toBe(expected),
);
