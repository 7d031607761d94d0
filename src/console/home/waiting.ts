import type { DeskSession } from '../../access/desk-session.js';
import type { ReadSession } from '../../identity/session/read-session.js';

/** Something that ends or waits for somebody: a row of the home page. */
export interface Waiting {
  /** Two characters: 授权, 账号, 密码. */
  kind: string;
  tone: 'bad' | 'warn' | 'info' | 'off';
  title: string;
  note: string;
  href: string;
  /** What to do: one verb. */
  verb: string;
  /** The last moment of it; null: waits without a date. */
  due: Date | null;
}

/** Each room that has something to wait for gives one of these; tasks of the workflow come with it. */
export interface WaitingSource {
  /** At most a handful of statements, whatever the number of sites; the most urgent first, 50 at most. */
  find(ctx: DeskSession, session: ReadSession, now: Date): Promise<Waiting[]>;
}

export const WAITING = Symbol('what waits at the desk');

/** How channels of the site one works on stand to what they promise, the most urgent first. */
export interface Promised {
  lines: { href: string; label: string; note: string; light: 'ok' | 'warn' | 'bad'; value: number; max: number }[];
  /** How many there are; the panel shows the first. */
  total: number;
  href: string;
  /** Those that are late or will be within days. */
  waiting: Waiting[];
}

/** Null: none is one's own to keep. A handful of statements, whatever the number of sites and channels. */
export type PromiseSource = (ctx: DeskSession, session: ReadSession, now: Date) => Promise<Promised | null>;

export const PROMISES = Symbol('what channels promise');
