import { isRole, roleFacts } from '../../authority/role.js';
import type { ClusterScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import type { EndingGrant, MoveStep, SiteMove } from '../../tenancy/move/move-step.js';

/** In force in the tenant that is left, and torn by the move: its holder goes and its place stays, or the other way. */
const TORN = `g.tenant_id = $1 AND g.ended_at IS NULL AND (g.ends_at IS NULL OR g.ends_at > now())
  AND a.tenant_id = $1 AND ($4 AND a.organ_id IS NOT DISTINCT FROM $3::uuid) IS DISTINCT FROM (g.site_id IS NOT DISTINCT FROM $2::uuid)`;

interface Torn extends EndingGrant {
  isAdministrator: boolean;
}

/**
 * What of authority follows a site to another tenant: whatever is held over it by the people who go along and by people of
 * other tenants. What its own people held elsewhere in the tenant they leave ends, and so does what those who stay held
 * over the site. Runs before the accounts move.
 */
export const moveGrants: MoveStep = {
  name: 'grants',
  async run(tx, move) {
    const torn = await endTorn(tx, move);
    const [following] = await tx.query<{ grants: number }>(
      `SELECT count(*)::int AS grants FROM access_grant
       WHERE tenant_id = $1 AND site_id = $2 AND ended_at IS NULL AND (ends_at IS NULL OR ends_at > now())`,
      [move.fromTenantId, move.siteId],
    );
    const vacant = torn.some((grant) => grant.isAdministrator) && !(await hasAdministrator(tx, move.fromTenantId));
    return {
      counts: {
        grantsFollowing: following!.grants,
        grantsEnding: torn.map(({ isAdministrator: _, ...grant }) => grant),
      },
      conflicts: vacant
        ? [
            {
              field: null,
              sentence: `${move.fromName}的单位管理员都是要划走的人，划转后没有人能管理。请先在${move.fromName}另请一位单位管理员。`,
            },
          ]
        : [],
    };
  },
};

async function endTorn(tx: Tx<ClusterScope>, move: SiteMove): Promise<Torn[]> {
  const rows = await tx.query<Omit<Torn, 'role'> & { role: string }>(
    `WITH ended AS (
       UPDATE access_grant g SET ended_at = now(), ended_by = $5, ended_for = $6
       FROM account a WHERE a.tenant_id = g.account_tenant_id AND a.id = g.account_id AND ${TORN}
       RETURNING g.id, g.role, g.tenant_id, g.site_id, g.channel_id, a.name AS account
     )
     SELECT e.id AS "grantId", e.account, e.role, e.role = 'tenant-administrator' AS "isAdministrator",
       concat_ws(' › ', t.name, s.name, c.name) AS place
     FROM ended e JOIN tenant t ON t.id = e.tenant_id
     LEFT JOIN site s ON s.tenant_id = e.tenant_id AND s.id = e.site_id
     LEFT JOIN channel c ON c.tenant_id = e.tenant_id AND c.id = e.channel_id
     ORDER BY e.account, place, e.id`,
    [
      move.fromTenantId,
      move.siteId,
      move.organId,
      move.organMoves,
      tx.scope.actor.name,
      `“${move.name}”划归${move.toName}`,
    ],
  );
  return rows.map((row) => ({ ...row, role: isRole(row.role) ? roleFacts(row.role).name : row.role }));
}

async function hasAdministrator(tx: Tx<ClusterScope>, tenantId: string): Promise<boolean> {
  const [row] = await tx.query<{ held: boolean }>(
    `SELECT EXISTS (
       SELECT FROM access_grant g JOIN account a ON a.tenant_id = g.account_tenant_id AND a.id = g.account_id
       WHERE g.tenant_id = $1 AND g.role = 'tenant-administrator' AND g.scope = 'tenant' AND g.ended_at IS NULL
         AND (g.ends_at IS NULL OR g.ends_at > now()) AND a.state IN ('open', 'invited')) AS held`,
    [tenantId],
  );
  return row!.held;
}
