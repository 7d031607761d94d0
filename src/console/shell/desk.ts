import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Authority } from '../../access/grant/held-grant.js';
import { maySomewhere } from '../../authority/desk-context.js';
import type { Action, Rule } from '../../authority/policy.js';
import { roleFacts } from '../../authority/role.js';
import { keyed, sameBytes } from '../../kernel/crypto/digest.js';
import { HTML, SECURITY_HEADERS } from '../../kernel/http/security-headers.js';
import type { Platform } from '../../kernel/platform/platform.js';
import { type Answer, Data, Download, type Notice, Redirect, Rendered, View } from './answers.js';
import { type CookieJar, cookieJar } from './cookies.js';
import { type DeskState, deskOf } from './desk-request.js';
import { frozenBanner } from './frozen.js';
import { openNotice, sealNotice } from './notice.js';
import type { DeskTemplates } from './templates.js';

/** An entry of the desk's menu: shown to whom its rule allows it somewhere. */
export interface MenuEntry {
  key: string;
  /** '' stands on top, without a heading. */
  heading: '' | '内容' | '站点' | '人员' | '安全';
  href: string;
  label: string;
  icon: string;
  /** Null: everybody's own. */
  action: Action | null;
  /** Only while a site is chosen. */
  ofSite?: true;
}

export const DESK = Symbol('the desk');
export const PLATFORM = Symbol('platform of the desk');
export const IDENTITY = Symbol('identity');
/** Who is put in charge of a new site or channel, and gets what. */
export const CHARGES = Symbol('charges');
export const ACCOUNTS = Symbol('what administrators do with accounts');

const HEADINGS: MenuEntry['heading'][] = ['', '内容', '站点', '人员', '安全'];

/** What all pages of the desk stand on: templates, cookies, menu, the frame around each page. */
export class Desk {
  readonly cookies: CookieJar;
  private readonly headers: Record<string, string>;

  constructor(
    readonly platform: Platform,
    readonly templates: DeskTemplates,
    readonly rules: ReadonlyMap<Action, Rule>,
    private readonly menu: readonly MenuEntry[],
    /** `console.BASE_DOMAIN` */
    readonly host: string,
    readonly origin: string,
  ) {
    const { production } = platform.config;
    this.cookies = cookieJar(production);
    this.headers = { ...SECURITY_HEADERS, ...PRIVATE, ...(production ? TLS_ONLY : {}) };
  }

  /** Bound to the session: it ends with it, and another's is worth nothing. */
  csrfOf = (sessionId: string): string =>
    keyed(this.platform.secretKey, 'console.csrf', sessionId).toString('base64url');

  isCsrf = (sessionId: string, given: unknown): boolean =>
    typeof given === 'string' && sameBytes(Buffer.from(this.csrfOf(sessionId)), Buffer.from(given));

  /**
   * Whether a form was sent by a page of the desk itself. Every browser of the baseline states the origin of a POST; one
   * that is not stated is not ours.
   */
  isOwnOrigin(request: FastifyRequest): boolean {
    const { origin } = request.headers;
    if (!origin || !URL.canParse(origin)) return false;
    const { protocol, host } = new URL(origin);
    // In production the desk is never opened without TLS: a page of its host that is, was slipped in on the way.
    const secure = protocol === 'https:' || !this.platform.config.production;
    return secure && host === (request.headers.host ?? '').toLowerCase();
  }

  /** An address on another site: a page of one site's own is opened there at its list. */
  elsewhere(address: string): string {
    const [path = ''] = address.split('?', 1);
    const list = this.menu.find(({ href, ofSite }) => ofSite && (path === href || path.startsWith(`${href}/`)));
    return list?.href ?? address;
  }

