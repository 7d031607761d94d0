import { Body, Inject, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import { findAccount, findGrantsOfAccount, placeOfGrant } from '../../access/account/account.queries.js';
import {
  type AccountSort,
  findAccounts,
  findInvitingOrgans,
  findInvitingTenants,
  type OrganChoice,
} from '../../access/account/account-list.queries.js';
import type { AdministerAccount } from '../../access/account/administer-account.js';
import type { DeskSession } from '../../access/desk-session.js';
import { findPlaceOptions, readPlaceOption } from '../../access/grant/place-options.js';
import { givenBy } from '../../access/policy.js';
import { may, maySomewhere } from '../../authority/desk-context.js';
import { ALL_ROLES, isRole, type Role, roleFacts } from '../../authority/role.js';
import { maskEmail, maskTelephone } from '../../identity/account/mask.js';
import type { Identity } from '../../identity/identity.js';
import type { ReadSession } from '../../identity/session/read-session.js';
import { PLATFORM_TENANT } from '../../kernel/database/scope.js';
import type { Platform } from '../../kernel/platform/platform.js';
import { type Answer, View } from '../shell/answers.js';
import { ACCOUNTS, IDENTITY, PLATFORM } from '../shell/desk.js';
import { day, optionalText, pageNumber, text, ticked, typed } from '../shell/form.js';
import { chipsOf, type Query as ListQuery, one, orderOf, pagerOf } from '../shell/list.js';
import { remembered } from '../shell/remember.js';
import { Ctx, DeskRoutes, Does, Session, Shows } from '../shell/route.js';
import { type Fault, submitted, untouched } from '../shell/submitted.js';
import { KINDS, STATES, stateLight } from './account-words.js';
import { linkPage } from './link-page.js';

const ORDERS: Record<AccountSort, 'asc' | 'desc'> = { name: 'asc', seen: 'desc', created: 'desc' };
const LIST = { name: 'accounts', path: '/accounts', parameters: ['q', 'state', 'kind', 'sort'] };

const person = {
  name: text(40, '请填写姓名'),
  email: optionalText(100),
  telephone: optionalText(30),
  endsOn: day,
};

const invitation = z
  .object({
    ...person,
    login: text(20, '请填写登录名'),
    /** `<tenant>:<organ>`, or the platform. */
    organ: z.string({ error: '请选择机关' }),
    kind: z.enum(['staff', 'contractor']).default('staff'),
    role: z.string().optional(),
    place: z.string().optional(),
    mayGiveOn: ticked.optional(),
  })
  .refine(({ role, place }) => (role === undefined) === (place === undefined), {
    path: ['place'],
    message: '角色和范围要一起选；也可以都不选，以后再授权',
  });

/** Accounts: who there is, inviting, and what each is and holds. Acts on one stand in account-acts.pages.ts. */
@DeskRoutes('accounts')
export class AccountPages {
  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(IDENTITY) private readonly identity: Identity,
    @Inject(ACCOUNTS) private readonly accounts: AdministerAccount,
  ) {}

  @Shows('', 'account.read')
  async list(@Ctx() ctx: DeskSession, @Session() session: ReadSession, @Query() query: ListQuery): Promise<Answer> {
    const before = await remembered(this.platform.work, ctx, session, LIST, query);
    if (before) return before;
    const search = one(query, 'q');
    const state = one(query, 'state');
    const kind = one(query, 'kind');
    const { sort, sorts, kept } = orderOf(LIST.path, query, ORDERS);
    const page = pageNumber(query.page);
    const { rows, total } = await findAccounts(
      this.platform.work,
      ctx,
      {
        search: search || undefined,
        state: state in STATES ? (state as keyof typeof STATES) : undefined,
        kind: kind === 'staff' || kind === 'contractor' ? kind : undefined,
      },
      sort,
      page,
    );
    const { calendar } = this.platform;
    return new View(
      'console/accounts.njk',
      { title: '账号', lead: '谁可以进工作台。做什么由授权决定。', section: 'accounts' },
      {
        filter: { search, state, kind },
        states: Object.entries(STATES).map(([value, label]) => ({ value, label })),
        kinds: Object.entries(KINDS).map(([value, label]) => ({ value, label })),
        sorts,
        kept,
        chips: chipsOf('/accounts', query, [
          ...(search ? [{ name: 'q', label: '包含', value: search }] : []),
          ...(state in STATES ? [{ name: 'state', label: '状态', value: STATES[state as keyof typeof STATES] }] : []),
          ...(kind in KINDS ? [{ name: 'kind', label: '类别', value: KINDS[kind as keyof typeof KINDS] }] : []),
        ]),
        rows: rows.map((row) => ({
          id: row.id,
          name: row.name,
          login: row.login,
          organ: row.organName ?? row.tenantName,
          light: stateLight(row),
          secondFactor: row.secondFactor,
          telephone: maskTelephone(row.telephone),
          email: maskEmail(row.email),
          grants: row.grants,
          seen: row.lastSeenAt ? calendar.day(row.lastSeenAt) : '从未登录',
          until: row.endsOn,
        })),
        pager: pagerOf('/accounts', query, page, total),
        mayInvite: maySomewhere(ctx, 'account.invite'),
      },
    );
  }

  @Shows('new', 'account.invite')
  form(@Ctx() ctx: DeskSession, @Session() session: ReadSession, @Query() query: ListQuery): Promise<View> {
    const kept = { place: one(query, 'place'), role: one(query, 'role') };
    return this.newForm(ctx, session, untouched(kept), one(query, 'tenant'));
  }

  @Does('', 'account.invite')
  invite(@Ctx() ctx: DeskSession, @Session() session: ReadSession, @Body() body: { do?: unknown }): Promise<Answer> {
    // The organs to choose from are another unit's: what was typed so far stays.
    if (body?.do === 'tenant') {
      const { organ, ...values } = typed(body);
      return this.newForm(ctx, session, untouched(values), values.tenant ?? '');
    }
    return submitted(body, {
      schema: invitation,
      run: async ({ organ, role, place, mayGiveOn, login, email = '', telephone = '', endsOn = null, ...account }) => {
        const tenantId = tenantOf(organ);
        const organId = organ === 'platform' ? null : (organ.split(':')[1] ?? null);
        const input = place ? readPlaceOption(place) : null;
        return this.accounts.invite(ctx, {
          ...account,
          word: login,
          email,
          telephone,
          endsOn,
          tenantId,
          organId,
          grant: input && role && isRole(role) ? { ...input, role, mayGiveOn, endsOn } : null,
        });
      },
      next: (link, { name, email = '' }) =>
        linkPage(this.identity, this.platform.calendar, { link, name, email, purpose: 'join', by: ctx.account.name }),
      again: (fault) =>
        this.newForm(
          ctx,
          session,
          fault,
          fault.values.organ ? tenantOf(fault.values.organ) : (fault.values.tenant ?? ''),
        ),
      fieldOf: (code) => FIELD_OF[code],
    });
  }

  @Shows(':id', 'account.read')
  async show(@Ctx() ctx: DeskSession, @Param('id') id: string): Promise<View> {
    const { work, calendar } = this.platform;
    const account = await findAccount(work, ctx, id);
    const held = await work.run({ kind: 'cluster', actor: ctx.actor, work: 'identity' }, (tx) =>
      findGrantsOfAccount(tx, account.id),
    );
    const facts = { tenantId: account.tenantId, organId: account.organId, accountId: account.id };
    const keeps = may(ctx, 'account.invite', facts);
    const visible = held.filter((grant) => may(ctx, 'grant.read', { ...grant, accountId: account.id }));
    return new View(
      'console/account.njk',
      {
        title: account.name,
        lead: `${account.login} · ${account.organName ?? account.tenantName}`,
        section: 'accounts',
      },
      {
        account: {
          ...account,
          // Whole for those who keep them; others know whom they talk of without them.
          telephone: keeps ? account.telephone : maskTelephone(account.telephone),
          email: keeps ? account.email : maskEmail(account.email),
          organ: account.organName ?? account.tenantName,
          kindName: KINDS[account.kind],
          light: stateLight(account),
          seen: account.lastSeenAt ? calendar.minute(account.lastSeenAt) : '从未登录',
          created: calendar.day(account.createdAt),
        },
        grants: visible.map((grant) => ({
          id: grant.id,
          role: roleFacts(grant.role).name,
          place: placeOfGrant(grant),
          until: grant.endsAt ? calendar.day(new Date(grant.endsAt.getTime() - 1)) : null,
          mayGiveOn: grant.mayGiveOn,
          given: `${grant.givenBy}，${calendar.day(grant.givenAt)}`,
          mayEnd: ctx.held.some((own) => own.mayGiveOn && givenBy(own.role).includes(grant.role)),
        })),
        mailTrouble: account.mailFailedAt && {
          since: calendar.minute(account.mailFailedAt),
          text: MAIL_TROUBLE[account.mailFailure ?? 'away'],
        },
        elsewhere: held.length - visible.length,
        may: {
          grant: maySomewhere(ctx, 'grant.give') && account.state !== 'closed',
          change: may(ctx, 'account.change', facts) && account.state !== 'closed',
          again: account.state === 'invited' && may(ctx, 'account.invite', facts),
          reset: account.state === 'open' && may(ctx, 'account.reset', facts),
          lock: account.state === 'open' && may(ctx, 'account.lock', facts),
          unlock: account.state === 'locked' && may(ctx, 'account.lock', facts),
          close: account.state !== 'closed' && may(ctx, 'account.close', facts),
          handOver: held.length > 0 && may(ctx, 'account.hand-over', facts),
          sessions: account.state === 'open' && may(ctx, 'account.sessions', facts),
        },
      },
    );
  }

  private async newForm(ctx: DeskSession, session: ReadSession, fault: Fault, asked: string): Promise<View> {
    const { work } = this.platform;
    const current =
      session.siteId && session.siteTenantId ? { tenantId: session.siteTenantId, siteId: session.siteId } : null;
    const overPlatform = may(ctx, 'account.invite', { tenantId: PLATFORM_TENANT });
    const tenants = await findInvitingTenants(work, ctx);
    if (overPlatform) tenants.unshift({ id: PLATFORM_TENANT, name: '平台（运维、安全、审计人员）' });
    const among = (id: string | null) => tenants.find((tenant) => tenant.id === id);
    const tenant = among(asked) ?? among(session.siteTenantId) ?? among(ctx.account.tenantId) ?? tenants[0];
    const organs =
      !tenant || tenant.id === PLATFORM_TENANT
        ? [{ value: 'platform', label: '平台（运维、安全、审计人员）' }]
        : (await findInvitingOrgans(work, ctx, tenant.id)).map(organChoice);
    const places = await findPlaceOptions(work, ctx, current, 'grant.give');
    const roles = ALL_ROLES.filter((role) => ctx.held.some((own) => own.mayGiveOn && givenBy(own.role).includes(role)));
    return new View(
      'console/account-new.njk',
      { title: '新建账号', lead: '填写后得到一个一次性链接，发给本人；密码由本人设置。', section: 'accounts' },
      {
        fault,
        tenants: tenants.map(({ id, name }) => ({ value: id, label: name })),
        tenant: tenant?.id ?? '',
        organs,
        kinds: Object.entries(KINDS).map(([value, label]) => ({ value, label })),
        roles: roles.map((role: Role) => ({ value: role, label: `${roleFacts(role).name}：${roleFacts(role).about}` })),
        places,
        siteName: session.siteName,
      },
    );
  }
}

