import { readFile } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';
import { z } from 'zod';
import { zhCN } from 'zod/locales';
import { projectRoot } from '../../kernel/config/project-root.js';
import { planErrors } from './errors.js';

const inChinese = zhCN().localeError;

/**
 * Reads a JSON file that people keep, and checks it.
 * @throws UserError `plan.file-unreadable`, `plan.file-not-json`, `plan.file-invalid` (names the file and the first bad field)
 */
export async function readDataFile<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  const name = shownName(file);
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw planErrors['plan.file-unreadable']({ file: name, reason: cause.code ?? cause.message }, { cause });
  });
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (cause) {
    throw planErrors['plan.file-not-json']({ file: name, reason: (cause as Error).message }, { cause });
  }
  const checked = schema.safeParse(data, { error: inChinese });
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw planErrors['plan.file-invalid'](
    { file: name, field: fieldName(issue?.path ?? []), reason: issue?.message ?? '' },
    { cause: checked.error },
  );
}

/** A path as an operator knows it: from the project's root when it lies there. */
export function shownName(file: string): string {
  const inside = relative(projectRoot, file);
  return inside.startsWith('..') || isAbsolute(inside) ? file : inside;
}

/** ['units', 3, 'slug'] → units[3].slug */
const fieldName = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (name, part) => (typeof part === 'number' ? `${name}[${part}]` : `${name}${name && '.'}${String(part)}`),
    '',
  ) || '内容';
