import { Body, Inject, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Identity } from '../../identity/identity.js';
import { UserError } from '../../kernel/user-error.js';
import { type Answer, Redirect, View } from '../shell/answers.js';
import { DESK, type Desk, IDENTITY } from '../shell/desk.js';
import { optionalText, readForm } from '../shell/form.js';
import { type Query as ListQuery, one } from '../shell/list.js';
import { OPEN_DESK, type OpenDesk } from '../shell/open-desk.js';
import { DeskRoutes, DoesAnybody, ShowsAnybody } from '../shell/route.js';
import { callerOf } from './caller.js';
import { entered, safeReturn } from './entered.js';
import { rulesInWords } from './rules-in-words.js';

const OPEN = 'the way in: nobody is signed in yet';

const passwordForm = z.object({ login: z.string().max(60).default(''), password: z.string().max(256).default('') });
const codeForm = z.object({ code: z.string().max(20).default(''), recovery: optionalText(40) });
const newPasswordForm = z.object({
  current: z.string().max(256).optional(),
  password: z.string().max(256).default(''),
  again: z.string().max(256).default(''),
});

const TIP =
  '连续 5 次不正确，要等 15 分钟再试；以前登录过的电脑不受别人乱试的影响。30 分钟没有操作自动退出，运维、安全、审计人员 15 分钟。';

/** Signing in, step by step. Each step gives a new token; what a page needs it asks the session for. */
@DeskRoutes('sign-in')
export class SignInPages {
  constructor(
    @Inject(DESK) private readonly desk: Desk,
    @Inject(OPEN_DESK) private readonly opening: OpenDesk,
    @Inject(IDENTITY) private readonly identity: Identity,
  ) {}

  @ShowsAnybody('', OPEN)
  form(@Query() query: ListQuery): View {
    return this.passwordPage('', {}, safeReturn(query.return));
  }

  @DoesAnybody('', OPEN)
  async withPassword(@Req() request: FastifyRequest, @Body() body: { back?: unknown }): Promise<Answer> {
    const back = safeReturn(body?.back);
    const { login, password } = readForm(passwordForm, body);
    try {
      return entered(
        this.desk,
        await this.identity.signIn.withPassword({ login, password }, this.caller(request)),
        back,
      );
    } catch (error) {
      return this.again(error, back, (sentence) => this.passwordPage(login, { password: sentence }, back));
    }
  }

  @ShowsAnybody('code', OPEN)
  async codeForm(@Req() request: FastifyRequest, @Query() query: ListQuery): Promise<Answer> {
    const session = await this.session(request, 'code');
    return session instanceof Redirect
      ? session
      : this.codePage(session.login, query.with === 'recovery', null, safeReturn(query.return));
  }

  @DoesAnybody('code', OPEN)
  async withCode(@Req() request: FastifyRequest, @Body() body: { back?: unknown }): Promise<Answer> {
    const back = safeReturn(body?.back);
    const session = await this.session(request, 'code');
    if (session instanceof Redirect) return session;
    const { code, recovery } = readForm(codeForm, body);
    const { signIn } = this.identity;
    try {
      if (recovery === undefined)
        return entered(this.desk, await signIn.withCode({ token: session.token, code }, this.caller(request)), back);
      const done = await signIn.withRecoveryCode({ token: session.token, code: recovery }, this.caller(request));
      const left = done.recoveryCodesLeft;
      const redirect = entered(this.desk, done, back);
      return new Redirect(redirect.to, {
        tone: left <= 3 ? 'warn' : 'info',
        text: `已用去一个恢复码，还剩 ${left} 个。${left <= 3 ? '请在“我的账号”里重新生成。' : ''}`,
      }).withCookies(redirect.cookies);
    } catch (error) {
      return this.again(error, back, (sentence) =>
        this.codePage(session.login, recovery !== undefined, sentence, back),
      );
    }
  }

  @ShowsAnybody('new-password', OPEN)
  async newPasswordForm(@Req() request: FastifyRequest, @Query() query: ListQuery): Promise<Answer> {
    const session = await this.session(request, 'new-password');
    return session instanceof Redirect ? session : this.newPasswordPage(session.login, {}, safeReturn(query.return));
  }

  @DoesAnybody('new-password', OPEN)
  async choosePassword(@Req() request: FastifyRequest, @Body() body: { back?: unknown }): Promise<Answer> {
    const back = safeReturn(body?.back);
    const session = await this.session(request, 'new-password');
    if (session instanceof Redirect) return session;
    const { password, again } = readForm(newPasswordForm, body);
    if (password !== again)
      return this.newPasswordPage(session.login, { again: '两次输入的不一样，请重新输入。' }, back).with(422);
    try {
      const { signIn } = this.identity;
      return entered(
        this.desk,
        await signIn.choosePassword({ token: session.token, password }, this.caller(request)),
        back,
      );
    } catch (error) {
      return this.again(error, back, (sentence) => this.newPasswordPage(session.login, { password: sentence }, back));
    }
  }

  @ShowsAnybody('enrol', OPEN)
  async enrolForm(@Req() request: FastifyRequest, @Query() query: ListQuery): Promise<Answer> {
    const session = await this.session(request, 'enrol');
    return session instanceof Redirect
      ? session
      : this.enrolPage(session.token, session.login, null, safeReturn(query.return));
  }

