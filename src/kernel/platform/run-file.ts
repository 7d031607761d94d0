import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a running platform says of itself to commands, in DATA_DIR/run.json (mode 600). */
export interface RunFile {
  pid: number;
  host: string;
  port: number;
  version: string;
  startedAt: string;
}

const file = (dataDirectory: string) => join(dataDirectory, 'run.json');

/** @returns null when there is none, or its process is gone */
export async function readRunFile(dataDirectory: string): Promise<RunFile | null> {
  try {
    const run = JSON.parse(await readFile(file(dataDirectory), 'utf8')) as RunFile;
    process.kill(run.pid, 0);
    return run;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPERM')
      return JSON.parse(await readFile(file(dataDirectory), 'utf8'));
    return null;
  }
}

export async function writeRunFile(dataDirectory: string, run: RunFile): Promise<void> {
  const temporary = `${file(dataDirectory)}.${run.pid}`;
  await writeFile(temporary, `${JSON.stringify(run, null, 2)}\n`, { mode: 0o600 });
  await rename(temporary, file(dataDirectory));
}

export const removeRunFile = (dataDirectory: string): Promise<void> => rm(file(dataDirectory), { force: true });
