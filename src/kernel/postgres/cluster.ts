import { randomBytes, randomUUID } from 'node:crypto';
import {
  access,
  chown,
  constants,
  mkdir,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { type Account, namespaceFor, runAs, systemUser } from './account.js';
import { type Binaries, copyBinaries, executable } from './binaries.js';
import { fileError, type Place, postgresErrors, serverError } from './errors.js';

/** Where PostgreSQL's data lies when root has no user namespaces: other accounts cannot reach a folder of root's. */
const SYSTEM_HOME = '/var/lib/jiyue';

/** A complete data directory and all that is needed to run it. */
export interface Cluster {
  /** PostgreSQL's data directory, real path. */
  data: string;
  password: string;
  account: Account;
  binaries: Binaries;
  place: Place;
}

export interface ClusterOptions {
  /** Forces the way of a machine that refuses user namespaces to root. */
  withoutNamespaces?: boolean;
  log: (line: string) => void;
}

/** Makes the folder (mode 700) if it is missing and proves that it can be written. Returns its real path and its log's. */
export async function prepareDirectory(directory: string): Promise<Place> {
  const asked = path.resolve(directory);
  const place = { directory: asked, log: path.join(asked, 'postgres.log') };
  try {
    await mkdir(asked, { recursive: true, mode: 0o700 });
    const real = await realpath(asked);
    const probe = path.join(real, `.writable-${randomUUID()}`);
    await writeFile(probe, '.');
    await rm(probe);
    return { directory: real, log: path.join(real, 'postgres.log') };
  } catch (error) {
    throw fileError(error, place);
  }
}

/**
 * Opens the data directory below `place`, or makes it. It is made under another name and renamed when complete, so what
 * an interrupted start left is known by its name, and nothing that was ever complete is touched.
 */
export async function openCluster(place: Place, binaries: Binaries, options: ClusterOptions): Promise<Cluster> {
  const home = await homeOf(place);
  const data = path.join(home, 'data');
  if (await exists(data)) {
    await verify(data, binaries, place);
    const password = await readPassword(place);
    return { data: await realpath(data), password, place, ...(await accountOf(data, binaries, place)) };
  }
  try {
    return await makeCluster(place, binaries, options);
  } catch (error) {
    throw fileError(error, place);
  }
}

/** The file `location` leads to data that had to be put elsewhere. */
async function homeOf(place: Place): Promise<string> {
  const home = await elsewhere(place, 'location');
  if (home === null) return place.directory;
  if (await exists(path.join(home, 'data'))) return home;
  throw postgresErrors['postgres.damaged']({ ...place, reason: `location 文件所指的 ${home} 中没有数据` });
}

async function elsewhere(place: Place, file: 'location' | 'location.making'): Promise<string | null> {
  const content = await readFile(path.join(place.directory, file), 'utf8').catch(() => null);
  return content?.startsWith(`${SYSTEM_HOME}/`) ? content.trim() : null;
}

async function verify(data: string, binaries: Binaries, place: Place): Promise<void> {
  for (const file of ['PG_VERSION', 'global/pg_control']) {
    const size = await stat(path.join(data, file)).then((s) => s.size, missingAsZero(place));
    if (size === 0) throw postgresErrors['postgres.damaged']({ ...place, reason: `data/${file} 缺失或为空` });
  }
  const found = (await readFile(path.join(data, 'PG_VERSION'), 'utf8')).trim();
  if (found !== binaries.major) {
    throw postgresErrors['postgres.version-mismatch']({ ...place, found, expected: binaries.major });
  }
}

function missingAsZero(place: Place): (error: NodeJS.ErrnoException) => number {
  return (error) => {
    if (error.code === 'ENOENT') return 0;
    throw fileError(error, place);
  };
}

async function readPassword(place: Place): Promise<string> {
  const file = path.join(place.directory, 'superuser-password');
  const password = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (password === '') throw postgresErrors['postgres.damaged']({ ...place, reason: 'superuser-password 缺失或为空' });
  return password;
}

/** An existing data directory is run by whoever owns it: PostgreSQL accepts no one else. */
async function accountOf(
  data: string,
  binaries: Binaries,
  place: Place,
): Promise<Pick<Cluster, 'account' | 'binaries'>> {
  const self = process.getuid?.();
  if (self === undefined) return { account: { kind: 'self' }, binaries };
  const { uid, gid } = await stat(data);
  if (self !== 0) {
    if (uid === self) return { account: { kind: 'self' }, binaries };
    throw postgresErrors['postgres.not-writable']({ ...place, reason: `data 属于用户 ${uid}，当前用户是 ${self}` });
  }
  if (uid !== 0) return withReachableBinaries({ kind: 'other', uid, gid }, binaries, place);
  const account = await namespaceFor(executable(binaries, 'postgres'), data);
  if (account) return { account, binaries };
  throw postgresErrors['postgres.no-account']({ ...place, reason: '数据属于 root，而本机不允许用户命名空间' });
}

async function withReachableBinaries(account: Account, binaries: Binaries, place: Place) {
  for (const find of [() => binaries, () => copyBinaries(binaries, SYSTEM_HOME)]) {
    const candidate = await find();
    const { code } = await runAs(account, executable(candidate, 'postgres'), ['--version']);
    if (code === 0) return { account, binaries: candidate };
  }
  throw postgresErrors['postgres.no-account']({ ...place, reason: '程序文件对数据的属主不可读' });
}

async function makeCluster(place: Place, binaries: Binaries, options: ClusterOptions): Promise<Cluster> {
  await removeHalfMade(place);
  const { home, ...run } = await chooseHome(place, binaries, options);
  const password = randomBytes(24).toString('base64url');
  await writeDurably(path.join(place.directory, 'superuser-password'), password);

  const making = path.join(home, `data.making-${process.pid}-${randomBytes(4).toString('hex')}`);
  const passwordFile = `${making}.password`;
  await writeDurably(passwordFile, password);
  if (run.account.kind === 'other') await chown(passwordFile, run.account.uid, run.account.gid);
  try {
    await initdb(making, passwordFile, run, place);
  } finally {
    await rm(passwordFile, { force: true });
  }
  const data = path.join(home, 'data');
  await rename(making, data);
  await syncDirectory(home);
  if (home !== place.directory) await writeDurably(path.join(place.directory, 'location'), home);
  await rm(path.join(place.directory, 'location.making'), { force: true });
  return { data: await realpath(data), password, place, ...run };
}

async function chooseHome(place: Place, binaries: Binaries, options: ClusterOptions) {
  if (process.getuid?.() !== 0) return { home: place.directory, account: { kind: 'self' } as Account, binaries };
  const namespace = options.withoutNamespaces
    ? null
    : await namespaceFor(executable(binaries, 'postgres'), place.directory);
  if (namespace) return { home: place.directory, account: namespace, binaries };

  const user = await systemUser();
  if (!user) throw postgresErrors['postgres.no-account']({ ...place, reason: '无法建立系统用户 jiyue' });
  const home = path.join(SYSTEM_HOME, randomBytes(8).toString('hex'));
  options.log(`本机不允许 root 使用用户命名空间：PostgreSQL 的数据放在 ${home}，由系统用户 ${user.name} 运行`);
  try {
    const run = await withReachableBinaries(user, await copyBinaries(binaries, SYSTEM_HOME), place);
    await writeDurably(path.join(place.directory, 'location.making'), home);
    await mkdir(home, { mode: 0o700 });
    await chown(home, user.uid, user.gid);
    return { home, ...run };
  } catch (error) {
    throw fileError(error, { ...place, directory: SYSTEM_HOME });
  }
}

/**
 * Removes what interrupted starts left. Their initdb may still be writing: what cannot be removed now goes with the next
 * start.
 */
async function removeHalfMade(place: Place): Promise<void> {
  const names = (await readdir(place.directory)).filter((name) => name.startsWith('data.making-'));
  const halfMade = names.map((name) => path.join(place.directory, name));
  const abandoned = await elsewhere(place, 'location.making');
  if (abandoned) halfMade.push(abandoned);
  for (const directory of halfMade) await rm(directory, { recursive: true, force: true }).catch(() => {});
}

async function initdb(
  directory: string,
  passwordFile: string,
  run: Pick<Cluster, 'account' | 'binaries'>,
  place: Place,
) {
  const { code, output } = await runAs(run.account, executable(run.binaries, 'initdb'), [
    `--pgdata=${directory}`,
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    // without LANG initdb would choose SQL_ASCII
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
  ]);
  if (code === 0) return;
  await rm(directory, { recursive: true, force: true });
  await writeFile(place.log, output, { flag: 'a', mode: 0o600 }).catch(() => {});
  throw serverError(output, place).error;
}

async function writeDurably(file: string, content: string): Promise<void> {
  const making = `${file}.making`;
  const handle = await open(making, 'w', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(making, file);
}

/** Makes a rename durable; platforms that cannot open a folder do without. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, constants.O_RDONLY).catch(() => null);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
