import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { describeWith } from '../../../test/not-run.js';
import { mountSmallDisk, unmount, whyNoSmallDisk } from '../../../test/small-disk.js';
import { UserError } from '../user-error.js';
import { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from './embedded.js';
import { isAlive } from './start-lock.js';

const ROOT = process.cwd();
const isRoot = process.getuid?.() === 0;

let directory: string;
let servers: Pick<EmbeddedPostgres, 'stop'>[] = [];
let children: ChildProcess[] = [];

beforeAll(async () => {
  const { ensureBuilt } = await import(pathToFileURL(path.join(ROOT, 'bin/build.mjs')).href);
  await ensureBuilt();
});
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'jiyue-embedded-'));
});
afterEach(async () => {
  for (const child of children) if (child.exitCode === null && child.signalCode === null) killGroup(child.pid!);
  await Promise.all(servers.map((server) => server.stop()));
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  [servers, children] = [[], []];
});

async function start(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ directory, ...options });
  servers.push(server);
  return server;
}

async function query<T = Record<string, string>>(server: Pick<EmbeddedPostgres, 'url'>, sql: string): Promise<T> {
  const client = new pg.Client({ connectionString: server.url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows[0] as T;
  } finally {
    await client.end();
  }
}

async function refusal(attempt: Promise<unknown>): Promise<UserError> {
  const error = await attempt.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
}

/** A platform of its own process group that starts the server, says so, and stays. */
function platform(prefix: string[] = []): ChildProcess {
  const built = pathToFileURL(path.join(ROOT, 'dist/kernel/postgres/embedded.js')).href;
  const script = `import(${JSON.stringify(built)})
    .then((m) => m.startEmbeddedPostgres({ directory: ${JSON.stringify(directory)} }))
    .then((s) => { console.log(JSON.stringify(s)); setInterval(() => {}, 1000); });`;
  const [file = '', ...args] = [...prefix, process.execPath, '-e', script];
  const child = spawn(file, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH },
  });
  children.push(child);
  return child;
}

async function announced(child: ChildProcess): Promise<EmbeddedPostgres> {
  const [chunk] = await once(child.stdout!, 'data');
  return JSON.parse(String(chunk));
}

function killGroup(pid: number): void {
  process.kill(-pid, 'SIGKILL');
}

