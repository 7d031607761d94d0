import { Body, Inject, Param, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { DeskSession } from '../../access/desk-session.js';
import { roleFacts } from '../../authority/role.js';
import { findByRef } from '../../identity/account/sign-in-account.js';
import type { Identity } from '../../identity/identity.js';
import { unlinkProvider } from '../../identity/oidc/provider-sign-in.js';
import { endSession, endSessions } from '../../identity/session/end-sessions.js';
import { listSessions } from '../../identity/session/list-sessions.js';
import type { ReadSession } from '../../identity/session/read-session.js';
import type { Platform } from '../../kernel/platform/platform.js';
import { UserError } from '../../kernel/user-error.js';
import { type Answer, done, Redirect, View } from '../shell/answers.js';
import { browserName } from '../shell/browser-name.js';
import { confirmation } from '../shell/confirmation.js';
import { DESK, type Desk, IDENTITY, PLATFORM } from '../shell/desk.js';
import { deskOf } from '../shell/desk-request.js';
import { Ctx, DeskRoutes, DoesOwn, Session, ShowsOwn } from '../shell/route.js';
import { type Fault, submitted, untouched } from '../shell/submitted.js';
import { callerOf } from '../sign-in/caller.js';
import { entered } from '../sign-in/entered.js';
import { rulesInWords } from '../sign-in/rules-in-words.js';

const noProvider = () => new Redirect('/me', { tone: 'info', text: '本平台没有启用统一身份认证。' });
const OWN = 'one’s own account, and nobody else’s';

const passwords = z
  .object({
    current: z.string({ error: '请填写现在的密码' }).max(256),
    password: z.string({ error: '请填写新密码' }).max(256),
    again: z.string({ error: '请再输入一次' }).max(256),
  })
  .refine(({ password, again }) => password === again, { path: ['again'], message: '两次输入的不一样，请重新输入' });
const ownPassword = z.object({ password: z.string({ error: '请填写现在的密码' }).max(256) });
const codeForm = z.object({ code: z.string({ error: '请填写动态口令' }).max(10) });

/** One's own account: what one holds, password, second factor, where one is signed in. */
@DeskRoutes()
export class MePages {
  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(DESK) private readonly desk: Desk,
    @Inject(IDENTITY) private readonly identity: Identity,
  ) {}

  @ShowsOwn('me', OWN)
  async me(@Ctx() ctx: DeskSession, @Session() session: ReadSession): Promise<View> {
    const { calendar, work } = this.platform;
    const [sessions, own] = await work.run({ kind: 'cluster', actor: ctx.actor, work: 'identity' }, async (tx) => [
      await listSessions(tx, ctx.account),
      await findByRef(tx, ctx.account),
    ]);
    return new View(
      'console/me.njk',
      { title: '我的账号', lead: `${ctx.account.name} · ${ctx.account.login} · ${session.tenantName}`, section: 'me' },
      {
        secondFactor: session.hasSecondFactor,
        passwordSet: session.passwordSetAt ? calendar.day(session.passwordSetAt) : '尚未设置',
        oidc: this.identity.provider !== null,
        linked: own?.providerLinked ?? false,
        held: ctx.held.map((grant) => ({
          id: grant.id,
          role: roleFacts(grant.role).name,
          about: roleFacts(grant.role).about,
          place: grant.place,
          mayGiveOn: grant.mayGiveOn,
          until: grant.endsAt ? calendar.day(new Date(grant.endsAt.getTime() - 1)) : null,
        })),
        sessions: sessions.map((row) => ({
          id: row.id,
          current: row.id === session.id,
          address: row.address ?? '',
          agent: browserName(row.agent),
          began: calendar.minute(row.createdAt),
          seen: calendar.minute(row.seenAt),
        })),
      },
    );
  }

  @ShowsOwn('me/password', OWN)
  passwordForm(@Session() session: ReadSession): View {
    return this.passwordPage(session, untouched());
  }

  @DoesOwn('me/password', OWN)
  changePassword(
    @Session() session: ReadSession,
    @Req() request: FastifyRequest,
    @Body() body: unknown,
  ): Promise<Answer> {
    const token = this.token(request);
    return submitted(body, {
      schema: passwords,
      run: ({ current, password }) =>
        this.identity.signIn.changePassword({ token, current, password }, callerOf(this.desk, request)),
      next: (made) =>
        new Redirect('/me', { tone: 'ok', text: '已换成新密码，其他电脑上的登录都已退出。' }).withCookies(
          entered(this.desk, made, '/me').cookies,
        ),
      again: (fault) => this.passwordPage(session, fault),
      fieldOf: (code) => (code === 'identity.current-password-wrong' ? 'current' : 'password'),
    });
  }

  @ShowsOwn('me/recovery-codes', OWN)
  recoveryForm(): View {
    return new View('console/renew-codes.njk', { title: '重新生成恢复码', section: 'me' }, { fault: untouched() });
  }

  @DoesOwn('me/recovery-codes', OWN)
  renewCodes(@Req() request: FastifyRequest, @Body() body: unknown): Promise<Answer> {
    const token = this.token(request);
    return submitted(body, {
      schema: codeForm,
      run: ({ code }) => this.identity.signIn.renewRecoveryCodes({ token, code }, callerOf(this.desk, request)),
      next: ({ recoveryCodes }) =>
        new View('console/codes.njk', { title: '新的恢复码', section: 'me' }, { codes: recoveryCodes }),
      again: (fault) => new View('console/renew-codes.njk', { title: '重新生成恢复码', section: 'me' }, { fault }),
      fieldOf: () => 'code',
    });
  }

  @DoesOwn('me/sessions/:id/end', OWN)
  async endOne(@Ctx() ctx: DeskSession, @Param('id') sessionId: string): Promise<Answer> {
    await this.platform.work.run({ kind: 'cluster', actor: ctx.actor, work: 'identity' }, (tx) =>
      endSession(tx, ctx.account, sessionId),
    );
    return done('/me', '已退出那里的登录。');
  }

  @DoesOwn('me/sessions/end-others', OWN)
  async endOthers(@Ctx() ctx: DeskSession, @Session() session: ReadSession): Promise<Answer> {
    const { id, name, login, tenantId } = ctx.account;
    await this.platform.work.run({ kind: 'cluster', actor: ctx.actor, work: 'identity' }, async (tx) => {
      const sessions = await endSessions(tx, ctx.account, session.id);
      tx.audit('session.others-ended', `account:${id}`, { name, login, sessions }, tenantId);
    });
    return done('/me', '其他地方的登录都已退出。');
  }

  @ShowsOwn('me/oidc', OWN)
  askLink(): Answer {
    return this.identity.provider ? this.linkPage(untouched()) : noProvider();
  }

  @DoesOwn('me/oidc', OWN)
  async link(@Req() request: FastifyRequest, @Body() body: unknown): Promise<Answer> {
    const { provider } = this.identity;
    if (!provider) return noProvider();
    const token = this.token(request);
    return submitted(body, {
      schema: ownPassword,
      run: ({ password }) => provider.beginLink({ token, password }, callerOf(this.desk, request)),
      next: ({ redirectTo, cookie }) =>
        new View('departure.njk', { title: '' }, { to: redirectTo }).withCookies([
          this.desk.cookies.set('oidc', cookie, 600),
        ]),
      again: (fault) => this.linkPage(fault),
      fieldOf: (code) => (code === 'identity.provider-away' ? undefined : 'password'),
    });
  }

  @DoesOwn('me/oidc/unlink', OWN)
  async unlink(@Ctx() ctx: DeskSession): Promise<Answer> {
    const was = await this.platform.work.run({ kind: 'cluster', actor: ctx.actor, work: 'identity' }, (tx) =>
      unlinkProvider(tx, ctx.account),
    );
    return done('/me', was ? '已取消关联，以后只能用账号和密码登录。' : '没有关联统一身份认证。');
  }

  /** Of one's own will: editors need no second factor, and may have one. */
  @ShowsOwn('me/second-factor', OWN)
  enrolForm(@Req() request: FastifyRequest): Promise<View> {
    return this.enrolPage(request, {});
  }

  @DoesOwn('me/second-factor', OWN)
  async enrol(@Req() request: FastifyRequest, @Body() body: unknown): Promise<Answer> {
    const { code = '', password = '' } = (body ?? {}) as { code?: unknown; password?: unknown };
    try {
      const form = { token: this.token(request), code: String(code), password: String(password) };
      const made = await this.identity.signIn.confirmEnrolment(form, callerOf(this.desk, request));
      return new View(
        'console/codes.njk',
        { title: '保存恢复码', section: 'me' },
        { codes: made.recoveryCodes },
      ).withCookies(entered(this.desk, made, '/me').cookies);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      if (error.code === 'identity.wrong-enrolment-code')
        return (await this.enrolPage(request, { code: error.message })).with(422);
      if (['identity.current-password-wrong', 'identity.too-many-attempts'].includes(error.code))
        return (await this.enrolPage(request, { password: error.message })).with(error.status);
      throw error;
    }
  }

  private async enrolPage(request: FastifyRequest, errors: { code?: string; password?: string }): Promise<View> {
    const { secret, qr } = await this.identity.signIn.startEnrolment(this.token(request));
    return new View(
      'enrol.njk',
      { title: '' },
      {
        login: deskOf(request)?.ctx.account.login ?? '',
        qr,
        secret: secret.match(/.{1,4}/g) ?? [],
        reason: null,
        error: errors.code ?? null,
        ownPassword: { error: errors.password ?? null },
        action: '/me/second-factor',
        skip: '/me',
        back: '/me',
      },
    );
  }

  @DoesOwn('sign-out', 'everybody may leave')
  async signOut(@Req() request: FastifyRequest): Promise<Redirect> {
    await this.identity.signIn.out(this.token(request), callerOf(this.desk, request));
    return new Redirect('/sign-in', { tone: 'ok', text: '已退出。' }).withCookies([this.desk.cookies.clear('session')]);
  }

  private linkPage(fault: Fault): View {
    return confirmation(
      { title: '关联统一身份认证？', lead: '关联以后，用统一身份认证登录，进的就是这个账号。', section: 'me' },
      {
        lead: '先填写本平台现在的密码，再到统一身份认证那边登录一次。',
        after: '随时可以取消关联；账号和密码照旧可以登录。',
        action: '/me/oidc',
        inputs: [
          {
            name: 'password',
            label: '现在的密码',
            type: 'password',
            required: true,
            autocomplete: 'current-password',
            reveal: true,
            error: fault.errors.password ?? null,
          },
        ],
        fault,
        verb: '去统一身份认证登录',
        tone: 'primary',
        cancel: '/me',
      },
    );
  }

  private token = (request: FastifyRequest): string => this.desk.cookies.read(request.headers.cookie, 'session') ?? '';

  private passwordPage(session: ReadSession, fault: Fault): View {
    return new View(
      'console/password.njk',
      { title: '换密码', lead: session.account.login, section: 'me' },
      { fault, rules: rulesInWords },
    );
  }
}
