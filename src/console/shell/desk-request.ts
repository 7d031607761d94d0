import type { FastifyRequest } from 'fastify';
import type { DeskSession } from '../../access/desk-session.js';
import type { ReadSession } from '../../identity/session/read-session.js';

/** What the guard found out about a request: kept on it for handlers, pages and errors. */
export interface DeskState {
  ctx: DeskSession;
  session: ReadSession;
  csrf: string;
}

export type DeskRequest = FastifyRequest & { jiyueDesk?: DeskState };

export const deskOf = (request: FastifyRequest): DeskState | null => (request as DeskRequest).jiyueDesk ?? null;

/** The address within the desk, as the browser knows it: path and query. */
export const addressOf = (request: FastifyRequest): string => request.originalUrl;

/**
 * An address as the log states it: whoever reads logs comes in by no one-time link and no code of a provider, and learns of
 * nobody's telephone that was searched for.
 */
export const loggedAddress = (address: string): string =>
  address.split('?', 1)[0]!.replace(/^(\/invitation\/).+/, '$1…');
