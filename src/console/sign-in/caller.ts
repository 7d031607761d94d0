import type { FastifyRequest } from 'fastify';
import type { Desk } from '../shell/desk.js';

/** Where a request comes from, as identity counts and audits it. */
export const callerOf = (desk: Desk, request: FastifyRequest) => ({
  address: request.ip,
  request: request.id,
  agent: String(request.headers['user-agent'] ?? '').slice(0, 300),
  device: desk.cookies.read(request.headers.cookie, 'device'),
});
