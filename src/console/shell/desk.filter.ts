import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Inject } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { faultOf } from './errors.js';
import { REFUSALS, type Refusals } from './refusals.js';

/** Whatever goes wrong in a page is answered as a page. */
@Catch()
export class DeskFilter implements ExceptionFilter {
  constructor(@Inject(REFUSALS) private readonly refusals: Refusals) {}

  catch(thrown: unknown, host: ArgumentsHost): Promise<void> {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const error = thrown instanceof HttpException ? faultOf(thrown) : thrown;
    return this.refusals.answer(request, reply, error);
  }
}
