import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kernelErrors } from '../errors.js';
import { UserError } from '../user-error.js';

/** Makes the data directory (mode 700) when it is missing. @throws UserError `kernel.data-directory` */
export async function prepareDataDirectory(directory: string): Promise<void> {
  await guarded(directory, async () => {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const probe = join(directory, `.probe-${process.pid}`);
    await writeFile(probe, '');
    await rm(probe);
  });
}

/** The platform's secret: SECRET_KEY, else one made into the data directory at the first start. */
export async function secretKeyOf(directory: string, configured: string): Promise<string> {
  if (configured) return configured;
  const file = join(directory, 'secret.key');
  return guarded(directory, async () => {
    const read = () => readFile(file, 'utf8').then((text) => text.trim());
    try {
      const secret = await read();
      if (secret.length < 32) throw kernelErrors['kernel.secret-damaged']({ file });
      return secret;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    // Written whole beside it and linked into place: of two processes that start together one wins, both read the same.
    const fresh = `${file}.${process.pid}`;
    await writeFile(fresh, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flush: true });
    await link(fresh, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    await rm(fresh, { force: true });
    return read();
  });
}

async function guarded<T>(directory: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UserError) throw error;
    const { code = '', message = '' } = error as NodeJS.ErrnoException;
    const why = {
      ENOSPC: '磁盘已满',
      EACCES: '没有权限',
      EPERM: '没有权限',
      EROFS: '只读文件系统',
      ENOTDIR: '路径上有同名文件',
      EEXIST: '路径上有同名文件',
    }[code];
    throw kernelErrors['kernel.data-directory']({ directory, why: why ?? message }, { cause: error });
  }
}
