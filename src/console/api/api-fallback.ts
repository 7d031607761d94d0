import { All, Controller, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ruled } from '../shell/route-rule.js';
import { API, type Api } from './api.js';
import { API_BASE, type ApiRequest, pathOf } from './api-request.js';
import { ApiFault, apiErrors } from './errors.js';

const WHY = 'says only that the API has no such address';

/** Addresses of the API that lead nowhere, and methods that an address does not take. */
@Controller(API_BASE)
export class ApiFallback {
  constructor(@Inject(API) private readonly api: Api) {}

  @All()
  @ruled({ kind: 'open', why: WHY })
  root(@Req() request: ApiRequest, @Res() reply: FastifyReply): void {
    this.api.send(reply, this.api.problem(request, apiErrors['api.no-route']()));
  }

  @All('*')
  @ruled({ kind: 'open', why: WHY })
  none(@Req() request: ApiRequest, @Res() reply: FastifyReply): void {
    const path = pathOf(request).slice('/api/v1'.length);
    const methods = this.api.routes.filter((route) => matches(route.path, path)).map((route) => route.method);
    const allowed = [...new Set(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))].join(
      ', ',
    );
    // An address that is written strangely is no route, though it looks like one that would take the method.
    const fault =
      allowed && !methods.includes(request.method)
        ? new ApiFault(apiErrors['api.method']({ method: request.method, allowed }), { headers: { allow: allowed } })
        : apiErrors['api.no-route']();
    this.api.send(reply, this.api.problem(request, fault));
  }
}

const matches = (pattern: string, path: string): boolean => {
  const wanted = pattern.split('/');
  const given = path.split('/');
  return (
    wanted.length === given.length && wanted.every((segment, i) => segment.startsWith('{') || segment === given[i])
  );
};
