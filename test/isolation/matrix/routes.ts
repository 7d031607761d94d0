import {
  type ControllerClass,
  type DeclaredRoute,
  declaredRoutes,
} from '../../../src/console/shell/declared-routes.js';
import { rules } from '../../../src/policies.js';
import { entries } from './entries.js';
import type { Entries, Part } from './entry.js';

export interface Route extends DeclaredRoute {
  /** `GET /accounts/:id`, as its host knows it: the key of its entry. */
  key: string;
  /** `/accounts/:id` */
  address: string;
  isApi: boolean;
  parts: readonly Part[];
}

/** The routes of the program that have an entry in the matrix, and what is wrong with the others, a sentence each. */
export function routesAndFaults(
  controllers: ControllerClass[],
  of: Entries = entries,
): { routes: Route[]; faults: string[] } {
  const declared = declaredRoutes(controllers, rules);
  const known = new Set(declared.map(keyOf));
  const [within, without] = [true, false].map((has) =>
    declared.filter((route) => Object.hasOwn(of, keyOf(route)) === has),
  ) as [DeclaredRoute[], DeclaredRoute[]];
  return {
    routes: within.map((route) => {
      const key = keyOf(route);
      const address = addressOf(route);
      return { ...route, key, address, isApi: address.startsWith('/api/v1'), parts: [of[key]!].flat() };
    }),
    faults: [
      ...without.map(
        (route) =>
          `${keyOf(route)} (${route.handler}) has no entry in the isolation matrix. Add '${keyOf(route)}' to the table of its room in test/isolation/matrix/*-entries.ts: of which things it is asked (on), or that it is a page (page, list), one’s own (own) or open (open).`,
      ),
      ...Object.keys(of)
        .filter((key) => !known.has(key))
        .map(
          (key) =>
            `'${key}' in test/isolation/matrix/*-entries.ts is the entry of no route. Take it out, or mend its address.`,
        ),
    ],
  };
}

/** Of the desk's host what follows `/console`; of visitors' hosts the names that the web process gives their addresses. */
const addressOf = ({ path }: DeclaredRoute): string =>
  path === 'console' ? '/' : path.startsWith('console/') ? path.slice('console'.length) : `visitors:${path}`;

const keyOf = (route: DeclaredRoute): string => `${route.method} ${addressOf(route)}`;
