import { isRole, type Role, roleFacts } from '../authority/role.js';
import type { Demands, Duties } from '../identity/duties.js';

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
};
