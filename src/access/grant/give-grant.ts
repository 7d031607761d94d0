import { authorize, type DeskContext, writing } from '../../authority/desk-context.js';
import { type Role, roleFacts, SCOPES } from '../../authority/role.js';
import type { TenantScope } from '../../kernel/database/scope.js';
import type { Tx, UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { newId } from '../../kernel/id.js';
import type { Calendar } from '../../kernel/time/calendar.js';
import { type AccountRow, findAccount } from '../account/account.queries.js';
import { accessErrors } from '../errors.js';
import { givenBy } from '../policy.js';
import { stillGiving } from './end-grant.js';
import { requireGiving } from './giving.js';
import type { HeldGrant } from './held-grant.js';
import { findPlace, type Place, type PlaceInput } from './place.js';

export interface GrantInput extends PlaceInput {
  accountId: string;
  role: Role;
  mayGiveOn?: boolean;
  /** Last day on which it holds, YYYY-MM-DD. */
  endsOn?: string | null;
}

/** Days for which the longest grant with an end is given. */
const LONGEST_DAYS = 731;

/** Gives a role to an account at a place, by someone whose own grant may be given on (policy.ts: GIVES). */
export class GiveGrant {
  constructor(
    private readonly work: UnitOfWork,
    private readonly calendar: Calendar,
  ) {}

  /**
   * @param ended the grant that an undo gives again
   * @throws UserError `authority.missing`, `authority.refused`, `access.*`
   */
  async run(ctx: DeskContext, input: GrantInput, ended?: string): Promise<{ id: string }> {
    const account = await findAccount(this.work, ctx, input.accountId);
    const place = await findPlace(this.work, ctx, input);
    const by = judgeGrant(ctx, this.calendar, account, place, input);
    return this.work.run(writing(ctx, place.tenantId), async (tx) => {
      if (by) await stillGiving(tx, by);
      if (ended !== undefined) await requireLastOfItsKind(tx, ended, account, place, input.role);
      return insertGrant(tx, this.calendar, account, place, input);
    });
  }
}

/**
 * Whether the caller may give this, and whether it makes sense.
 * @returns the grant by which it is given
 */
export function judgeGrant(
  ctx: DeskContext,
  calendar: Calendar,
  account: Pick<AccountRow, 'id' | 'login' | 'state' | 'endsOn'>,
  place: Place,
  { role, mayGiveOn = false, endsOn = null }: Pick<GrantInput, 'role' | 'mayGiveOn' | 'endsOn'>,
): HeldGrant | undefined {
  const facts = roleFacts(role);
  authorize(ctx, 'grant.give', { ...place.facts, accountId: account.id });
  const by = requireGiving(ctx, role, place.facts);
  if (!facts.scopes.includes(place.scope))
    throw accessErrors['access.role-scope']({
      role: facts.name,
      scope: SCOPES[place.scope],
      allowed: facts.scopes.map((scope) => SCOPES[scope]).join('、'),
    });
  if (mayGiveOn && givenBy(role).length === 0) throw accessErrors['access.not-givable-on']({ role: facts.name });
  if (account.state === 'closed') throw accessErrors['access.account-closed']({ login: account.login });
  judgeEnd(calendar, role, endsOn, account.endsOn, by);
  return by;
}

function judgeEnd(
  calendar: Calendar,
  role: Role,
  endsOn: string | null,
  accountEndsOn: string | null,
  by: HeldGrant | undefined,
): void {
  const now = Date.now();
  // 31 February would be read as a day in March.
  if (endsOn !== null && calendar.day(calendar.instant(endsOn)) !== endsOn)
    throw accessErrors['access.end-day']({ day: endsOn });
  if (endsOn !== null && endsOn < calendar.day(new Date(now))) throw accessErrors['access.end-past']({ day: endsOn });
  const longest = calendar.day(new Date(now + LONGEST_DAYS * 86_400_000));
  if (roleFacts(role).temporary && (endsOn === null || endsOn > longest))
    throw accessErrors['access.end-required']({ role: roleFacts(role).name });
  if (endsOn !== null && accountEndsOn !== null && endsOn > accountEndsOn)
    throw accessErrors['access.end-after-account']({ day: accountEndsOn });
  if (by?.endsAt && (endsOn === null || endOfDay(calendar, endsOn) > by.endsAt))
    throw accessErrors['access.own-end-first']({ day: calendar.day(new Date(by.endsAt.getTime() - 1)) });
}

/**
 * That the like of it was not given again since it ended, and perhaps taken back by somebody else.
 * @throws UserError `access.changed-since`
 */
async function requireLastOfItsKind(
  tx: Tx<TenantScope>,
  ended: string,
  account: Pick<AccountRow, 'id' | 'name'>,
  { tenantId, scope, siteId, channelId }: Place,
  role: Role,
): Promise<void> {
  const [last] = await tx.query<{ id: string; over: boolean }>(
    `SELECT id, ended_at IS NOT NULL AS over FROM access_grant
     WHERE tenant_id = $1 AND account_id = $2 AND role = $3 AND scope = $4
       AND site_id IS NOT DISTINCT FROM $5::uuid AND channel_id IS NOT DISTINCT FROM $6::uuid
     ORDER BY id DESC LIMIT 1`,
    [tenantId, account.id, role, scope, siteId, channelId],
  );
  if (last?.id !== ended || !last.over)
    throw accessErrors['access.changed-since']({ name: account.name, role: roleFacts(role).name });
}

/** A grant holds through its last day. */
export const endOfDay = (calendar: Calendar, day: string): Date => calendar.nextMidnight(calendar.instant(day));

/** @throws UserError `access.separate-duties`, `access.already-granted`, `access.place-gone` */
export async function insertGrant(
  tx: Tx<TenantScope>,
  calendar: Calendar,
  account: Pick<AccountRow, 'tenantId' | 'id' | 'login' | 'name'>,
  place: Place,
  { role, mayGiveOn = false, endsOn = null }: Pick<GrantInput, 'role' | 'mayGiveOn' | 'endsOn'>,
): Promise<{ id: string }> {
  const id = newId();
  const { actor } = tx.scope;
  await tx
    .query(
      `INSERT INTO access_grant (tenant_id, id, account_tenant_id, account_id, role, scope, site_id, channel_id, may_give_on,
         ends_at, given_by, given_by_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [
        place.tenantId,
        id,
        account.tenantId,
        account.id,
        role,
        place.scope,
        place.siteId,
        place.channelId,
        mayGiveOn,
        endsOn === null ? null : endOfDay(calendar, endsOn),
        actor.name,
        actor.id ?? null,
      ],
    )
    .catch((error: { constraint?: string; code?: string }) => {
      if (error.constraint === 'access_grant_separate_duties') throw accessErrors['access.separate-duties']();
      if (error.constraint === 'access_grant_once')
        throw accessErrors['access.already-granted']({ name: account.name, role: roleFacts(role).name });
      if (error.code === '23503') throw accessErrors['access.place-gone']();
      throw error;
    });
  tx.audit('grant.given', `account:${account.id}`, {
    name: account.name,
    login: account.login,
    role,
    scope: place.scope,
    place: place.name,
    grant: id,
    mayGiveOn,
    endsOn,
  });
  return { id };
}
