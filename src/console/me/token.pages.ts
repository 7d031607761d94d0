import { Body, Inject, Param } from '@nestjs/common';
import { z } from 'zod';
import type { DeskSession } from '../../access/desk-session.js';
import { maySomewhere } from '../../authority/desk-context.js';
import type { Action } from '../../authority/policy.js';
import type { ReadSession } from '../../identity/session/read-session.js';
import { LONGEST_DAYS, MOST_TOKENS } from '../../identity/token/api-token.js';
import { CreateToken } from '../../identity/token/create-token.js';
import { tokenErrors } from '../../identity/token/errors.js';
import { RevokeToken } from '../../identity/token/revoke-token.js';
import { findOwnToken, findOwnTokens, type TokenRow } from '../../identity/token/token.queries.js';
import type { ClusterScope } from '../../kernel/database/scope.js';
import type { Platform } from '../../kernel/platform/platform.js';
import { API, type Api } from '../api/api.js';
import { type Answer, done, View } from '../shell/answers.js';
import { confirmation } from '../shell/confirmation.js';
import { PLATFORM } from '../shell/desk.js';
import { several, text } from '../shell/form.js';
import { Ctx, DeskRoutes, DoesOwn, Session, ShowsOwn } from '../shell/route.js';
import { type Fault, submitted, untouched } from '../shell/submitted.js';

const OWN = 'tokens of one’s own account, which may no more than it';
const DAY_MS = 86_400_000;
/** How long a token is made for unless one says otherwise; from when on before its end it says so. */
const USUAL_DAYS = 90;
const SOON_DAYS = 14;

const newToken = z.object({
  name: text(40, '请给令牌起一个名字'),
  expiresOn: z.string({ error: '请选择最后一天' }),
  actions: several.pipe(z.array(z.string()).min(1, '请至少选择一项')),
  site: z.enum(['all', 'current'], { error: '请选择范围' }),
  /** The site that the form calls the current one. */
  current: z.uuid().optional(),
});

const FIELDS: Record<string, string> = {
  'identity.token-name': 'name',
  'identity.token-expiry': 'expiresOn',
  'identity.token-no-action': 'actions',
  'identity.token-action': 'actions',
  'identity.token-site': 'site',
};

const identityOf = (ctx: DeskSession): ClusterScope => ({ kind: 'cluster', actor: ctx.actor, work: 'identity' });

