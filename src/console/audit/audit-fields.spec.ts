import { expect, it } from '@jest/globals';
import { changesOf, numbersIn, valueInWords } from './audit-fields.js';
import { actOptions } from './audit-words.js';

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
  expect(changesOf({ before: { state: 'open' } })).toEqual([{ label: '状态', before: '正常', after: '' }]);
  expect(changesOf({ name: '农安县' })).toEqual([]);
});

it.each([
  ['name', null, ''],
  ['mayGiveOn', false, '否'],
  ['items', 0, '0'],
  ['role', 'editor', '编辑'],
  ['state', 'closed', '已关闭'],
  [
    'agent',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36',
    'Windows 上的 Chrome 120',
  ],
  ['agent', 'Mozilla/5.0 (Linux; Android 12) Chrome/107 MicroMessenger/8.0 Mobile Safari/537.36', '安卓手机 上的 微信'],
  ['primary', 'www.xn--j7qv5v.xn--fiqs8s', 'www.农安.中国'],
  ['after', { address: 'xn--j7qv5v.cn/bm/jyj/' }, '地址 农安.cn/bm/jyj/'],
  ['reason', 'xn--j7qv5v.cn', 'xn--j7qv5v.cn'],
  // A code is one only in its field.
  ['name', 'editor', 'editor'],
  ['after', { kind: 'township', sites: 3 }, '类别 乡镇子站，网站 3'],
  [
    'counts',
    [
      { what: '栏目', made: 2 },
      { what: '网站', made: 1 },
    ],
    '内容 栏目，新建 2；内容 网站，新建 1',
  ],
])('shows %s %p as “%s”', (field, value, words) => {
  expect(valueInWords(field, value)).toBe(words);
});

it('names what stands there by its number', () => {
  const [bureau, gone] = ['019f0000-0000-7000-8000-000000000001', '019f0000-0000-7000-8000-000000000002'];
  expect(numbersIn({ name: '教育', after: { organId: bureau, list: [gone, 'x'] } })).toEqual([bureau, gone]);
  const names = new Map([[bureau, '农安县教育局']]);
  expect(valueInWords('organId', bureau, names)).toBe('农安县教育局');
  expect(valueInWords('organId', gone, names)).toBe(gone);
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
