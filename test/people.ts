import type { DeskSession } from '../src/access/desk-session.js';
import { readAuthority } from '../src/access/grant/held-grant.js';
import type { Role, ScopeKind } from '../src/authority/role.js';
import { PLATFORM_TENANT } from '../src/kernel/database/scope.js';
import { newId } from '../src/kernel/id.js';
import { rules } from '../src/policies.js';
import { type BuiltSite, scopeOf } from './builders.js';
import { OPERATOR, type TestPlatform } from './platform.js';

export interface BuiltAccount {
  tenantId: string;
  id: string;
  login: string;
  name: string;
  organId: string | null;
}

let count = 0;

/** An organ beside the government of the site's tenant. */
export async function anOrgan(platform: TestPlatform, tenantId: string, name = '教育局'): Promise<string> {
  count += 1;
  const id = newId();
  await platform.work.run(scopeOf(tenantId), (tx) =>
    tx.query(
      `INSERT INTO organ (tenant_id, id, kind, key, name, short_name) VALUES ($1, $2, 'department', $3, $4, $4)`,
      [tenantId, id, `bm/organ${count}`, name],
    ),
  );
  return id;
}

/** An account in use. It cannot sign in (no password): for that the test invites one. */
export async function anAccount(
  platform: TestPlatform,
  over: Partial<BuiltAccount> & { state?: string; endsOn?: string; kind?: 'staff' | 'contractor' } = {},
): Promise<BuiltAccount> {
  count += 1;
  const account: BuiltAccount = {
    tenantId: PLATFORM_TENANT,
    id: newId(),
    login: `person${count}`,
    name: `张${count}`,
    organId: null,
    ...over,
  };
  await platform.work.run(scopeOf(account.tenantId), async (tx) => {
    await tx.query(
      'INSERT INTO account (tenant_id, id, organ_id, login, name, ends_on, kind) VALUES ($1, $2, $3, $4, $5, $6, $7)',
      [
        account.tenantId,
        account.id,
        account.organId,
        account.login,
        account.name,
        over.endsOn ?? null,
        over.kind ?? 'staff',
      ],
    );
    await tx.query('UPDATE account SET state = $3 WHERE tenant_id = $1 AND id = $2', [
      account.tenantId,
      account.id,
      over.state ?? 'open',
    ]);
  });
  return account;
}

export interface BuiltGrant {
  role: Role;
  scope: ScopeKind;
  tenantId?: string;
  siteId?: string | null;
  channelId?: string | null;
  mayGiveOn?: boolean;
  endsAt?: Date | null;
}

export async function aGrant(platform: TestPlatform, account: BuiltAccount, grant: BuiltGrant): Promise<string> {
  const id = newId();
  const tenantId = grant.tenantId ?? (grant.scope === 'platform' ? PLATFORM_TENANT : account.tenantId);
  await platform.work.run(scopeOf(tenantId), (tx) =>
    tx.query(
      `INSERT INTO access_grant (tenant_id, id, account_tenant_id, account_id, role, scope, site_id, channel_id, may_give_on,
         ends_at, given_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'test')`,
      [
        tenantId,
        id,
        account.tenantId,
        account.id,
        grant.role,
        grant.scope,
        grant.siteId ?? null,
        grant.channelId ?? null,
        grant.mayGiveOn ?? false,
        grant.endsAt ?? null,
      ],
    ),
  );
  return id;
}

/** What the desk would know of this account at its next request. */
export async function deskOf(platform: TestPlatform, account: BuiltAccount): Promise<DeskSession> {
  const { tenantId, id, login, name, organId } = account;
  const authority = await platform.work.run({ kind: 'cluster', actor: OPERATOR, work: 'identity' }, (tx) =>
    readAuthority(tx, rules.values(), { accountId: id, tenantId, organId }),
  );
  return { actor: { kind: 'account', name: login, id }, account: { tenantId, id, login, name, organId }, ...authority };
}

/** A person with one role over a tenant, a site or a channel of it. */
export async function aPerson(
  platform: TestPlatform,
  site: BuiltSite,
  role: Role,
  over: 'tenant' | 'site' | { channel: string } = 'tenant',
  more: Partial<BuiltGrant & Pick<BuiltAccount, 'organId'>> = {},
): Promise<{ account: BuiltAccount; grant: string; ctx: DeskSession }> {
  const { organId = null, ...grantMore } = more;
  const account = await anAccount(platform, { tenantId: site.tenantId, organId });
  const scope: ScopeKind = typeof over === 'string' ? over : 'channel';
  const grant = await aGrant(platform, account, {
    role,
    scope,
    siteId: scope === 'tenant' ? null : site.id,
    channelId: typeof over === 'string' ? null : site.channels[over.channel],
    mayGiveOn: true,
    ...grantMore,
  });
  return { account, grant, ctx: await deskOf(platform, account) };
}