  @DoesAnybody('enrol', OPEN)
  async enrol(@Req() request: FastifyRequest, @Body() body: { back?: unknown }): Promise<Answer> {
    const back = safeReturn(body?.back);
    const session = await this.session(request, 'enrol');
    if (session instanceof Redirect) return session;
    const { code } = readForm(codeForm, body);
    try {
      const done = await this.identity.signIn.confirmEnrolment({ token: session.token, code }, this.caller(request));
      const { cookies } = entered(this.desk, done, back);
      return new View(
        'recovery-codes.njk',
        { title: '' },
        { codes: done.recoveryCodes, action: '/sign-in/recovery-codes', error: null, verb: '进入工作台', back },
      ).withCookies(cookies);
    } catch (error) {
      return this.again(error, back, (sentence) => this.enrolPage(session.token, session.login, sentence, back));
    }
  }

  /** The codes were shown with the answer before; here one only goes on. */
  @DoesAnybody('recovery-codes', OPEN)
  goOn(@Body() body: { back?: unknown }): Redirect {
    return new Redirect(safeReturn(body?.back));
  }

  @ShowsAnybody('oidc', OPEN)
  async oidc(@Query() query: ListQuery): Promise<Answer> {
    const { provider } = this.identity;
    const back = safeReturn(one(query, 'back'));
    if (!provider)
      return this.passwordPage('', { page: '本平台没有启用统一身份认证，请用账号和密码登录。' }, back).with(404);
    try {
      const { redirectTo, cookie } = await provider.begin(back);
      return new Redirect(redirectTo).withCookies([this.desk.cookies.set('oidc', cookie, 600)]);
    } catch (error) {
      return this.again(error, back, (sentence) => this.passwordPage('', { page: sentence }, back));
    }
  }

  @ShowsAnybody('oidc/callback', 'the outside provider sends the browser back here')
  async callback(@Req() request: FastifyRequest): Promise<Answer> {
    const { provider } = this.identity;
    const { cookies } = this.desk;
    const clear = cookies.clear('oidc');
    if (!provider) return new Redirect('/sign-in');
    try {
      const url = new URL(request.originalUrl, this.desk.origin);
      const finished = await provider.finish(
        {
          cookie: cookies.read(request.headers.cookie, 'oidc') ?? '',
          url,
          token: cookies.read(request.headers.cookie, 'session'),
        },
        this.caller(request),
      );
      if (finished.kind === 'linked')
        return new Redirect('/me', { tone: 'ok', text: '已关联统一身份认证，下次可以用它登录。' }).withCookies([clear]);
      const redirect = entered(this.desk, finished.entered, safeReturn(finished.returnTo));
      return new Redirect(redirect.to).withCookies([...redirect.cookies, clear]);
    } catch (error) {
      const answer = await this.notLinked(request, error);
      return answer.withCookies([clear]);
    }
  }

  /** Who was about to link their account is still in it, and is told there. */
  private async notLinked(request: FastifyRequest, error: unknown): Promise<Redirect | View> {
    const token = this.desk.cookies.read(request.headers.cookie, 'session');
    const found = token ? await this.opening.run(token, request) : null;
    if (error instanceof UserError && found?.step === 'open')
      return new Redirect('/me', { tone: 'bad', text: error.message });
    return this.again(error, '/', (sentence) => this.passwordPage('', { page: sentence }, '/'));
  }

  private caller(request: FastifyRequest) {
    return callerOf(this.desk, request);
  }

  /** The session that is at this step; anybody else goes where they are to go. */
  private async session(request: FastifyRequest, step: 'code' | 'new-password' | 'enrol') {
    const token = this.desk.cookies.read(request.headers.cookie, 'session');
    const found = token ? await this.opening.run(token, request) : null;
    if (!token) return new Redirect('/sign-in');
    if (!found)
      return new Redirect('/sign-in', { tone: 'warn', text: '这一步等得太久，已经作废。请从账号和密码重新开始。' });
    if (found.step === 'open') return new Redirect('/');
    return found.step === step ? { token, login: found.session.account.login } : new Redirect(`/sign-in/${found.step}`);
  }

  /** A refusal shows the same page again with its sentence; a session that is gone starts anew, on the same way. */
  private async again(error: unknown, back: string, page: (sentence: string) => View | Promise<View>): Promise<View> {
    if (!(error instanceof UserError)) throw error;
    if (error.code === 'identity.session-gone' || error.code === 'identity.code-attempts')
      return this.passwordPage('', { page: error.message }, back)
        .with(401)
        .withCookies([this.desk.cookies.clear('session')]);
    return (await page(error.message)).with(error.status);
  }

  /** @param errors of the password, or of the page as a whole */
  private passwordPage(login: string, errors: { password?: string; page?: string }, back: string): View {
    return new View(
      'sign-in.njk',
      { title: '' },
      { login, errors, back: back === '/' ? '' : back, oidc: this.identity.provider !== null, tip: TIP },
    );
  }

  private codePage(login: string, recovery: boolean, error: string | null, back: string): View {
    return new View('second-factor.njk', { title: '' }, { login, recovery, error, tip: null, back });
  }

  private newPasswordPage(login: string, errors: Record<string, string>, back: string): View {
    return new View(
      'new-password.njk',
      { title: '' },
      {
        reason: '这个密码只用一次，或者已经到期。请换成您自己的密码，以后用它登录。',
        login,
        asksCurrent: false,
        rules: rulesInWords,
        errors,
        action: '/sign-in/new-password',
        back,
      },
    );
  }

  private async enrolPage(token: string, login: string, error: string | null, back: string): Promise<View> {
    const { secret, qr } = await this.identity.signIn.startEnrolment(token);
    return new View(
      'enrol.njk',
      { title: '' },
      {
        login,
        qr,
        secret: secret.match(/.{1,4}/g) ?? [],
        reason: '您的岗位须使用第二重验证：密码之外，再输入手机上的动态口令。',
        error,
        action: '/sign-in/enrol',
        skip: null,
        back,
      },
    );
  }
}