/** One's personal tokens of the API: what they may, until when, when they were last used. */
@DeskRoutes('me/tokens')
export class TokenPages {
  private readonly create: CreateToken;
  private readonly revoke: RevokeToken;
  /** What the API can do at all, in the order of its documents; each with what that is. */
  private readonly offered: ReadonlyMap<Action, string>;

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(API) private readonly api: Api,
  ) {
    this.create = new CreateToken(platform.work, platform.calendar, api.rules);
    this.revoke = new RevokeToken(platform.work);
    const routes = Map.groupBy(api.routes, (route) => route.action);
    this.offered = new Map([...routes].map(([action, of]) => [action, of.map(({ docs }) => docs.summary).join('；')]));
  }

  @ShowsOwn('', OWN)
  async list(@Ctx() ctx: DeskSession): Promise<View> {
    const rows = await this.platform.work.run(identityOf(ctx), (tx) => findOwnTokens(tx, ctx));
    return new View(
      'console/tokens.njk',
      { title: '我的 API 令牌', lead: '让程序以您的名义读取和管理内容。令牌能做的不超过您自己。', section: 'me' },
      {
        rows: rows.map((row) => this.shown(row)),
        inForce: rows.filter((row) => row.inForce).length,
        most: MOST_TOKENS,
      },
    );
  }

  @ShowsOwn('new', OWN)
  form(@Ctx() ctx: DeskSession, @Session() session: ReadSession): View {
    const expiresOn = this.dayIn(USUAL_DAYS);
    const reading = this.choicesOf(ctx).filter(({ value }) => this.api.rules.get(value)?.reads);
    return this.newForm(
      ctx,
      session,
      untouched({ expiresOn, site: 'all' }),
      reading.map(({ value }) => value),
    );
  }

  @DoesOwn('', OWN)
  make(@Ctx() ctx: DeskSession, @Session() session: ReadSession, @Body() body: unknown): Promise<Answer> {
    const { actions } = (body ?? {}) as { actions?: string | string[] };
    return submitted(body, {
      schema: newToken,
      run: ({ name, expiresOn, actions: chosen, site, current: named }) => {
        const { siteTenantId: tenantId, siteId } = session;
        const current = tenantId && siteId ? { tenantId, siteId } : null;
        // Left since in another window, or taken from them: a token for that site is none for all, or for another.
        if (site === 'current' && (!current || (named ?? siteId) !== siteId))
          throw tokenErrors['identity.token-site']();
        const within = site === 'current' ? current : null;
        return this.create.run(ctx, { name, expiresOn, actions: this.known(chosen), site: within }, session);
      },
      next: ({ token }, { name, expiresOn }) =>
        new View(
          'console/token-made.njk',
          { title: '令牌已建好', section: 'me' },
          {
            name,
            expiresOn,
            token,
            example: `curl -H "Authorization: Bearer $TOKEN" \\\n  '${this.api.places.origin}/api/v1/sites'`,
          },
        ),
      again: (fault) => this.newForm(ctx, session, fault, [actions ?? []].flat()),
      fieldOf: (code) => FIELDS[code],
    });
  }

  @ShowsOwn(':id/revocation', OWN)
  async confirm(@Ctx() ctx: DeskSession, @Param('id') id: string): Promise<View> {
    const token = await this.platform.work.run(identityOf(ctx), (tx) => findOwnToken(tx, ctx, id));
    const used = token.lastUsedAt
      ? `最近一次使用是 ${this.platform.calendar.minute(token.lastUsedAt)}。`
      : '它还没有用过。';
    return confirmation(
      { title: `撤销令牌“${token.name}”？`, section: 'me' },
      {
        lead: `用它的程序从下一次请求起被拒绝，不能恢复。${used}`,
        action: `/me/tokens/${token.id}/revocation`,
        verb: '撤销',
        cancel: '/me/tokens',
      },
    );
  }

  @DoesOwn(':id/revocation', OWN)
  async end(@Ctx() ctx: DeskSession, @Param('id') id: string): Promise<Answer> {
    const { name } = await this.revoke.run(ctx, id);
    return done('/me/tokens', `已撤销令牌“${name}”。`);
  }

  private newForm(ctx: DeskSession, session: ReadSession, fault: Fault, chosen: readonly string[]): View {
    return new View(
      'console/token-new.njk',
      { title: '新建 API 令牌', section: 'me' },
      {
        fault,
        actions: this.choicesOf(ctx),
        chosen,
        siteName: session.siteName,
        siteId: session.siteId,
        first: this.dayIn(0),
        last: this.dayIn(LONGEST_DAYS),
      },
    );
  }

  /** What the API can do and the caller may somewhere. */
  private choicesOf(ctx: DeskSession) {
    return [...this.offered]
      .filter(([action]) => maySomewhere(ctx, action))
      .map(([action, hint]) => ({ value: action, label: this.wordsOf(action), hint }));
  }

  /** @throws UserError `identity.token-action` for what the API cannot do */
  private known(actions: readonly string[]): Action[] {
    const other = actions.find((action) => !this.offered.has(action as Action));
    if (other) throw tokenErrors['identity.token-action']({ action: this.wordsOf(other) });
    return actions as Action[];
  }

  private wordsOf = (action: string): string => this.api.rules.get(action as Action)?.says ?? action;

  private dayIn = (days: number): string => this.platform.calendar.day(new Date(Date.now() + days * DAY_MS));

  private shown(row: TokenRow) {
    const { calendar } = this.platform;
    const soon = row.inForce && row.expiresAt.getTime() - Date.now() < SOON_DAYS * DAY_MS;
    return {
      id: row.id,
      name: row.name,
      actions: row.actions.map(this.wordsOf).join('；'),
      site: row.siteName ?? '全部网站',
      until: calendar.day(new Date(row.expiresAt.getTime() - 1)),
      used: row.lastUsedAt ? calendar.minute(row.lastUsedAt) : '没有用过',
      inForce: row.inForce,
      state: row.revokedAt ? '已撤销' : row.inForce ? (soon ? '快到期' : '有效') : '已到期',
      tone: row.inForce ? (soon ? 'warn' : 'ok') : 'off',
    };
  }
}
