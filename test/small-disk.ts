import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Mounts a disk in memory of that size (`2m`: two mebibytes) on a folder, which is made when missing. */
export function mountSmallDisk(folder: string, size: string): void {
  mkdirSync(folder, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { stdio: 'ignore' });
}

export function unmount(folder: string): void {
  execFileSync('umount', ['--lazy', folder]);
}

/** Why this machine has no small disk to fill, or null. */
export function whyNoSmallDisk(): string | null {
  if (process.getuid?.() !== 0) return 'only root may mount one';
  const probe = mkdtempSync(path.join(tmpdir(), 'jiyue-mount-'));
  try {
    mountSmallDisk(probe, '1m');
    unmount(probe);
    return null;
  } catch {
    return 'this machine lets nobody mount one';
  } finally {
    rmdirSync(probe);
  }
}
