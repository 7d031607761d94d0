import { z } from 'zod';
import { checkedFields, loginOf } from '../../identity/account/account-fields.js';
import { insertAccount } from '../../identity/account/insert-account.js';
import { issueInvitation } from '../../identity/invitation/issue-invitation.js';
import type { Calendar } from '../../kernel/time/calendar.js';
import { UserError } from '../../kernel/user-error.js';
import type { ProvisionStep } from '../../tenancy/provision/provision-step.js';
import { insertGrant } from '../grant/give-grant.js';
import type { Link } from './administer-account.js';

const administrator = z.object({
  name: z.string().default(''),
  /** The word after the tenant's name: `admin01`. */
  login: z.string().default(''),
  telephone: z.string().default(''),
  email: z.string().default(''),
});

/**
 * The first administrator of a tenant that is opened at the desk: account, grant that may be given on, and a one-time link,
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

  async run(tx, unit, _sites, request) {
    if (request.administrator === undefined) return 0;
    const { login, ...person } = administrator.parse(request.administrator);
    const [office] = await tx.query<{ id: string }>(
      `SELECT id FROM organ WHERE tenant_id = $1 AND key = 'undertaker'`,
      [tx.scope.tenantId],
    );
    const account = { ...person, word: login, organId: office?.id ?? null, kind: 'staff', endsOn: null } as const;
    const made = await insertAccount(tx, calendar, account);
    const { tenantId } = tx.scope;
    const place = {
      scope: 'tenant',
      tenantId,
      siteId: null,
      channelId: null,
      facts: { tenantId },
      name: unit.name,
    } as const;
    await insertGrant(tx, calendar, { ...made, name: person.name }, place, {
      role: 'tenant-administrator',
      mayGiveOn: true,
    });
    const { token, expiresAt } = await issueInvitation(tx, made.id, 'join', tx.scope.actor.name);
    const link: Link = { accountId: made.id, login: made.login, token, expiresAt };
    request.told?.set('administrator', link);
    return 2;
  },
});
