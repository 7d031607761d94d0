import { spawn } from 'node:child_process';
import { open, readFile, rename, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { commandFor, runAs } from './account.js';
import { executable, findBinaries } from './binaries.js';
import { type Cluster, openCluster, prepareDirectory } from './cluster.js';
import { fileError, type Place, postgresErrors, serverError } from './errors.js';
import { findServer, type RunningServer } from './running-server.js';
import { acquireStartLock, isAlive } from './start-lock.js';

/** A running PostgreSQL of our own. It outlives this process; the next start adopts it. */
export interface EmbeddedPostgres {
  /** Connects the superuser `postgres` to the database `postgres`. */
  url: string;
  /** On 127.0.0.1; another one with each start. */
  port: number;
  /** It was already running. */
  adopted: boolean;
  /** Of the postmaster. */
  pid: number;
  /** PostgreSQL's data directory. */
  dataDirectory: string;
  /** Ends all sessions and shuts the server down cleanly; does nothing when it is no longer the one that was started. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** Holds the data, the superuser's password and the server's log, e.g. `.data/postgres`; made when missing. */
  directory: string;
  /** Receives one sentence for each thing an operator should know. */
  log?: (line: string) => void;
  /** Server settings beside our own, e.g. `{ fsync: 'off' }` for a server of tests. */
  settings?: Record<string, string>;
  /** Forces the way of a machine that refuses user namespaces to root. */
  withoutNamespaces?: boolean;
}

/** Milliseconds. */
const PATIENCE = {
  /** Another process starting the same directory: initdb and recovery take their time. */
  lock: 60_000,
  /** Memory of a killed server that is still in use. */
  retry: 10_000,
  /** Recovery after a crash, by far the longest part of a start. */
  ready: 120_000,
};
const LOG_LIMIT_BYTES = 10 * 1024 * 1024;

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  // the path of a socket is limited to 107 bytes, a folder's is not
  unix_socket_directories: '',
  shared_buffers: '128MB',
  max_connections: '60',
  log_checkpoints: 'off',
  timezone: 'Etc/UTC',
  log_timezone: 'Etc/UTC',
};

/**
 * Starts the PostgreSQL of `directory`, making its data directory on the first start, or adopts the one that is
 * running. Throws a UserError `postgres.*` that names directory, log and remedy.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => {});
  const place = await prepareDirectory(options.directory);
  const release = await acquireStartLock(place.directory, PATIENCE.lock, (pid) =>
    postgresErrors['postgres.busy']({ ...place, pid }),
  ).catch((error) => {
    throw fileError(error, place);
  });
  try {
    const cluster = await openCluster(place, await findBinaries(), {
      log,
      withoutNamespaces: options.withoutNamespaces,
    });
    const running = await findServer(cluster.data, PATIENCE.ready);
    if (running) {
      return await opened(cluster, running, true);
    }
    const started = await launch(cluster, options.settings ?? {}, log);
    return await opened(cluster, started, false);
  } finally {
    await release();
  }
}

async function launch(cluster: Cluster, settings: Record<string, string>, log: (line: string) => void) {
  const deadline = Date.now() + PATIENCE.retry;
  await rotateLog(cluster.place.log);
  for (;;) {
    const outcome = await launchOnce(cluster, { ...SETTINGS, ...settings, port: String(await freePort()) });
    if ('pid' in outcome) return outcome;
    const { error, passing } = serverError(outcome.output, cluster.place);
    if (!passing || Date.now() > deadline) throw error;
    log(`PostgreSQL 暂时未能启动，稍后重试：${outcome.output.trim().split('\n').at(-1) ?? ''}`);
    await sleep(300);
  }
}

/** The server gets a session of its own, so that neither Ctrl-C nor the death of our process group reaches it. */
async function launchOnce(
  cluster: Cluster,
  settings: Record<string, string>,
): Promise<RunningServer | { output: string }> {
  const { account, binaries, data, place } = cluster;
  const args = ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const [file, rest, spawnOptions] = commandFor(account, executable(binaries, 'postgres'), args);
  const logFile = await open(place.log, 'a', 0o600).catch((error) => {
    throw fileError(error, place);
  });
  try {
    const { size } = await logFile.stat();
    const child = spawn(file, rest, { ...spawnOptions, detached: true, stdio: ['ignore', logFile.fd, logFile.fd] });
    let ended = false;
    child.once('error', () => {
      ended = true;
    });
    child.once('exit', () => {
      ended = true;
    });
    child.unref();
    const running = await untilReady(data, () => ended);
    if (running) return running;
    if (!ended) child.kill('SIGINT');
    return { output: await logSince(place.log, size) };
  } finally {
    await logFile.close();
  }
}

async function untilReady(data: string, ended: () => boolean): Promise<RunningServer | null> {
  const deadline = Date.now() + PATIENCE.ready;
  while (!ended() && Date.now() < deadline) {
    const running = await findServer(data, 0);
    if (running) return running;
    await sleep(20);
  }
  return null;
}

async function opened(cluster: Cluster, running: RunningServer, adopted: boolean): Promise<EmbeddedPostgres> {
  const url = `postgresql://postgres:${cluster.password}@127.0.0.1:${running.port}/postgres`;
  const server = { url, ...running, adopted, dataDirectory: cluster.data, stop: () => stop(cluster, running.pid) };
  try {
    await proveAccess(url, cluster.place);
    return server;
  } catch (error) {
    // nobody would know of it
    if (!adopted) await server.stop();
    throw error;
  }
}

async function proveAccess(url: string, place: Place): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    await client.query('SELECT 1');
  } catch (error) {
    if ((error as { code?: string }).code === '28P01') {
      const file = path.join(place.directory, 'superuser-password');
      throw postgresErrors['postgres.wrong-password']({ ...place, file }, { cause: error });
    }
    throw postgresErrors['postgres.start-failed']({ ...place, reason: String(error) }, { cause: error });
  } finally {
    await client.end().catch(() => {});
  }
}

async function stop(cluster: Cluster, pid: number): Promise<void> {
  const { account, binaries, data, place } = cluster;
  const current = await readFile(path.join(data, 'postmaster.pid'), 'utf8').catch(() => '');
  if (Number(current.split('\n')[0]) !== pid) return;
  const pgCtl = (mode: string, seconds: number) =>
    runAs(account, executable(binaries, 'pg_ctl'), ['stop', '-D', data, '-m', mode, '-w', '-t', String(seconds)]);
  const fast = await pgCtl('fast', 60);
  if (fast.code === 0 || !isAlive(pid)) return;
  // like pulling the plug: the next start recovers from the write-ahead log
  const immediate = await pgCtl('immediate', 30);
  if (immediate.code !== 0 && isAlive(pid)) throw serverError(immediate.output, place).error;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function rotateLog(log: string): Promise<void> {
  const size = await stat(log).then(
    (s) => s.size,
    () => 0,
  );
  if (size > LOG_LIMIT_BYTES) await rename(log, `${log}.old`);
}

async function logSince(log: string, position: number): Promise<string> {
  const content = await readFile(log).catch(() => Buffer.alloc(0));
  return content.subarray(position).toString('utf8');
}
