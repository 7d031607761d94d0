import { validate as isUuid } from 'uuid';
import { conditionSql } from '../../authority/condition-sql.js';
import type { DeskContext } from '../../authority/desk-context.js';
import { authorityErrors } from '../../authority/errors.js';
import type { Scope, TenantScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { tenancyErrors } from '../errors.js';
import type { UnitForm, UnitLevel } from '../plan/types.js';

/** frozen: nothing is published any more; archived: visitors read on, nobody writes; deleted: name and audit stay. */
export type TenantState = 'open' | 'frozen' | 'archived' | 'deleted';

export const TENANT_STATES: Record<TenantState, string> = {
  open: '正常',
  frozen: '撤销中，已冻结',
  archived: '已归档',
  deleted: '已删除',
};

/** A tenant as the desk knows it. */
export interface TenantRecord {
  tenantId: string;
  parentId: string | null;
  regionCode: string | null;
  level: UnitLevel | 'platform';
  form: UnitForm | 'platform';
  name: string;
  shortName: string;
  governmentName: string;
  documentPrefix: string;
  slug: string;
  path: string;
  state: TenantState;
  stateSince: Date;
  stateReason: string;
}

export const TENANT_COLUMNS = `t.id AS "tenantId", t.parent_id AS "parentId", t.region_code AS "regionCode", t.level, t.form,
  t.name, t.short_name AS "shortName", t.government_name AS "governmentName", t.document_prefix AS "documentPrefix", t.slug,
  t.path, t.state, t.state_since AS "stateSince", t.state_reason AS "stateReason"`;

/** Everything below a path and the path itself, as a range of text; '' is the platform's: everything. */
export const belowTenantPath = (column: string, path: string): string =>
  `(${path} = '' OR (${column} >= ${path} COLLATE "C" AND ${column} < rtrim(${path}, '/') || '0' COLLATE "C"))`;

/**
 * A tenant the caller may read.
 * @throws UserError `authority.missing`, the same for one that is not there
 */
export async function findTenantToRead(tx: Tx<Scope>, ctx: DeskContext, tenantId: string): Promise<TenantRecord> {
  const { sql, parameters } = conditionSql(ctx.ability, 'tenant.read', { tenantId: 't.id' }, [
    isUuid(tenantId) ? tenantId : null,
  ]);
  const [tenant] = await tx.query<TenantRecord>(
    `SELECT ${TENANT_COLUMNS} FROM tenant t WHERE t.id = $1 AND t.state <> 'deleted' AND ${sql}`,
    parameters,
  );
  if (!tenant) throw authorityErrors['authority.missing']();
  return tenant;
}

/**
 * Holds the tenant against a freeze or an archiving that would pass this transaction unseen, and lets through who may write.
 * A move holds its site and not the tenant against it: whoever writes to a site holds that too (`holdSite`, `holdInPlace`).
 * @throws UserError `tenancy.archived`
 */
export async function requireWritable(
  tx: Tx<TenantScope>,
): Promise<{ name: string; state: TenantState; stateReason: string }> {
  await tx.query('SELECT FROM tenant WHERE id = $1 FOR KEY SHARE', [tx.scope.tenantId]);
  const [tenant] = await tx.query<{ name: string; state: TenantState; stateReason: string }>(
    'SELECT name, state, state_reason AS "stateReason" FROM tenant WHERE id = $1',
    [tx.scope.tenantId],
  );
  if (!tenant) throw authorityErrors['authority.missing']();
  if (tenant.state === 'archived') throw tenancyErrors['tenancy.archived']({ name: tenant.name });
  return tenant;
}
