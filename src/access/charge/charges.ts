import type { DeskContext } from '../../authority/desk-context.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { Calendar } from '../../kernel/time/calendar.js';
import { UserError } from '../../kernel/user-error.js';
import type { Blueprint } from '../../tenancy/plan/blueprint.js';
import { type AccountRow, findCalledAccount } from '../account/account.queries.js';
import { accessErrors } from '../errors.js';
import { AccountInCharge } from './account-in-charge.js';
import { ChargeRules } from './charge-rules.js';

/** Who is put in charge of something new, and what that one gets. */
export class Charges extends ChargeRules {
  /** @throws UserError `access.blueprint-grant` */
  constructor(
    private readonly work: UnitOfWork,
    calendar: Calendar,
    blueprints: ReadonlyMap<Blueprint['kind'], Blueprint>,
  ) {
    super(calendar, blueprints);
  }

  /** By sign-in name or name, among the accounts that the caller may see: any other is as little there as none. */
  async named(ctx: DeskContext, who: string): Promise<AccountInCharge> {
    return new AccountInCharge(this, this.calendar, await this.find(ctx, who));
  }

  private async find(ctx: DeskContext, who: string): Promise<AccountRow | UserError> {
    const one = await findCalledAccount(this.work, ctx, who);
    if (one instanceof UserError) return one;
    if (one.id === ctx.account?.id) return accessErrors['access.charge-oneself']();
    if (one.state === 'closed') return accessErrors['access.account-closed']({ login: one.login });
    if (one.state === 'locked') return accessErrors['access.charge-locked']({ login: one.login });
    return one;
  }
}
