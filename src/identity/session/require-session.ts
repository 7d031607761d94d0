import type { ClusterScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { identityErrors } from '../errors.js';

/**
 * That a session is still there, asked under its account's lock, which everybody takes who ends sessions: whoever was reset or
 * locked while they asked for something that outlives the session does not get it.
 * @throws UserError `identity.session-gone`
 */
export async function requireSession(
  tx: Tx<ClusterScope>,
  { tenantId, id }: { tenantId: string; id: string },
): Promise<void> {
  const still = await tx.query('SELECT FROM session WHERE tenant_id = $1 AND id = $2', [tenantId, id]);
  if (still.length === 0) throw identityErrors['identity.session-gone']();
}
