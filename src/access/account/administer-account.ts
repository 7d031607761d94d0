import { authorize, type DeskContext, writing } from '../../authority/desk-context.js';
import { authorityErrors } from '../../authority/errors.js';
import type { Action } from '../../authority/policy.js';
import type { Role } from '../../authority/role.js';
import { type AccountChange, changeAccount } from '../../identity/account/change-account.js';
import { insertAccount, type NewAccount } from '../../identity/account/insert-account.js';
import { closeAccount, holdAccount, lockAccount, unlockAccount } from '../../identity/account/lock-account.js';
import { resetAccount } from '../../identity/account/reset-account.js';
import { issueInvitation } from '../../identity/invitation/issue-invitation.js';
import { endSessions } from '../../identity/session/end-sessions.js';
import type { ClusterScope } from '../../kernel/database/scope.js';
import type { Tx, UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { Calendar } from '../../kernel/time/calendar.js';
import { accessErrors } from '../errors.js';
import { stillGiving } from '../grant/end-grant.js';
import { insertGrant, judgeGrant } from '../grant/give-grant.js';
import { lockGoverning, requireHolder, stillGoverning } from '../grant/governing.js';
import { findPlace, type PlaceInput } from '../grant/place.js';
import { NEVER_VACANT } from '../policy.js';
import {
  type AccountGrant,
  type AccountRow,
  factsOfAccount,
  findAccount,
  findGrantsOfAccount,
  placeOfGrant,
} from './account.queries.js';
import { judgeOver, requireOver } from './over-account.js';

/** A one-time link: shown once to the one who asked for it. */
export interface Link {
  tenantId: string;
  accountId: string;
  login: string;
  token: string;
  expiresAt: Date;
}

export interface InviteInput extends NewAccount {
  tenantId: string;
  /** What the new account is to do, at once. */
  grant: (PlaceInput & { role: Role; mayGiveOn?: boolean; endsOn?: string | null }) | null;
}

/** What administrators do with accounts: each over those accounts alone whose every grant they could have given. */
export class AdministerAccount {
  constructor(
    private readonly work: UnitOfWork,
    private readonly calendar: Calendar,
  ) {}

  /** A new account, what it is to do, and its link, in one transaction. @throws UserError `identity.*`, `access.*` */
  async invite(ctx: DeskContext, { tenantId, grant, ...account }: InviteInput): Promise<Link> {
    authorize(ctx, 'account.invite', { tenantId, organId: account.organId });
    const place = grant && (await findPlace(this.work, ctx, grant));
    const unborn = { id: '', login: '', state: 'invited', endsOn: account.endsOn ?? null } as const;
    const by = grant && place ? judgeGrant(ctx, this.calendar, unborn, place, grant) : undefined;
    if (place && place.tenantId !== tenantId) throw accessErrors['access.place-gone']();
    return this.work.run(writing(ctx, tenantId), async (tx) => {
      if (by) await stillGiving(tx, by);
      const made = await insertAccount(tx, this.calendar, account);
      if (grant && place) await insertGrant(tx, this.calendar, { ...made, name: account.name }, place, grant);
      const { token, expiresAt } = await issueInvitation(tx, made.id, 'join', ctx.actor.name);
      return { tenantId, accountId: made.id, login: made.login, token, expiresAt };
    });
  }

  /** The link again: the one before is void. */
  async inviteAgain(ctx: DeskContext, accountId: string): Promise<Link> {
    const account = await this.over(ctx, accountId, 'account.invite');
    return this.work.run(writing(ctx, account.tenantId), async (tx) => {
      const { token, expiresAt } = await issueInvitation(tx, account.id, 'join', ctx.actor.name);
      return { tenantId: account.tenantId, accountId: account.id, login: account.login, token, expiresAt };
    });
  }

  async change(ctx: DeskContext, accountId: string, change: AccountChange): Promise<void> {
    const account = await findAccount(this.work, ctx, accountId);
    authorize(ctx, 'account.change', factsOfAccount(account));
    await requireOver(this.work, ctx, account);
    const { organId } = change;
    // Into an organ whose people one may invite, never to where one has no say.
    if (organId !== undefined && organId !== account.organId)
      authorize(ctx, 'account.invite', { tenantId: account.tenantId, organId });
    await this.work.run(writing(ctx, account.tenantId), (tx) => changeAccount(tx, this.calendar, account.id, change));
  }

  /** Password and second factor are void, sessions end; the link leads to new ones. */
  async reset(ctx: DeskContext, accountId: string, reason: string): Promise<Link> {
    const account = await this.over(ctx, accountId, 'account.reset');
    return this.work.run(this.identity(ctx), async (tx) => {
      await this.stillOver(tx, ctx, account);
      const { token, expiresAt } = await resetAccount(tx, account, { by: ctx.actor.name, reason });
      return { tenantId: account.tenantId, accountId: account.id, login: account.login, token, expiresAt };
    });
  }

  /** Whoever is signed in as the account has to sign in again. */
  async endSessions(ctx: DeskContext, accountId: string): Promise<AccountRow> {
    const account = await this.over(ctx, accountId, 'account.sessions');
    const { id, tenantId, name, login } = account;
    await this.work.run(this.identity(ctx), async (tx) => {
      await this.stillOver(tx, ctx, account);
      await endSessions(tx, account);
      tx.audit('session.ended-by-administrator', `account:${id}`, { name, login }, tenantId);
    });
    return account;
  }

  async lock(ctx: DeskContext, accountId: string, reason: string): Promise<AccountRow> {
    const account = await this.over(ctx, accountId, 'account.lock');
    await this.work.run(this.identity(ctx), async (tx) => {
      await this.notTheLast(tx, ctx, account);
      await lockAccount(tx, account, { why: 'hand', reason });
    });
    return account;
  }

  async unlock(ctx: DeskContext, accountId: string, reason: string): Promise<AccountRow> {
    const account = await this.over(ctx, accountId, 'account.lock');
    const today = this.calendar.day(new Date());
    await this.work.run(this.identity(ctx), async (tx) => {
      await this.stillOver(tx, ctx, account);
      await unlockAccount(tx, account, { reason, today });
    });
    return account;
  }

  /** For good: what it held ends with it. */
  async close(ctx: DeskContext, accountId: string, reason: string): Promise<AccountRow> {
    const account = await this.over(ctx, accountId, 'account.close');
    await this.work.run(this.identity(ctx), async (tx) => {
      await this.notTheLast(tx, ctx, account);
      await endAllGrants(tx, account, `账号注销：${reason}`);
      await closeAccount(tx, account, { reason });
    });
    return account;
  }

  private async over(ctx: DeskContext, accountId: string, action: Action): Promise<AccountRow> {
    const account = await findAccount(this.work, ctx, accountId);
    authorize(ctx, action, factsOfAccount(account));
    await requireOver(this.work, ctx, account);
    return account;
  }

  /** Somebody above may have given it more since it was judged; from here on the account is held. @throws UserError `access.above-you` */
  private async stillOver(tx: Tx<ClusterScope>, ctx: DeskContext, account: AccountRow): Promise<void> {
    await holdAccount(tx, account);
    judgeOver(ctx, account, await findGrantsOfAccount(tx, account.id));
  }

  private identity = (ctx: DeskContext): ClusterScope => ({ kind: 'cluster', actor: ctx.actor, work: 'identity' });

  /**
   * Nobody leaves a tenant or the platform without one who governs it, and who removes another is one still.
   */
  private async notTheLast(tx: Tx<ClusterScope>, ctx: DeskContext, account: AccountRow): Promise<void> {
    const governing = await holdGoverning(tx, ctx, account.id);
    await this.stillOver(tx, ctx, account);
    // Somebody's work was handed to it before it was held.
    const known = new Set(governing.map(({ id }) => id));
    if ((await governingOf(tx, account.id)).some(({ id }) => !known.has(id)))
      throw accessErrors['access.account-changed']({ login: account.login });
    const today = this.calendar.day(new Date());
    for (const grant of governing)
      await requireHolder(tx, grant, { name: account.name, place: placeOfGrant(grant), without: account.id, today });
  }
}

/**
 * Takes turns with all who change who governs where an account does.
 * @returns the grants by which it still governs, once it is one's turn
 * @throws UserError `access.authority-gone`
 */
export async function holdGoverning(
  tx: Tx<ClusterScope>,
  ctx: DeskContext,
  accountId: string,
): Promise<AccountGrant[]> {
  const governing = await governingOf(tx, accountId);
  const tenantIds = [...new Set(governing.map(({ tenantId }) => tenantId))].sort();
  for (const tenantId of tenantIds) {
    await lockGoverning(tx, tenantId);
    await stillGoverning(tx, ctx, tenantId);
  }
  return governingOf(tx, accountId);
}

const governingOf = async (tx: Tx<ClusterScope>, accountId: string): Promise<AccountGrant[]> =>
  (await findGrantsOfAccount(tx, accountId)).filter(({ role }) => NEVER_VACANT.includes(role));

/** Ends everything an account holds, in whatever tenant, each stated in that tenant's audit. */
export const endAllGrants = async (
  tx: Tx<ClusterScope>,
  account: Pick<AccountRow, 'id' | 'name' | 'login'>,
  reason: string,
): Promise<void> => endGrantsOf(tx, account, await findGrantsOfAccount(tx, account.id), reason);

/** These of what it holds, and none that was given since they were read. */
export async function endGrantsOf(
  tx: Tx<ClusterScope>,
  account: Pick<AccountRow, 'id' | 'name' | 'login'>,
  grants: readonly AccountGrant[],
  reason: string,
): Promise<void> {
  for (const grant of grants) {
    const ended = await tx.query(
      `WITH gone AS (UPDATE access_grant SET ended_at = now(), ended_by = $3, ended_for = $4
         WHERE tenant_id = $1 AND id = $2 AND ended_at IS NULL RETURNING id) SELECT id FROM gone`,
      [grant.tenantId, grant.id, tx.scope.actor.name, reason],
    );
    if (ended.length === 0) throw authorityErrors['authority.missing']();
    tx.audit(
      'grant.ended',
      `account:${account.id}`,
      {
        name: account.name,
        login: account.login,
        role: grant.role,
        scope: grant.scope,
        place: placeOfGrant(grant),
        grant: grant.id,
        reason,
      },
      grant.tenantId,
    );
  }
}
