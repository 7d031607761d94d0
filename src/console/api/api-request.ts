import type { ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { DeskSession } from '../../access/desk-session.js';

/** The prefix of every resource, as the router knows it. */
export const API_BASE = 'console/api/v1';

/** Rows of a page: how many, and after which place; null: from the beginning. */
export interface Paging {
  limit: number;
  after: readonly string[] | null;
}

/** What the guard found out about a request: who asks, and what was asked, read by the route's own documents. */
export interface ApiState {
  ctx: DeskSession;
  query: unknown;
  paging: Paging;
  body: unknown;
  ifMatch: string | null;
}

export type ApiRequest = FastifyRequest & {
  jiyueApi?: ApiState;
  /** How much of its rate the token has left: on every answer, whatever it will be. */
  jiyueApiRate?: Record<string, string>;
};

export function apiStateOf(execution: ExecutionContext): ApiState {
  const { jiyueApi } = execution.switchToHttp().getRequest<ApiRequest>();
  if (!jiyueApi) throw new Error('this route has no token');
  return jiyueApi;
}

/** The address as the client knows it, without what stands behind `?`. */
export const pathOf = (request: FastifyRequest): string => request.originalUrl.split('?', 1)[0]!;

/** The same rows for the same text: what a cursor belongs to. */
export const listName = (request: FastifyRequest, filter: object): string =>
  JSON.stringify([pathOf(request), Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1))]);
