import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { listDocuments, surveyFolder } from './list-documents.js';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'intake-'));
  for (const path of [
    'b.md',
    'a.txt',
    'C.HTML',
    'table.xlsx',
    'README.md',
    '.hidden.md',
    '.git/x.md',
    'files/read-me.txt',
    '图片/note.txt',
    'page_files/frame.html',
    'news/2.md',
    'news/old/1.htm',
    'news/pictures/x.md',
  ]) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), 'x');
  }
  await symlink('/etc', join(root, 'link'));
  await symlink('/etc/hostname', join(root, 'host.txt'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const inside = (paths: string[]) => paths.map((path) => relative(root, path));

test('documents of a folder and its subfolders in a fixed order, without hidden files, media and links', async () => {
  expect(inside(await listDocuments(root))).toEqual(['C.HTML', 'a.txt', 'b.md', 'news/2.md', 'news/old/1.htm']);
});

test('files that are no documents are reported', async () => {
  expect(inside((await surveyFolder(root)).ignored)).toEqual(['README.md', 'table.xlsx']);
});

test('a file is itself', async () => {
  expect(await listDocuments(join(root, 'table.xlsx'))).toEqual([join(root, 'table.xlsx')]);
});

test('a path that is not there, and a folder without documents', async () => {
  await expect(listDocuments(join(root, 'none'))).rejects.toMatchObject({ code: 'intake.path-unreadable' });
  await expect(listDocuments(join(root, 'files', '..', '图片', '..', '.git'))).resolves.toHaveLength(1);
  await mkdir(join(root, 'empty'));
  await expect(listDocuments(join(root, 'empty'))).rejects.toMatchObject({ code: 'intake.no-documents' });
});
