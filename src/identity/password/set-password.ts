import type { ClusterScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import type { AccountRef } from '../account/account.js';
import { hashPassword } from './hash-password.js';
import { FORMER_PASSWORDS } from './password-rules.js';
import { readableCode } from './readable-code.js';

/** Hours for which a one-time password is good. */
export const ONE_TIME_HOURS = 72;

/** The present hash becomes a former one; browsers that were known are not any more (their cookies are bound to the time). */
export async function setPassword(
  tx: Tx<ClusterScope>,
  account: AccountRef,
  password: { hash: string; oneTime?: boolean },
): Promise<Date> {
  const [row] = await tx.query<{ setAt: Date }>(
    `INSERT INTO credential AS c (tenant_id, account_id, password_hash, password_set_at, must_change, one_time_until)
     VALUES ($1, $2, $3, now(), $4, CASE WHEN $4 THEN now() + make_interval(hours => $5) END)
     ON CONFLICT (tenant_id, account_id) DO UPDATE SET
       password_hash = excluded.password_hash, password_set_at = excluded.password_set_at,
       must_change = excluded.must_change, one_time_until = excluded.one_time_until,
       former_hashes = (array_remove(ARRAY[c.password_hash], NULL) || c.former_hashes)[1:$6]
     RETURNING password_set_at AS "setAt"`,
    [account.tenantId, account.id, password.hash, password.oneTime ?? false, ONE_TIME_HOURS, FORMER_PASSWORDS],
  );
  return row!.setAt;
}

/**
 * A password that works once within 72 hours, for choosing another. Not audited: the caller says why.
 * @returns the password, which is stored nowhere
 */
export async function makeOneTimePassword(tx: Tx<ClusterScope>, account: AccountRef): Promise<string> {
  const password = readableCode(3, 4);
  await setPassword(tx, account, { hash: await hashPassword(password), oneTime: true });
  await tx.query(`UPDATE account SET state = 'open' WHERE tenant_id = $1 AND id = $2 AND state = 'invited'`, [
    account.tenantId,
    account.id,
  ]);
  return password;
}
