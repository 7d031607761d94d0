import type { ClusterScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { type UserError } from '../../kernel/user-error.js';
import { identityErrors } from '../errors.js';
import type { AccountRef, AccountState, LockReason } from './account.js';

/** An account together with what proves it: only the work of signing in ever holds it. */
export interface SignInAccount extends AccountRef {
  login: string;
  name: string;
  tenantName: string;
  state: AccountState;
  lockedFor: LockReason | null;
  endsOn: string | null;
  passwordHash: string | null;
  passwordSetAt: Date | null;
  mustChange: boolean;
  oneTimeUntil: Date | null;
  formerHashes: string[];
  /** Sealed. */
  totpSecret: Buffer | null;
  /** A second factor is set and confirmed. */
  hasSecondFactor: boolean;
  providerLinked: boolean;
}

const SELECT = `
  SELECT a.tenant_id AS "tenantId", a.id, a.login, a.name, t.name AS "tenantName", a.state, a.locked_for AS "lockedFor",
    to_char(a.ends_on, 'YYYY-MM-DD') AS "endsOn", c.password_hash AS "passwordHash", c.password_set_at AS "passwordSetAt",
    coalesce(c.must_change, false) AS "mustChange", c.one_time_until AS "oneTimeUntil",
    coalesce(c.former_hashes, '{}') AS "formerHashes", c.totp_secret AS "totpSecret",
    coalesce(c.totp_confirmed_at IS NOT NULL, false) AS "hasSecondFactor",
    coalesce(c.oidc_subject IS NOT NULL, false) AS "providerLinked"
  FROM account a JOIN tenant t ON t.id = a.tenant_id
  LEFT JOIN credential c ON c.tenant_id = a.tenant_id AND c.account_id = a.id`;

const one = async (tx: Tx<ClusterScope>, where: string, parameters: unknown[]): Promise<SignInAccount | null> =>
  (await tx.query<SignInAccount>(`${SELECT} WHERE ${where}`, parameters))[0] ?? null;

export const findByLogin = (tx: Tx<ClusterScope>, login: string) => one(tx, 'a.login = $1', [login]);

export const findByRef = (tx: Tx<ClusterScope>, { tenantId, id }: AccountRef) =>
  one(tx, 'a.tenant_id = $1 AND a.id = $2', [tenantId, id]);

export const findByProvider = (tx: Tx<ClusterScope>, issuer: string, subject: string) =>
  one(tx, 'c.oidc_issuer = $1 AND c.oidc_subject = $2', [issuer, subject]);

/**
 * The account again, held until the commit: what was found out about it outside a transaction is only worth what it still is.
 * @throws UserError `identity.session-gone` when the password was changed or taken meanwhile, or the outside provider unlinked
 */
export async function holdUnchanged(tx: Tx<ClusterScope>, known: SignInAccount): Promise<SignInAccount> {
  await tx.query('SELECT FROM account WHERE tenant_id = $1 AND id = $2 FOR NO KEY UPDATE', [known.tenantId, known.id]);
  await tx.query('SELECT FROM credential WHERE tenant_id = $1 AND account_id = $2 FOR UPDATE', [
    known.tenantId,
    known.id,
  ]);
  const account = await findByRef(tx, known);
  // Of an account without a password the link to the provider alone shows that it was reset.
  const unlinked = known.providerLinked && !account?.providerLinked;
  if (!account || unlinked || account.passwordHash !== known.passwordHash)
    throw identityErrors['identity.session-gone']();
  return account;
}

/** Why an account whose password was right may not come in; null: it may. @param today YYYY-MM-DD */
export function refusalOf(account: SignInAccount, today: string): { why: string; error: UserError } | null {
  if (account.state === 'closed') return { why: 'closed', error: identityErrors['identity.account-closed']() };
  if (account.endsOn !== null && account.endsOn < today)
    return { why: 'ended', error: identityErrors['identity.account-ended']({ day: account.endsOn }) };
  if (account.state === 'locked')
    return account.lockedFor === 'dormant'
      ? { why: 'dormant', error: identityErrors['identity.account-dormant']() }
      : { why: 'locked', error: identityErrors['identity.account-locked']() };
  return null;
}
