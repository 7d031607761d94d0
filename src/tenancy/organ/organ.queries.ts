import { conditionSql } from '../../authority/condition-sql.js';
import { type DeskContext, reading } from '../../authority/desk-context.js';
import { authorityErrors } from '../../authority/errors.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';

export interface OrganRecord {
  tenantId: string;
  id: string;
  kind: 'government' | 'office' | 'department' | 'township';
  name: string;
  shortName: string;
  telephone: string;
  hours: string;
  address: string;
  introduction: string;
  /** YYYY-MM-DD; null: it stands. */
  endedOn: string | null;
  tenantName: string;
  /** Channels it answers for, sites it sponsors, accounts of its people. */
  channels: number;
  sites: number;
  people: number;
}

const COLUMNS = `o.tenant_id AS "tenantId", o.id, o.kind, o.name, o.short_name AS "shortName", o.telephone, o.hours, o.address,
  o.introduction, to_char(o.ended_on, 'YYYY-MM-DD') AS "endedOn", t.name AS "tenantName",
  (SELECT count(*)::int FROM channel c WHERE c.tenant_id = o.tenant_id AND c.organ_id = o.id) AS channels,
  (SELECT count(*)::int FROM site s WHERE s.tenant_id = o.tenant_id AND s.sponsor_id = o.id) AS sites,
  (SELECT count(*)::int FROM account a WHERE a.tenant_id = o.tenant_id AND a.organ_id = o.id AND a.state <> 'closed') AS people`;
const FACTS = { tenantId: 'o.tenant_id', organId: 'o.id' } as const;

export const ORGANS_PER_PAGE = 50;

/** @throws UserError `authority.missing` */
export async function findOrgan(work: UnitOfWork, ctx: DeskContext, id: string): Promise<OrganRecord> {
  const condition = conditionSql(ctx.ability, 'organ.read', FACTS, [id]);
  const [organ] = await work.run(reading(ctx), (tx) =>
    tx.query<OrganRecord>(
      `SELECT ${COLUMNS} FROM organ o JOIN tenant t ON t.id = o.tenant_id WHERE o.id::text = $1 AND ${condition.sql}`,
      condition.parameters,
    ),
  );
  if (!organ) throw authorityErrors['authority.missing']();
  return organ;
}

const ORGAN_SORTS = {
  tenant: 'o.ended_on IS NOT NULL, t.path, o.kind, o.name, o.id',
  name: 'o.name COLLATE "zh-x-icu", o.id',
  channels: 'channels DESC, o.id',
  sites: 'sites DESC, o.id',
  people: 'people DESC, o.id',
} as const;
export type OrganSort = keyof typeof ORGAN_SORTS;

/** Organs the caller may see, if not otherwise asked those that stand first. Two statements. */
export async function findOrgans(
  work: UnitOfWork,
  ctx: DeskContext,
  filter: { search?: string; kind?: OrganRecord['kind'] },
  page: number,
  sort: OrganSort = 'tenant',
): Promise<{ rows: OrganRecord[]; total: number }> {
  const given: unknown[] = [];
  const where: string[] = [];
  if (filter.search) {
    given.push(`%${filter.search.replace(/[%_\\]/g, '\\$&')}%`);
    where.push(`(o.name ILIKE $${given.length} OR t.name ILIKE $${given.length})`);
  }
  if (filter.kind) {
    given.push(filter.kind);
    where.push(`o.kind = $${given.length}`);
  }
  const condition = conditionSql(ctx.ability, 'organ.read', FACTS, given);
  const from = `FROM organ o JOIN tenant t ON t.id = o.tenant_id WHERE ${[...where, condition.sql].join(' AND ')}`;
  return work.run(reading(ctx), async (tx) => {
    const [count] = await tx.query<{ total: number }>(`SELECT count(*)::int AS total ${from}`, condition.parameters);
    const rows = await tx.query<OrganRecord>(
      `SELECT ${COLUMNS} ${from} ORDER BY ${ORGAN_SORTS[sort]}
       LIMIT ${ORGANS_PER_PAGE} OFFSET ${(page - 1) * ORGANS_PER_PAGE}`,
      condition.parameters,
    );
    return { rows, total: count?.total ?? 0 };
  });
}
