import { normaliseHost, parseSiteAddress } from './site-address.js';

it.each([
  ['Nongan.Localhost', 'nongan.localhost'],
  ['nongan.localhost:8080', 'nongan.localhost'],
  ['nongan.localhost.', 'nongan.localhost'],
  ['a_b.localhost', null],
  ['a b', null],
  ['', null],
  ['.localhost', null],
  ['-a.localhost', null],
  [`${'a'.repeat(300)}.localhost`, null],
  ['[::1]:80', null],
])('compares the host %s as %s', (host, expected) => expect(normaliseHost(host)).toBe(expected));

it.each([
  ['nongan.localhost', { host: 'nongan.localhost', prefix: '/' }],
  ['http://nongan.localhost:8080/', { host: 'nongan.localhost', prefix: '/' }],
  ['https://www.农安.中国:8080/xz/kaian', { host: 'www.xn--j7qv5v.xn--fiqs8s', prefix: '/xz/kaian/' }],
  ['nongan.localhost/xz/kaian', { host: 'nongan.localhost', prefix: '/xz/kaian/' }],
  [' https://Nongan.localhost/xz/kaian/ ', { host: 'nongan.localhost', prefix: '/xz/kaian/' }],
])('reads the site %s', (written, expected) => expect(parseSiteAddress(written, 'localhost')).toEqual(expected));

it.each(['', 'nongan.localhost/xz', 'nongan.localhost/xz/../..', 'nongan.localhost/a/b/c', 'nong an'])(
  'says of %j how a site is written',
  (written) => expect(() => parseSiteAddress(written, 'localhost')).toThrow('xz/'),
);
