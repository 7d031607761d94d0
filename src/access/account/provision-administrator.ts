import { z } from 'zod';
import { checkedFields, loginOf } from '../../identity/account/account-fields.js';
import { insertAccount } from '../../identity/account/insert-account.js';
import { issueInvitation } from '../../identity/invitation/issue-invitation.js';
import type { TenantScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import type { Calendar } from '../../kernel/time/calendar.js';
import { UserError } from '../../kernel/user-error.js';
import type { BlueprintGrant } from '../../tenancy/plan/blueprint.js';
import type { ProvisionedSite, ProvisionStep } from '../../tenancy/provision/provision-step.js';
import { insertGrant } from '../grant/give-grant.js';
import type { Place } from '../grant/place.js';
import type { Link } from './administer-account.js';

const administrator = z.object({
  name: z.string().default(''),
  /** The word after the tenant's name: `admin01`. */
  login: z.string().default(''),
  telephone: z.string().default(''),
  email: z.string().default(''),
});

/**
 * The first administrator of a tenant that is opened at the desk: account, what the blueprint gives (`grants`), and a one-time link,
 * in the transaction that opens it. A run over the province asks for none.
 */
export const provisionAdministrator = (calendar: Calendar): ProvisionStep => ({
  name: 'administrator',

  async faultsOf(unit, request) {
    if (request.administrator === undefined) return {};
    const { name, login, telephone, email } = administrator.parse(request.administrator);
    const faults: Record<string, string> = {};
    const fields = { name, telephone: '', email: '', organId: null, kind: 'staff', endsOn: null } as const;
    const attempt = (field: string, check: () => unknown) => {
      try {
        check();
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        faults[field] = error.message;
      }
    };
    attempt('administratorName', () => checkedFields(calendar, fields));
    attempt('administratorLogin', () => loginOf(unit.slug ?? 'x', login));
    attempt('administratorTelephone', () => checkedFields(calendar, { ...fields, name: '某', telephone }));
    attempt('administratorEmail', () => checkedFields(calendar, { ...fields, name: '某', email }));
    return faults;
  },

  async run(tx, unit, sites, request) {
    if (request.administrator === undefined) return 0;
    const { login, ...person } = administrator.parse(request.administrator);
    const [office] = await tx.query<{ id: string }>(
      `SELECT id FROM organ WHERE tenant_id = $1 AND key = 'undertaker'`,
      [tx.scope.tenantId],
    );
    const account = { ...person, word: login, organId: office?.id ?? null, kind: 'staff', endsOn: null } as const;
    const made = await insertAccount(tx, calendar, account);
    for (const place of await placesOf(tx, unit.name, sites))
      await insertGrant(tx, calendar, { ...made, name: person.name }, place, place.grant);
    const { token, expiresAt } = await issueInvitation(tx, made.id, 'join', tx.scope.actor.name);
    const link: Link = { tenantId: made.tenantId, accountId: made.id, login: made.login, token, expiresAt };
    request.told?.set('administrator', link);
    return 2;
  },
});

/** Where the blueprints of the new sites give the administrator something (`grants`); of a tenant each grant once. */
async function placesOf(
  tx: Tx<TenantScope>,
  unitName: string,
  sites: ProvisionedSite[],
): Promise<(Place & { grant: BlueprintGrant })[]> {
  const { tenantId } = tx.scope;
  const places = new Map<string, Place & { grant: BlueprintGrant }>();
  for (const site of sites)
    for (const grant of site.blueprint.grants) {
      if (grant.to !== 'administrator') continue;
      const siteId = grant.over === 'tenant' ? null : site.id;
      const [channel] =
        grant.over === 'channel'
          ? await tx.query<{ id: string; path: string; name: string }>(
              'SELECT id, path, name FROM channel WHERE tenant_id = $1 AND site_id = $2 AND blueprint_key = $3',
              [tenantId, site.id, grant.channel],
            )
          : [];
      // A channel that this level of site does not have gives nothing.
      if (grant.over === 'channel' && !channel) continue;
      const facts = { tenantId, siteId, channelPath: channel?.path ?? null };
      places.set(`${grant.role} ${grant.over} ${channel?.id ?? siteId ?? tenantId}`, {
        scope: grant.over,
        tenantId,
        siteId,
        channelId: channel?.id ?? null,
        facts,
        name: [unitName, channel?.name].filter(Boolean).join(' › '),
        grant,
      });
    }
  return [...places.values()];
}
