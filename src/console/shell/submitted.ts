import type { z } from 'zod';
import { UserError } from '../../kernel/user-error.js';
import type { Answer } from './answers.js';
import { FormError, readForm, typed } from './form.js';

/** A form that comes back: what was typed, and what is to be mended. */
export interface Fault {
  values: Record<string, string>;
  /** By field. */
  errors: Record<string, string>;
  /** For the box on top of the form: `errorSummary(fault.summary)`. */
  summary: { name: string; text: string }[];
}

/** A form nobody has sent yet. */
export const untouched = (values: Record<string, string> = {}): Fault => ({ values, errors: {}, summary: [] });

/**
 * Reads a form, does what it asks and goes on to the next page; what a person can mend brings the form back with what
 * was typed. What is missing or not allowed is not the form's: it goes on to the desk's own pages.
 */
export async function submitted<T, R>(
  body: unknown,
  form: {
    schema: z.ZodType<T>;
    run: (form: T) => Promise<R>;
    next: (result: R, form: T) => Answer | Promise<Answer>;
    /** Shows the form again. */
    again: (fault: Fault) => Answer | Promise<Answer>;
    /** Which field an error of the rooms belongs to; without it it stands on top of the form. */
    fieldOf?: (code: string) => string | undefined;
  },
): Promise<Answer> {
  let read: T;
  let result: R;
  try {
    read = readForm(form.schema, body);
    result = await form.run(read);
  } catch (error) {
    const fault = faultOf(error, body, form.fieldOf);
    if (!fault) throw error;
    const answer = await form.again(fault);
    return 'with' in answer ? answer.with(422) : answer;
  }
  return form.next(result, read);
}

function faultOf(
  error: unknown,
  body: unknown,
  fieldOf: ((code: string) => string | undefined) | undefined,
): Fault | null {
  if (!(error instanceof UserError) || error.status >= 500 || error.status === 404) return null;
  if (error.code === 'authority.refused') return null;
  const fields = 'fields' in error ? (error as FormError).fields : undefined;
  const values = typed(body);
  if (fields)
    return { values, errors: fields, summary: Object.entries(fields).map(([name, text]) => ({ name, text })) };
  const name = fieldOf?.(error.code) ?? '';
  return { values, errors: name ? { [name]: error.message } : {}, summary: [{ name, text: error.message }] };
}
