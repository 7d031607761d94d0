import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../../kernel/config/project-root.js';
import { mediaTypeOf } from './media-type.js';

const sample = (name: string) => readFile(join(projectRoot, 'samples', 'demo', name));

it('knows a picture with its measures', async () => {
  expect(mediaTypeOf('a.webp', await sample('pictures/library.webp'), 'image')).toEqual({
    type: 'image/webp',
    width: 1200,
    height: 750,
  });
});

it.each(['files/application-form.docx', 'files/budget.xlsx', 'files/fire-checklist.pdf', 'files/subsidies.csv'])(
  'takes the attachment %s for what it is',
  async (name) => expect(mediaTypeOf(name, await sample(name), 'attachment')).toMatchObject({ width: null }),
);

it.each([
  ['a.svg', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', 'image'],
  ['a.html', '<script>alert(1)</script>', 'attachment'],
  ['a.exe', 'MZ', 'attachment'],
  ['a', 'text', 'attachment'],
  ['a.pdf', '<html>', 'attachment'],
  ['a.png', '<svg/>', 'image'],
  ['a.docx', 'PK\x03\x04 no document in here', 'attachment'],
  ['a.csv', 'a\0b', 'attachment'],
  ['a.pdf.png', '%PDF-1.7', 'image'],
] as const)('refuses %s by what is in it', (name, content, role) => {
  expect(typeof mediaTypeOf(name, Buffer.from(content, 'latin1'), role)).toBe('string');
});

it('refuses a damaged picture', async () => {
  const bytes = (await sample('pictures/library.webp')).subarray(0, 14);
  expect(mediaTypeOf('a.webp', Buffer.from(bytes), 'image')).toContain('损坏');
});
