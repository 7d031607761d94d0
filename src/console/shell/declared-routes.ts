import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import type { Action, Rule } from '../../authority/policy.js';
import { type RouteRule, ruleOfRoute } from './route-rule.js';

export interface DeclaredRoute {
  method: string;
  /** As the router knows it: `console/accounts/:id`. */
  path: string;
  rule: RouteRule;
  /** Class and method, for messages. */
  handler: string;
}

// biome-ignore lint/complexity/noBannedTypes: a class of controllers is a Function to Nest
export type ControllerClass = Function;

/** By the numbers of Nest's RequestMethod. */
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'ALL', 'OPTIONS', 'HEAD'];
const LEAST_REASON = 10;

/**
 * Every route of the controllers with its rule.
 * @throws Error when a route declares none, or one that no policy says: the program does not start
 */
export function declaredRoutes(controllers: ControllerClass[], rules: ReadonlyMap<Action, Rule>): DeclaredRoute[] {
  return controllers.flatMap((controller) => {
    const base = pathOf(controller);
    return Object.getOwnPropertyNames(controller.prototype).flatMap((name): DeclaredRoute[] => {
      const handler: unknown = controller.prototype[name];
      if (typeof handler !== 'function') return [];
      const method: number | undefined = Reflect.getMetadata(METHOD_METADATA, handler);
      if (method === undefined) return [];
      const shown = `${controller.name}.${name}`;
      const rule = ruleOfRoute(handler);
      if (!rule) throw new Error(`${shown} declares no rule: who may come to it?`);
      if (rule.kind === 'rule' && !rules.has(rule.action))
        throw new Error(`${shown} declares “${rule.action}”, which no policy.ts says`);
      if (rule.kind !== 'rule' && rule.why.length < LEAST_REASON) throw new Error(`${shown} is open without a reason`);
      const path = [base, pathOf(handler)].filter(Boolean).join('/');
      return [{ method: METHODS[method] ?? 'ALL', path, rule, handler: shown }];
    });
  });
}

const pathOf = (target: object): string =>
  String(Reflect.getMetadata(PATH_METADATA, target) ?? '').replace(/^\/+|\/+$/g, '');
