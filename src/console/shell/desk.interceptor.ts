import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import type { Answer } from './answers.js';
import { DESK, type Desk } from './desk.js';

/** What a handler answered becomes a page, a redirect, a file. */
@Injectable()
export class DeskInterceptor implements NestInterceptor {
  constructor(@Inject(DESK) private readonly desk: Desk) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = execution.switchToHttp().getRequest<FastifyRequest>();
    return next.handle().pipe(map((answer: Answer) => this.desk.finish(request, answer)));
  }
}
