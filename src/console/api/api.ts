import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Action, Rule } from '../../authority/policy.js';
import { SECURITY_HEADERS } from '../../kernel/http/security-headers.js';
import type { Platform } from '../../kernel/platform/platform.js';
import { UserError } from '../../kernel/user-error.js';
import { Rendered } from '../shell/answers.js';
import { type ControllerClass, declaredRoutes } from '../shell/declared-routes.js';
import { type ApiAnswer, Made, Page } from './answers.js';
import { API_BASE, type ApiRequest, listName, pathOf } from './api-request.js';
import { Cursors } from './cursor.js';
import { ApiFault, apiErrors } from './errors.js';
import { etagOf, isKnown } from './etag.js';
import { PROBLEM_TYPE, problemOf } from './problem.js';
import { RateLimit } from './rate-limit.js';
import { docsOf, type ReadDocs } from './route-docs.js';

export const API = Symbol('the API');

/** A route as the documents tell it. */
export interface ApiRoute {
  method: string;
  /** Within `/api/v1`: `/channels/{channelId}`. */
  path: string;
  action: Action;
  docs: ReadDocs;
}

export interface ApiPlaces {
  /** Of the desk, which is the API's too: `https://console.…`. */
  origin: string;
  /** Of a site's host. */
  originOf: (host: string) => string;
}

const JSON_TYPE = 'application/json; charset=utf-8';

/** Evenly ten requests a second, 120 at once. */
export const TOKEN_RATE = { name: 'token', perMinute: 600, burst: 120 } as const;
/** Wrong tokens from one address. */
export const FAILURE_RATE = { name: 'failure', perMinute: 30, burst: 30 } as const;

/** What all resources of the API stand on: routes, cursors, rates, and how an answer or a fault is sent. */
export class Api {
  readonly cursors: Cursors;
  readonly tokenRate = new RateLimit(TOKEN_RATE);
  readonly failureRate = new RateLimit(FAILURE_RATE);
  readonly routes: readonly ApiRoute[];

  /** @param controllers the resources of the rooms; one without documents stops the start */
  constructor(
    readonly platform: Platform,
    readonly rules: ReadonlyMap<Action, Rule>,
    readonly places: ApiPlaces,
    controllers: readonly ControllerClass[],
  ) {
    this.cursors = new Cursors(platform.secretKey);
    this.routes = controllers.flatMap((controller) => apiRoutesOf(controller, rules));
  }

  /** Turns what a handler answered into bytes. */
  finish(request: ApiRequest, answer: ApiAnswer): Rendered {
    if (answer instanceof Page) return this.page(request, answer);
    const body = JSON.stringify(answer.body);
    const etag = etagOf(body);
    // The client may keep it and ask whether it is still so; nothing in between may.
    const headers = { ...headersOf(request), 'cache-control': 'private, no-cache', etag };
    if (answer instanceof Made)
      return new Rendered(
        201,
        { ...headers, 'content-type': JSON_TYPE, location: `${this.places.origin}/api/v1${answer.path}` },
        body,
      );
    if (request.method === 'GET' && isKnown(request.headers['if-none-match'], etag))
      return new Rendered(304, headers, null);
    return new Rendered(200, { ...headers, 'content-type': JSON_TYPE }, body);
  }

  /** What a client can mend, in its words; everything else is written down and said to be ours. */
  problem(request: ApiRequest, thrown: unknown): Rendered {
    const error = thrown instanceof UserError && thrown.status < 500 ? thrown : this.ourFault(request, thrown);
    const headers: Record<string, string> = {
      ...headersOf(request),
      'content-type': PROBLEM_TYPE,
      'content-language': 'zh-CN',
      ...(error instanceof ApiFault ? error.more.headers : {}),
    };
    const body = problemOf(error, { instance: pathOf(request), requestId: request.id });
    return new Rendered(error.status, headers, JSON.stringify(body));
  }

  private ourFault(request: ApiRequest, thrown: unknown): UserError {
    const away = thrown instanceof UserError && (thrown.status === 503 || thrown.status === 507);
    request.log.error({ err: thrown, path: pathOf(request) }, away ? 'database away' : 'the API failed');
    return away
      ? new ApiFault(apiErrors['api.away'](), { headers: { 'retry-after': '5' } })
      : apiErrors['api.failed']();
  }

  send(reply: FastifyReply, rendered: Rendered): void {
    void reply
      .code(rendered.status)
      .headers(rendered.headers)
      .send(rendered.body ?? '');
  }

  private page(request: ApiRequest, page: Page): Rendered {
    const headers = headersOf(request);
    const next = page.next && this.addressAfter(request, page.next);
    if (next) headers.link = `<${next}>; rel="next"`;
    return new Rendered(200, { ...headers, 'content-type': JSON_TYPE }, JSON.stringify({ data: page.data, next }));
  }

  /** The address of the same list, after a place in it. */
  private addressAfter(request: ApiRequest, place: readonly string[]): string {
    const parameters = new URLSearchParams(request.originalUrl.split('?')[1] ?? '');
    parameters.set('cursor', this.cursors.make(listName(request, request.jiyueApi!.query as object), place));
    return `${this.places.origin}${pathOf(request)}?${parameters}`;
  }
}

const headersOf = (request: FastifyRequest): Record<string, string> => ({
  ...SECURITY_HEADERS,
  'cache-control': 'no-store',
  vary: 'authorization',
  ...(request as ApiRequest).jiyueApiRate,
});

function apiRoutesOf(controller: ControllerClass, rules: ReadonlyMap<Action, Rule>): ApiRoute[] {
  return declaredRoutes([controller], rules).map(({ method, path, rule, handler }) => {
    const docs = docsOf(controller.prototype[handler.slice(handler.indexOf('.') + 1)]);
    if (!docs || rule.kind !== 'rule' || !path.startsWith(`${API_BASE}/`))
      throw new Error(`${handler} is no route of the API: it lacks documents, a rule, or its place`);
    const shown = path.slice(API_BASE.length).replace(/:(\w+)/g, '{$1}');
    return { method, path: shown, action: rule.action, docs };
  });
}
