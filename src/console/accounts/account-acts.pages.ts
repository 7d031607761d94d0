import { Body, Inject, Param } from '@nestjs/common';
import { z } from 'zod';
import {
  type AccountRow,
  findAccount,
  findGrantsOfAccount,
  findTypedAccount,
  placeOfGrant,
} from '../../access/account/account.queries.js';
import { findInvitingOrgans, suggestPeople } from '../../access/account/account-list.queries.js';
import type { AdministerAccount, Link } from '../../access/account/administer-account.js';
import { HandOver } from '../../access/account/hand-over.js';
import type { DeskSession } from '../../access/desk-session.js';
import { authorize, may } from '../../authority/desk-context.js';
import type { Action } from '../../authority/policy.js';
import { roleFacts } from '../../authority/role.js';
import type { Identity } from '../../identity/identity.js';
import { listSessions } from '../../identity/session/list-sessions.js';
import type { Platform } from '../../kernel/platform/platform.js';
import { type Answer, done, View } from '../shell/answers.js';
import { browserName } from '../shell/browser-name.js';
import { confirmation, reasonInput } from '../shell/confirmation.js';
import { ACCOUNTS, IDENTITY, PLATFORM } from '../shell/desk.js';
import { day, id, optionalText, text } from '../shell/form.js';
import { Ctx, DeskRoutes, Does, Shows } from '../shell/route.js';
import { type Fault, submitted, untouched } from '../shell/submitted.js';
import { linkPage } from './link-page.js';

const because = z.object({ reason: text(200, '请写明原因，会记入审计') });
const change = z.object({
  name: text(40, '请填写姓名'),
  email: optionalText(100),
  telephone: optionalText(30),
  endsOn: day,
  /** Absent where the page offers none: it stays. */
  organ: id.optional(),
});
const handing = z.object({ to: text(60, '请填写接手的人'), reason: text(200, '请写明原因，会记入审计') });

interface Question {
  title: string;
  lead: string;
  after: string;
  verb: string;
  tone?: 'danger' | 'primary';
}

