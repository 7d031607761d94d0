import type { ClusterScope, TenantScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { plainAddress } from '../sign-in/address-group.js';

/** Whether an address lies in one of a tenant's ranges; a tenant that has none: every address. */
export async function addressAllowed(
  tx: Tx<ClusterScope> | Tx<TenantScope>,
  tenantId: string,
  address: string,
): Promise<boolean> {
  const [answer] = await tx.query<{ allowed: boolean }>(
    `SELECT count(*) = 0 OR coalesce(bool_or($2::inet <<= range), false) AS allowed FROM sign_in_range WHERE tenant_id = $1`,
    [tenantId, plainAddress(address)],
  );
  return answer!.allowed;
}
