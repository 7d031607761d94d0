import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { freePort, noteServer } from './servers.js';

export const OIDC_CLIENT = { clientId: 'jiyue', clientSecret: 'a secret of tests, known to everybody' };

export interface OidcProvider {
  issuer: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  /**
   * What a person's browser does there: follows to the sign-in page, signs in under a name, agrees, and is sent back.
   * @param authorization where the platform sent it
   * @returns the address it was sent back to, not opened
   */
  visit(authorization: string, name: string): Promise<URL>;
}

/** oidc-provider in a process of its own, not started yet. */
export async function anOidcProvider(redirectUri: string): Promise<OidcProvider> {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  let running: ChildProcess | null = null;
  const note = (pids: number[]) => noteServer(`oidc-provider-${port}`, { pids, signal: 'SIGTERM', directories: [] });
  return {
    issuer,
    async start() {
      const program = path.join(import.meta.dirname, 'oidc-provider.mjs');
      running = spawn(process.execPath, [program, String(port), redirectUri], { stdio: ['ignore', 'pipe', 'ignore'] });
      note([running.pid!]);
      await once(running.stdout!, 'data');
    },
    async stop() {
      if (!running) return;
      const ended = once(running, 'exit');
      running.kill('SIGKILL');
      await ended;
      note([]);
      running = null;
    },
    visit: (authorization, name) => visit(issuer, redirectUri, authorization, name),
  };
}

async function visit(issuer: string, redirectUri: string, authorization: string, name: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let address = new URL(authorization);
  let form: Record<string, string> | null = null;
  for (let steps = 0; steps < 20; steps++) {
    const response = await fetch(address, {
      method: form ? 'POST' : 'GET',
      body: form ? new URLSearchParams(form) : undefined,
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([key, value]) => `${key}=${value}`).join('; ') },
    });
    form = null;
    for (const cookie of response.headers.getSetCookie()) {
      const [, key = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value) cookies.set(key, value);
      else cookies.delete(key);
    }
    const location = response.headers.get('location');
    if (location) {
      address = new URL(location, address);
      if (address.href.startsWith(redirectUri)) return address;
      continue;
    }
    const page = await response.text();
    const action = /<form[^>]* action="([^"]+)"/.exec(page)?.[1];
    const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1];
    if (!action || !prompt) throw new Error(`the provider answered ${response.status}: ${page.slice(0, 500)}`);
    address = new URL(action.replaceAll('&amp;', '&'), issuer);
    form = prompt === 'login' ? { prompt, login: name, password: 'any' } : { prompt };
  }
  throw new Error('the provider leads in circles');
}
