import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { Api } from './api.js';
import { API_BASE, type ApiRequest } from './api-request.js';
import { apiErrors } from './errors.js';

/**
 * What is refused before a handler is reached is answered as a problem too: a body of another type, too long, no JSON, or one
 * that would change the prototypes of objects. Called before the routes are made.
 */
export function guardApiDoor(adapter: FastifyAdapter, api: Api): void {
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  fastify.addHook('onRoute', (route) => {
    if (!route.url.startsWith(`/${API_BASE}`)) return;
    if (route.method === 'POST' || route.method === 'PATCH')
      route.onRequest = async (request, reply) => {
        if (isJson(request.headers['content-type'])) return;
        api.send(reply, api.problem(request as ApiRequest, apiErrors['api.body-type']()));
        return reply;
      };
    route.errorHandler = (error, request, reply) => api.send(reply, api.problem(request as ApiRequest, faultOf(error)));
  });
}

/** With no other charset than UTF-8, which JSON is written in. */
const isJson = (type: string | undefined): boolean =>
  type !== undefined && /^application\/json *(; *charset *= *"?utf-8"? *)?$/i.test(type);

function faultOf(error: unknown): unknown {
  const { statusCode } = error as { statusCode?: number };
  if (statusCode === 413) return apiErrors['api.body-size']();
  if (statusCode === 415) return apiErrors['api.body-type']();
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return apiErrors['api.body-unreadable']();
  return error;
}