describe('the embedded PostgreSQL', () => {
  it('is UTF-8, durable, reachable on loopback by password only', async () => {
    const server = await start();
    const facts = await query(
      server,
      `SELECT current_setting('server_encoding') AS encoding, current_setting('fsync') AS fsync,
         current_setting('listen_addresses') AS listens, current_setting('unix_socket_directories') AS sockets,
         current_setting('shared_buffers') AS buffers, current_setting('max_connections') AS connections,
         (SELECT datlocprovider::text || ' ' || datlocale FROM pg_database WHERE datname = 'postgres') AS locale,
         (SELECT rolpassword ~ '^SCRAM-SHA-256' FROM pg_authid WHERE rolname = 'postgres') AS scram,
         (SELECT bool_and(auth_method = 'scram-sha-256') FROM pg_hba_file_rules) AS "onlyScram"`,
    );
    expect(facts).toEqual({
      encoding: 'UTF8',
      fsync: 'on',
      listens: '127.0.0.1',
      sockets: '',
      buffers: '128MB',
      connections: '60',
      locale: 'b C.UTF-8',
      scram: true,
      onlyScram: true,
    });
    expect(statSync(path.join(directory, 'superuser-password')).mode & 0o777).toBe(0o600);
    const wrong = server.url.replace(/:[^:@]+@/, ':guess@');
    await expect(query({ url: wrong }, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('keeps its data from one start to the next and stops for good', async () => {
    const first = await start();
    await query(first, `CREATE TABLE kept AS SELECT '集约' AS word`);
    await first.stop();
    await first.stop();
    expect(existsSync(path.join(first.dataDirectory, 'postmaster.pid'))).toBe(false);
    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await query(second, 'SELECT word FROM kept')).toEqual({ word: '集约' });
  });

  it('is started once by those who start it at the same time', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => start()));
    expect(new Set(all.map(({ pid }) => pid)).size).toBe(1);
    expect(all.filter(({ adopted }) => !adopted)).toHaveLength(1);
  });

  it('outlives the killed process group of its platform and is adopted', async () => {
    const child = platform();
    const before = await announced(child);
    await query(before, 'CREATE TABLE written AS SELECT 1 AS n');
    killGroup(child.pid!);
    await once(child, 'exit');
    const after = await start();
    expect(after).toMatchObject({ adopted: true, pid: before.pid, port: before.port });
    expect(await query(after, 'SELECT n FROM written')).toEqual({ n: 1 });
    await after.stop();
    expect(isAlive(before.pid)).toBe(false);
  });

  it('loses no commit when it is killed itself', async () => {
    const server = await start();
    await query(server, 'CREATE TABLE written AS SELECT 1 AS n');
    process.kill(server.pid, 'SIGKILL');
    const again = await start();
    expect(again.adopted).toBe(false);
    expect(await query(again, 'SELECT n FROM written')).toEqual({ n: 1 });
  });

  it('is made anew when the first start was killed half-way', async () => {
    const child = platform();
    const halfMade = () => readdirSync(directory).filter((name) => /^data\.making-[^.]*$/.test(name));
    while (halfMade().length === 0) await sleep(5);
    killGroup(child.pid!);
    await once(child, 'exit');
    expect(existsSync(path.join(directory, 'data'))).toBe(false);
    expect(halfMade()).toHaveLength(1);
    await query(await start(), 'SELECT 1');
    expect(halfMade()).toEqual([]);
  });

  it('starts beside a pid file whose number went to another program', async () => {
    const first = await start();
    const pidFile = path.join(first.dataDirectory, 'postmaster.pid');
    const left = readFileSync(pidFile, 'utf8').replace(String(first.pid), String(process.pid));
    await first.stop();
    writeFileSync(pidFile, left, { mode: 0o600 });
    expect((await start()).adopted).toBe(false);
  });

  it('gives up when its directory is removed while it waits for another start', async () => {
    const child = spawn('sleep', ['60']);
    const birth = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(' ')[21];
    await writeFile(path.join(directory, 'start.lock'), `${child.pid} ${birth}`);
    const waiting = startEmbeddedPostgres({ directory }).catch((error) => error);
    await sleep(200);
    rmSync(directory, { recursive: true });
    expect(await waiting).toMatchObject({ code: 'ENOENT' });
    child.kill();
  });

  it('takes over the start lock of a killed process', async () => {
    const child = spawn('sleep', ['60']);
    await writeFile(path.join(directory, 'start.lock'), `${child.pid} 1`);
    await query(await start(), 'SELECT 1');
    child.kill();
  });
});

describe('what stops it is said in one sentence', () => {
  const sentence = /^[^。]*。$/;

  it.each([
    ['PG_VERSION', ''],
    ['global/pg_control', ''],
    ['global/pg_control', 'x'.repeat(8192)],
  ])('damaged data: %s', async (file, content) => {
    const { dataDirectory, stop } = await start();
    await stop();
    writeFileSync(path.join(dataDirectory, file), content);
    const error = await refusal(start());
    expect(error.code).toBe('postgres.damaged');
    expect(error.message).toMatch(sentence);
    expect(error.message).toContain(directory);
    expect(error.message).toContain(path.join(directory, 'postgres.log'));
    expect(existsSync(path.join(dataDirectory, 'base'))).toBe(true);
  });

  it('data of another major version', async () => {
    const { dataDirectory, stop } = await start();
    await stop();
    writeFileSync(path.join(dataDirectory, 'PG_VERSION'), '16\n');
    expect(await refusal(start())).toMatchObject({
      code: 'postgres.version-mismatch',
      message: expect.stringMatching(/属于 PostgreSQL 16，而内置版本是 18.*。$/),
    });
  });

  it('a folder that cannot be made', async () => {
    await writeFile(path.join(directory, 'file'), '');
    const error = await refusal(start({ directory: path.join(directory, 'file', 'postgres') }));
    expect(error.code).toBe('postgres.not-writable');
    expect(error.message).toContain('ENOTDIR');
  });

  it('a lost password', async () => {
    await (await start()).stop();
    await writeFile(path.join(directory, 'superuser-password'), 'another');
    const error = await refusal(start());
    expect(error.code).toBe('postgres.wrong-password');
    expect(existsSync(path.join(directory, 'data', 'postmaster.pid'))).toBe(false);
    rmSync(path.join(directory, 'superuser-password'));
    expect((await refusal(start())).code).toBe('postgres.damaged');
  });
});

