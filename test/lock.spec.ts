import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

describe('the lock file', () => {
  let directory: string;
  let file: string;
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'jiyue-lock-'));
    file = path.join(directory, 'package-lock.json');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const run = (...options: string[]) =>
    spawnSync(process.execPath, ['bin/complete-lock.mjs', ...options, file], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH },
    });
  const lockOf = (packages: object) => writeFileSync(file, JSON.stringify({ lockfileVersion: 3, packages }));
  const tool = {
    version: '2.0.0',
    dev: true,
    optionalDependencies: { '@tool/linux-x64-musl': '2.0.0', '@tool/win32-arm64': '^2.0.0' },
  };

  it('gets the packages of other platforms that npm left out, and is complete then', () => {
    lockOf({ '': {}, 'node_modules/tool': tool });
    expect(run('--check')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^package-lock.json lacks 2 .*lock:complete\n$/),
    });
    expect(run().status).toBe(0);
    expect(JSON.parse(readFileSync(file, 'utf8')).packages).toEqual({
      '': {},
      'node_modules/@tool/linux-x64-musl': {
        version: '2.0.0',
        os: ['linux'],
        cpu: ['x64'],
        libc: ['musl'],
        dev: true,
        optional: true,
      },
      'node_modules/@tool/win32-arm64': { version: '2.0.0', os: ['win32'], cpu: ['arm64'], dev: true, optional: true },
      'node_modules/tool': tool,
    });
    expect(run('--check').status).toBe(0);
  });

  it('finds a package beside the one that asks for it', () => {
    const held = { 'node_modules/tool/node_modules/@tool/linux-x64-musl': {}, 'node_modules/@tool/win32-arm64': {} };
    lockOf({ '': {}, 'node_modules/tool': tool, ...held });
    expect(run('--check').status).toBe(0);
  });

  it('names no registry', () => {
    lockOf({ '': {}, 'node_modules/other': { version: '1.0.0', resolved: 'https://registry.example/other.tgz' } });
    const { status, stderr } = run('--check');
    expect(status).toBe(1);
    expect(stderr).toContain('node_modules/other');
    expect(stderr).not.toContain('registry.example');
  });
});
