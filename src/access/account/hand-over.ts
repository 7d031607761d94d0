import { authorize, type DeskContext } from '../../authority/desk-context.js';
import { roleFacts } from '../../authority/role.js';
import { holdAccount } from '../../identity/account/lock-account.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { newId } from '../../kernel/id.js';
import type { Calendar } from '../../kernel/time/calendar.js';
import { accessErrors } from '../errors.js';
import { endOfDay } from '../grant/give-grant.js';
import { type AccountRow, factsOfAccount, findAccount, findGrantsOfAccount, placeOfGrant } from './account.queries.js';
import { endGrantsOf, holdGoverning } from './administer-account.js';
import { judgeOver, requireOver } from './over-account.js';

export interface HandedOver {
  from: AccountRow;
  to: AccountRow;
  grants: number;
}

/**
 * What somebody did, another does from now on: every grant ends and is given to the successor, over the same place until
 * the same day. For those who leave, fall asleep or whose contract ends. Nothing outlives the successor's own account, and a
 * contractor gives nothing on that nobody decided to let them give on.
 */
export class HandOver {
  constructor(
    private readonly work: UnitOfWork,
    private readonly calendar: Calendar,
  ) {}

  /** @throws UserError `authority.missing`, `authority.refused`, `access.above-you`, `access.hand-over-*` */
  async run(ctx: DeskContext, input: { fromId: string; toId: string; reason: string }): Promise<HandedOver> {
    const { fromId, toId, reason } = input;
    if (fromId === toId) throw accessErrors['access.hand-over-self']();
    const from = await findAccount(this.work, ctx, fromId);
    authorize(ctx, 'account.hand-over', factsOfAccount(from));
    const to = await findAccount(this.work, ctx, toId);
    authorize(ctx, 'account.hand-over', factsOfAccount(to));
    if (to.state === 'closed') throw accessErrors['access.account-closed']({ login: to.login });
    await requireOver(this.work, ctx, from);
    return this.work.run({ kind: 'cluster', actor: ctx.actor, work: 'identity' }, async (tx) => {
      await holdGoverning(tx, ctx, from.id);
      // Held: the work goes to nobody who is locked or leaves at the same moment.
      const { state, login, endsOn } = await holdAccount(tx, to);
      if (state === 'locked') throw accessErrors['access.hand-over-locked']({ login });
      if (endsOn !== null && endsOn < this.calendar.day(new Date()))
        throw accessErrors['access.hand-over-ended']({ login, day: endsOn });
      const last = endsOn === null ? null : endOfDay(this.calendar, endsOn);
      const grants = await findGrantsOfAccount(tx, from.id);
      // Somebody above may have given it more since it was judged: that is not the caller's to hand on.
      judgeOver(ctx, from, grants);
      await endGrantsOf(tx, from, grants, `移交给${to.name}：${reason}`);
      for (const grant of grants) {
        const id = newId();
        const mayGiveOn = grant.mayGiveOn && to.kind === 'staff';
        const given = await tx
          .query(
            `INSERT INTO access_grant (tenant_id, id, account_tenant_id, account_id, role, scope, site_id, channel_id,
               may_give_on, ends_at, given_by, given_by_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
             ON CONFLICT (tenant_id, account_id, role, scope, coalesce(channel_id, site_id, tenant_id))
               WHERE ended_at IS NULL DO NOTHING RETURNING id`,
            [
              grant.tenantId,
              id,
              to.tenantId,
              to.id,
              grant.role,
              grant.scope,
              grant.siteId,
              grant.channelId,
              mayGiveOn,
              earlier(grant.endsAt, last),
              ctx.actor.name,
              ctx.account?.id ?? null,
            ],
          )
          .catch((error: { constraint?: string }) => {
            if (error.constraint === 'access_grant_separate_duties')
              throw accessErrors['access.hand-over-separate']({ name: to.name, role: roleFacts(grant.role).name });
            throw error;
          });
        if (given.length > 0)
          tx.audit(
            'grant.given',
            `account:${to.id}`,
            {
              name: to.name,
              login: to.login,
              role: grant.role,
              scope: grant.scope,
              place: placeOfGrant(grant),
              grant: id,
              mayGiveOn,
              from: from.login,
              reason,
            },
            grant.tenantId,
          );
      }
      tx.audit(
        'account.handed-over',
        `account:${from.id}`,
        { name: from.name, login: from.login, to: to.login, grants: grants.length, reason },
        from.tenantId,
      );
      return { from, to, grants: grants.length };
    });
  }
}

const earlier = (one: Date | null, other: Date | null): Date | null =>
  one === null || other === null ? (one ?? other) : one < other ? one : other;
