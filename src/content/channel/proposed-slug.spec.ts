import { proposedSlug } from './proposed-slug.js';

it.each([
  ['通知公告', [], 'tzgg'],
  ['通知公告', ['tzgg', 'tzgg2'], 'tzgg3'],
  ['2026年招生', [], 'lm2026nzs'],
  ['乡镇', [], 'xz2'],
  ['“互联网+”政务', [], 'hlwzw'],
  ['ETC 专栏', [], 'etczl'],
  ['！', [], 'lm'],
])('makes of %s, beside %j, the address %s', async (name, taken, slug) => {
  expect(
    await proposedSlug(
      name,
      taken.map((one) => ({ slug: one })),
    ),
  ).toBe(slug);
});

it('stays within the length of an address', async () => {
  expect(await proposedSlug('很'.repeat(30), [{ slug: 'h'.repeat(21) }])).toBe(`${'h'.repeat(21)}2`);
});
