import { createMongoAbility, subject } from '@casl/ability';
import { conditionsOf, type Reach } from '../../authority/ability.js';
import type { DeskContext } from '../../authority/desk-context.js';
import type { Facts, Rule } from '../../authority/policy.js';
import { ROLES, type Role } from '../../authority/role.js';
import { heldBy } from '../desk-session.js';
import { accessErrors } from '../errors.js';
import { givenBy, giversOf } from '../policy.js';
import type { HeldGrant } from './held-grant.js';

/** A place a grant lies in, as a rule about grants sees it. */
const PLACE: Rule = {
  action: 'grant.give',
  subject: 'grant',
  says: '',
  roles: [],
  notOneself: false,
  fromInside: false,
  reads: false,
};

/** Whether authority over `reach` contains the place of a grant. */
export function reachContains(reach: Reach, facts: Facts): boolean {
  const conditions = conditionsOf(reach, PLACE, { accountId: '', tenantId: '', organId: null });
  const ability = createMongoAbility(
    conditions.map((one) =>
      Object.keys(one).length === 0
        ? { action: 'is', subject: 'place' }
        : { action: 'is', subject: 'place', conditions: one },
    ) as never,
  );
  const { tenantId, siteId = null, channelPath = null } = facts;
  return ability.can('is', subject('place', { tenantId, siteId, channelPath }) as never);
}

/**
 * The grant by which one gives a role at a place: it may be given on, its role gives that role, its scope contains the
 * place, and it lasts longest of those. Null: none. Undefined: a system operator needs none.
 */
export function givingGrant(ctx: DeskContext, role: Role, facts: Facts): HeldGrant | null | undefined {
  const held = heldBy(ctx);
  if (!held) return undefined;
  const end = (grant: HeldGrant) => grant.endsAt?.getTime() ?? Number.POSITIVE_INFINITY;
  const able = held.filter(
    (grant) => grant.mayGiveOn && givenBy(grant.role).includes(role) && reachContains(grant.reach, facts),
  );
  return able.sort((a, b) => end(b) - end(a))[0] ?? null;
}

/** @throws UserError `access.role-not-givable` */
export function requireGiving(ctx: DeskContext, role: Role, facts: Facts): HeldGrant | undefined {
  const grant = givingGrant(ctx, role, facts);
  if (grant === null)
    throw accessErrors['access.role-not-givable']({
      role: ROLES[role].name,
      givers: giversOf(role)
        .map((giver) => ROLES[giver].name)
        .join('、'),
    });
  return grant;
}

/** What one may give at a place: the choices of a form. */
export function givableRoles(ctx: DeskContext, facts: Facts, of: readonly Role[]): Role[] {
  return of.filter((role) => givingGrant(ctx, role, facts) !== null);
}
