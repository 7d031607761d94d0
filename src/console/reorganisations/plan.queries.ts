import { validate as isUuid } from 'uuid';
import { conditionSql } from '../../authority/condition-sql.js';
import { authorize, type DeskContext, reading, writing } from '../../authority/desk-context.js';
import { authorityErrors } from '../../authority/errors.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { readPlanFacts } from '../../tenancy/reorganisation/plan-facts.js';
import type { PlanAction } from '../../tenancy/reorganisation/plan-line.js';
import type { StoredPlan } from '../../tenancy/reorganisation/stored-plan.js';
import type { NamesById } from './plan-words.js';
import { PlanningFacts } from './planning-facts.js';

/**
 * A tenant that the caller plans for.
 * @throws UserError `authority.missing`, `authority.refused`
 */
export async function findPlanningTenant(
  work: UnitOfWork,
  ctx: DeskContext,
  tenantId: string,
): Promise<{ id: string; name: string }> {
  const { sql, parameters } = conditionSql(ctx.ability, 'reorganisation.read', { tenantId: 't.id' }, [
    isUuid(tenantId) ? tenantId : null,
  ]);
  const [tenant] = await work.run(reading(ctx), (tx) =>
    tx.query<{ id: string; name: string }>(
      `SELECT t.id, t.name FROM tenant t WHERE t.id = $1 AND t.region_code IS NOT NULL AND ${sql}`,
      parameters,
    ),
  );
  if (!tenant) throw authorityErrors['authority.missing']();
  authorize(ctx, 'reorganisation.plan', { tenantId: tenant.id });
  return tenant;
}

/**
 * Its organs, people, channels and sub-sites.
 * @throws UserError `authority.missing`, `authority.refused`
 */
export async function readPlanningFacts(work: UnitOfWork, ctx: DeskContext, tenantId: string): Promise<PlanningFacts> {
  const tenant = await findPlanningTenant(work, ctx, tenantId);
  return work.run(writing(ctx, tenant.id), async (tx) => {
    const closed = await tx.query<{ id: string }>(`SELECT id FROM account WHERE tenant_id = $1 AND state = 'closed'`, [
      tenant.id,
    ]);
    return new PlanningFacts(tenant, await readPlanFacts(tx), new Set(closed.map(({ id }) => id)));
  });
}

/** What happens in each plan of a list: how many organs merge, are split … */
export async function countActions(
  work: UnitOfWork,
  ctx: DeskContext,
  planIds: readonly string[],
): Promise<Map<string, Partial<Record<PlanAction, number>>>> {
  const rows = await work.run(reading(ctx), (tx) =>
    tx.query<{ id: string; action: PlanAction; organs: number }>(
      `SELECT r.id, l ->> 'action' AS action, count(DISTINCT l ->> 'fromId')::int AS organs
       FROM reorganisation r CROSS JOIN LATERAL jsonb_array_elements(r.lines) AS l
       WHERE r.id = ANY ($1::uuid[]) GROUP BY 1, 2`,
      [planIds],
    ),
  );
  const counts = new Map<string, Partial<Record<PlanAction, number>>>();
  for (const { id, action, organs } of rows) counts.set(id, { ...counts.get(id), [action]: organs });
  return counts;
}

/** What the people and channels are called that the lines of a plan speak of. */
export async function namesInLines(
  work: UnitOfWork,
  ctx: DeskContext,
  { tenantId, lines }: StoredPlan,
): Promise<NamesById> {
  const accounts = lines.flatMap((line) => line.accountIds);
  const channels = lines.flatMap((line) =>
    line.channels.flatMap(({ id, underId }) => (underId ? [id, underId] : [id])),
  );
  if (accounts.length + channels.length === 0) return new Map();
  const rows = await work.run(reading(ctx), (tx) =>
    tx.query<{ id: string; name: string }>(
      `SELECT id, name FROM account WHERE tenant_id = $1 AND id = ANY ($2::uuid[])
       UNION ALL SELECT id, name FROM channel WHERE tenant_id = $1 AND id = ANY ($3::uuid[])`,
      [tenantId, accounts, channels],
    ),
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** A row that a plan changed, and where one finds it. */
export interface ChangedRow {
  part: string;
  name: string;
  /** `channel:<id>` */
  subject: string;
  /** Of a channel: where it stands now. */
  site: { id: string; name: string; prefix: string } | null;
}

/** In the order in which they were changed. */
export function findChangedRows(
  work: UnitOfWork,
  ctx: DeskContext,
  { tenantId, id }: Pick<StoredPlan, 'tenantId' | 'id'>,
): Promise<ChangedRow[]> {
  return work.run(reading(ctx), (tx) =>
    tx.query<ChangedRow>(
      `SELECT r.part, r.name, r.subject,
         CASE WHEN s.id IS NOT NULL THEN jsonb_build_object('id', s.id, 'name', s.name, 'prefix', s.prefix) END AS site
       FROM reorganisation_change r
       LEFT JOIN channel c ON c.tenant_id = r.tenant_id AND r.subject = 'channel:' || c.id
       LEFT JOIN site s ON s.tenant_id = c.tenant_id AND s.id = c.site_id
       WHERE r.tenant_id = $1 AND r.plan_id = $2 ORDER BY r.position`,
      [tenantId, id],
    ),
  );
}