const MAIL_TROUBLE = {
  away: '邮件服务器没有回应，系统在几小时内继续发送。急用的话，请重新生成链接，当面交给本人。',
  refused: '邮件服务器不收这个邮箱地址。请核对邮箱；链接请重新生成，当面交给本人。',
};

/** `<tenant>:<organ>`, or the platform. */
const tenantOf = (organ = ''): string => (organ === 'platform' ? PLATFORM_TENANT : organ.split(':')[0]!);

const organChoice = ({ tenantId, id, name }: OrganChoice) => ({ value: `${tenantId}:${id}`, label: name });

const FIELD_OF: Record<string, string> = {
  'identity.login-form': 'login',
  'identity.login-taken': 'login',
  'identity.name-form': 'name',
  'identity.telephone-form': 'telephone',
  'identity.email-form': 'email',
  'identity.end-required': 'endsOn',
  'identity.end-past': 'endsOn',
  'identity.end-too-far': 'endsOn',
  'identity.organ-unknown': 'organ',
  'access.role-scope': 'place',
  'access.role-not-givable': 'role',
  'access.end-required': 'endsOn',
  'access.end-day': 'endsOn',
  'access.end-past': 'endsOn',
  'access.own-end-first': 'endsOn',
  'access.separate-duties': 'role',
};
