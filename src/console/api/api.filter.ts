import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { API, type Api } from './api.js';
import type { ApiRequest } from './api-request.js';

/** Whatever goes wrong in a resource is answered as a problem. */
@Catch()
export class ApiFilter implements ExceptionFilter {
  constructor(@Inject(API) private readonly api: Api) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.api.send(http.getResponse<FastifyReply>(), this.api.problem(http.getRequest<ApiRequest>(), thrown));
  }
}
