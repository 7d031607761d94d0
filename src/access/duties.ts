import { isRole, type Role, roleFacts } from '../authority/role.js';
import type { Demands, Duties } from '../identity/duties.js';
import { reachContains } from './grant/giving.js';
import { readAuthority } from './grant/held-grant.js';
import { givenBy } from './policy.js';

/** What roles ask of the sign-in of those who hold them. */
export function demandsOfRoles(roles: readonly Role[]): Demands {
  const facts = roles.map(roleFacts);
  return {
    secondFactor: facts.some((role) => role.secondFactor),
    shortIdle: facts.some((role) => role.separate === true),
  };
}

/** From the grants in force. */
export const duties: Duties = {
  async demandsOf(tx, account) {
    const held = await tx.query<{ role: string }>(
      `SELECT DISTINCT role FROM access_grant
       WHERE account_id = $1 AND ended_at IS NULL AND (ends_at IS NULL OR ends_at > now())`,
      [account.id],
    );
    return demandsOfRoles(held.map(({ role }) => role).filter(isRole));
  },

  async linkStands(tx, account, { by, at }) {
    const since = await tx.query<{ role: Role; tenantId: string; siteId: string | null; channelPath: string | null }>(
      `SELECT g.role, g.tenant_id AS "tenantId", g.site_id AS "siteId", c.path AS "channelPath"
       FROM access_grant g LEFT JOIN channel c ON c.tenant_id = g.tenant_id AND c.id = g.channel_id
       WHERE g.account_id = $1 AND g.ended_at IS NULL AND g.given_at > $2 AND g.given_by <> $3`,
      [account.id, at, by],
    );
    if (since.length === 0) return true;
    const [maker] = await tx.query<{ accountId: string; tenantId: string; organId: string | null }>(
      'SELECT id AS "accountId", tenant_id AS "tenantId", organ_id AS "organId" FROM account WHERE login = $1',
      [by],
    );
    // Made by the program itself or on the command line: nobody saw it who could not have given it.
    if (!maker) return true;
    const { held } = await readAuthority(tx, [], maker);
    return since.every(({ role, ...facts }) =>
      held.some((own) => own.mayGiveOn && givenBy(own.role).includes(role) && reachContains(own.reach, facts)),
    );
  },
};
