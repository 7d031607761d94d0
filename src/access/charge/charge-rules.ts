import { type DeskContext, may } from '../../authority/desk-context.js';
import type { Facts } from '../../authority/policy.js';
import { type Role, roleFacts } from '../../authority/role.js';
import type { Calendar } from '../../kernel/time/calendar.js';
import type { UserError } from '../../kernel/user-error.js';
import type { Blueprint } from '../../tenancy/plan/blueprint.js';
import type { SiteKind } from '../../tenancy/site/site-directory.js';
import { accessErrors } from '../errors.js';
import { givingGrant } from '../grant/giving.js';
import { givenBy, giversOf } from '../policy.js';

/** A role that the account in charge of something new is given. */
export interface ChargeGrant {
  role: Role;
  mayGiveOn: boolean;
}

export type ChargeOver = 'site' | 'channel';

/** What the blueprints give the account that is to answer for a new site or channel, and who may have it given. */
export class ChargeRules {
  /** @throws UserError `access.blueprint-grant` for what nobody could give: the start is the time to say so */
  constructor(
    protected readonly calendar: Calendar,
    private readonly blueprints: ReadonlyMap<Blueprint['kind'], Blueprint>,
  ) {
    for (const { kind, grants } of blueprints.values())
      for (const { role, mayGiveOn } of grants)
        if (mayGiveOn && givenBy(role).length === 0)
          throw accessErrors['access.blueprint-grant']({ kind, role: roleFacts(role).name });
  }

  grantsOf(kind: SiteKind, over: ChargeOver): ChargeGrant[] {
    return this.blueprints
      .get(kind)!
      .grants.filter((grant) => grant.to === 'charge' && grant.over === over)
      .map(({ role, mayGiveOn = false }) => ({ role, mayGiveOn }));
  }

  /**
   * Why the caller may put nobody in charge there; null: they may. A place that is not made yet is judged by the one that
   * is to contain it: nothing else can.
   */
  refusalOf(ctx: DeskContext, kind: SiteKind, over: ChargeOver, within: Facts): UserError | null {
    for (const { role } of this.grantsOf(kind, over))
      if (!may(ctx, 'grant.give', within) || givingGrant(ctx, role, within) === null)
        return accessErrors['access.charge-not-givable']({
          role: roleFacts(role).name,
          givers: giversOf(role)
            .map((giver) => roleFacts(giver).name)
            .join('、'),
        });
    return null;
  }

  /** The last day of what the caller would give there, which is that of their own grant; null: without an end. */
  lastDay(ctx: DeskContext, kind: SiteKind, over: ChargeOver, within: Facts): string | null {
    const ends = this.grantsOf(kind, over).flatMap(({ role }) => givingGrant(ctx, role, within)?.endsAt ?? []);
    const first = Math.min(...ends.map((end) => end.getTime()));
    return ends.length > 0 ? this.calendar.day(new Date(first - 1)) : null;
  }
}
