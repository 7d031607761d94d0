import type { FastifyReply, FastifyRequest } from 'fastify';
import { explain } from '../../access/explain.js';
import { Denied } from '../../authority/desk-context.js';
import { UserError } from '../../kernel/user-error.js';
import { safeReturn } from '../sign-in/entered.js';
import type { Addresses } from './addresses.js';
import { type Notice, Redirect, Rendered, View } from './answers.js';
import type { Desk } from './desk.js';
import { addressOf, type DeskRequest, deskOf, loggedAddress } from './desk-request.js';
import { consoleErrors, WrongMethod } from './errors.js';
import { keptFields } from './form.js';
import type { OpenDesk } from './open-desk.js';
import { StepFirst } from './step-first.js';

export const REFUSALS = Symbol('what the desk answers when something is wrong');

const LAPSED: Notice = {
  tone: 'warn',
  text: '登录已经结束：长时间没有操作，或者这次登录在别处被结束了。请重新登录。',
};
const STALE_BUT_KEPT = '页面已经过期，没有执行。您填写的内容还在，可以从这里重新提交。';

/** What went wrong, as a page of the desk: to be signed in, missing, refused, failed. What was typed is kept where it can be. */
export class Refusals {
  constructor(
    private readonly desk: Desk,
    private readonly opening: OpenDesk,
    private readonly addresses: Addresses,
  ) {}

  async answer(request: FastifyRequest, reply: FastifyReply, thrown: unknown): Promise<void> {
    try {
      if (thrown instanceof StepFirst) this.step(request, reply, thrown);
      else {
        await this.recognise(request, thrown);
        this.desk.send(reply, this.rendered(request, thrown));
      }
    } catch (error) {
      request.log.error({ err: error }, 'an error of the desk could not be shown');
      void reply.code(500).type('text/plain; charset=utf-8').send('系统出了错，请稍后再试。\n');
    }
  }

  /** An address that no route takes, or not by this method. */
  noRoute(request: FastifyRequest): UserError {
    const { method } = request;
    const allowed = this.addresses.methodsOf(addressOf(request));
    return allowed.length > 0 && !allowed.includes(method)
      ? new WrongMethod(method, allowed)
      : consoleErrors['console.no-page']();
  }

  /** Who is signed in sees it within the desk, also when it was refused before the guard. */
  private async recognise(request: DeskRequest, thrown: unknown): Promise<void> {
    const refused = thrown instanceof UserError && thrown.status < 500;
    const token = this.desk.cookies.read(request.headers.cookie, 'session');
    if (!refused || !token || deskOf(request)) return;
    const opened = await this.opening.run(token, request).catch(() => null);
    if (opened?.step !== 'open') return;
    const { ctx, session } = opened;
    request.jiyueDesk = { ctx, session, csrf: this.desk.csrfOf(session.id) };
  }

  /** A part of a page that htmx asked for cannot show a sign-in: the whole page goes there. */
  private step(request: FastifyRequest, reply: FastifyReply, { to, over, lapsed }: StepFirst): void {
    const fields = over && request.method === 'POST' ? keptFields(request.body) : null;
    const there = this.desk.finish(request, new Redirect(to, lapsed ? LAPSED : null));
    if (request.headers['hx-request']) {
      const { location, ...headers } = there.headers;
      this.desk.send(reply, new Rendered(204, { ...headers, 'hx-redirect': location! }, null));
    } else this.desk.send(reply, fields ? this.desk.finish(request, this.expired(request, fields)) : there);
  }

  private expired(request: FastifyRequest, fields: [string, string][]): View {
    const kept = { action: addressOf(request), csrf: '', fields };
    const again = `/sign-in?return=${encodeURIComponent(backOf(request))}`;
    return new View('expired.njk', { title: '' }, { again, kept }).with(403);
  }

  private rendered(request: FastifyRequest, error: unknown): Rendered {
    const view = this.viewOf(request, error);
    const rendered = this.desk.finish(
      request,
      request.headers['hx-request'] ? this.part(request, error, view.status) : view,
    );
    if (error instanceof WrongMethod) rendered.headers.allow = error.allowed.join(', ');
    // htmx shows it in a place of its own, whatever part of the page had been asked for.
    if (request.headers['hx-request'])
      Object.assign(rendered.headers, {
        'hx-retarget': '#told',
        'hx-reswap': 'innerHTML',
        'hx-reselect': '#refusal',
        'hx-push-url': 'false',
      });
    return rendered;
  }

  private part(request: FastifyRequest, error: unknown, status: number): View {
    const text =
      error instanceof UserError
        ? error.message
        : `系统出了错，没有保存任何改动。请重试；再次出现，请告诉平台运维：编号 ${request.id}。`;
    return new View('refused-part.njk', { title: '' }, { text }).with(status);
  }

  private viewOf(request: FastifyRequest, error: unknown): View {
    if (error instanceof UserError && error.status === 404)
      return new View('missing.njk', { title: '没有找到' }).with(404);
    if (error instanceof UserError && error.status < 500)
      return new View(
        'refused.njk',
        { title: request.method === 'GET' || request.method === 'HEAD' ? '这一页打不开' : '没有执行' },
        { refused: this.refusal(request, error) },
      ).with(error.status);
    const away = error instanceof UserError && error.status === 503;
    const path = loggedAddress(addressOf(request));
    request.log.error({ err: error, path }, away ? 'database away' : 'a page of the desk failed');
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
  private refusal(request: FastifyRequest, error: UserError) {
    const state = deskOf(request);
    const sent = request.method !== 'GET';
    const way = { back: sent ? backOf(request) : '/', sent, kept: null };
    const denied = error.cause instanceof Denied ? error.cause : null;
    const rule = denied && this.desk.rules.get(denied.action);
    if (!state || !denied || !rule) {
      const fields = state && error.code === 'console.stale-form' ? keptFields(request.body) : null;
      return {
        ...way,
        what: null,
        reasons: [{ text: fields ? STALE_BUT_KEPT : error.message, rule: null }],
        grantors: [],
        kept: fields && { action: addressOf(request), csrf: state!.csrf, fields },
      };
    }
    const { ctx } = state;
    const holder = { accountId: ctx.account.id, tenantId: ctx.account.tenantId, organId: ctx.account.organId };
    const account = { state: 'open', secondFactor: true } as const;
    const { against, grants } = explain(rule, account, holder, ctx.held, denied.facts);
    return {
      ...way,
      what: rule.says,
      reasons: [
        ...against.map((text) => ({ text, rule: null })),
        ...grants
          .filter((verdict) => !verdict.allows)
          .map(({ grant, reason }) => ({ text: reason, rule: grant.place })),
      ],
      grantors: [],
    };
  }
}

/** The page that a form was sent from. */
function backOf(request: FastifyRequest): string {
  const { referer = '' } = request.headers;
  if (!URL.canParse(referer)) return '/';
  const { host, pathname, search } = new URL(referer);
  // A page of the desk at `//elsewhere/` is none that a link can name.
  return host === request.headers.host ? safeReturn(`${pathname}${search}`) : '/';
}