describeWith('small-disk', whyNoSmallDisk())('on a full disk', () => {
  afterEach(() => unmount(directory));

  it('the first start says so and leaves nothing half-made', async () => {
    mountSmallDisk(directory, '16m');
    const error = await refusal(start());
    expect(error.code).toBe('postgres.disk-full');
    expect(error.message).toContain('磁盘已满');
    expect(readdirSync(directory).filter((name) => name.startsWith('data'))).toEqual([]);
  });

  it('a later start says so and keeps the data', async () => {
    mountSmallDisk(directory, '80m');
    const server = await start();
    await query(server, 'CREATE TABLE kept AS SELECT 1 AS n');
    process.kill(server.pid, 'SIGKILL');
    await sleep(500);
    const filler = path.join(directory, 'filler');
    try {
      execFileSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=4k'], { stdio: 'ignore' });
    } catch {
      // dd fails when the disk is full, which is its purpose here
    }
    expect((await refusal(start())).code).toBe('postgres.disk-full');
    await rm(filler);
    const again = await start();
    expect(await query(again, 'SELECT n FROM kept')).toEqual({ n: 1 });
    await again.stop();
  });
});

describeWith('root', isRoot ? null : 'the tests run as an ordinary user')('started by root', () => {
  it('works in a folder that nobody else can enter', async () => {
    chmodSync(directory, 0o700);
    const deep = path.join(directory, '.data', 'postgres');
    const server = await start({ directory: deep });
    expect(statSync(server.dataDirectory).uid).toBe(0);
    expect(server.dataDirectory.startsWith(directory)).toBe(true);
  });

  it('runs as a system user below /var/lib/jiyue where namespaces are refused', async () => {
    chmodSync(directory, 0o700);
    const lines: string[] = [];
    const server = await start({ withoutNamespaces: true, log: (line) => lines.push(line) });
    try {
      expect(server.dataDirectory).toMatch(/^\/var\/lib\/jiyue\/[0-9a-f]{16}\/data$/);
      expect(statSync(server.dataDirectory).uid).not.toBe(0);
      expect(statSync(`/proc/${server.pid}`).uid).toBe(statSync(server.dataDirectory).uid);
      expect(lines.join()).toContain('/var/lib/jiyue/');
      await query(server, 'CREATE TABLE kept AS SELECT 1 AS n');
      expect(await start()).toMatchObject({ adopted: true, pid: server.pid });
      process.kill(server.pid, 'SIGKILL');
      const again = await start();
      expect(await query(again, 'SELECT n FROM kept')).toEqual({ n: 1 });
      await again.stop();
    } finally {
      rmSync(path.dirname(server.dataDirectory), { recursive: true, force: true });
    }
    expect(await refusal(start())).toMatchObject({ code: 'postgres.damaged' });
  });
});

/** An account other than ours that can read the project, as an ordinary user who cloned it can. */
function whyNoOrdinaryUser(): string | null {
  if (!isRoot) return null;
  try {
    const script = 'test -r "$1" && exec "$2" --version';
    const args = ['--reuid=nobody', '--regid=nogroup', '--clear-groups', '--', 'sh', '-c', script, 'sh'];
    execFileSync('setpriv', [...args, path.join(ROOT, 'package.json'), process.execPath], { stdio: 'ignore' });
    return null;
  } catch {
    return 'the account nobody cannot read this folder';
  }
}

describeWith('ordinary-user', whyNoOrdinaryUser())('started by an ordinary user', () => {
  it('runs as that user; root who comes later runs it as its owner', async () => {
    const prefix = isRoot ? ['setpriv', '--reuid=nobody', '--regid=nogroup', '--clear-groups', '--'] : [];
    if (isRoot) chmodSync(directory, 0o777);
    const own = path.join(directory, 'own');
    const kept = directory;
    directory = own;
    try {
      const child = platform(prefix);
      const server = await announced(child);
      expect(statSync(`/proc/${server.pid}`).uid).toBe(statSync(own).uid);
      await query(server, 'CREATE TABLE kept AS SELECT 1 AS n');
      killGroup(child.pid!);
      expect(await start()).toMatchObject({ adopted: true, pid: server.pid });
      await servers.at(-1)!.stop();
      const again = await start();
      expect(statSync(`/proc/${again.pid}`).uid).toBe(statSync(own).uid);
      expect(await query(again, 'SELECT n FROM kept')).toEqual({ n: 1 });
      await again.stop();
    } finally {
      directory = kept;
    }
  });
});
