import { Inject, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { REFUSALS, type Refusals } from './refusals.js';
import { DeskRoutes, DoesOwn, ShowsOwn } from './route.js';

const WHY = 'an address that is no page: the same answer for all';

/** Every other address of the desk, and those that are not opened or not sent to; registered last. */
@DeskRoutes()
export class MissingPages {
  constructor(@Inject(REFUSALS) private readonly refusals: Refusals) {}

  @ShowsOwn('*', WHY)
  show(@Req() request: FastifyRequest): never {
    throw this.refusals.noRoute(request);
  }

  @DoesOwn('*', WHY)
  act(@Req() request: FastifyRequest): never {
    throw this.refusals.noRoute(request);
  }
}
