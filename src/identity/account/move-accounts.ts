import type { MoveStep } from '../../tenancy/move/move-step.js';

/**
 * The people of an organ go along with it, with all by which they prove who they are: sessions, second factor and links
 * hold on. Their sign-in names stay. They go last, so that they sign in while a large site is carried, and whoever works on
 * the site works on it there.
 */
export const moveAccounts: MoveStep = {
  name: 'accounts',
  async run(tx, { fromTenantId, organId, organMoves }) {
    if (!organMoves) return { counts: { accounts: 0 } };
    const [counted] = await tx.query<{ accounts: number }>(
      'SELECT count(*)::int AS accounts FROM account WHERE tenant_id = $1 AND organ_id = $2',
      [fromTenantId, organId],
    );
    return { counts: { accounts: counted!.accounts } };
  },
  async finish(tx, { siteId, fromTenantId, toTenantId, organId, organMoves }) {
    await tx.query('SELECT sessions_follow_site($1, $2)', [siteId, toTenantId]);
    if (organMoves)
      await tx.query('UPDATE account SET tenant_id = $2 WHERE tenant_id = $1 AND organ_id = $3', [
        fromTenantId,
        toTenantId,
        organId,
      ]);
    return {};
  },
};
