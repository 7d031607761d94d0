import type { DeskSession } from '../../access/desk-session.js';
import {
  GRANT_COLUMNS,
  GRANT_FACTS,
  GRANT_TABLES,
  type GrantRow,
  nameHolders,
} from '../../access/grant/grant.queries.js';
import { conditionSql } from '../../authority/condition-sql.js';
import { reading } from '../../authority/desk-context.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { SiteRef } from './site-channels.js';

/** As many as a panel shows; the list of grants has all. */
const MOST = 50;

/** Grants in force over a channel and over what contains it, of those that the caller may see; its own first. */
export async function findGrantsOver(
  work: UnitOfWork,
  ctx: DeskSession,
  site: SiteRef,
  path: string,
): Promise<GrantRow[]> {
  const segments = path.split('/');
  const lineage = segments.map((_, i) => segments.slice(0, i + 1).join('/'));
  const readable = conditionSql(ctx.ability, 'grant.read', GRANT_FACTS, [site.tenantId, site.id, lineage]);
  const rows = await work.run(reading(ctx), (tx) =>
    tx.query<GrantRow>(
      `SELECT ${GRANT_COLUMNS} FROM ${GRANT_TABLES}
       WHERE g.tenant_id = $1 AND (g.scope = 'tenant' OR g.site_id = $2 AND (g.channel_id IS NULL OR c.path = ANY ($3::text[])))
         AND g.ended_at IS NULL AND (g.ends_at IS NULL OR g.ends_at > now()) AND ${readable.sql}
       ORDER BY c.path DESC NULLS LAST, g.scope, g.given_at, g.id LIMIT ${MOST}`,
      readable.parameters,
    ),
  );
  await nameHolders(work, ctx, rows);
  return rows;
}
