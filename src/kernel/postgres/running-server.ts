import { readFile, readlink, realpath, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './start-lock.js';

export interface RunningServer {
  pid: number;
  port: number;
}

/**
 * The live server of a data directory, once it accepts connections, or null. Waits up to `patience` milliseconds for
 * one that is starting, recovering or stopping. Removes the `postmaster.pid` of a dead server when something still
 * answers to its number, another program or its own unburied process: PostgreSQL would refuse to start.
 */
export async function findServer(data: string, patience: number): Promise<RunningServer | null> {
  const deadline = Date.now() + patience;
  for (;;) {
    const file = await readPidFile(data);
    if (!file) return null;
    if (!isAlive(file.pid)) {
      if (answersSignals(file.pid)) await removePidFile(data);
      return null;
    }
    const folder = await workingFolder(file.pid);
    if (folder !== null && folder !== (await realpath(data))) {
      // a server enters its directory before it writes the file, so this is no young one
      await removePidFile(data);
      return null;
    }
    if (file.status === 'ready') {
      const ours = folder !== null || (await accepts(file.port));
      return ours ? { pid: file.pid, port: file.port } : null;
    }
    if (Date.now() >= deadline) return null;
    await sleep(50);
  }
}

function removePidFile(data: string): Promise<void> {
  return rm(path.join(data, 'postmaster.pid'), { force: true });
}

function answersSignals(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** `postmaster.pid`: process, data directory, start, port, socket directory, address, shared memory, status. */
async function readPidFile(data: string): Promise<(RunningServer & { status: string }) | null> {
  const text = await readFile(path.join(data, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  if (!(pid > 0)) return null;
  return { pid, port: Number(lines[3]), status: (lines[7] ?? '').trim() };
}

/** A server's is its data directory. Null where the machine does not let us see it (no procfs, no right to trace). */
function workingFolder(pid: number): Promise<string | null> {
  return readlink(`/proc/${pid}/cwd`).catch(() => null);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
