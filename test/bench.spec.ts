import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { projectRoot } from './journeys/own-platform.mjs';

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('what a program opened', () => {
  /** Runs a small program that says `opened`, goes a way out, and says `closed` when it closes. */
  function leaving(way: string, signal?: NodeJS.Signals): Promise<{ code: number | null; said: string }> {
    const module = pathToFileURL(join(projectRoot, 'bin/lib/to-the-end.mjs')).href;
    const program = `
      import { setTimeout as sleep } from 'node:timers/promises';
      import { toTheEnd } from '${module}';
      await toTheEnd(
        async () => { console.log('opened'); ${way} },
        async () => { await sleep(50); console.log('closed'); },
      );
      console.log('after');`;
    return new Promise((resolve) => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', program]);
      let said = '';
      child.stdout.on('data', (chunk) => {
        said += chunk;
        if (signal && said === 'opened\n') child.kill(signal);
      });
      child.once('close', (code) => resolve({ code, said }));
    });
  }

  it.each([
    ['the end', '', undefined, 0, 'opened\nclosed\nafter\n'],
    ['an error', `throw new Error('x');`, undefined, 1, 'opened\nclosed\n'],
    [
      'an error nobody catches',
      `setImmediate(() => { throw new Error('x'); }); await sleep(9e6);`,
      undefined,
      1,
      'opened\nclosed\n',
    ],
    ['a promise nobody catches', `Promise.reject(new Error('x')); await sleep(9e6);`, undefined, 1, 'opened\nclosed\n'],
    ['Ctrl+C', 'await sleep(9e6);', 'SIGINT', 130, 'opened\nclosed\n'],
    ['SIGTERM', 'await sleep(9e6);', 'SIGTERM', 143, 'opened\nclosed\n'],
    ['SIGHUP', 'await sleep(9e6);', 'SIGHUP', 129, 'opened\nclosed\n'],
  ] as const)('is closed once after %s', async (_, way, signal, code, said) => {
    expect(await leaving(way, signal)).toEqual({ code, said });
  });
});

describe('the bench of the desk', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('leaves neither PostgreSQL nor a file behind on %s', async (signal) => {
    const folder = await mkdtemp(join(tmpdir(), 'jiyue-bench-spec-'));
    try {
      const bench = spawn(process.execPath, ['bin/bench.mjs', 'desk', '--quick'], {
        cwd: projectRoot,
        env: { ...process.env, TMPDIR: folder },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      bench.stdout.on('data', (chunk) => {
        said += chunk;
      });
      const ended = new Promise<number | null>((resolve) => bench.once('exit', resolve));
      // By now its server takes in data.
      while (!said.includes('grants of every kind')) {
        expect(bench.exitCode).toBeNull();
        await sleep(50);
      }
      const [own] = await readdir(folder);
      const pidFile = join(folder, own!, 'postgres/data/postmaster.pid');
      const pid = Number((await readFile(pidFile, 'utf8')).split('\n')[0]);
      expect(isAlive(pid)).toBe(true);
      bench.kill(signal);
      await ended;
      expect(isAlive(pid)).toBe(false);
      expect(await readdir(folder)).toEqual([]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
