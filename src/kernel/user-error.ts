/**
 * An error that a person can act on: one stable code, an HTTP status, a sentence in the user's language that says what
 * is wrong and what to do. Anything else that is thrown is a defect and is shown as such.
 */
export class UserError extends Error {
  override readonly name = 'UserError';

  constructor(
    /** `room.reason`, stable: logs, tests and API answers refer to it. */
    readonly code: string,
    readonly status: number,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** The names in braces of a sentence: `'没有网站 {host}'` → `'host'`. */
type Blanks<S extends string> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Blanks<Rest> : never;
type Facts<S extends string> = [Blanks<S>] extends [never]
  ? [facts?: Record<string, never>, options?: { cause?: unknown }]
  : [facts: Record<Blanks<S>, string | number>, options?: { cause?: unknown }];

/**
 * A room's errors as one table (`errors.ts` of the room): code → [status, sentence]. Each entry becomes a function that
 * makes the error; the blanks in the sentence are its parameters, checked by the compiler.
 */
export function errorCatalogue<const T extends Record<string, readonly [status: number, sentence: string]>>(table: T) {
  const make: Record<string, (facts?: Record<string, string | number>, options?: { cause?: unknown }) => UserError> =
    {};
  for (const [code, [status, sentence]] of Object.entries(table)) {
    make[code] = (facts = {}, options) =>
      new UserError(
        code,
        status,
        sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? '')),
        options,
      );
  }
  return make as { [C in keyof T]: (...args: Facts<T[C][1]>) => UserError };
}
