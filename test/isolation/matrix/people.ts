import { type Ability, compileAbility, type Holder, type Reach } from '../../../src/authority/ability.js';
import { ALL_ROLES, type Role, roleFacts, type ScopeKind } from '../../../src/authority/role.js';
import { PLATFORM_TENANT } from '../../../src/kernel/database/scope.js';
import { rules } from '../../../src/policies.js';
import type { TestDesk } from '../../desk.js';
import { aGrant, anAccount, type BuiltAccount } from '../../people.js';
import type { TestPlatform } from '../../platform.js';
import { type Caller, callerOf } from './caller.js';
import type { Thing, World } from './world.js';

/** Somebody who holds one role over one scope, in K or (where a scope is wider) above it. */
export interface Person extends Caller {
  /** `channel-manager over channel` */
  name: string;
  role: Role;
  scope: ScopeKind;
  /** By the rules and the claim of CLAIMS alone; the program's own reading of the grant has no part in it. */
  ability: Ability;
  account: BuiltAccount;
  grantId: string;
  oneself: Thing;
}

/** What each scope reaches in this world: the claim that the program is held to. */
const CLAIMS: Record<ScopeKind, (world: World) => Reach> = {
  platform: () => ({ kind: 'all' }),
  node: (world) => cityWide(world),
  region: (world) => cityWide(world),
  tenant: ({ county }) => ({ kind: 'tenants', tenantIds: [county.id] }),
  site: ({ county: { portal } }) => ({ kind: 'site', tenantId: portal.tenantId, siteId: portal.id }),
  channel: ({ county: { portal } }) => ({
    kind: 'channel',
    tenantId: portal.tenantId,
    siteId: portal.id,
    channelPath: 'mx/jy',
  }),
};

const cityWide = ({ city, county, siblingCounty }: World): Reach => ({
  kind: 'tenants',
  tenantIds: [city.id, county.id, siblingCounty.id],
});

const TENANT_OF: Record<ScopeKind, (world: World) => string> = {
  platform: () => PLATFORM_TENANT,
  node: ({ city }) => city.id,
  region: ({ city }) => city.id,
  tenant: ({ county }) => county.id,
  site: ({ county }) => county.id,
  channel: ({ county }) => county.id,
};

/** Every role over every scope it can be held over. */
export const PAIRS: readonly { role: Role; scope: ScopeKind }[] = ALL_ROLES.flatMap((role) =>
  roleFacts(role).scopes.map((scope) => ({ role, scope })),
);

/** One person for each pair, signed in with a second factor. Those of K work in its 教育局. */
export async function everybody(platform: TestPlatform, desk: TestDesk, world: World): Promise<Person[]> {
  const people: Person[] = [];
  for (const { role, scope } of PAIRS) {
    const tenantId = TENANT_OF[scope](world);
    const organId = tenantId === world.county.id ? world.organId : null;
    const account = await anAccount(platform, { tenantId, organId, name: `${roleFacts(role).name}${scope}` });
    const grantId = await aGrant(platform, account, {
      role,
      scope,
      tenantId,
      siteId: scope === 'site' || scope === 'channel' ? world.county.portal.id : null,
      channelId: scope === 'channel' ? world.county.portal.channels['mx/jy'] : null,
      mayGiveOn: true,
      endsAt: roleFacts(role).temporary ? new Date(Date.now() + 300 * 86_400_000) : null,
    });
    const holder: Holder = { accountId: account.id, tenantId, organId };
    people.push({
      ...(await callerOf(platform, desk, account)),
      name: `${role} over ${scope}`,
      role,
      scope,
      account,
      grantId,
      ability: compileAbility(rules.values(), holder, [{ role, reach: CLAIMS[scope](world) }]),
      oneself: {
        kind: 'account',
        relation: 'oneself',
        id: account.id,
        facts: { tenantId, organId, accountId: account.id },
        name: account.name,
        site: null,
        echoes: [account.login],
        absent: false,
      },
    });
  }
  return people;
}
