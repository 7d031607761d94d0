import { type NamedOrgan, OrganTexts, type TextOwner } from './organ-texts.js';

const organ = (id: string, name: string, over: Partial<NamedOrgan> = {}): NamedOrgan => {
  const facts = { id, name, telephone: '', address: '', ...over };
  return { ...facts, becomes: over.becomes ?? facts };
};
const NEW = { id: 'n', name: '农安县教育体育局', telephone: '0431-9999', address: '新街9号' };
const NOBODY: TextOwner = { fromId: null, toId: null };

const merged = new OrganTexts(
  [
    organ('a', '农安县教育局', { telephone: '0431-1111', address: '东街1号', becomes: NEW }),
    organ('b', '农安县体育局', { telephone: '0431-1111', becomes: NEW }),
    organ('c', '农安县教育局招生办公室'),
    organ('d', '教育局'),
  ],
  [NEW],
  new Set(['德惠市', '九台区']),
);
const rewrite = (text: string, owner = NOBODY) => merged.rewrite(text, owner).text;

it.each([
  ['the whole name', '农安县教育局办公', '农安县教育体育局办公'],
  ['each time it stands', '农安县教育局、农安县体育局', '农安县教育体育局、农安县教育体育局'],
  ['never a part of another organ’s name', '农安县教育局招生办公室', '农安县教育局招生办公室'],
  ['not what was called so already', '农安县教育体育局', '农安县教育体育局'],
  ['after the name of the place above', '吉林省农安县教育局', '吉林省农安县教育体育局'],
  ['not an organ of another place', '德惠市教育局和九台区农安县教育局', '德惠市教育局和九台区农安县教育局'],
  ['nothing of the short name alone', '教育局', '教育局'],
  ['nothing in an empty text', '', ''],
])('replaces %s', (_, text, expected) => expect(rewrite(text)).toBe(expected));

it('replaces telephone and address in the organ’s own texts alone, and only whole numbers', () => {
  const text = '电话0431-1111，分机0431-11112、10431-1111，地址东街1号';
  expect(rewrite(text)).toBe(text);
  expect(rewrite(text, { fromId: 'c', toId: 'c' })).toBe(text);
  expect(rewrite(text, { fromId: 'a', toId: 'n' })).toBe('电话0431-9999，分机0431-11112、10431-1111，地址新街9号');
});

it('takes nothing away that the new organ has not', () => {
  const silent = { ...NEW, telephone: '', address: '' };
  const texts = new OrganTexts([organ('a', '甲局', { telephone: '0431-1111', becomes: silent })], [silent], new Set());
  expect(texts.rewrite('甲局 0431-1111', { fromId: 'a', toId: 'n' }).text).toBe('农安县教育体育局 0431-1111');
});

it('lets people decide what a split organ is called, except in what it hands on', () => {
  const [one, two] = [
    { ...NEW, id: 'x', name: '乙局' },
    { ...NEW, id: 'y', name: '丙局' },
  ];
  const texts = new OrganTexts([organ('a', '甲局', { becomes: 'several' })], [one, two], new Set());
  expect(texts.rewrite('甲局的栏目', NOBODY)).toEqual({ text: '甲局的栏目', undecided: ['甲局'] });
  expect(texts.rewrite('甲局的栏目', { fromId: 'a', toId: 'y' })).toEqual({ text: '丙局的栏目', undecided: [] });
});

it('exchanges two names in one pass', () => {
  const [a, b] = [organ('a', '甲局'), organ('b', '乙局')];
  const texts = new OrganTexts(
    [
      { ...a, becomes: b },
      { ...b, becomes: a },
    ],
    [a, b],
    new Set(),
  );
  expect(texts.rewrite('甲局和乙局', NOBODY).text).toBe('乙局和甲局');
});

it('takes a name for what it is, whatever signs are in it', () => {
  const odd = organ('a', '甲局(筹)[x].*', { becomes: NEW });
  const texts = new OrganTexts([odd], [NEW], new Set());
  expect(texts.rewrite('甲局(筹)[x].*和甲局筹x', NOBODY).text).toBe('农安县教育体育局和甲局筹x');
});
