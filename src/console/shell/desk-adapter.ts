import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Rendered } from './answers.js';

type NoRoute = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** Nest sets the status of an answer by its method; what the desk rendered brings its own. So does what no route takes. */
export class DeskAdapter extends FastifyAdapter {
  private noRoute: NoRoute | null = null;

  answersNoRoute(noRoute: NoRoute): void {
    this.noRoute = noRoute;
  }

  override setNotFoundHandler(handler: never) {
    return super.setNotFoundHandler((this.noRoute ?? handler) as never);
  }

  override reply(response: never, body: unknown, statusCode?: number) {
    if (!(body instanceof Rendered)) return super.reply(response, body as never, statusCode);
    const reply = response as unknown as FastifyReply;
    return reply
      .code(body.status)
      .headers(body.headers)
      .send(body.body ?? '') as never;
  }
}
