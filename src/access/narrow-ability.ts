import { createMongoAbility, type RawRuleOf } from '@casl/ability';
import type { Ability } from '../authority/ability.js';
import { SUBJECTS, type SubjectKind } from '../authority/policy.js';

/** What a token leaves of its account's ability: these acts, and only within this site when one is named. */
export interface Narrowing {
  actions: readonly string[];
  site: { tenantId: string; siteId: string } | null;
}

type Conditions = Record<string, unknown>;

/**
 * An ability that allows nothing its source does not: acts are left out, conditions are made stricter, and what takes
 * away stays. A rule of another form than `compileAbility` writes is left out too. Within a site there is nothing to do to
 * what stands in no site: tenants, organs, accounts, the audit.
 */
export function narrowAbility(ability: Ability, { actions, site }: Narrowing): Ability {
  const chosen = new Set(actions);
  const rules = ability.rules.flatMap((rule): RawRuleOf<Ability>[] => {
    if (rule.inverted) return [rule];
    if (typeof rule.action !== 'string' || !chosen.has(rule.action)) return [];
    if (!site) return [rule];
    const conditions = standsInSite(rule.subject) ? withinSite((rule.conditions ?? {}) as Conditions, site) : null;
    return conditions ? [{ ...rule, conditions } as never] : [];
  });
  return createMongoAbility<Ability>(rules);
}

const standsInSite = (subject: unknown): boolean =>
  typeof subject === 'string' &&
  Object.hasOwn(SUBJECTS, subject) &&
  (SUBJECTS[subject as SubjectKind] as readonly string[]).includes('siteId');

/** The conditions and the site at once; null: nothing fulfils both. */
function withinSite(conditions: Conditions, site: { tenantId: string; siteId: string }): Conditions | null {
  const meets = includes(conditions.tenantId, site.tenantId) && includes(conditions.siteId, site.siteId);
  return meets ? { ...conditions, ...site } : null;
}

/** Whether a condition on one fact lets a value through; one that is not understood lets nothing through. */
function includes(condition: unknown, value: string): boolean {
  if (condition === undefined || condition === value) return true;
  if (typeof condition !== 'object' || condition === null) return false;
  const { $in, ...others } = condition as { $in?: unknown };
  return Object.keys(others).length === 0 && Array.isArray($in) && $in.includes(value);
}
