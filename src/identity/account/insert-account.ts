import { PLATFORM_TENANT, type TenantScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { newId } from '../../kernel/id.js';
import type { Calendar } from '../../kernel/time/calendar.js';
import { identityErrors } from '../errors.js';
import { type AccountRef, subjectOfAccount } from './account.js';
import { type AccountFields, checkedFields, loginOf } from './account-fields.js';

export interface NewAccount extends AccountFields {
  /** The part of the login that is the person's: `zhangsan`. */
  word: string;
}

/**
 * Makes an account of the scope's tenant, `invited`: it has no password until an invitation is accepted. Audited.
 * @throws UserError of `checkedFields` and `loginOf`, `identity.login-taken`, `identity.organ-unknown`
 */
export async function insertAccount(
  tx: Tx<TenantScope>,
  calendar: Calendar,
  account: NewAccount,
): Promise<AccountRef & { login: string }> {
  const { tenantId } = tx.scope;
  const fields = checkedFields(calendar, account);
  const login = loginOf(await slugOf(tx), account.word);
  await requireOrgan(tx, fields.organId);
  const id = newId();
  // A login taken in a tenant that cannot be seen from here answers as one taken here.
  const made = await tx.query(
    `INSERT INTO account (tenant_id, id, organ_id, login, name, kind, email, telephone, ends_on)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (login) DO NOTHING RETURNING id`,
    [tenantId, id, fields.organId, login, fields.name, fields.kind, fields.email, fields.telephone, fields.endsOn],
  );
  if (made.length === 0) throw identityErrors['identity.login-taken']({ login });
  const { name, kind, endsOn } = fields;
  tx.audit('account.created', subjectOfAccount({ id }), { name, login, kind, endsOn });
  return { tenantId, id, login };
}

async function slugOf(tx: Tx<TenantScope>): Promise<string | null> {
  const { tenantId } = tx.scope;
  if (tenantId === PLATFORM_TENANT) return null;
  const [tenant] = await tx.query<{ slug: string }>('SELECT slug FROM tenant WHERE id = $1', [tenantId]);
  if (!tenant) throw new Error(`tenant ${tenantId} is not in sight of its own scope`);
  return tenant.slug;
}

/** @throws UserError `identity.organ-unknown` */
export async function requireOrgan(tx: Tx<TenantScope>, organId: string | null): Promise<void> {
  if (organId === null) return;
  const found = await tx.query('SELECT FROM organ WHERE tenant_id = $1 AND id::text = $2 AND ended_on IS NULL', [
    tx.scope.tenantId,
    organId,
  ]);
  if (found.length === 0) throw identityErrors['identity.organ-unknown']();
}
