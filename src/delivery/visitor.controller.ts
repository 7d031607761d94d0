import { All, Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ruled } from '../console/shell/route-rule.js';
import type { Health } from '../kernel/health/health.js';
import { HTML, SECURITY_HEADERS } from '../kernel/http/security-headers.js';
import type { Platform } from '../kernel/platform/platform.js';
import { UserError } from '../kernel/user-error.js';
import type { Themes } from '../presentation/theme.js';
import { normaliseHost } from '../tenancy/site/site-address.js';
import { fileHeaders, sendFile } from './http/files.js';
import { sendPage } from './http/front.js';
import { matchesEtag } from './http/headers.js';
import { HEALTH, PLATFORM, THEMES, VISITOR_PAGES } from './tokens.js';
import type { VisitorPages } from './visitor-pages.js';

/** A closed site is asked again after an hour, s: search engines keep what they know of it meanwhile. */
const CLOSED_RETRY = '3600';

/** Every visitor route. Answers are written to the raw response: page bytes are ready, nothing is to be serialised. */
@Controller()
export class VisitorController {
  constructor(
    @Inject(VISITOR_PAGES) private readonly pages: VisitorPages,
    @Inject(THEMES) private readonly themes: Themes,
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(HEALTH) private readonly health: () => Promise<Health>,
  ) {}

  /** Whether the process serves, and how its parts are; always 200 while it answers at all. */
  @Get('healthz')
  @ruled({ kind: 'open', why: 'monitoring asks; names no tenant' })
  async healthz(@Res() reply: FastifyReply): Promise<void> {
    await this.sendHealth(reply, () => 200);
  }

  /** Whether it should be given visitors: 503 when database or object store is away. */
  @Get('readyz')
  @ruled({ kind: 'open', why: 'load balancers ask; names no tenant' })
  async readyz(@Res() reply: FastifyReply): Promise<void> {
    await this.sendHealth(reply, (ok) => (ok ? 200 : 503));
  }

  @Get('assets')
  @ruled({ kind: 'open', why: 'files of themes, the same for everybody' })
  asset(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const asset = this.themes.asset(pathOf(request));
    const headers = { ...SECURITY_HEADERS, 'cache-control': 'public, max-age=31536000, immutable' };
    if (!asset) void this.sendHtml(reply, 404, '<!doctype html><title>404</title>');
    else if (matchesEtag(request.headers['if-none-match'], asset.etag))
      void reply
        .code(304)
        .headers({ ...headers, etag: asset.etag })
        .send();
    else
      void reply
        .code(200)
        .headers({ ...headers, etag: asset.etag, 'content-type': asset.type })
        .send(asset.body);
  }

  @All('page')
  @ruled({ kind: 'open', why: 'visitors’ pages: the role jiyue_visitor sees what is public' })
  async page(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const host = normaliseHost(request.headers.host ?? '');
    try {
      const answer = host
        ? await this.pages.answer(host, pathOf(request), request.id)
        : ({ kind: 'not-here' } as const);
      if (answer.kind === 'not-here') {
        await this.sendHtml(reply, 421, this.themes.plain('421'));
        return;
      }
      request.log = request.log.child({ site: answer.site.id, tenant: answer.site.tenantId });
      switch (answer.kind) {
        case 'page':
          reply.hijack();
          sendPage(request.raw, reply.raw, answer.page);
          request.log.info({ path: pathOf(request), status: reply.raw.statusCode }, 'page rendered');
          return;
        case 'redirect':
          request.log.info({ path: pathOf(request), to: answer.to }, 'redirected');
          await reply.code(301).headers(SECURITY_HEADERS).header('location', answer.to).send();
          return;
        case 'file':
          await sendFile(request, reply, this.platform.objects, answer.file, fileHeaders(answer.file, answer.name));
          return;
        case 'missing':
          request.log.info({ path: pathOf(request), status: 404 }, 'no such page');
          await this.sendHtml(reply, 404, answer.html);
          return;
        case 'closed':
          await this.sendHtml(reply.header('retry-after', CLOSED_RETRY), 503, answer.html);
          return;
      }
    } catch (error) {
      await this.sendFailure(request, reply, error);
    }
  }

  private async sendHealth(reply: FastifyReply, status: (ok: boolean) => number): Promise<void> {
    const health = await this.health();
    await reply.code(status(health.ok)).headers(SECURITY_HEADERS).header('cache-control', 'no-store').send(health);
  }

  private async sendFailure(request: FastifyRequest, reply: FastifyReply, error: unknown): Promise<void> {
    const away = error instanceof UserError && error.status === 503;
    request.log.error({ err: error, path: pathOf(request) }, away ? 'database away' : 'page failed');
    const facts = { 时间: this.platform.calendar.minute(new Date()), 编号: request.id };
    if (away) await this.sendHtml(reply.header('retry-after', '10'), 503, this.themes.plain('503', facts));
    else await this.sendHtml(reply, 500, this.themes.plain('500', facts));
  }

  private async sendHtml(reply: FastifyReply, status: number, html: string): Promise<void> {
    await reply
      .code(status)
      .headers(SECURITY_HEADERS)
      .header('cache-control', 'no-store')
      .header('content-type', HTML)
      .send(html);
  }
}

/** Path as it was sent, without query. */
function pathOf(request: FastifyRequest): string {
  const url = request.originalUrl;
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}
