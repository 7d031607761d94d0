import type { Paging } from './api-request.js';

/** One object: sent with its ETag, or 304 to who has it. */
export class Single<T = unknown> {
  constructor(readonly body: T) {}
}

/** A new object: 201, with its address. */
export class Made<T = unknown> {
  constructor(
    readonly body: T,
    /** `/channels/{id}` */
    readonly path: string,
  ) {}
}

/** A page of a list. */
export class Page<T = unknown> {
  constructor(
    readonly data: T[],
    /** The place of its last row; null: nothing follows. */
    readonly next: readonly string[] | null,
  ) {}
}

export type ApiAnswer = Single | Made | Page;

/**
 * A page of rows of which one more than asked for was read.
 * @param placeOf where in the list a row stands
 */
export function pageOf<Row, T>(
  rows: readonly Row[],
  { limit }: Paging,
  placeOf: (row: Row) => string[],
  show: (row: Row) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return new Page(shown.map(show), rows.length > limit && last ? placeOf(last) : null);
}
