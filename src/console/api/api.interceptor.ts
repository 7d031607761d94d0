import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import { map, type Observable } from 'rxjs';
import type { ApiAnswer } from './answers.js';
import { API, type Api } from './api.js';
import type { ApiRequest } from './api-request.js';

/** What a handler answered becomes JSON with its headers. */
@Injectable()
export class ApiInterceptor implements NestInterceptor {
  constructor(@Inject(API) private readonly api: Api) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = execution.switchToHttp().getRequest<ApiRequest>();
    return next.handle().pipe(map((answer: ApiAnswer) => this.api.finish(request, answer)));
  }
}
