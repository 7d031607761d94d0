import type { ClusterScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import type { AccountRef } from '../account/account.js';

/** The account has no second factor any more, nor recovery codes. By administrators alone; the caller audits. */
export async function takeOffSecondFactor(tx: Tx<ClusterScope>, { tenantId, id }: AccountRef): Promise<void> {
  await tx.query(
    `UPDATE credential SET totp_secret = NULL, totp_confirmed_at = NULL, totp_step = 0, recovery_digests = '{}'
     WHERE tenant_id = $1 AND account_id = $2`,
    [tenantId, id],
  );
  await tx.query('UPDATE account SET second_factor = false WHERE tenant_id = $1 AND id = $2', [tenantId, id]);
}
