import { type ClusterScope, PLATFORM_TENANT } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { newId } from '../../kernel/id.js';
import { identityErrors } from '../errors.js';
import { makeOneTimePassword } from '../password/set-password.js';
import { takeOffSecondFactor } from '../second-factor/take-off.js';
import { endSessions } from '../session/end-sessions.js';
import { forgetAttempts } from '../sign-in/throttle.js';
import { loginOf } from './account-fields.js';

export interface PreparedAccount {
  accountId: string;
  login: string;
  /** One-time, for 72 hours; stored nowhere. */
  password: string;
}

export type PreparePlatformAccount = (
  tx: Tx<ClusterScope>,
  who: { login: string; name: string },
) => Promise<PreparedAccount>;

/**
 * Makes an account of the platform's own people, or brings one back to its beginning: open, a one-time password, no second
 * factor, no sessions, no memory of failed attempts. Whoever runs the machine can always come back in. Not audited: the
 * caller says why.
 * @throws UserError `identity.login-form`; `identity.account-gone` for a closed one
 */
export const preparePlatformAccount =
  (secretKey: string): PreparePlatformAccount =>
  async (tx, who) => {
    const login = loginOf(null, who.login);
    await tx.query(
      `INSERT INTO account (tenant_id, id, login, name, state) VALUES ($1, $2, $3, $4, 'open') ON CONFLICT (login) DO NOTHING`,
      [PLATFORM_TENANT, newId(), login, who.name],
    );
    const [account] = await tx.query<{ id: string; state: string }>(
      'SELECT id, state FROM account WHERE tenant_id = $1 AND login = $2 FOR NO KEY UPDATE',
      [PLATFORM_TENANT, login],
    );
    if (!account || account.state === 'closed') throw identityErrors['identity.account-gone']({ login });
    const ref = { tenantId: PLATFORM_TENANT, id: account.id };
    await tx.query(
      `UPDATE account SET state = 'open', locked_for = NULL,
         dormancy_told_at = CASE WHEN dormancy_told_at IS NOT NULL THEN now() END
       WHERE tenant_id = $1 AND id = $2`,
      [ref.tenantId, ref.id],
    );
    await takeOffSecondFactor(tx, ref);
    await endSessions(tx, ref);
    await forgetAttempts(tx, secretKey, login);
    return { accountId: ref.id, login, password: await makeOneTimePassword(tx, ref) };
  };