/** What is done to an account, each act asked once with what will happen. */
@DeskRoutes('accounts')
export class AccountActPages {
  private readonly handOver: HandOver;

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(ACCOUNTS) private readonly accounts: AdministerAccount,
    @Inject(IDENTITY) private readonly identity: Identity,
  ) {
    this.handOver = new HandOver(platform.work, platform.calendar);
  }

  @Does(':id/invitation', 'account.invite')
  async inviteAgain(@Ctx() ctx: DeskSession, @Param('id') accountId: string): Promise<Answer> {
    const account = await findAccount(this.platform.work, ctx, accountId);
    return this.link(ctx, await this.accounts.inviteAgain(ctx, accountId), account, 'join');
  }

  @Shows(':id/change', 'account.change')
  async changeForm(@Ctx() ctx: DeskSession, @Param('id') accountId: string): Promise<View> {
    const { name, email, telephone, endsOn, organId } = await findAccount(this.platform.work, ctx, accountId);
    const now = { name, email, telephone, endsOn: endsOn ?? '', organ: organId ?? '' };
    return this.changePage(ctx, accountId, untouched(now));
  }

  @Does(':id/change', 'account.change')
  change(@Ctx() ctx: DeskSession, @Param('id') accountId: string, @Body() body: unknown): Promise<Answer> {
    return submitted(body, {
      schema: change,
      run: ({ name, email = '', telephone = '', endsOn, organ }) =>
        this.accounts.change(ctx, accountId, { name, email, telephone, endsOn: endsOn ?? null, organId: organ }),
      next: (_, { name }) => done(`/accounts/${accountId}`, `已保存${name}的资料。`),
      again: (fault) => this.changePage(ctx, accountId, fault),
      fieldOf: (code) =>
        code.includes('email')
          ? 'email'
          : code.includes('telephone')
            ? 'telephone'
            : code.includes('end')
              ? 'endsOn'
              : code.includes('organ')
                ? 'organ'
                : 'name',
    });
  }

  @Shows(':id/reset', 'account.reset')
  askReset(@Ctx() ctx: DeskSession, @Param('id') accountId: string): Promise<View> {
    return this.ask(ctx, accountId, 'reset', 'account.reset', untouched());
  }

  @Does(':id/reset', 'account.reset')
  async reset(@Ctx() ctx: DeskSession, @Param('id') accountId: string, @Body() body: unknown): Promise<Answer> {
    const account = await findAccount(this.platform.work, ctx, accountId);
    return submitted(body, {
      schema: because,
      run: ({ reason }) => this.accounts.reset(ctx, accountId, reason),
      next: (link) => this.link(ctx, link, account, 'reset'),
      again: (fault) => this.ask(ctx, accountId, 'reset', 'account.reset', fault),
    });
  }

  @Shows(':id/lock', 'account.lock')
  askLock(@Ctx() ctx: DeskSession, @Param('id') accountId: string): Promise<View> {
    return this.ask(ctx, accountId, 'lock', 'account.lock', untouched());
  }

  @Does(':id/lock', 'account.lock')
  lock(@Ctx() ctx: DeskSession, @Param('id') accountId: string, @Body() body: unknown): Promise<Answer> {
    return this.act(ctx, accountId, body, 'lock', 'account.lock', '已锁定');
  }

  @Shows(':id/unlock', 'account.lock')
  askUnlock(@Ctx() ctx: DeskSession, @Param('id') accountId: string): Promise<View> {
    return this.ask(ctx, accountId, 'unlock', 'account.lock', untouched());
  }

  @Does(':id/unlock', 'account.lock')
  unlock(@Ctx() ctx: DeskSession, @Param('id') accountId: string, @Body() body: unknown): Promise<Answer> {
    return this.act(ctx, accountId, body, 'unlock', 'account.lock', '已解锁');
  }

  @Shows(':id/close', 'account.close')
  askClose(@Ctx() ctx: DeskSession, @Param('id') accountId: string): Promise<View> {
    return this.ask(ctx, accountId, 'close', 'account.close', untouched());
  }

  @Does(':id/close', 'account.close')
  close(@Ctx() ctx: DeskSession, @Param('id') accountId: string, @Body() body: unknown): Promise<Answer> {
    return this.act(ctx, accountId, body, 'close', 'account.close', '已注销');
  }

  @Shows(':id/hand-over', 'account.hand-over')
  askHandOver(@Ctx() ctx: DeskSession, @Param('id') accountId: string): Promise<View> {
    return this.handOverPage(ctx, accountId, untouched());
  }

  @Does(':id/hand-over', 'account.hand-over')
  hand(@Ctx() ctx: DeskSession, @Param('id') accountId: string, @Body() body: unknown): Promise<Answer> {
    return submitted(body, {
      schema: handing,
      run: async ({ to, reason }) => {
        const successor = await findTypedAccount(this.platform.work, ctx, to);
        return this.handOver.run(ctx, { fromId: accountId, toId: successor.id, reason });
      },
      next: ({ from, to, grants }) =>
        done(`/accounts/${to.id}`, `已把${from.name}的 ${grants} 项授权移交给${to.name}。`),
      again: (fault) => this.handOverPage(ctx, accountId, fault),
      fieldOf: () => 'to',
    });
  }

  @Shows(':id/sessions', 'account.sessions')
  async sessions(@Ctx() ctx: DeskSession, @Param('id') accountId: string): Promise<View> {
    const account = await this.seen(ctx, accountId, 'account.sessions');
    const { calendar } = this.platform;
    const rows = await this.platform.work.run({ kind: 'cluster', actor: ctx.actor, work: 'identity' }, (tx) =>
      listSessions(tx, account),
    );
    return new View(
      'console/account-sessions.njk',
      { title: `${account.name}的登录`, lead: account.login, section: 'accounts' },
      {
        accountId,
        rows: rows.map((row) => ({
          address: row.address ?? '',
          agent: browserName(row.agent),
          began: calendar.minute(row.createdAt),
          seen: calendar.minute(row.seenAt),
        })),
      },
    );
  }

  @Does(':id/sessions/end', 'account.sessions')
  async end(@Ctx() ctx: DeskSession, @Param('id') accountId: string): Promise<Answer> {
    const account = await this.accounts.endSessions(ctx, accountId);
    return done(`/accounts/${accountId}`, `已结束${account.name}的全部登录。`);
  }

  private link(ctx: DeskSession, link: Link, { name, email }: AccountRow, purpose: 'join' | 'reset'): Promise<View> {
    const of = { link, name, email, purpose, by: ctx.account.name };
    return linkPage(this.identity, this.platform.calendar, of);
  }

  private async seen(ctx: DeskSession, accountId: string, action: Action): Promise<AccountRow> {
    const account = await findAccount(this.platform.work, ctx, accountId);
    authorize(ctx, action, { tenantId: account.tenantId, organId: account.organId, accountId: account.id });
    return account;
  }

  private act(
    ctx: DeskSession,
    accountId: string,
    body: unknown,
    what: 'lock' | 'unlock' | 'close',
    action: Action,
    said: string,
  ): Promise<Answer> {
    return submitted(body, {
      schema: because,
      run: ({ reason }) => this.accounts[what](ctx, accountId, reason),
      next: (account) => done(`/accounts/${accountId}`, `${said}账号“${account.login}”。`),
      again: (fault) => this.ask(ctx, accountId, what, action, fault),
    });
  }

  private async ask(
    ctx: DeskSession,
    accountId: string,
    what: keyof typeof QUESTIONS,
    action: Action,
    fault: Fault,
  ): Promise<View> {
    const account = await this.seen(ctx, accountId, action);
    const question: Question = QUESTIONS[what];
    return confirmation(
      { title: question.title.replace('{name}', account.name), lead: account.login, section: 'accounts' },
      {
        lead: question.lead,
        after: question.after,
        action: `/accounts/${accountId}/${what}`,
        inputs: [reasonInput(fault, null)],
        fault,
        verb: question.verb,
        tone: question.tone,
        cancel: `/accounts/${accountId}`,
      },
    );
  }

  private async changePage(ctx: DeskSession, accountId: string, fault: Fault): Promise<View> {
    const account = await this.seen(ctx, accountId, 'account.change');
    const organs = await findInvitingOrgans(this.platform.work, ctx, account.tenantId);
    const [now] = account.organId ? [{ value: account.organId, label: account.organName ?? '' }] : [];
    const others = organs.filter(({ id: organId }) => organId !== account.organId);
    return new View(
      'console/account-change.njk',
      { title: `修改${account.name}的资料`, lead: account.login, section: 'accounts' },
      {
        accountId,
        fault,
        contractor: account.kind === 'contractor',
        organs: now ? [now, ...others.map(({ id: value, name: label }) => ({ value, label }))] : [],
      },
    );
  }

  private async handOverPage(ctx: DeskSession, accountId: string, fault: Fault): Promise<View> {
    const account = await this.seen(ctx, accountId, 'account.hand-over');
    const held = await this.platform.work.run({ kind: 'cluster', actor: ctx.actor, work: 'identity' }, (tx) =>
      findGrantsOfAccount(tx, account.id),
    );
    const seen = held.filter((grant) => may(ctx, 'grant.read', { ...grant, accountId }));
    return new View(
      'console/hand-over.njk',
      { title: `把${account.name}的工作移交给谁？`, lead: account.login, section: 'accounts' },
      {
        accountId,
        fault,
        grants: seen.map((grant) => ({
          text: roleFacts(grant.role).name,
          note: `${placeOfGrant(grant)}${grant.endsAt ? `，到 ${this.platform.calendar.day(new Date(grant.endsAt.getTime() - 1))} 止` : ''}`,
        })),
        elsewhere: held.length - seen.length,
        people: (await suggestPeople(this.platform.work, ctx, account.tenantId)).filter(
          ({ login }) => login !== account.login,
        ),
      },
    );
  }
}

const QUESTIONS = {
  reset: {
    title: '重设{name}的密码和动态口令？',
    lead: '现在的密码、动态口令、恢复码和统一身份认证的关联立即作废，所有登录都会退出。系统给出一个 24 小时内有效的一次性链接，请当面或用可靠的方式交给本人。',
    after: '本人用链接设好新密码前不能登录。',
    verb: '重设',
  },
  lock: {
    title: '锁定{name}的账号？',
    lead: '锁定后不能登录，正在使用的立即退出。授权保留，稿件不受影响。',
    after: '随时可以解锁。',
    verb: '锁定',
  },
  unlock: {
    title: '解锁{name}的账号？',
    lead: '解锁后可以用原来的密码登录，授权照旧有效。',
    after: '随时可以再锁定。',
    verb: '解锁',
    tone: 'primary',
  },
  close: {
    title: '注销{name}的账号？',
    lead: '注销后不能再登录，全部授权随之收回，登录名不再给别人使用。写过的稿件和审计记录都保留。',
    after: '注销不能恢复。只是暂时不用，请改为锁定；有未完的工作，请先移交。',
    verb: '注销',
  },
} satisfies Record<string, Question>;
