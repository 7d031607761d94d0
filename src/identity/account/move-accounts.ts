import type { MoveStep } from '../../tenancy/move/move-step.js';

/**
 * The people of an organ go along with it, with all by which they prove who they are: sessions, second factor and links
 * hold on. Their sign-in names stay.
 */
export const moveAccounts: MoveStep = {
  name: 'accounts',
  async run(tx, { fromTenantId, toTenantId, organId, organMoves }) {
    if (!organMoves) return { counts: { accounts: 0 } };
    const [moved] = await tx.query<{ accounts: number }>(
      `WITH moved AS (
         UPDATE account SET tenant_id = $2 WHERE tenant_id = $1 AND organ_id = $3 RETURNING 1
       ) SELECT count(*)::int AS accounts FROM moved`,
      [fromTenantId, toTenantId, organId],
    );
    return { counts: { accounts: moved!.accounts } };
  },
};
