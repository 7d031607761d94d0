import type { DeskSession } from '../../access/desk-session.js';
import { conditionSql } from '../../authority/condition-sql.js';
import { reading } from '../../authority/desk-context.js';
import { PLATFORM_TENANT } from '../../kernel/database/scope.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { ProvincePlan } from '../../tenancy/plan/types.js';
import { suggestUnit, type UnitSuggestion } from '../../tenancy/tenant/suggest-unit.js';
import { LEVEL_NAMES } from './tenant-words.js';

/** A tenant below which the caller may open another one. */
export interface OpenParent {
  id: string;
  regionCode: string | null;
  name: string;
  level: string;
  depth: number;
  /** Its portal says that it is a demonstration. */
  demonstration: boolean;
}

/** In the order of the province. */
export function findParents(work: UnitOfWork, ctx: DeskSession): Promise<OpenParent[]> {
  const { sql, parameters } = conditionSql(ctx.ability, 'tenant.open', { tenantId: 't.id' }, [PLATFORM_TENANT]);
  return work.run(reading(ctx), (tx) =>
    tx.query<OpenParent>(
      `SELECT t.id, t.region_code AS "regionCode", t.name, t.level,
         length(t.path) - length(replace(t.path, '/', '')) - 1 AS depth, coalesce(s.demonstration, false) AS demonstration
       FROM tenant t LEFT JOIN site s ON s.tenant_id = t.id AND s.key = 'portal'
       WHERE t.id <> $1 AND t.state = 'open' AND t.level <> 'county' AND ${sql} ORDER BY t.path LIMIT 400`,
      parameters,
    ),
  );
}

export interface UnitChoice {
  code: string;
  name: string;
  note: string;
  open: boolean;
}

/** How many units are offered; who does not see theirs goes on typing. */
const MOST = 12;

/** Units of the plan by part of a name, by pinyin or by the beginning of the code, below those that one may open in. */
export async function findUnits(
  work: UnitOfWork,
  ctx: DeskSession,
  plan: ProvincePlan,
  parents: readonly OpenParent[],
  search: string,
): Promise<UnitChoice[]> {
  const typed = search.trim().toLowerCase();
  if (!typed) return [];
  const names = new Map(plan.units.map(({ code, name }) => [code, name]));
  const fitting = plan.units.filter(
    ({ parentCode, name, slug, code }) =>
      parents.some(({ regionCode }) => regionCode === parentCode) &&
      (name.includes(typed) || slug.startsWith(typed) || code.startsWith(typed)),
  );
  const found = fitting.slice(0, MOST);
  const open = await work.run(reading(ctx), (tx) =>
    tx.query<{ code: string }>(
      `SELECT region_code AS code FROM tenant WHERE region_code = ANY ($1::text[]) AND state <> 'deleted'`,
      [found.map(({ code }) => code)],
    ),
  );
  return found.map(({ code, name, level, parentCode }) => ({
    code,
    name,
    note: `${names.get(parentCode ?? '') ?? ''} · ${LEVEL_NAMES[level]} · ${code}`,
    open: open.some((one) => one.code === code),
  }));
}

/** The form of an opening as the plan fills it. */
export function valuesOfUnit(
  plan: ProvincePlan,
  code: string,
  parents: readonly OpenParent[],
): { values: Record<string, string>; unit: UnitSuggestion } | null {
  const unit = suggestUnit(plan, code);
  const parent = unit && parents.find(({ regionCode }) => regionCode === unit.parentCode);
  if (!unit || !parent) return null;
  const { regionCode, level, form, name, shortName, governmentName, documentPrefix, slug } = unit;
  return {
    unit,
    values: {
      parentTenantId: parent.id,
      ...{ regionCode, level, form, name, shortName, governmentName, documentPrefix, slug },
      demonstration: parent.demonstration ? '1' : '',
      subSites: unit.townships + unit.departments > 0 ? '1' : '',
    },
  };
}
