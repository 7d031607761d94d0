import { conditionSql } from '../../authority/condition-sql.js';
import { type DeskContext, reading } from '../../authority/desk-context.js';
import { PLATFORM_TENANT } from '../../kernel/database/scope.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';

/** Tenants whose organs the caller may keep: the choices of a form. */
export function findTenantsToKeepOrgans(work: UnitOfWork, ctx: DeskContext): Promise<{ id: string; name: string }[]> {
  const facts = { tenantId: 't.id', organId: 'NULL::uuid' };
  const condition = conditionSql(ctx.ability, 'organ.edit', facts, [PLATFORM_TENANT]);
  return work.run(reading(ctx), (tx) =>
    tx.query<{ id: string; name: string }>(
      `SELECT t.id, t.name FROM tenant t
       WHERE t.id <> $1 AND t.state NOT IN ('archived', 'deleted') AND ${condition.sql} ORDER BY t.path LIMIT 500`,
      condition.parameters,
    ),
  );
}
