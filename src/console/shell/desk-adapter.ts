import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { Rendered } from './answers.js';

/** Nest sets the status of an answer by its method; what the desk rendered brings its own. */
export class DeskAdapter extends FastifyAdapter {
  override reply(response: never, body: unknown, statusCode?: number) {
    if (!(body instanceof Rendered)) return super.reply(response, body as never, statusCode);
    const reply = response as unknown as FastifyReply;
    return reply
      .code(body.status)
      .headers(body.headers)
      .send(body.body ?? '') as never;
  }
}
