import type { Role, ScopeKind } from '../src/authority/role.js';
import type { Browser, TestDesk } from './desk.js';
import { aGrant, anAccount, type BuiltAccount } from './people.js';
import type { TestPlatform } from './platform.js';

export interface Seat {
  role: Role;
  scope: ScopeKind;
  /** Of the unit or site that it is held over; absent: the platform. */
  of?: { tenantId: string; id?: string };
}

/** Somebody signed in with these roles; their account is the platform's unless another tenant's is asked for. */
export async function aSeat(
  platform: TestPlatform,
  desk: TestDesk,
  held: Seat[],
  account: Partial<BuiltAccount> = {},
): Promise<Browser> {
  const person = await anAccount(platform, account);
  for (const { role, scope, of } of held)
    await aGrant(platform, person, {
      role,
      scope,
      tenantId: of?.tenantId,
      siteId: scope === 'site' ? of?.id : null,
      mayGiveOn: true,
    });
  return desk.as(person);
}

/** What a page says, without its tags. */
export const said = (body: string): string =>
  body
    .replace(/<[^>]+>/g, ' ')
    .replace(/&quot;/g, '"')
    .replace(/\s+/g, ' ');
