import { execFile, type SpawnOptions, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * Who runs PostgreSQL, which refuses to run as root: ourselves; root in a user namespace where it bears another number
 * (files stay root's); or, started by root, another account of the machine.
 */
export type Account =
  | { kind: 'self' }
  | { kind: 'namespace'; uid: number }
  | { kind: 'other'; uid: number; gid: number };

const SYSTEM_USER = 'jiyue';

/** Settings of the caller that must not reach the server: `PGDATA`, `PGOPTIONS` and the like, and the locale. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG|LD_|NODE_)/.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}

/** File, arguments and options for `spawn` that start a program as that account. */
export function commandFor(
  account: Account,
  file: string,
  args: readonly string[],
): [file: string, args: string[], options: SpawnOptions] {
  // not the caller's folder: the account may be unable to enter it
  const options: SpawnOptions = { cwd: '/', env: cleanEnvironment() };
  if (account.kind === 'namespace') {
    const map = ['--user', `--map-user=${account.uid}`, `--map-group=${account.uid}`, '--', file, ...args];
    return ['unshare', map, options];
  }
  if (account.kind === 'other') return [file, [...args], { ...options, uid: account.uid, gid: account.gid }];
  return [file, [...args], process.platform === 'win32' ? { ...options, cwd: undefined } : options];
}

/** Runs a program as that account to its end. Returns its exit code (-1 when it did not start) and all it wrote. */
export function runAs(
  account: Account,
  file: string,
  args: readonly string[],
): Promise<{ code: number; output: string }> {
  const [command, rest, options] = commandFor(account, file, args);
  return new Promise((resolve) => {
    const child = spawn(command, rest, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk: string) => {
      output += chunk;
    };
    child.stdout?.setEncoding('utf8').on('data', collect);
    child.stderr?.setEncoding('utf8').on('data', collect);
    child.on('error', (error) => resolve({ code: -1, output: `${output}${error.message}` }));
    child.on('close', (code) => resolve({ code: code ?? -1, output }));
  });
}

/**
 * The user namespace in which root may run `program` and write into `directory`, or null where the machine refuses
 * namespaces or root reaches the folder only by a privilege that it loses in there.
 */
export async function namespaceFor(program: string, directory: string): Promise<Account | null> {
  const uid = await anyListedUid();
  if (uid === null) return null;
  const account: Account = { kind: 'namespace', uid };
  const script = 'test -w "$1" && exec "$2" --version';
  const { code } = await runAs(account, '/bin/sh', ['-c', script, 'sh', directory, program]);
  return code === 0 ? account : null;
}

/** initdb refuses a number that /etc/passwd does not know; which of them it is makes no difference inside. */
async function anyListedUid(): Promise<number | null> {
  const uids = (await listedUsers()).map((user) => user.uid).filter((uid) => uid > 0 && uid < 65_534);
  return uids.includes(1000) ? 1000 : (uids[0] ?? null);
}

async function listedUsers(): Promise<{ name: string; uid: number; gid: number }[]> {
  const text = await readFile('/etc/passwd', 'utf8').catch(() => '');
  return text
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4)
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
}

/**
 * The system user that owns the embedded server's files where root has no user namespaces; made when missing. Where the
 * machine has no `useradd` it is `nobody`. Null when there is neither.
 */
export async function systemUser(): Promise<(Account & { kind: 'other'; name: string }) | null> {
  const find = async (wanted: string) => (await listedUsers()).find((user) => user.name === wanted);
  if (!(await find(SYSTEM_USER))) {
    const options = [
      '--system',
      '--user-group',
      '--no-create-home',
      '--home-dir',
      '/var/lib/jiyue',
      '--shell',
      '/usr/sbin/nologin',
    ];
    await promisify(execFile)('useradd', [...options, SYSTEM_USER]).catch(() => undefined);
  }
  const user = (await find(SYSTEM_USER)) ?? (await find('nobody'));
  return user ? { kind: 'other', ...user } : null;
}
