import { z } from 'zod';
import { UserError } from '../../kernel/user-error.js';

/** A form that cannot be taken as it is: what is wrong, field by field, in the user's words. */
export class FormError extends UserError {
  constructor(readonly fields: Record<string, string>) {
    super('console.form', 422, '有内容需要改正，见下面标出的地方。');
  }
}

/** What a browser sent. Only the fields that a schema names are ever looked at. */
export type FormBody = Record<string, unknown>;

/**
 * Reads a form by its schema: strings are trimmed, empty ones are missing; what the schema does not name is left out.
 * @throws FormError
 */
export function readForm<T>(schema: z.ZodType<T>, body: unknown): T {
  const clean: FormBody = {};
  for (const [name, value] of Object.entries((body ?? {}) as FormBody)) {
    const one = typeof value === 'string' ? value.trim() : value;
    if (one !== '') clean[name] = one;
  }
  const parsed = schema.safeParse(clean);
  if (parsed.success) return parsed.data;
  const fields: Record<string, string> = {};
  for (const issue of parsed.error.issues) fields[String(issue.path[0] ?? '')] ??= issue.message;
  throw new FormError(fields);
}

/** Never shown again, not even to whoever typed it. */
const SECRET = /password|^(code|current|again)$/i;

/** What was typed, to be shown again; a password never is. */
export function typed(body: unknown): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const [name, value] of Object.entries((body ?? {}) as FormBody))
    if (typeof value === 'string' && name !== '_csrf' && !SECRET.test(name)) shown[name] = value;
  return shown;
}

/** More than the longest form of the desk has. A page made of a megabyte of fields had ten, for whoever asked. */
const MOST_KEPT = 600;
const LONGEST_KEPT = 200_000;

/**
 * All fields of a form that was not taken, to be sent once more as they are. Null: there are none, some that cannot be kept
 * (a file, a password), or more than anybody typed.
 */
export function keptFields(body: unknown): [string, string][] | null {
  const fields: [string, string][] = [];
  let length = 0;
  for (const [name, value] of Object.entries((body ?? {}) as FormBody)) {
    if (name === '_csrf') continue;
    for (const one of [value].flat()) {
      if (typeof one !== 'string' || SECRET.test(name)) return null;
      fields.push([name, one]);
      length += name.length + one.length;
      if (fields.length > MOST_KEPT || length > LONGEST_KEPT) return null;
    }
  }
  return fields.length > 0 ? fields : null;
}

/** A value of a list; a single one comes as a string. */
export const several = z.preprocess(
  (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]),
  z.array(z.string().max(100)).max(500),
);

const MISSING = '请填写';
export const text = (most: number, message = MISSING) =>
  z.string({ error: message }).min(1, message).max(most, `最多 ${most} 个字`);
export const optionalText = (most: number) => z.string().max(most, `最多 ${most} 个字`).optional();
export const id = z.uuid({ error: '请选择' });
export const ticked = z.preprocess((value) => value !== undefined && value !== '' && value !== 'false', z.boolean());
export const day = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, '日期写作 2026-12-31')
  .optional();
/** A page number in an address: anything that is none is the first page. */
export const pageNumber = (value: unknown): number => {
  const n = Number(value);
  return Number.isInteger(n) && n >= 1 && n <= 100_000 ? n : 1;
};
