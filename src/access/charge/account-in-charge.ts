import type { DeskContext } from '../../authority/desk-context.js';
import { roleFacts } from '../../authority/role.js';
import type { TenantScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import type { Calendar } from '../../kernel/time/calendar.js';
import { UserError } from '../../kernel/user-error.js';
import type { GivenInCharge, InCharge, NewSite } from '../../tenancy/site/in-charge.js';
import type { SubSiteKind } from '../../tenancy/site/make-sub-site.js';
import type { SiteKind } from '../../tenancy/site/site-directory.js';
import type { AccountRow } from '../account/account.queries.js';
import { accessErrors } from '../errors.js';
import { stillGiving } from '../grant/end-grant.js';
import { insertGrant, judgeGrant } from '../grant/give-grant.js';
import type { Place } from '../grant/place.js';
import type { ChargeOver, ChargeRules } from './charge-rules.js';

/** A channel that was made a moment ago, in the same transaction. */
export interface NewChannelPlace {
  tenantId: string;
  siteId: string;
  channelId: string;
  path: string;
  name: string;
}

/** Somebody who was named to answer for something new; or why nobody was. */
export class AccountInCharge implements InCharge {
  constructor(
    private readonly charges: ChargeRules,
    private readonly calendar: Calendar,
    private readonly account: AccountRow | UserError,
  ) {}

  faultOfSite(ctx: DeskContext, { tenantId, kind }: { tenantId: string; kind: SubSiteKind }): string | null {
    const refusal = this.charges.refusalOf(ctx, kind, 'site', { tenantId });
    return (refusal ?? this.fault)?.message ?? null;
  }

  giveSite(tx: Tx<TenantScope>, ctx: DeskContext, { tenantId, siteId, kind, ...names }: NewSite) {
    return this.give(tx, ctx, kind, {
      ...{ scope: 'site', tenantId, siteId, channelId: null },
      facts: { tenantId, siteId, channelPath: null },
      name: `${names.tenantName} › ${names.name}`,
    });
  }

  /** @throws UserError `access.*`: then nothing is made */
  async giveChannel(tx: Tx<TenantScope>, ctx: DeskContext, channel: NewChannelPlace): Promise<GivenInCharge> {
    const { tenantId, siteId, channelId, path } = channel;
    const [site] = await tx.query<{ kind: SiteKind; name: string; tenantName: string }>(
      `SELECT s.kind, s.name, t.name AS "tenantName" FROM site s JOIN tenant t ON t.id = s.tenant_id
       WHERE s.tenant_id = $1 AND s.id = $2`,
      [tenantId, siteId],
    );
    const { kind, name, tenantName } = site!;
    return this.give(tx, ctx, kind, {
      ...{ scope: 'channel', tenantId, siteId, channelId },
      facts: { tenantId, siteId, channelPath: path },
      name: `${tenantName} › ${name} › ${channel.name}`,
    });
  }

  private get fault(): UserError | null {
    return this.account instanceof UserError ? this.account : null;
  }

  /** What the blueprint says, given as any other grant is: by a grant of the caller's own that contains the place. */
  private async give(
    tx: Tx<TenantScope>,
    ctx: DeskContext,
    kind: SiteKind,
    place: Place & { scope: ChargeOver },
  ): Promise<GivenInCharge> {
    const { account } = this;
    const refusal = this.charges.refusalOf(ctx, kind, place.scope, place.facts);
    if (refusal) throw refusal;
    if (account instanceof UserError) throw account;
    const grants = this.charges.grantsOf(kind, place.scope);
    const last = this.charges.lastDay(ctx, kind, place.scope, place.facts);
    const endsOn = last && account.endsOn && account.endsOn < last ? account.endsOn : last;
    for (const grant of grants) {
      const by = judgeGrant(ctx, this.calendar, account, place, { ...grant, endsOn });
      if (by) await stillGiving(tx, by);
      await insertGrant(tx, this.calendar, account, place, { ...grant, endsOn });
    }
    if (grants.length === 0) throw accessErrors['access.charge-nothing']();
    return { login: account.login, name: account.name, roles: grants.map(({ role }) => roleFacts(role).name) };
  }
}
