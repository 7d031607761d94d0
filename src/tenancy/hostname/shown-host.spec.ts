import { domainToASCII } from 'node:url';
import { bothHosts, shownHost } from './shown-host.js';

it.each(['www.农安.中国', '农安县.政务', 'nongan农安.中国', '一网通办.吉林.中国', '吉林省.cn'])(
  '%s is read as it is meant',
  (name) => {
    expect(shownHost(domainToASCII(name))).toBe(name);
  },
);

it('keeps the path, and says both forms where both matter', () => {
  expect(shownHost('www.xn--j7qv5v.xn--fiqs8s/xz/kaian/')).toBe('www.农安.中国/xz/kaian/');
  expect(bothHosts('www.xn--j7qv5v.xn--fiqs8s')).toBe('www.农安.中国（www.xn--j7qv5v.xn--fiqs8s）');
  expect(bothHosts('nongan.localhost')).toBe('nongan.localhost');
});

it.each([
  ['Latin with Cyrillic', 'nоngan.gov.cn'],
  ['Cyrillic alone, which looks like Latin', 'аррӏе.cn'],
  ['Greek', 'νongan.中国'],
  ['kana, which looks like Han', '吉林エ业.中国'],
  ['a stroke that passes for a slash', 'gov丿evil.cn'],
  ['a stroke that passes for a hyphen', 'nong一an.cn'],
  ['strokes alone', '丨.cn'],
  ['an accent', 'nóngan.cn'],
])('%s stays in its ASCII form', (_, name) => {
  const kept = domainToASCII(name);
  expect(kept).toContain('xn--');
  expect(shownHost(kept)).toBe(kept);
});

it.each(['xn--', 'xn--zzzzzz.cn', 'a sentence on xn--j7qv5v.cn', 'nongan.localhost/xz/xn--j7qv5v/', ''])(
  '%j is left alone',
  (text) => {
    expect(shownHost(text)).toBe(text);
  },
);
