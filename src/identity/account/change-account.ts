import type { TenantScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import type { Calendar } from '../../kernel/time/calendar.js';
import { identityErrors } from '../errors.js';
import { subjectOfAccount } from './account.js';
import { type AccountFields, checkedFields } from './account-fields.js';
import { requireOrgan } from './insert-account.js';

/** What is named is changed. */
export type AccountChange = Partial<AccountFields>;

interface Row extends AccountFields {
  login: string;
  state: string;
}

const FIELDS = ['name', 'organId', 'email', 'telephone', 'kind', 'endsOn'] as const;

/**
 * Changes an account of the scope's tenant. The login stays as it is, for good: audit and grants name it. Audited with what
 * was before and after (of telephone and e-mail only that they changed); nothing changed: nothing is written.
 * @returns the fields that changed
 * @throws UserError of `checkedFields`, `identity.organ-unknown`, `identity.account-missing`, `identity.account-gone`
 */
export async function changeAccount(
  tx: Tx<TenantScope>,
  calendar: Calendar,
  id: string,
  change: AccountChange,
  reason = '',
): Promise<(keyof AccountFields)[]> {
  const [row] = await tx.query<Row>(
    `SELECT login, state, name, organ_id AS "organId", email, telephone, kind, to_char(ends_on, 'YYYY-MM-DD') AS "endsOn"
     FROM account WHERE tenant_id = $1 AND id = $2 FOR UPDATE`,
    [tx.scope.tenantId, id],
  );
  if (!row) throw identityErrors['identity.account-missing']();
  const { login, state, ...before } = row;
  if (state === 'closed') throw identityErrors['identity.account-gone']({ login });
  const named = Object.fromEntries(FIELDS.filter((field) => change[field] !== undefined).map((f) => [f, change[f]]));
  // An end that was set long ago and has passed is no fault of who now mends a telephone number.
  const wanted = { ...before, ...named };
  const keepsEnd = wanted.endsOn === before.endsOn && wanted.kind === before.kind;
  const checked = checkedFields(calendar, keepsEnd ? { ...wanted, kind: 'staff', endsOn: null } : wanted);
  const after: AccountFields = keepsEnd ? { ...checked, kind: before.kind, endsOn: before.endsOn } : checked;
  const changed = FIELDS.filter((field) => after[field] !== before[field]);
  if (changed.length === 0) return [];
  if (changed.includes('organId')) await requireOrgan(tx, after.organId);
  await tx.query(
    `UPDATE account SET name = $3, organ_id = $4, email = $5, telephone = $6, kind = $7, ends_on = $8
     WHERE tenant_id = $1 AND id = $2`,
    [tx.scope.tenantId, id, after.name, after.organId, after.email, after.telephone, after.kind, after.endsOn],
  );
  const told = (fields: AccountFields) =>
    Object.fromEntries(changed.map((f) => [f, f === 'email' || f === 'telephone' ? fields[f] !== '' : fields[f]]));
  tx.audit('account.changed', subjectOfAccount({ id }), {
    name: after.name,
    login,
    before: told(before),
    after: told(after),
    reason,
  });
  return changed;
}
