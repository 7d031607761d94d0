import { type DeskContext, may } from '../../authority/desk-context.js';
import { roleFacts } from '../../authority/role.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { accessErrors } from '../errors.js';
import { givingGrant } from '../grant/giving.js';
import { type AccountGrant, type AccountRow, factsOfGrant, findGrantsOfAccount } from './account.queries.js';

/**
 * Who administers an account could have given everything it holds: else a county's administrator would, by a reset
 * password, become the operator who has an account there.
 * @throws UserError `access.above-you`
 */
export async function requireOver(work: UnitOfWork, ctx: DeskContext, account: AccountRow): Promise<void> {
  const held = await work.run({ kind: 'cluster', actor: ctx.actor, work: 'identity' }, (tx) =>
    findGrantsOfAccount(tx, account.id),
  );
  judgeOver(ctx, account, held);
}

/** The same of what was read already, which is then all that the act is about. @throws UserError `access.above-you` */
export function judgeOver(
  ctx: DeskContext,
  account: Pick<AccountRow, 'id' | 'login'>,
  held: readonly AccountGrant[],
): void {
  const above = held.filter((grant) => givingGrant(ctx, grant.role, factsOfGrant(grant, account.id)) === null);
  if (above.length === 0) return;
  // What is held where the caller reads no grants is not told by its name.
  const named = above.map((grant) =>
    may(ctx, 'grant.read', factsOfGrant(grant, account.id)) ? roleFacts(grant.role).name : ELSEWHERE,
  );
  throw accessErrors['access.above-you']({ login: account.login, roles: [...new Set(named)].sort().join('、') });
}

const ELSEWHERE = '别处的工作';
