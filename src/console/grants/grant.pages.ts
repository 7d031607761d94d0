import { Body, Inject, Param, Query } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { z } from 'zod';
import { findAccount, findTypedAccount } from '../../access/account/account.queries.js';
import { suggestPeople } from '../../access/account/account-list.queries.js';
import type { DeskSession } from '../../access/desk-session.js';
import { EndGrant } from '../../access/grant/end-grant.js';
import { GiveGrant } from '../../access/grant/give-grant.js';
import { findGrants, type GrantRow, type GrantSort } from '../../access/grant/grant.queries.js';
import { findPlaceOptions, placeOption, readPlaceOption } from '../../access/grant/place-options.js';
import { givenBy } from '../../access/policy.js';
import { maySomewhere } from '../../authority/desk-context.js';
import { ALL_ROLES, isRole, type Role, roleFacts } from '../../authority/role.js';
import type { ReadSession } from '../../identity/session/read-session.js';
import type { Platform } from '../../kernel/platform/platform.js';
import { type Answer, done, type Undo, View } from '../shell/answers.js';
import { confirmation, reasonInput } from '../shell/confirmation.js';
import { PLATFORM } from '../shell/desk.js';
import { day, id, optionalText, pageNumber, readForm, text, ticked } from '../shell/form.js';
import { chipsOf, type Query as ListQuery, one, orderOf, pagerOf } from '../shell/list.js';
import { remembered } from '../shell/remember.js';
import { Ctx, DeskRoutes, Does, Session, Shows } from '../shell/route.js';
import { type Fault, submitted, untouched } from '../shell/submitted.js';
import { stillOf, undone } from '../shell/undo.js';

const LIST = { name: 'grants', path: '/grants', parameters: ['q', 'role', 'ends', 'sort'] };
const ORDERS: Record<GrantSort, 'asc' | 'desc'> = { given: 'desc', name: 'asc', place: 'asc', ends: 'asc' };

const newGrant = z
  .object({
    /** Chosen before, by its number; or named on the form. */
    account: id.optional(),
    who: optionalText(60),
    role: z.string({ error: '请选择角色' }).refine(isRole, '请选择角色'),
    place: z
      .string({ error: '请选择范围' })
      .transform(readPlaceOption)
      .refine((place) => place !== null, '请选择范围'),
    endsOn: day,
    mayGiveOn: ticked.optional(),
  })
  .refine(({ account, who }) => account || who, { path: ['who'], message: '请填写登录名或姓名' });

const ending = z.object({ reason: text(200, '请写明收回的原因，会记入审计') });

/** Who holds what where; giving and taking back. */
@DeskRoutes('grants')
export class GrantPages {
  private readonly give: GiveGrant;
  private readonly end: EndGrant;

  constructor(@Inject(PLATFORM) private readonly platform: Platform) {
    this.give = new GiveGrant(platform.work, platform.calendar);
    this.end = new EndGrant(platform.work, platform.calendar);
  }

  @Shows('', 'grant.read')
  async list(@Ctx() ctx: DeskSession, @Session() session: ReadSession, @Query() query: ListQuery): Promise<Answer> {
    const before = await remembered(this.platform.work, ctx, session, LIST, query);
    if (before) return before;
    const search = one(query, 'q');
    const role = one(query, 'role');
    const ends = one(query, 'ends');
    const { sort, sorts, kept } = orderOf(LIST.path, query, ORDERS);
    const page = pageNumber(query.page);
    const filter = {
      search: search || undefined,
      role: isRole(role) ? role : undefined,
      endingWithin: ends === '30' ? 30 : undefined,
    };
    const { rows, total } = await findGrants(this.platform.work, ctx, filter, page, sort);
    const { calendar } = this.platform;
    return new View(
      'console/grants.njk',
      { title: '授权', lead: '谁在哪里担任什么。授权到期自动失效，收回后留下记录。', section: 'grants' },
      {
        filter: { search, role, ends },
        sorts,
        kept,
        roles: ALL_ROLES.map((name) => ({ value: name, label: roleFacts(name).name })),
        chips: chipsOf('/grants', query, [
          ...(search ? [{ name: 'q', label: '包含', value: search }] : []),
          ...(filter.role ? [{ name: 'role', label: '角色', value: roleFacts(filter.role).name }] : []),
          ...(filter.endingWithin ? [{ name: 'ends', label: '到期', value: '30 天内' }] : []),
        ]),
        rows: rows.map((row) => ({
          id: row.id,
          accountId: row.accountId,
          name: row.accountName || '（不在您的查看范围内）',
          login: row.accountLogin,
          role: roleFacts(row.role).name,
          place: row.place,
          mayGiveOn: row.mayGiveOn,
          until: row.endsAt ? calendar.day(new Date(row.endsAt.getTime() - 1)) : null,
          given: `${row.givenBy}，${calendar.day(row.givenAt)}`,
          mayEnd: row.accountId !== ctx.account.id && givesSomewhere(ctx, row.role),
        })),
        pager: pagerOf('/grants', query, page, total),
        mayGive: maySomewhere(ctx, 'grant.give'),
      },
    );
  }

  @Shows('new', 'grant.give')
  async form(@Ctx() ctx: DeskSession, @Session() session: ReadSession, @Query() query: ListQuery): Promise<View> {
    return this.newForm(ctx, session, untouched({ account: one(query, 'account'), place: one(query, 'place') }));
  }

