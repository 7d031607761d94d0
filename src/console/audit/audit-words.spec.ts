import { expect, it } from '@jest/globals';
import { actOptions, changesOf, valueInWords } from './audit-words.js';

it('shows field by field what changed, in words, and leaves out what did not', () => {
  const detail = {
    before: { name: '旧', slug: 'x', theme: null },
    after: { name: '新', slug: 'x', theme: 'county', unheardOf: [1, 2] },
  };
  expect(changesOf(detail)).toEqual([
    { label: '名称', before: '旧', after: '新' },
    { label: '主题', before: '', after: 'county' },
    { label: 'unheardOf', before: '', after: '1、2' },
  ]);
});

it('shows a change of what has no fields as it stands, and none where none is told', () => {
  expect(changesOf({ before: 'a', after: ['b', 'c'] })).toEqual([{ label: '内容', before: 'a', after: 'b、c' }]);
  expect(changesOf({ before: { state: 'open' } })).toEqual([{ label: '状态', before: 'open', after: '' }]);
  expect(changesOf({ name: '农安县' })).toEqual([]);
});

it.each([
  [null, ''],
  [false, '否'],
  [0, '0'],
  [{ a: 1 }, '{"a":1}'],
])('shows %p as “%s”', (value, words) => {
  expect(valueInWords(value)).toBe(words);
});

it('groups acts by what they are done to, the whole group first', () => {
  expect(actOptions({ 'site.edited': '修改网站资料', 'account.locked': '锁定账号', 'site.moved': '划转子站' })).toEqual(
    [
      {
        label: '账号',
        options: [
          { value: 'account.', label: '账号：全部' },
          { value: 'account.locked', label: '锁定账号' },
        ],
      },
      {
        label: '网站',
        options: [
          { value: 'site.', label: '网站：全部' },
          { value: 'site.edited', label: '修改网站资料' },
          { value: 'site.moved', label: '划转子站' },
        ],
      },
    ].sort((a, b) => a.label.localeCompare(b.label, 'zh-Hans-CN')),
  );
});
