import { createMongoAbility } from '@casl/ability';
import type { Actor, ClusterScope, SubtreeScope, TenantScope } from '../kernel/database/scope.js';
import { PLATFORM_TENANT } from '../kernel/database/scope.js';
import { type Ability, allows, allowsSomewhere } from './ability.js';
import { authorityErrors } from './errors.js';
import type { Action, Facts } from './policy.js';

/** Who asks for something at the desk, by the API or on the command line, and what they may do. The first argument. */
export interface DeskContext {
  actor: Actor;
  /** Null: a system operator on the command line. */
  account: { tenantId: string; id: string; login: string; name: string; organId: string | null } | null;
  ability: Ability;
  /** Tenants of which anything may be seen: the widest scope of reading. */
  tenantIds: readonly string[];
}

export const may = (ctx: DeskContext, action: Action, facts: Facts): boolean => allows(ctx.ability, action, facts);
export const maySomewhere = (ctx: DeskContext, action: Action): boolean => allowsSomewhere(ctx.ability, action);

/** What was refused, for whoever explains it. */
export class Denied {
  constructor(
    readonly action: Action,
    readonly facts: Facts,
  ) {}
}

/**
 * The guard of a command, after the object was loaded within the caller's scope.
 * @throws UserError `authority.refused`
 */
export function authorize(ctx: DeskContext, action: Action, facts: Facts): void {
  if (!may(ctx, action, facts))
    throw authorityErrors['authority.refused']({ action }, { cause: new Denied(action, facts) });
}

/** Reads whatever of these tenants the database has; the ability's conditions narrow it. */
export const reading = (ctx: DeskContext): SubtreeScope => ({
  kind: 'subtree',
  actor: ctx.actor,
  tenantIds: [...ctx.tenantIds],
});

/**
 * Writes one tenant of those in sight.
 * @throws UserError `authority.missing` for any other, whether it exists or not
 */
export function writing(ctx: DeskContext, tenantId: string, purpose?: TenantScope['purpose']): TenantScope {
  if (!ctx.tenantIds.includes(tenantId)) throw authorityErrors['authority.missing']();
  return { kind: 'tenant', actor: ctx.actor, tenantId, purpose };
}

export const acrossTenants = (ctx: DeskContext, work: ClusterScope['work']): ClusterScope => ({
  kind: 'cluster',
  actor: ctx.actor,
  work,
});

/** A system operator on the command line: everything, over the tenants named. Each act is audited with the name. */
export function operatorContext(actor: Actor, tenantIds: readonly string[]): DeskContext {
  const ability = createMongoAbility<Ability>([{ action: 'manage', subject: 'all' as never }]);
  return { actor, account: null, ability, tenantIds: [PLATFORM_TENANT, ...tenantIds] };
}
