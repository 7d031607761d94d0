import type { DeskContext } from '../../authority/desk-context.js';
import { type Role, roleFacts, type ScopeKind } from '../../authority/role.js';
import type { Scope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { heldBy } from '../desk-session.js';
import { accessErrors } from '../errors.js';
import { NEVER_VACANT } from '../policy.js';

/**
 * Whoever changes who governs a tenant, by a grant or by the account that holds it, takes turns at these rows before any
 * account's: rows in one order, so that two never wait for each other, and each sees what the one before left.
 */
export const lockGoverning = (tx: Tx<Scope>, tenantId: string) =>
  tx.query(
    `SELECT FROM access_grant WHERE tenant_id = $1 AND role = ANY ($2) AND ended_at IS NULL ORDER BY id FOR NO KEY UPDATE`,
    [tenantId, NEVER_VACANT],
  );

/**
 * Whether the caller, who governs a tenant, still does, looked at under `lockGoverning`: of two who remove each other at
 * once, by whatever means, the second no longer may. Who governs it from elsewhere is out of reach for those it governs.
 * @throws UserError `access.authority-gone`
 */
export async function stillGoverning(tx: Tx<Scope>, ctx: DeskContext, tenantId: string): Promise<void> {
  const own = (heldBy(ctx) ?? []).filter((grant) => grant.tenantId === tenantId && NEVER_VACANT.includes(grant.role));
  if (own.length === 0) return;
  const still = await tx.query(
    `SELECT FROM access_grant g JOIN account a ON a.tenant_id = g.account_tenant_id AND a.id = g.account_id
     WHERE g.tenant_id = $1 AND g.id = ANY ($2) AND g.ended_at IS NULL AND a.state = 'open'`,
    [tenantId, own.map(({ id }) => id)],
  );
  if (still.length < own.length) throw accessErrors['access.authority-gone']();
}

/**
 * Somebody who can sign in still holds a role at its place, once a grant is taken back or an account can no longer be used.
 * @param without the account that is on its way out; null: its grant has ended already
 * @param today YYYY-MM-DD: an account past its last day holds nothing, though it is locked only in the night
 * @throws UserError `access.last-holder`
 */
export async function requireHolder(
  tx: Tx<Scope>,
  grant: { tenantId: string; role: Role; scope: ScopeKind },
  { name, place, without, today }: { name: string; place: string; without: string | null; today: string },
): Promise<void> {
  // The account of another tenant can be out of sight here; the wall shows none of it, and its grant counts.
  const [holder] = await tx.query(
    `SELECT FROM access_grant g LEFT JOIN account a ON a.tenant_id = g.account_tenant_id AND a.id = g.account_id
     WHERE g.tenant_id = $1 AND g.role = $2 AND g.scope = $3 AND g.ended_at IS NULL AND (g.ends_at IS NULL OR g.ends_at > now())
       AND g.account_id IS DISTINCT FROM $4
       AND (a.id IS NULL OR a.state IN ('open', 'invited') AND (a.ends_on IS NULL OR a.ends_on >= $5::date)) LIMIT 1`,
    [grant.tenantId, grant.role, grant.scope, without, today],
  );
  if (!holder) throw accessErrors['access.last-holder']({ name, place, role: roleFacts(grant.role).name });
}
