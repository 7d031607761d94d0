import { z } from 'zod';

/** What an address of the API gives: its form, with a description of every field, and an example of it. */
export interface Resource<T = unknown> {
  /** As the document calls it: `Channel`. */
  name: string;
  /** What it is called where people read it. */
  label: string;
  schema: z.ZodType<T>;
  example: T;
}

/** Fields in their order, none beside them; all are always there. */
export const resource = <S extends z.ZodRawShape>(
  name: string,
  label: string,
  fields: S,
  example: z.output<z.ZodObject<S>>,
): Resource<z.output<z.ZodObject<S>>> => ({
  name,
  label,
  schema: z.strictObject(fields) as never,
  example,
});

/** The value that a handler gives to be sent, of a resource. */
export type ValueOf<R> = R extends Resource<infer T> ? T : never;

export const idField = (what: string) => z.uuid().describe(what);
export const instantField = (what: string) => z.iso.datetime().describe(`${what}，UTC 时间`);
export const textField = (what: string) => z.string().describe(what);
