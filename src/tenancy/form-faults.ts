import { z } from 'zod';
import { UserError } from '../kernel/user-error.js';

/** A form that cannot be taken as it is: what is wrong, by field, each in a sentence that says what to write. */
export class FormFaults extends UserError {
  constructor(readonly fields: Readonly<Record<string, string>>) {
    super('tenancy.form', 422, `有内容需要改正：${Object.values(fields).join('')}`);
  }
}

type Values<S extends Record<string, z.ZodType>> = { [F in keyof S]?: z.output<S[F]> };

/** A form while it is checked: every wrong field is found before anything is said. */
export class FormCheck<S extends Record<string, z.ZodType>> {
  readonly values: Values<S> = {};
  readonly faults: Record<string, string> = {};

  /** Each field is read alone; strings are trimmed; what the shape does not name is never looked at. */
  constructor(shape: S, input: Readonly<Record<string, unknown>>) {
    for (const [name, field] of Object.entries(shape)) {
      const given = Object.hasOwn(input, name) ? input[name] : undefined;
      const read = field.safeParse(typeof given === 'string' ? given.trim() : given);
      if (read.success) Object.assign(this.values, { [name]: read.data });
      else this.fault(name, read.error.issues[0]?.message ?? '请核对');
    }
  }

  /** The first fault of a field is the one that is told. */
  fault(field: string, sentence: string): void {
    this.faults[field] ??= /[。？！]$/.test(sentence) ? sentence : `${sentence}。`;
  }

  /** @throws FormFaults */
  taken(): { [F in keyof S]: z.output<S[F]> } {
    if (Object.keys(this.faults).length > 0) throw new FormFaults(this.faults);
    return this.values as { [F in keyof S]: z.output<S[F]> };
  }
}

/** A line of text that has to be there. */
export const line = (what: string, most: number) =>
  z
    .string({ error: `请填写${what}` })
    .min(1, `请填写${what}`)
    .max(most, `${what}最多 ${most} 个字`)
    .refine(isOneLine, `${what}不能换行`);

/** A line of text that may be empty. */
export const maybeLine = (what: string, most: number) =>
  z
    .string({ error: `${what}写得不对` })
    .max(most, `${what}最多 ${most} 个字`)
    .refine(isOneLine, `${what}不能换行`);

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const isOneLine = (text: string): boolean => !/[\x00-\x1f\x7f]/.test(text);

/** Why something is done: read by others in years. */
export const reasonField = line('原因', 200);
