import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { testRunDirectory } from './not-run.js';

/** A server of this run of Jest: its processes, what stops them, and the folders that go with it. */
export interface RunServer {
  pids: number[];
  signal: 'SIGINT' | 'SIGTERM';
  directories: string[];
}

/** Has test/test-run.js stop the server and remove its folders when the run ends or is killed. */
export function noteServer(name: string, server: RunServer): void {
  const folder = path.join(testRunDirectory(), 'servers');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${name}.json`), JSON.stringify(server));
}

/** A port of 127.0.0.1 that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(address && typeof address === 'object' ? address.port : 0));
    });
  });
}
