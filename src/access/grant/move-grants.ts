import { isRole, roleFacts } from '../../authority/role.js';
import type { ClusterScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import type { Calendar } from '../../kernel/time/calendar.js';
import type { EndingGrant, MoveConflict, MoveStep, SiteMove } from '../../tenancy/move/move-step.js';
import { lockGoverning } from './governing.js';

/** In force in the tenant that is left, and torn by the move: its holder goes and its place stays, or the other way. */
const TORN = `g.tenant_id = $1 AND g.ended_at IS NULL AND (g.ends_at IS NULL OR g.ends_at > now())
  AND a.tenant_id = $1 AND ($4 AND a.organ_id IS NOT DISTINCT FROM $3::uuid) IS DISTINCT FROM (g.site_id IS NOT DISTINCT FROM $2::uuid)`;

/**
 * What of authority follows a site to another tenant: whatever is held over it by the people who go along and by people of
 * other tenants. What its own people held elsewhere in the tenant they leave ends, and so does what those who stay held
 * over the site. Runs before the accounts move, and once more when the site's rows are there: what was given meanwhile to
 * people who go along is torn too.
 */
export const moveGrants = (calendar: Calendar): MoveStep => ({
  name: 'grants',
  async run(tx, move) {
    const torn = await endTorn(tx, move);
    const [following] = await tx.query<{ grants: number }>(
      `SELECT count(*)::int AS grants FROM access_grant
       WHERE tenant_id = $1 AND site_id = $2 AND ended_at IS NULL AND (ends_at IS NULL OR ends_at > now())`,
      [move.fromTenantId, move.siteId],
    );
    return {
      counts: {
        grantsFollowing: following!.grants,
        grantsEnding: torn,
      },
      conflicts: await vacancyOf(tx, move, calendar.day(new Date())),
    };
  },
  async finish(tx, move) {
    await lockGoverning(tx, move.fromTenantId);
    const grantsEnding = await endTorn(tx, move);
    return { grantsEnding, conflicts: await vacancyOf(tx, move, calendar.day(new Date())) };
  },
});

async function endTorn(tx: Tx<ClusterScope>, move: SiteMove): Promise<EndingGrant[]> {
  const rows = await tx.query<EndingGrant>(
    `WITH ended AS (
       UPDATE access_grant g SET ended_at = now(), ended_by = $5, ended_for = $6
       FROM account a WHERE a.tenant_id = g.account_tenant_id AND a.id = g.account_id AND ${TORN}
       RETURNING g.id, g.role, g.tenant_id, g.site_id, g.channel_id, a.name AS account
     )
     SELECT e.id AS "grantId", e.account, e.role, concat_ws(' › ', t.name, s.name, c.name) AS place
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

/** Whether this move, by what it ended, leaves the tenant to nobody who governs it. */
async function vacancyOf(
  tx: Tx<ClusterScope>,
  { fromTenantId, fromName }: SiteMove,
  today: string,
): Promise<MoveConflict[]> {
  const [row] = await tx.query<{ vacant: boolean }>(
    `SELECT EXISTS (SELECT FROM access_grant g WHERE ${GOVERNS} AND g.ended_at = now()) AND NOT EXISTS (
       SELECT FROM access_grant g JOIN account a ON a.tenant_id = g.account_tenant_id AND a.id = g.account_id
       WHERE ${GOVERNS} AND g.ended_at IS NULL AND (g.ends_at IS NULL OR g.ends_at > now())
         AND a.state IN ('open', 'invited') AND (a.ends_on IS NULL OR a.ends_on >= $2::date)) AS vacant`,
    [fromTenantId, today],
  );
  const sentence = `${fromName}的单位管理员都是要划走的人，划转后没有人能管理。请先在${fromName}另请一位单位管理员。`;
  return row!.vacant ? [{ field: null, sentence }] : [];
}

const GOVERNS = `g.tenant_id = $1 AND g.role = 'tenant-administrator' AND g.scope = 'tenant'`;
