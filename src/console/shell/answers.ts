import type { Readable } from 'node:stream';

/** What a page tells once, above its content: after an act, on the page that follows. */
export interface Notice {
  tone: 'ok' | 'bad' | 'warn' | 'info';
  text: string;
  /** The way to take the act back. */
  undo?: Undo;
}

/** The reverse of an act: an ordinary form of the desk, judged and audited like any other. */
export interface Undo {
  action: string;
  /** With `still`, when it is refused once somebody changed the thing meanwhile (kernel/still.ts). */
  fields: Record<string, string>;
}

/** A page of the desk: a template of themes/desk and what it shows. */
export class View {
  status = 200;
  cookies: readonly string[] = [];
  constructor(
    readonly template: string,
    /** `section` is the key of the menu entry that it belongs to. */
    readonly page: { title: string; lead?: string; section?: string },
    readonly model: Record<string, unknown> = {},
  ) {}

  withCookies(cookies: readonly string[]): this {
    this.cookies = cookies;
    return this;
  }

  /** 422 for a form that comes back, 404, 403. */
  with(status: number): this {
    this.status = status;
    return this;
  }
}

/** After an act: another page, by GET, with a notice. */
export class Redirect {
  cookies: readonly string[] = [];
  constructor(
    readonly to: string,
    readonly notice: Notice | null = null,
  ) {}

  withCookies(cookies: readonly string[]): this {
    this.cookies = cookies;
    return this;
  }
}

/** A file: an export, a picture. */
export class Download {
  constructor(
    readonly name: string,
    readonly type: string,
    readonly body: Readable | Buffer | string,
  ) {}
}

/** Data: the API, and what scripts of the desk ask. */
export class Data {
  constructor(
    readonly body: unknown,
    readonly status = 200,
    readonly type = 'application/json; charset=utf-8',
    readonly headers: Record<string, string> = {},
  ) {}
}

/** Bytes that are ready to be sent, with their status and headers. */
export class Rendered {
  constructor(
    readonly status: number,
    readonly headers: Record<string, string | string[]>,
    readonly body: Readable | Buffer | string | null,
  ) {}
}

export type Answer = View | Redirect | Download | Data;

export const done = (to: string, text: string, undo?: Undo | null): Redirect =>
  new Redirect(to, { tone: 'ok', text, ...(undo ? { undo } : {}) });
