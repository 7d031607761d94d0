import {
  applyDecorators,
  Controller,
  createParamDecorator,
  type ExecutionContext,
  Get,
  Post,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import type { DeskSession } from '../../access/desk-session.js';
import type { Action } from '../../authority/policy.js';
import type { ReadSession } from '../../identity/session/read-session.js';
import { DeskFilter } from './desk.filter.js';
import { DeskGuard } from './desk.guard.js';
import { DeskInterceptor } from './desk.interceptor.js';
import { type DeskRequest, type DeskState, deskOf } from './desk-request.js';
import { ruled } from './route-rule.js';

/** The pages of a room at the desk: `/accounts`. Every route in it declares its rule, or the program does not start. */
export const DeskRoutes = (path = '') =>
  applyDecorators(
    Controller(path ? `console/${path}` : 'console'),
    UseGuards(DeskGuard),
    UseInterceptors(DeskInterceptor),
    UseFilters(DeskFilter),
  );

/** A page that shows something, for those whom the rule allows it somewhere. */
export const Shows = (path: string, action: Action) => applyDecorators(Get(path), ruled({ kind: 'rule', action }));
/** A form that changes something: own origin and CSRF are checked before it runs. */
export const Does = (path: string, action: Action) => applyDecorators(Post(path), ruled({ kind: 'rule', action }));
/** What everybody who is signed in may do with what is their own. */
export const ShowsOwn = (path: string, why: string) => applyDecorators(Get(path), ruled({ kind: 'own', why }));
export const DoesOwn = (path: string, why: string) => applyDecorators(Post(path), ruled({ kind: 'own', why }));
/** What anybody may come to, signed in or not. */
export const ShowsAnybody = (path: string, why: string) => applyDecorators(Get(path), ruled({ kind: 'open', why }));
export const DoesAnybody = (path: string, why: string) => applyDecorators(Post(path), ruled({ kind: 'open', why }));

function stateOf(execution: ExecutionContext): DeskState {
  const state = deskOf(execution.switchToHttp().getRequest<DeskRequest>());
  if (!state) throw new Error('this route has no signed-in caller');
  return state;
}

/** The context of whoever is signed in. */
export const Ctx = createParamDecorator(
  (_: unknown, execution: ExecutionContext): DeskSession => stateOf(execution).ctx,
);
/** Their session: the site they work on, what lists remember. */
export const Session = createParamDecorator(
  (_: unknown, execution: ExecutionContext): ReadSession => stateOf(execution).session,
);
