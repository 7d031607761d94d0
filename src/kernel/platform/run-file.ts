import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { birthOf, isAlive } from '../postgres/start-lock.js';

/** What a running platform says of itself to commands, in DATA_DIR/run.json (mode 600). */
export interface RunFile {
  pid: number;
  host: string;
  port: number;
  version: string;
  startedAt: string;
  /** Tells the process from a later one of the same number. */
  birth: string;
}

const file = (dataDirectory: string) => join(dataDirectory, 'run.json');

/** @returns null when there is none, or its process is gone */
export async function readRunFile(dataDirectory: string): Promise<RunFile | null> {
  try {
    const run = JSON.parse(await readFile(file(dataDirectory), 'utf8')) as RunFile;
    return isAlive(run.pid) && birthOf(run.pid) === run.birth ? run : null;
  } catch {
    return null;
  }
}

export async function writeRunFile(dataDirectory: string, facts: Omit<RunFile, 'birth'>): Promise<void> {
  const run: RunFile = { ...facts, birth: birthOf(facts.pid) };
  const temporary = `${file(dataDirectory)}.${run.pid}`;
  await writeFile(temporary, `${JSON.stringify(run, null, 2)}\n`, { mode: 0o600 });
  await rename(temporary, file(dataDirectory));
}

export const removeRunFile = (dataDirectory: string): Promise<void> => rm(file(dataDirectory), { force: true });
