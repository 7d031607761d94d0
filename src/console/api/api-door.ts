import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { Api } from './api.js';
import { API_BASE, type ApiRequest } from './api-request.js';
import { apiErrors } from './errors.js';

/**
 * What is refused before a guard is reached is answered as a problem too: a body that is too long, no JSON, or would change
 * the prototypes of objects. Called before the routes are made.
 */
export function guardApiDoor(adapter: FastifyAdapter, api: Api): void {
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  fastify.addHook('onRoute', (route) => {
    if (!route.url.startsWith(`/${API_BASE}`)) return;
    route.errorHandler = (error, request, reply) => api.send(reply, api.problem(request as ApiRequest, faultOf(error)));
  });
}

function faultOf(error: unknown): unknown {
  const { statusCode } = error as { statusCode?: number };
  if (statusCode === 413) return apiErrors['api.body-size']();
  if (statusCode === 415) return apiErrors['api.body-type']();
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return apiErrors['api.body-unreadable']();
  return error;
}
