import { mediaList, readReference } from './media-references.js';

test.each([
  '../../etc/passwd',
  'a/../../b.pdf',
  '..',
  '/etc/passwd',
  '/files/a.pdf',
  '\\\\server\\share\\a.pdf',
  'files\\a.pdf',
  'C:\\a.pdf',
  'c:/a.pdf',
  'file:///etc/passwd',
  '%2e%2e/a.pdf',
  'files/%2E%2E/a.pdf',
  'files%2fa.pdf',
  'files/%252e%252e/a.pdf',
  'a%00.pdf',
  '.\t./a.pdf',
])('%j leaves the folder of the document and is refused by name', (reference) => {
  expect(() => readReference(reference)).toThrow(expect.objectContaining({ code: 'intake.path-escapes' }));
  expect(() => readReference(reference)).toThrow(reference.trim());
});

test.each([
  ['files/a.pdf', { kind: 'file', path: 'files/a.pdf', extension: 'pdf' }],
  ['./files//a.PDF?x=1#p2', { kind: 'file', path: 'files/a.PDF', extension: 'pdf' }],
  ['%E9%99%84%E4%BB%B6.docx', { kind: 'file', path: '附件.docx', extension: 'docx' }],
  ['a..b.pdf', { kind: 'file', path: 'a..b.pdf', extension: 'pdf' }],
  ['完成50%.pdf', { kind: 'file', path: '完成50%.pdf', extension: 'pdf' }],
  ['https://user:secret@example.com/a', { kind: 'web', href: 'https://example.com/a' }],
  ['//example.com/a', { kind: 'web', href: 'https://example.com/a' }],
  ['MAILTO:a@example.com?subject=x', { kind: 'mail', href: 'mailto:a@example.com' }],
  ['#%E4%B8%80', { kind: 'anchor', id: '一' }],
  ['java\nscript:alert(1)', { kind: 'none', scheme: 'javascript' }],
  ['\u0001javascript:alert(1)', { kind: 'none', scheme: 'javascript' }],
  ['data:text/html,x', { kind: 'none', scheme: 'data' }],
  ['https://', { kind: 'none', scheme: 'http' }],
  ['  ', { kind: 'none', scheme: '' }],
])('%j is %j', (written, expected) => {
  expect(readReference(written)).toEqual(expected);
});

test('each file is listed once, under a name that is safe and its own', () => {
  const media = mediaList();
  expect(media.add('files/任务 分工（终稿）.xlsx', 'attachment', '任务分工')).toBe('任务-分工-终稿.xlsx');
  expect(media.add('a/Plan.PDF', 'attachment', '')).toBe('Plan.pdf');
  expect(media.add('b/plan.pdf', 'attachment', '')).toBe('plan-2.pdf');
  expect(media.add('a/Plan.PDF', 'attachment', '规划')).toBe('Plan.pdf');
  expect(media.add('c/"<>.png', 'attachment', '')).toBe('file.png');
  expect(media.add('c/"<>.png', 'image', '')).toBe('file.png');
  expect(media.entries.map(({ name, role, title }) => [name, role, title])).toEqual([
    ['任务-分工-终稿.xlsx', 'attachment', '任务分工'],
    ['Plan.pdf', 'attachment', '规划'],
    ['plan-2.pdf', 'attachment', ''],
    ['file.png', 'image', ''],
  ]);
  expect(media.has('Plan.pdf')).toBe(true);
  expect(media.has('other.pdf')).toBe(false);
});