  @Does('', 'grant.give')
  create(@Ctx() ctx: DeskSession, @Session() session: ReadSession, @Body() body: unknown) {
    const { work } = this.platform;
    const still = stillOf(body);
    const give = async ({ account, who, role, place, endsOn, mayGiveOn }: z.output<typeof newGrant>) => {
      const person = account ? await findAccount(work, ctx, account) : await findTypedAccount(work, ctx, who ?? '');
      const given = { accountId: person.id, role: role as Role, ...place!, endsOn, mayGiveOn };
      return { grantId: (await this.give.run(ctx, given, still)).id, account: person };
    };
    if (still)
      return undone('/grants', async () => {
        const form = readForm(newGrant, body);
        const { account } = await give(form);
        return `已撤销收回，${account.name}继续担任${roleFacts(form.role as Role).name}。`;
      });
    return submitted(body, {
      schema: newGrant,
      run: give,
      next: ({ grantId, account }, { role }) =>
        done(`/accounts/${account.id}`, `已请${account.name}担任${roleFacts(role as Role).name}，下一次操作即生效。`, {
          action: `/grants/${grantId}/end`,
          fields: { reason: '撤销刚才的授权', still: account.id },
        }),
      again: (fault) => this.newForm(ctx, session, fault),
      fieldOf: (code) =>
        code.startsWith('access.account-')
          ? 'who'
          : code.startsWith('access.end') || code === 'access.own-end-first'
            ? 'endsOn'
            : 'role',
    });
  }

  @Shows(':id/end', 'grant.read')
  async confirm(@Ctx() ctx: DeskSession, @Param('id') grantId: string): Promise<View> {
    return this.confirmation(ctx, grantId, untouched());
  }

  @Does(':id/end', 'grant.read')
  take(@Ctx() ctx: DeskSession, @Param('id') grantId: string, @Body() body: unknown) {
    const end = ({ reason }: z.output<typeof ending>) => this.end.run(ctx, { grantId, reason });
    const says = (grant: GrantRow) => `${grant.accountName}的“${roleFacts(grant.role).name}”。`;
    const still = stillOf(body);
    if (still)
      return undone(isUuid(still) ? `/accounts/${still}` : '/grants', async () => {
        return `已撤销授权，收回了${says(await end(readForm(ending, body)))}`;
      });
    return submitted(body, {
      schema: ending,
      run: end,
      next: (grant) =>
        done('/grants', `已收回${says(grant)}`, grant.accountId === ctx.account.id ? null : this.givingAgain(grant)),
      again: (fault) => this.confirmation(ctx, grantId, fault),
      fieldOf: (code) => (code === 'access.last-holder' ? undefined : 'reason'),
    });
  }

  /** The way back of ending a grant: another like it, by whoever may give it. */
  private givingAgain(grant: GrantRow): Undo {
    const { accountId, role, mayGiveOn, endsAt } = grant;
    const endsOn = endsAt ? this.platform.calendar.day(new Date(endsAt.getTime() - 1)) : '';
    return {
      action: '/grants',
      fields: {
        account: accountId,
        role,
        place: placeOption(grant),
        endsOn,
        mayGiveOn: mayGiveOn ? '1' : '',
        still: grant.id,
      },
    };
  }

  private async newForm(ctx: DeskSession, session: ReadSession, fault: Fault): Promise<View> {
    const { work } = this.platform;
    const person = fault.values.account ? await findAccount(work, ctx, fault.values.account) : null;
    const current =
      session.siteId && session.siteTenantId ? { tenantId: session.siteTenantId, siteId: session.siteId } : null;
    const places = await findPlaceOptions(work, ctx, current, 'grant.give');
    const roles = ALL_ROLES.filter((role) => givesSomewhere(ctx, role));
    return new View(
      'console/grant-new.njk',
      { title: person ? `给${person.name}授权` : '授权', section: 'grants' },
      {
        person: person && {
          id: person.id,
          name: person.name,
          login: person.login,
          organ: person.organName ?? person.tenantName,
        },
        people: person ? [] : await suggestPeople(work, ctx, session.siteTenantId),
        places,
        roles: roles.map((role) => ({ value: role, label: `${roleFacts(role).name}：${roleFacts(role).about}` })),
        fault,
        siteName: session.siteName,
      },
    );
  }

  private async confirmation(ctx: DeskSession, grantId: string, fault: Fault): Promise<View> {
    const grant = await this.end.find(ctx, grantId);
    return confirmation(
      { title: `收回${grant.accountName}的“${roleFacts(grant.role).name}”？`, lead: grant.place, section: 'grants' },
      {
        lead: '收回后对方的下一次操作即被拒绝；已经发布的内容不受影响。',
        after: '以后可以重新授权，这次收回留在审计记录里。',
        action: `/grants/${grantId}/end`,
        inputs: [reasonInput(fault, '例如：调离、岗位调整、合同到期')],
        fault,
        verb: '收回',
        cancel: '/grants',
      },
    );
  }
}

const givesSomewhere = (ctx: DeskSession, role: Role): boolean =>
  ctx.held.some((grant) => grant.mayGiveOn && givenBy(grant.role).includes(role));
