import { createMongoAbility } from '@casl/ability';
import { type Ability, subjectOf } from '../../authority/ability.js';
import { conditionSql } from '../../authority/condition-sql.js';
import type { Action } from '../../authority/policy.js';
import type { Scope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';

/** Whole tenants, whole sites, or channels: a relation `place` with their keys. */
export interface PlacesInSight {
  kind: 'tenant' | 'site' | 'channel';
  /** `(SELECT …) AS place` with tenant_id; of a site or channel site_id; of a channel channel_id. */
  from: string;
}

export interface PlaceFilter {
  siteId?: string;
  channelId?: string;
}

/**
 * Where an ability lets something be seen, each kind of place by itself, so that a list takes the newest of every place
 * from that place's own index and merges them: it costs the same in a million rows as in a thousand, whatever part of them
 * may be seen. A place may be in two of the relations.
 * @param given parameters that the statement has already
 */
export function placesInSight(
  ability: Ability,
  action: Action,
  filter: PlaceFilter,
  given: readonly unknown[],
): { places: PlacesInSight[]; parameters: unknown[] } {
  let parameters = [...given];
  const bind = (value: unknown): string => `$${parameters.push(value)}::uuid`;
  const allowed = (part: Ability, columns: Parameters<typeof conditionSql>[2]): string => {
    const condition = conditionSql(part, action, columns, parameters);
    parameters = condition.parameters;
    return condition.sql;
  };
  const siteFacts = { tenantId: 's.tenant_id', siteId: 's.id' };
  const channelFacts = { tenantId: 'c.tenant_id', siteId: 'c.site_id', channelPath: 'c.path' };
  const channels = (part: Ability): PlacesInSight => {
    const which = [
      ...(filter.siteId ? [`c.site_id = ${bind(filter.siteId)}`] : []),
      ...(filter.channelId ? [`c.id = ${bind(filter.channelId)}`] : []),
      allowed(part, channelFacts),
    ];
    return {
      kind: 'channel',
      from: `(SELECT c.tenant_id, c.site_id, c.id AS channel_id FROM channel c WHERE ${which.join(' AND ')}) AS place`,
    };
  };

  if (filter.channelId) {
    const places = [channels(ability)];
    return { places, parameters };
  }

  const { ofTenants, ofSites, ofChannels } = splitByReach(ability, action);
  const places: PlacesInSight[] = [];
  if (filter.siteId)
    places.push({
      kind: 'site',
      from: `(SELECT s.tenant_id, s.id AS site_id FROM site s WHERE s.id = ${bind(filter.siteId)}
        AND (${allowed(ofTenants, siteFacts)} OR ${allowed(ofSites, siteFacts)})) AS place`,
    });
  else {
    if (ofTenants.rules.length > 0)
      places.push({
        kind: 'tenant',
        from: `(SELECT t.id AS tenant_id FROM tenant t WHERE ${allowed(ofTenants, { tenantId: 't.id' })}) AS place`,
      });
    if (ofSites.rules.length > 0)
      places.push({
        kind: 'site',
        from: `(SELECT s.tenant_id, s.id AS site_id FROM site s WHERE ${allowed(ofSites, siteFacts)}) AS place`,
      });
  }
  if (ofChannels.rules.length > 0) places.push(channels(ofChannels));
  return { places, parameters };
}

/**
 * From here to the end of the transaction a list takes rows in the order of an index. The planner expects little in any one
 * place, and would gather all of a large one and sort it for the sake of a page.
 */
export async function inOrderOfIndexes(tx: Tx<Scope>): Promise<void> {
  await tx.query(`SELECT set_config('enable_sort', 'off', true), set_config('enable_bitmapscan', 'off', true)`);
}

/** An ability's rules for an act, apart by how narrow they are. What takes away would belong to all three: there is none. */
function splitByReach(ability: Ability, action: Action) {
  const rules = ability.rulesFor(action, subjectOf(action)).map((rule) => {
    if (rule.inverted) throw new Error(`${action}: a rule that takes away has no places`);
    return rule.origin;
  });
  const speaksOf = (rule: (typeof rules)[number], fact: string) => Object.hasOwn(rule.conditions ?? {}, fact);
  const part = (holds: (rule: (typeof rules)[number]) => boolean) => createMongoAbility<Ability>(rules.filter(holds));
  return {
    ofTenants: part((rule) => !speaksOf(rule, 'siteId') && !speaksOf(rule, 'channelPath')),
    ofSites: part((rule) => speaksOf(rule, 'siteId') && !speaksOf(rule, 'channelPath')),
    ofChannels: part((rule) => speaksOf(rule, 'channelPath')),
  };
}
