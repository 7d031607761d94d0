import { cpSync, lstatSync, mkdtempSync, readlinkSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runAs } from './account.js';
import { copyBinaries, executable, findBinaries, restoreLinks } from './binaries.js';

describe('the PostgreSQL of the npm package', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'jiyue-binaries-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  it('is found with its version', async () => {
    const binaries = await findBinaries();
    const { output } = await runAs({ kind: 'self' }, executable(binaries, 'postgres'), ['--version']);
    expect(output).toContain(`(PostgreSQL) ${binaries.major}.`);
  });

  it('gets the links back that an installation without scripts leaves out', async () => {
    const { root } = await findBinaries();
    cpSync(path.dirname(root), home, { recursive: true, verbatimSymlinks: true });
    const [missing, broken] = ['libicuuc.so.60', 'libicudata.so.60'].map((name) => path.join(home, 'native/lib', name));
    rmSync(missing!);
    rmSync(broken!);
    symlinkSync('nowhere', broken!);
    const copy = { root: path.join(home, 'native'), version: '', major: '' };
    expect((await runAs({ kind: 'self' }, executable(copy, 'postgres'), ['--version'])).code).not.toBe(0);

    await restoreLinks(home);
    expect(lstatSync(missing!).isSymbolicLink()).toBe(true);
    expect(readlinkSync(broken!)).toBe('libicudata.so.60.2');
    expect((await runAs({ kind: 'self' }, executable(copy, 'postgres'), ['--version'])).code).toBe(0);
  });

  it('is copied once, whole, by those who copy at the same time', async () => {
    const binaries = await findBinaries();
    const [one, two] = await Promise.all([copyBinaries(binaries, home), copyBinaries(binaries, home)]);
    expect(one).toEqual(two);
    expect(statSync(executable(one!, 'initdb')).mode & 0o111).toBe(0o111);
    expect((await runAs({ kind: 'self' }, executable(one!, 'initdb'), ['--version'])).code).toBe(0);
  });
});
