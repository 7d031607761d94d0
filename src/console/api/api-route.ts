import {
  applyDecorators,
  Controller,
  createParamDecorator,
  type ExecutionContext,
  Get,
  Patch,
  Post,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import type { DeskSession } from '../../access/desk-session.js';
import type { Action } from '../../authority/policy.js';
import { ruled } from '../shell/route-rule.js';
import { ApiFilter } from './api.filter.js';
import { ApiGuard } from './api.guard.js';
import { ApiInterceptor } from './api.interceptor.js';
import { API_BASE, type ApiState, apiStateOf } from './api-request.js';
import { documented, type RouteDocs } from './route-docs.js';

/** The resources of a room: `/api/v1/channels`. Every route in it declares its rule and its documents. */
export const ApiRoutes = (path: string) =>
  applyDecorators(
    Controller(path ? `${API_BASE}/${path}` : API_BASE),
    UseGuards(ApiGuard),
    UseInterceptors(ApiInterceptor),
    UseFilters(ApiFilter),
  );

/** Gives something, to tokens whose account may the act somewhere; its query judges the object. */
export const Reads = (path: string, action: Action, docs: RouteDocs) =>
  applyDecorators(Get(path), ruled({ kind: 'rule', action }), documented(docs));

/** Changes something; its command judges the object. */
export const Writes = (method: 'POST' | 'PATCH', path: string, action: Action, docs: RouteDocs) =>
  applyDecorators((method === 'POST' ? Post : Patch)(path), ruled({ kind: 'rule', action }), documented(docs));

const fromState = <T>(pick: (state: ApiState) => T) =>
  createParamDecorator((_: unknown, execution: ExecutionContext): T => pick(apiStateOf(execution)));

/** Whose token it is, with what the token leaves of what they may do. */
export const Caller = fromState((state): DeskSession => state.ctx);
/** The parameters of the address, checked. */
export const Asked = fromState((state) => state.query);
/** Where in a list: how many rows, after which. */
export const Paged = fromState((state) => state.paging);
/** The JSON that was sent, checked. */
export const Sent = fromState((state) => state.body);
/** The `If-Match` of the request, or null. */
export const IfMatch = fromState((state) => state.ifMatch);
