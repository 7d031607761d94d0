import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Inject } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { explain } from '../../access/explain.js';
import { Denied } from '../../authority/desk-context.js';
import { UserError } from '../../kernel/user-error.js';
import { Redirect, View } from './answers.js';
import { StepFirst } from './desk.guard.js';
import { DESK, type Desk } from './desk.js';
import { deskOf } from './desk-request.js';
import { consoleErrors } from './errors.js';

/** What went wrong, as a page of the desk: to be signed in, missing, refused, failed. Nothing typed is asked for twice. */
@Catch()
export class DeskFilter implements ExceptionFilter {
  constructor(@Inject(DESK) private readonly desk: Desk) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (thrown instanceof StepFirst) this.step(request, reply, thrown);
    else {
      const error = thrown instanceof HttpException ? asUserError(thrown) : thrown;
      this.desk.send(reply, this.desk.finish(request, this.viewOf(request, error)));
    }
  }

  /** A part of a page that htmx asked for cannot show a sign-in: the whole page goes there. */
  private step(request: FastifyRequest, reply: FastifyReply, { to }: StepFirst): void {
    if (request.headers['hx-request']) void reply.code(204).header('hx-redirect', to).send();
    else this.desk.send(reply, this.desk.finish(request, new Redirect(to)));
  }

  private viewOf(request: FastifyRequest, error: unknown): View {
    const back = request.method === 'GET' ? '/' : backOf(request);
    if (error instanceof UserError && error.status === 404)
      return new View('missing.njk', { title: '没有找到' }).with(404);
    if (error instanceof UserError && error.status < 500)
      return new View('refused.njk', { title: '没有执行' }, { refused: this.refusal(request, error, back) }).with(
        error.status,
      );
    const away = error instanceof UserError && error.status === 503;
    request.log.error({ err: error, path: request.originalUrl }, away ? 'database away' : 'a page of the desk failed');
    const { calendar } = this.desk.platform;
    return new View(
      'failed.njk',
      { title: '' },
      {
        busy: away,
        time: calendar.minute(new Date()),
        number: request.id,
        again: request.method === 'GET' ? request.originalUrl : null,
      },
    ).with(away ? 503 : 500);
  }

  /** Every reason, grant by grant, when it is authority that lacks; else the one sentence of the error. */
  private refusal(request: FastifyRequest, error: UserError, back: string) {
    const state = deskOf(request);
    const denied = error.cause instanceof Denied ? error.cause : null;
    const rule = denied && this.desk.rules.get(denied.action);
    if (!state || !denied || !rule)
      return { what: null, reasons: [{ text: error.message, rule: null }], grantors: [], back };
    const { ctx } = state;
    const holder = { accountId: ctx.account.id, tenantId: ctx.account.tenantId, organId: ctx.account.organId };
    const account = { state: 'open', secondFactor: true } as const;
    const { against, grants } = explain(rule, account, holder, ctx.held, denied.facts);
    return {
      what: rule.says,
      reasons: [
        ...against.map((text) => ({ text, rule: null })),
        ...grants
          .filter((verdict) => !verdict.allows)
          .map(({ grant, reason }) => ({ text: reason, rule: grant.place })),
      ],
      grantors: [],
      back,
    };
  }
}

/** The page that a form was sent from. */
function backOf(request: FastifyRequest): string {
  const { referer = '' } = request.headers;
  if (!URL.canParse(referer)) return '/';
  const { host, pathname, search } = new URL(referer);
  return host === request.headers.host ? `${pathname}${search}` : '/';
}

/** What the framework refuses before a handler: no such route, a body that is no form. */
const asUserError = (error: HttpException): UserError =>
  error.getStatus() === 404
    ? consoleErrors['console.no-page']()
    : new UserError(
        'console.bad-request',
        error.getStatus(),
        '这次提交的内容无法识别，没有执行。请返回上一页重新提交。',
      );
