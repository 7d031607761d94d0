import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { DeskSession } from '../../access/desk-session.js';
import { maySomewhere } from '../../authority/desk-context.js';
import type { Action } from '../../authority/policy.js';
import { addressGroup } from '../../identity/sign-in/address-group.js';
import { digest } from '../../kernel/crypto/digest.js';
import { ruleOfRoute } from '../shell/route-rule.js';
import { API, type Api } from './api.js';
import { type ApiRequest, type ApiState, listName } from './api-request.js';
import { ApiFault, apiErrors } from './errors.js';
import { OpenToken } from './open-token.js';
import type { Rate } from './rate-limit.js';
import { readInput } from './read-input.js';
import { docsOf, type ReadDocs } from './route-docs.js';

/**
 * The way into every resource: token, rate, rule, then the request itself, read strictly. Cookies are not looked at, so that
 * no browser acts here for somebody who is signed in at the desk; and the desk looks at no token.
 */
@Injectable()
export class ApiGuard implements CanActivate {
  private readonly tokens: OpenToken;

  constructor(@Inject(API) private readonly api: Api) {
    this.tokens = new OpenToken(api.platform, api.rules);
  }

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    const request = execution.switchToHttp().getRequest<ApiRequest>();
    const handler = execution.getHandler();
    const rule = ruleOfRoute(handler);
    const docs = docsOf(handler);
    if (rule?.kind !== 'rule' || !docs) throw new Error(`a route of the API declares no rule: ${handler.name}`);
    const ctx = await this.open(request);
    if (!maySomewhere(ctx, rule.action)) throw this.refusal(rule.action);
    request.jiyueApi = this.read(request, docs, ctx);
    return true;
  }

  private async open(request: ApiRequest): Promise<DeskSession> {
    const token = bearerOf(request);
    const { tokenRate, failureRate } = this.api;
    // In memory by a digest, as in the database.
    const key = digest(token).toString('base64url');
    const group = addressGroup(request.ip);
    const known = tokenRate.knows(key);
    // Who guesses is turned away before the database is asked; who comes with a token that was right lately is not.
    if (known) this.count(request, key);
    else requireRate(failureRate.look(group), 'api.too-many-failures');
    const ctx = await this.tokens.run(token, { address: request.ip, request: request.id });
    if (!ctx) {
      failureRate.take(group);
      throw new ApiFault(apiErrors['api.token-refused'](), { headers: challenge('invalid_token') });
    }
    if (!known) this.count(request, key);
    return ctx;
  }

  private count(request: ApiRequest, key: string): void {
    const { tokenRate } = this.api;
    const rate = tokenRate.take(key);
    request.jiyueApiRate = tokenRate.headers(rate);
    requireRate(rate, 'api.too-many-requests');
  }

  private refusal(action: Action): ApiFault {
    const says = this.api.rules.get(action)?.says ?? action;
    return new ApiFault(apiErrors['api.action-refused']({ says, action }), {
      headers: challenge('insufficient_scope'),
    });
  }

  private read(request: ApiRequest, docs: ReadDocs, ctx: DeskSession): ApiState {
    const asked = readInput(docs.asked as z.ZodType<Asked>, request.query ?? {}, apiErrors['api.query']);
    const { limit, cursor, ...query } = asked;
    const after = cursor === undefined ? null : this.api.cursors.read(listName(request, query), cursor);
    return {
      ctx,
      query,
      paging: { limit: limit ?? 0, after },
      body: docs.body ? readBody(request, docs.body.schema) : null,
      ifMatch: request.headers['if-match'] ?? null,
    };
  }
}

/** @throws ApiFault `api.body`; UserError `api.body-type` for what was not sent as JSON */
function readBody(request: FastifyRequest, schema: z.ZodType): unknown {
  if (!JSON_TYPE.test(request.headers['content-type'] ?? '')) throw apiErrors['api.body-type']();
  return readInput(schema, request.body, apiErrors['api.body']);
}

/** With no other charset than UTF-8, in which JSON is written. */
const JSON_TYPE = /^application\/json *(; *charset *= *"?utf-8"? *)?$/i;

type Asked = Record<string, unknown> & { limit?: number; cursor?: string };

/** @throws ApiFault `api.token-missing`, `api.token-refused` for another way of proving oneself */
function bearerOf(request: FastifyRequest): string {
  const { authorization } = request.headers;
  if (!authorization) throw new ApiFault(apiErrors['api.token-missing'](), { headers: challenge() });
  const token = /^Bearer +([^\s]+)$/i.exec(authorization)?.[1];
  if (!token) throw new ApiFault(apiErrors['api.token-refused'](), { headers: challenge('invalid_request') });
  return token;
}

/** RFC 6750 §3. */
const challenge = (error?: string): Record<string, string> => ({
  'www-authenticate': `Bearer realm="jiyue"${error ? `, error="${error}"` : ''}`,
});

/** @throws ApiFault with the seconds to wait */
function requireRate({ allowed, wait }: Rate, code: 'api.too-many-requests' | 'api.too-many-failures'): void {
  if (allowed) return;
  const seconds = Math.max(1, wait);
  throw new ApiFault(apiErrors[code]({ seconds }), { headers: { 'retry-after': String(seconds) } });
}
