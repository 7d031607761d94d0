import { createMongoAbility, type MongoAbility, type RawRuleOf, subject } from '@casl/ability';
import { type Action, type Facts, type Rule, SUBJECTS, type SubjectKind } from './policy.js';
import type { Role } from './role.js';

export type Ability = MongoAbility<[string, SubjectKind | (Facts & { __caslSubjectType__?: SubjectKind })]>;

/** Over what a role is held, as conditions can say it. A node or region is the tenants it has at this moment. */
export type Reach =
  | { kind: 'all' }
  | { kind: 'tenants'; tenantIds: readonly string[] }
  | { kind: 'site'; tenantId: string; siteId: string }
  | { kind: 'channel'; tenantId: string; siteId: string; channelPath: string };

export interface HeldRole {
  role: Role;
  reach: Reach;
}

/** Whose ability it is: a department's people reach the accounts of their own organ, nobody's of another. */
export interface Holder {
  accountId: string;
  tenantId: string;
  organId: string | null;
}

type Conditions = Record<string, unknown>;

/**
 * What an authority over `reach` lets its holder do to subjects of a kind: alternative conditions on their facts; none: nothing.
 * Authority over a part of a site says nothing of the site as a whole; where it is enough (`fromInside`) the rule says so.
 */
export function conditionsOf(reach: Reach, rule: Rule, holder: Holder): Conditions[] {
  const facts: readonly string[] = SUBJECTS[rule.subject];
  if (reach.kind === 'all') return [{}];
  if (facts.length === 0) return [];
  if (reach.kind === 'tenants') return [{ tenantId: { $in: [...reach.tenantIds] } }];
  if (facts.includes('organId')) {
    // Who works on a site or channel reaches the people of their own organ.
    const { tenantId, organId } = holder;
    return organId && tenantId === reach.tenantId ? [{ tenantId, organId }] : [];
  }
  if (!facts.includes('siteId')) return [];
  const site = { tenantId: reach.tenantId, siteId: reach.siteId };
  if (reach.kind === 'site' || rule.fromInside) return [site];
  if (!facts.includes('channelPath')) return [];
  // The channel itself, and what lies below it: `0` follows `/` in every byte order.
  const { channelPath } = reach;
  return [
    { ...site, channelPath },
    { ...site, channelPath: { $gte: `${channelPath}/`, $lt: `${channelPath}0` } },
  ];
}

/**
 * One ability from all that an account holds, used for single objects and for lists alike. Tenants and sites are gathered
 * into one condition each, so that two hundred grants stay a short list of rules.
 */
export function compileAbility(rules: Iterable<Rule>, holder: Holder, held: readonly HeldRole[]): Ability {
  const byRole = new Map<Role, Reach[]>();
  for (const { role, reach } of held) byRole.set(role, [...(byRole.get(role) ?? []), reach]);
  const raw: RawRuleOf<Ability>[] = [];
  for (const rule of rules) {
    const { action, subject: kind } = rule;
    const reaches = rule.roles.flatMap((role) => byRole.get(role) ?? []);
    const conditions = gathered(reaches, rule, holder);
    for (const one of conditions)
      raw.push(
        (Object.keys(one).length === 0
          ? { action, subject: kind }
          : { action, subject: kind, conditions: one }) as never,
      );
    if (rule.notOneself && conditions.length > 0)
      raw.push({ action, subject: kind, inverted: true, conditions: { accountId: holder.accountId } } as never);
  }
  return createMongoAbility<Ability>(raw);
}

function gathered(reaches: Reach[], rule: Rule, holder: Holder): Conditions[] {
  const tenants = new Set<string>();
  const sites = new Map<string, string>();
  const others = new Map<string, Conditions>();
  for (const reach of reaches) {
    const conditions = conditionsOf(reach, rule, holder);
    if (reach.kind === 'all' && conditions.length > 0) return [{}];
    if (reach.kind === 'tenants' && conditions.length > 0) for (const id of reach.tenantIds) tenants.add(id);
    else
      for (const one of conditions) {
        if (Object.keys(one).join() === 'tenantId,siteId') sites.set(String(one.siteId), String(one.tenantId));
        else others.set(JSON.stringify(one), one);
      }
  }
  return [
    ...(tenants.size > 0 ? [{ tenantId: { $in: [...tenants] } }] : []),
    ...(sites.size > 0
      ? [{ tenantId: { $in: [...new Set(sites.values())] }, siteId: { $in: [...sites.keys()] } }]
      : []),
    ...others.values(),
  ];
}

export const subjectOf = (action: Action): SubjectKind => action.slice(0, action.indexOf('.')) as SubjectKind;

/** Whether an ability allows an act on an object. A fact the object lacks is null, never “any”. */
export function allows(ability: Ability, action: Action, facts: Facts): boolean {
  const kind = subjectOf(action);
  const all: Record<string, string | null> = {};
  for (const fact of SUBJECTS[kind]) all[fact] = facts[fact] ?? null;
  return ability.can(action, subject(kind, all as Facts) as never);
}

/** Whether it is allowed on any object at all: for menus and buttons. */
export const allowsSomewhere = (ability: Ability, action: Action): boolean =>
  ability.rulesFor(action, subjectOf(action)).some((rule) => !rule.inverted);
