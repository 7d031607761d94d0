import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Whether a process of that number lives (also one of another account). A dead one that nobody has waited for, as in a
 * container whose first process adopts no orphans, still answers signals, but is dead.
 */
export function isAlive(pid: number): boolean {
  // 0 and negative numbers would mean whole process groups
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return statusOf(pid)[0] !== 'Z';
}

/** The fields of `/proc/PID/stat` from the third (state) on; empty where there is no procfs. */
function statusOf(pid: number): string[] {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // the second field, the program's name, may hold spaces
    return line.slice(line.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

/** Tells a process from a later one of the same number: its start in clock ticks since boot; empty where unknown. */
export function birthOf(pid: number): string {
  return statusOf(pid)[19] ?? '';
}

function holderOf(content: string): number | null {
  const [pid = '', birth = ''] = content.split(' ');
  if (!isAlive(Number(pid)) || birthOf(Number(pid)) !== birth) return null;
  return Number(pid);
}

/**
 * Lets one process at a time start the server of a directory. A lock whose holder was killed is taken over. Waits up to
 * `patience` milliseconds, then calls `onBusy` with the holder's process number and throws what that returns.
 * Returns the function that gives the lock back.
 */
export async function acquireStartLock(
  directory: string,
  patience: number,
  onBusy: (pid: number) => Error,
): Promise<() => Promise<void>> {
  const lock = path.join(directory, 'start.lock');
  const own = path.join(directory, `start.lock.${process.pid}.${randomUUID()}`);
  const deadline = Date.now() + patience;
  await writeFile(own, `${process.pid} ${birthOf(process.pid)} ${randomUUID()}`, { mode: 0o600 });
  try {
    for (;;) {
      // link() makes the lock with its content in one step: nobody ever reads an empty one
      if (await tryTo('EEXIST', () => link(own, lock))) return () => rm(lock, { force: true });
      const content = await readFile(lock, 'utf8').catch((error) => {
        if (error.code === 'ENOENT') return null; // given back in the meantime
        throw error;
      });
      if (content === null) continue;
      const holder = holderOf(content);
      if (holder === null) await removeStale(lock, content, own);
      else if (Date.now() > deadline) throw onBusy(holder);
      else await sleep(50);
    }
  } finally {
    await rm(own, { force: true });
  }
}

/** Two that find the same stale lock must not remove the new one of the faster: what was taken by mistake goes back. */
async function removeStale(lock: string, content: string, own: string): Promise<void> {
  const aside = `${own}.stale`;
  if (!(await tryTo('ENOENT', () => rename(lock, aside)))) return;
  if ((await readFile(aside, 'utf8')) !== content) await tryTo('EEXIST', () => link(aside, lock));
  await rm(aside, { force: true });
}

/** Whether the action was done; false where another process was faster, which shows in that code. */
async function tryTo(lateCode: 'EEXIST' | 'ENOENT', action: () => Promise<void>): Promise<boolean> {
  try {
    await action();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === lateCode) return false;
    throw error;
  }
}
