// One run of Jest owns a temporary folder, and in it perhaps a database server. Its workers share both; the run removes
// them when it ends, and when it is killed this file, running as a process of its own, does.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const THIS_FILE = fileURLToPath(import.meta.url);

/** Makes the folder of this run, in `JIYUE_TEST_RUN`, and sets a guard over it that outlives a killed Jest. */
export async function openTestRun() {
  const directory = await mkdtemp(path.join(tmpdir(), 'jiyue-test-'));
  process.env.JIYUE_TEST_RUN = directory;
  const guard = spawn(process.execPath, [THIS_FILE, String(process.pid), directory], {
    cwd: '/',
    detached: true,
    stdio: 'ignore',
    env: { PATH: process.env.PATH },
  });
  guard.unref();
}

/** Stops the servers that suites noted (test/servers.ts) and removes their folders and that of the run. */
export async function closeTestRun(directory) {
  const notes = path.join(directory, 'servers');
  for (const name of await readdir(notes).catch(() => [])) {
    const { pids, signal, directories } = JSON.parse(await readFile(path.join(notes, name), 'utf8'));
    for (const pid of pids) await end(pid, signal);
    for (const folder of directories) await rm(folder, { recursive: true, force: true });
  }
  await rm(directory, { recursive: true, force: true });
}

/** Asks first, then kills: nothing of a test server has to be kept. */
async function end(pid, signal) {
  for (const one of [signal, 'SIGKILL']) {
    if (isAlive(pid)) process.kill(pid, one);
    for (let i = 0; i < 50 && isAlive(pid); i++) await sleep(100);
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

if (process.argv[1] === THIS_FILE) {
  const [jest, directory] = [Number(process.argv[2]), process.argv[3]];
  while (isAlive(jest) && existsSync(directory)) await sleep(1000);
  // workers of a killed Jest notice it a moment later
  if (existsSync(directory)) await sleep(2000);
  await closeTestRun(directory);
}