  /** Turns what a handler answered into bytes. */
  finish(request: FastifyRequest, answer: Answer): Rendered {
    if (answer instanceof View) return this.page(request, answer);
    if (answer instanceof Redirect) {
      const cookies = [...answer.cookies];
      // An act that ends the session, or gives it a new number, is told to whoever comes after it.
      const renewed = cookies.some((cookie) => this.cookies.read(cookie.split(';', 1)[0], 'session') !== null);
      const of = renewed ? null : (deskOf(request)?.session.id ?? null);
      if (answer.notice)
        cookies.push(this.cookies.set('notice', sealNotice(this.platform.secretKey, answer.notice, of), 60));
      const headers = { ...this.headers, location: answer.to };
      return new Rendered(303, cookies.length > 0 ? { ...headers, 'set-cookie': cookies } : headers, null);
    }
    if (answer instanceof Download)
      return new Rendered(
        200,
        {
          ...this.headers,
          'content-type': answer.type,
          'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(answer.name)}`,
        },
        answer.body,
      );
    if (answer instanceof Data)
      return new Rendered(
        answer.status,
        { ...this.headers, 'content-type': answer.type, ...answer.headers },
        typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body),
      );
    throw new Error('a route of the desk answered with nothing that can be sent');
  }

  /** A page with its frame. */
  page(request: FastifyRequest, view: View): Rendered {
    const state = deskOf(request);
    const told = this.cookies.read(request.headers.cookie, 'notice');
    const notice = openNotice(this.platform.secretKey, told, state?.session.id ?? null);
    const headers: Record<string, string | string[]> = { ...this.headers, 'content-type': HTML };
    const cookies = told ? [...view.cookies, this.cookies.clear('notice')] : [...view.cookies];
    if (cookies.length > 0) headers['set-cookie'] = cookies;
    const body = this.templates.render(view.template, {
      page: { lead: null, section: '', ...view.page },
      desk: state ? this.frame(state, notice) : this.bareFrame(notice),
      ...view.model,
    });
    return new Rendered(view.status, headers, body);
  }

  send(reply: FastifyReply, rendered: Rendered): void {
    void reply
      .code(rendered.status)
      .headers(rendered.headers)
      .send(rendered.body ?? '');
  }

  private frame({ ctx, session, csrf }: DeskState, notice: Notice | null) {
    const { calendar } = this.platform;
    const now = new Date();
    const may = (entry: MenuEntry) =>
      (entry.action === null || maySomewhere(ctx, entry.action)) && (!entry.ofSite || session.siteId !== null);
    return {
      tenantName: session.tenantName,
      siteName: session.siteName,
      siteId: session.siteId,
      demonstration: this.platform.embedded,
      account: { name: ctx.account.name, roles: roleNames(ctx.held), initial: [...ctx.account.name][0] ?? '我' },
      menu: HEADINGS.map((heading) => ({
        heading,
        entries: this.menu
          .filter((entry) => entry.heading === heading && may(entry))
          .map(({ key, href, label, icon }) => ({ key, href, label, icon, count: null, late: false })),
      })).filter(({ entries }) => entries.length > 0),
      csrf,
      notice,
      moment: `${longDate(calendar.day(now))} ${calendar.weekday(now)}`,
      frozen: frozenBanner(ctx, session, calendar),
    };
  }

  private bareFrame(notice: Notice | null) {
    return { demonstration: this.platform.embedded, csrf: '', notice };
  }
}

/** Nothing of the desk is kept by anything between it and its reader. */
const PRIVATE = { 'cache-control': 'no-store' };
/** For this host alone: whether the sites below the domain have certificates is not the desk's to say. */
const TLS_ONLY = { 'strict-transport-security': 'max-age=31536000' };

const roleNames = (held: Authority['held'] | readonly Authority['held'][number][]): string =>
  [...new Set(held.map((grant) => roleFacts(grant.role).name))].slice(0, 3).join('、') || '尚未授权';

function longDate(day: string): string {
  const [year, month, date] = day.split('-');
  return `${year}年${Number(month)}月${Number(date)}日`;
}
