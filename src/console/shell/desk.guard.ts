import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { maySomewhere } from '../../authority/desk-context.js';
import { authorityErrors } from '../../authority/errors.js';
import { DESK, type Desk } from './desk.js';
import { addressOf, type DeskRequest } from './desk-request.js';
import { consoleErrors } from './errors.js';
import { OPEN_DESK, type OpenDesk } from './open-desk.js';
import { ruleOfRoute } from './route-rule.js';
import { StepFirst } from './step-first.js';
import { readUpload } from './upload.js';

/** The way into every route of the desk: own form, session, next step of signing in, CSRF, rule. */
@Injectable()
export class DeskGuard implements CanActivate {
  constructor(
    @Inject(DESK) private readonly desk: Desk,
    @Inject(OPEN_DESK) private readonly opening: OpenDesk,
  ) {}

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    const request = execution.switchToHttp().getRequest<DeskRequest>();
    const rule = ruleOfRoute(execution.getHandler());
    if (!rule) throw new Error(`a route of the desk declares no rule: ${request.routeOptions.url}`);
    const changes = request.method !== 'GET' && request.method !== 'HEAD';
    if (changes && !this.desk.isOwnOrigin(request)) throw consoleErrors['console.foreign-form']();
    if (rule.kind === 'open') return true;

    const token = this.desk.cookies.read(request.headers.cookie, 'session');
    const opened = token ? await this.opening.run(token, request) : null;
    if (!opened) throw new StepFirst(`/sign-in${returnTo(request)}`, true, token !== null);
    if (opened.step !== 'open') throw new StepFirst(`/sign-in/${opened.step}`);
    const { ctx, session } = opened;
    request.jiyueDesk = { ctx, session, csrf: this.desk.csrfOf(session.id) };
    if (NUL.test(request.originalUrl)) throw consoleErrors['console.bad-address']();
    if (changes && !isForm(request)) throw consoleErrors['console.body-type']();
    // A file is read for nobody but those who are signed in.
    if (changes && request.isMultipart()) request.body = await readUpload(request);
    const given = (request.body as { _csrf?: unknown } | undefined)?._csrf ?? request.headers['x-csrf-token'];
    if (changes && !this.desk.isCsrf(session.id, given)) throw consoleErrors['console.stale-form']();
    if (
      changes &&
      Object.values(request.body ?? {})
        .flat()
        .some(hasNul)
    )
      throw consoleErrors['console.bad-request']();
    if (rule.kind === 'rule' && !maySomewhere(ctx, rule.action)) throw authorityErrors['authority.missing']();
    return true;
  }
}

/** Where to go on after signing in: a page that was asked for, not a form that was sent. */
const returnTo = (request: DeskRequest): string => {
  const address = addressOf(request);
  return request.method === 'GET' && address !== '/' ? `?return=${encodeURIComponent(address)}` : '';
};

/** No text of the database takes the character that ends a string elsewhere. */
const NUL = /\?.*%00/;
const hasNul = (value: unknown): boolean => typeof value === 'string' && value.includes('\0');

/** What a form of a page is sent as; one without any field may come without a body. */
const isForm = (request: DeskRequest): boolean =>
  request.isMultipart() ||
  (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded') ||
  (request.headers['content-type'] === undefined && !request.body);
