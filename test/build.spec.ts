import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

type Build = (options: { root: string; force?: boolean }) => Promise<{ compiled: number; removed: number }>;

describe('the build', () => {
  let root: string;
  let ensureBuilt: Build;
  const source = (file: string) => path.join(root, 'src', file);
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(source(file)), { recursive: true });
    writeFileSync(source(file), text);
  };
  const output = (file: string) => readFileSync(path.join(root, 'dist', file), 'utf8');
  const outputs = () => readdirSync(path.join(root, 'dist'), { recursive: true }).map(String).sort();

  beforeAll(async () => {
    ({ ensureBuilt } = await import(pathToFileURL(path.resolve('bin/lib/compile.mjs')).href));
  });
  beforeEach(async () => {
    root = mkdtempSync(path.join(tmpdir(), 'jiyue-build-'));
    cpSync('.swcrc', path.join(root, '.swcrc'));
    symlinkSync(path.resolve('node_modules'), path.join(root, 'node_modules'));
    write('main.ts', 'export const answer: number = 42;');
    write('room/part.ts', 'export const part = 1;');
    write('room/part.spec.ts', 'never compiled');
    write('room/README.md', 'never copied');
    // Times of files move in steps of some milliseconds; settings as new as an output make it old.
    await sleep(20);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('compiles programs, not their specs, and copies nothing', async () => {
    expect(await ensureBuilt({ root })).toEqual({ compiled: 2, removed: 0 });
    expect(outputs()).toEqual(['main.js', 'room', 'room/part.js']);
    expect(output('main.js')).toContain('export const answer = 42;');
  });

  it('compiles only what changed, also when an older file was put back', async () => {
    await ensureBuilt({ root });
    expect(await ensureBuilt({ root })).toEqual({ compiled: 0, removed: 0 });
    write('main.ts', 'export const answer = 43;');
    expect(await ensureBuilt({ root })).toEqual({ compiled: 1, removed: 0 });
    write('main.ts', 'export const answer = 41;');
    utimesSync(source('main.ts'), 1_000_000_000, 1_000_000_000);
    expect(await ensureBuilt({ root })).toEqual({ compiled: 1, removed: 0 });
    expect(output('main.js')).toContain('41');
    expect(await ensureBuilt({ root, force: true })).toEqual({ compiled: 2, removed: 0 });
  });

  it('removes what has no source any more, and what a killed build left', async () => {
    await ensureBuilt({ root });
    rmSync(source('room/part.ts'));
    // no process has so high a number
    writeFileSync(path.join(root, 'dist/main.js.999999999.0.making'), '');
    expect(await ensureBuilt({ root })).toEqual({ compiled: 0, removed: 2 });
    expect(outputs()).toEqual(['main.js', 'room']);
  });

  it('runs beside itself', async () => {
    for (let i = 0; i < 50; i++) write(`room/many-${i}.ts`, `export const n: number = ${i};`);
    await Promise.all([1, 2, 3].map(() => ensureBuilt({ root, force: true })));
    expect(outputs()).toHaveLength(53);
    expect(output('room/many-7.js')).toContain('n = 7');
  });

  it('keeps the last good output of a source that does not parse, and says where it fails', async () => {
    await ensureBuilt({ root });
    write('main.ts', 'export const = ;');
    await expect(ensureBuilt({ root })).rejects.toThrow('main.ts');
    expect(output('main.js')).toContain('42');
  });
});
