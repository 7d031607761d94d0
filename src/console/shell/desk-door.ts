import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { API_BASE } from '../api/api-request.js';
import type { DeskAdapter } from './desk-adapter.js';
import { faultOf } from './errors.js';
import type { Refusals } from './refusals.js';

/**
 * What is refused before a guard is reached is a page of the desk too: a body that is too long or cannot be read, a method
 * that no address takes. Called before the routes are made.
 */
export function guardDeskDoor(adapter: DeskAdapter, refusals: Refusals): void {
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  fastify.addHook('onRoute', (route) => {
    if (!route.url.startsWith('/console') || route.url.startsWith(`/${API_BASE}`)) return;
    route.errorHandler = (error, request, reply) => refusals.answer(request, reply, faultOf(error));
  });
  // Visitors' hosts know two methods, and all their addresses have a route (src/delivery/http/front.ts).
  adapter.answersNoRoute((request: FastifyRequest, reply: FastifyReply) =>
    refusals.answer(request, reply, refusals.noRoute(request)),
  );
}
