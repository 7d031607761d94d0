import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aSite } from '../../../test/builders.js';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import { PublishFile, readDocument } from './publish-file.js';
import { PublishItem } from './publish-item.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jiyue-folder-'));
  await mkdir(join(folder, 'in'));
});

afterEach(() => rm(folder, { recursive: true }));

const text = (reference: string) => `---\n标题: 一份通知\n---\n\n正文一段。\n\n[附件](${reference})\n`;

async function aDocument(reference: string): Promise<string> {
  const path = join(folder, 'in', 'notice.md');
  await writeFile(path, text(reference));
  return path;
}

it('reads what a document refers to, wherever it stands in its folder', async () => {
  await mkdir(join(folder, 'in', 'files'));
  await writeFile(join(folder, 'in', 'files', 'table.csv'), 'a,b\n');
  await symlink('table.csv', join(folder, 'in', 'files', 'same.csv'));
  for (const reference of ['files/table.csv', 'files/same.csv'])
    expect((await readDocument(await aDocument(reference))).media).toMatchObject([
      { size: 4, mediaType: 'text/csv; charset=utf-8' },
    ]);
});

it('does not follow a link out of the folder', async () => {
  await writeFile(join(folder, 'secret.csv'), 'secret');
  await symlink(join(folder, 'secret.csv'), join(folder, 'in', 'key.csv'));
  await symlink(folder, join(folder, 'in', 'up'));
  for (const reference of ['key.csv', 'up/secret.csv'])
    await expect(readDocument(await aDocument(reference))).rejects.toMatchObject({ code: 'content.media-missing' });
});

it('does not wait for a pipe, and takes no folder for a file', async () => {
  execFileSync('mkfifo', [join(folder, 'in', 'pipe.csv')]);
  await mkdir(join(folder, 'in', 'folder.csv'));
  for (const reference of ['pipe.csv', 'folder.csv'])
    await expect(readDocument(await aDocument(reference))).rejects.toMatchObject({ code: 'content.media-missing' });
});

it('publishes nothing when a file changed after it was checked', async () => {
  const platform: TestPlatform = await aPlatform();
  try {
    const site = await aSite(platform);
    const file = join(folder, 'in', 'table.csv');
    await writeFile(file, 'checked\n');
    const read = await readDocument(await aDocument('table.csv'));
    await writeFile(file, 'altered\n');
    const command = new PublishFile(platform.work, platform.objects, new PublishItem(platform.work, platform.calendar));
    await expect(command.run(OPERATOR, site, 'ywdt', read)).rejects.toMatchObject({ code: 'objects.mismatch' });
    await writeFile(file, 'checked\n');
    await expect(command.run(OPERATOR, site, 'ywdt', read)).resolves.toMatchObject({ outcome: 'published' });
  } finally {
    await platform.close();
  }
});
