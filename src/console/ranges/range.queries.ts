import { conditionSql } from '../../authority/condition-sql.js';
import { type DeskContext, reading } from '../../authority/desk-context.js';
import type { Action } from '../../authority/policy.js';
import { listRanges, type SignInRange } from '../../identity/range/sign-in-ranges.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';

export interface RangeTenant {
  id: string;
  name: string;
}

/** The tenants whose ranges the caller may see or set, the platform first. */
export function findRangeTenants(
  work: UnitOfWork,
  ctx: DeskContext,
  action: Extract<Action, `range.${string}`>,
): Promise<RangeTenant[]> {
  const { sql, parameters } = conditionSql(ctx.ability, action, { tenantId: 't.id' });
  return work.run(reading(ctx), (tx) =>
    tx.query<RangeTenant>(
      `SELECT t.id, t.name FROM tenant t WHERE t.state <> 'deleted' AND ${sql} ORDER BY t.path LIMIT 400`,
      parameters,
    ),
  );
}

/** The ranges of one of them, or of all. */
export async function findRanges(
  work: UnitOfWork,
  ctx: DeskContext,
  tenants: readonly RangeTenant[],
): Promise<(SignInRange & { tenantName: string })[]> {
  const names = new Map(tenants.map(({ id, name }) => [id, name]));
  const ranges = await work.run(reading(ctx), (tx) => listRanges(tx));
  return ranges.flatMap((range) => {
    const tenantName = names.get(range.tenantId);
    return tenantName ? [{ ...range, tenantName }] : [];
  });
}
