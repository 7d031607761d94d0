import { SetMetadata } from '@nestjs/common';
import type { Action } from '../../authority/policy.js';

const RULE = Symbol('rule of a route');

/** Who may come to a route. */
export type RouteRule =
  /** Those whom a policy allows the act somewhere; its command judges the object. */
  | { kind: 'rule'; action: Action }
  /** Everybody who is signed in, for what is their own. */
  | { kind: 'own'; why: string }
  /** Anybody at all. */
  | { kind: 'open'; why: string };

export const ruled = (rule: RouteRule) => SetMetadata(RULE, rule);

export const ruleOfRoute = (handler: object): RouteRule | undefined =>
  Reflect.getMetadata(RULE, handler) as RouteRule | undefined;
