import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Brings `dist/` up to date with `src/`: compiles each source that is not as old as its output says, removes outputs
 * whose source is gone. An output bears the modification time of its source, so that an older file put back (another
 * branch, a restored backup) is noticed too. Each output is renamed into place whole: two processes may build at once.
 * Throws when a source does not parse; then nothing of that source is written.
 * @param {{ force?: boolean, root?: string }} [options] `force` compiles everything
 * @returns {Promise<{ compiled: number, removed: number }>}
 */
export async function ensureBuilt({ force = false, root = ROOT } = {}) {
  const [source, target] = [path.join(root, 'src'), path.join(root, 'dist')];
  const sources = (await filesBelow(source)).filter((file) => file.endsWith('.ts') && !/\.(spec|d)\.ts$/.test(file));
  const outputs = new Set(sources.map((file) => file.replace(/\.ts$/, '.js')));
  const removed = (await filesBelow(target)).filter((file) => !outputs.has(file) && !isBeingWritten(file));
  await Promise.all(removed.map((file) => rm(path.join(target, file), { force: true })));

  const settings = await settingsTime(root);
  const stale = [];
  for (const file of sources) {
    const output = path.join(target, file.replace(/\.ts$/, '.js'));
    const [{ mtime }, built] = await Promise.all([stat(path.join(source, file)), stat(output).catch(() => null)]);
    const current = built && sameTime(built.mtime, mtime) && built.ctime > settings;
    if (force || !current) stale.push({ input: path.join(source, file), output, mtime });
  }
  if (stale.length === 0) return { compiled: 0, removed: removed.length };
  const swc = await import('@swc/core');
  await Promise.all(stale.map((file) => compile(swc.default ?? swc, file, root)));
  return { compiled: stale.length, removed: removed.length };
}

async function compile(swc, { input, output, mtime }, root) {
  const { code } = await swc.transform(await readFile(input, 'utf8'), {
    filename: input,
    sourceFileName: path.relative(path.dirname(output), input),
    configFile: path.join(root, '.swcrc'),
    swcrc: false,
  });
  await mkdir(path.dirname(output), { recursive: true });
  const making = `${output}.${process.pid}.${randomUUID()}.making`;
  try {
    await writeFile(making, code);
    await utimes(making, mtime, mtime);
    await rename(making, output);
  } catch (error) {
    await rm(making, { force: true });
    throw error;
  }
}

/** Other settings or another compiler make every output old. */
async function settingsTime(root) {
  const files = ['.swcrc', 'node_modules/@swc/core/package.json'];
  const times = await Promise.all(files.map((file) => stat(path.join(root, file)).then((s) => s.ctime)));
  return new Date(Math.max(...times));
}

/** utimes() may lose what lies below a microsecond. */
function sameTime(a, b) {
  return Math.abs(a.getTime() - b.getTime()) < 1;
}

/** The unfinished output of a build beside us, unless it was left by one that was killed. */
function isBeingWritten(file) {
  const pid = Number(/\.(\d+)\.[0-9a-f-]+\.making$/.exec(file)?.[1]);
  if (!pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function filesBelow(directory) {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch((error) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return entries.filter((e) => e.isFile()).map((e) => path.relative(directory, path.join(e.parentPath, e.name)));
}
