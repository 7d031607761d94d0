import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startWeb, type Web } from '../src/web.js';
import type { TestPlatform } from './platform.js';

export interface Answer {
  status: number;
  headers: Record<string, string | undefined>;
  body: string;
  bytes: Buffer;
}

export interface TestWeb extends Web {
  port: number;
  /** A request as it is written: host header and path are sent exactly so. */
  ask(
    host: string,
    path?: string,
    options?: { method?: string; headers?: Record<string, string>; body?: string },
  ): Promise<Answer>;
}

/** The web process over a test platform, at a free port. */
export async function aWeb(platform: TestPlatform): Promise<TestWeb> {
  const web = await startWeb(platform, { host: '127.0.0.1', port: 0 });
  const { port } = web.app.getHttpServer().address() as AddressInfo;
  return {
    ...web,
    port,
    ask: (host, path = '/', options = {}) =>
      new Promise((resolve, reject) => {
        const sent = request(
          { host: '127.0.0.1', port, path, method: options.method ?? 'GET', headers: { host, ...options.headers } },
          (response) => {
            const chunks: Buffer[] = [];
            response.on('data', (chunk) => chunks.push(chunk));
            response.on('end', () => {
              const bytes = Buffer.concat(chunks);
              resolve({
                status: response.statusCode ?? 0,
                headers: response.headers as Record<string, string | undefined>,
                body: bytes.toString(),
                bytes,
              });
            });
          },
        );
        sent.on('error', reject);
        sent.end(options.body);
      }),
  };
}

export async function until(condition: () => Promise<boolean> | boolean, ms = 5_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('did not come about');
    await sleep(20);
  }
}
