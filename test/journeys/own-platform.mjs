import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const projectRoot = join(fileURLToPath(import.meta.url), '..', '..', '..');

/** As `npm start` runs it, without npm between us and its signals. */
const START = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')).scripts.start;

/** Settings of a platform that runs here already: a journey must not reach it. */
const FOREIGN =
  /^(PORT|HOST|DATA_DIR|BASE_DOMAIN|NODE_ENV|SECRET_KEY|DATABASE_.*|S3_.*|SMTP_URL|MAIL_FROM|OIDC_.*|TRUSTED_PROXIES|JIYUE_CWD|INIT_CWD|LOG_LEVEL)$/;

/**
 * A platform of its own for a journey, drill or bench: own data folder, own free port; `close()` leaves nothing behind,
 * neither process nor file.
 * @param {{ env?: Record<string, string>, say?: (line: string) => void }} [options]
 */
export async function ownPlatform(options = {}) {
  const say = options.say ?? (() => {});
  const dataDirectory = await mkdtemp(join(tmpdir(), 'jiyue-journey-'));
  const port = await freePort();
  const env = {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !FOREIGN.test(name))),
    DATA_DIR: join(dataDirectory, 'data'),
    PORT: String(port),
    LOG_LEVEL: 'warn',
    ...options.env,
  };
  let child = null;
  let output = '';
  const platform = {
    port,
    dataDirectory: env.DATA_DIR,
    env,
    /** Address of a path on a host. */
    url: (host, path = '/') => `http://${host}:${port}${path}`,
    get pid() {
      return child?.pid;
    },
    get output() {
      return output;
    },
    async start() {
      const began = Date.now();
      const said = output.length;
      const [, ...command] = START.split(' ');
      child = spawn(process.execPath, command, {
        cwd: projectRoot,
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      });
      const take = (chunk) => {
        output += chunk;
        for (const line of String(chunk).split('\n')) if (line.trim()) say(`    ${line}`);
      };
      child.stdout.on('data', take);
      child.stderr.on('data', take);
      let ended = null;
      child.once('exit', (code, signal) => {
        ended = `exit ${code ?? signal}`;
      });
      for (;;) {
        if (ended) throw new Error(`the platform did not start (${ended}):\n${output}`);
        const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
        // Ready is who serves and has said so: the first start's passwords stand in what it says.
        if (answer?.ok && output.slice(said).includes('按 Ctrl+C 停止')) return Date.now() - began;
        if (Date.now() - began > 180_000) throw new Error(`the platform was not ready after 180 s:\n${output}`);
        await sleep(50);
      }
    },
    /** Ctrl+C, or with SIGKILL the end of the whole process group. */
    async stop(signal = 'SIGTERM') {
      const stopped = child;
      if (!stopped || stopped.exitCode !== null || stopped.signalCode !== null) return;
      const ended = new Promise((resolve) => stopped.once('exit', resolve));
      process.kill(signal === 'SIGKILL' ? -stopped.pid : stopped.pid, signal);
      const late = setTimeout(() => process.kill(-stopped.pid, 'SIGKILL'), 15_000);
      await ended;
      clearTimeout(late);
    },
    /** Runs a command of the command line. */
    jiyue(args, cwd = projectRoot) {
      return new Promise((resolve) => {
        const command = spawn(process.execPath, [join(projectRoot, 'bin/jiyue.mjs'), ...args], { cwd, env });
        let [stdout, stderr] = ['', ''];
        command.stdout.on('data', (chunk) => {
          stdout += chunk;
        });
        command.stderr.on('data', (chunk) => {
          stderr += chunk;
        });
        command.once('close', (code) =>
          resolve({ code, stdout, stderr, last: stdout.trimEnd().split('\n').at(-1) ?? '' }),
        );
      });
    },
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
  let closing = null;
  const closeAll = async () => {
    for (const signal of SIGNALS) process.off(signal, leave);
    await platform.stop().catch(() => {});
    // A platform that was killed left its PostgreSQL behind: a command that finds nothing else running stops it.
    await platform.jiyue(['sites', 'jl.']);
    await rm(dataDirectory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  // It runs in a process group of its own: whoever interrupts the journey would leave it behind.
  const leave = () => platform.close().finally(() => process.exit(130));
  for (const signal of SIGNALS) process.once(signal, leave);
  return platform;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
