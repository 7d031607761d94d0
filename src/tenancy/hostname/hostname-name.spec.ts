import { readHostname } from './hostname-name.js';

it.each([
  ['nongan', 'nongan', true],
  [' NongAn ', 'nongan', true],
  ['nongan.localhost', 'nongan', true],
  ['https://nongan.localhost/', 'nongan', true],
  ['www.nongan.gov.cn', 'www.nongan.gov.cn', false],
  ['WWW.Nongan.GOV.cn.', 'www.nongan.gov.cn', false],
  ['www.农安.中国', 'www.xn--j7qv5v.xn--fiqs8s', false],
  ['ｗｗｗ．nongan．gov．cn', 'www.nongan.gov.cn', false],
  ['www。nongan。gov。cn', 'www.nongan.gov.cn', false],
])('%s is kept as %s', (written, name, underBase) => {
  expect(readHostname(written, 'localhost')).toEqual({ name, underBase });
});

it.each([
  '',
  'www',
  'console',
  'console.localhost',
  'a.b.localhost',
  'localhost',
  '-a.gov.cn',
  'a-.gov.cn',
  'a_b.gov.cn',
  'nongan.gov.cn:8080',
  'nongan.gov.cn/path',
  'user@nongan.gov.cn',
  'nong an.gov.cn',
  '127.0.0.1',
  '[::1]',
  '2130706433',
  'a..cn',
  'xn--\u0000.cn',
  'a%2eb.cn',
  `${'a'.repeat(64)}.cn`,
  `${'a.'.repeat(130)}cn`,
  'a'.repeat(25),
])('%j is no hostname, in a sentence', (written) => {
  expect(readHostname(written, 'localhost')).toEqual({ fault: expect.stringMatching(/[\u4e00-\u9fff]/) });
});
