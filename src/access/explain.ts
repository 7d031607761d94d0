import { allows, compileAbility, conditionsOf, type Holder } from '../authority/ability.js';
import type { Facts, Rule } from '../authority/policy.js';
import { roleFacts, SCOPES } from '../authority/role.js';
import type { AccountRow } from './account/account.queries.js';
import type { HeldGrant } from './grant/held-grant.js';

/** A grant's part in an answer: it allows the act, or the reason why it does not. */
export interface GrantVerdict {
  grant: HeldGrant;
  allows: boolean;
  reason: string;
}

/** Whether an account may do something to an object: by which grant, or every reason against it. */
export interface Explanation {
  allowed: boolean;
  /** Reasons that lie in the account or the act itself, whatever is granted. */
  against: string[];
  grants: GrantVerdict[];
}

const STATES: Record<AccountRow['state'], string | null> = {
  open: null,
  invited: '账号还没有启用：本人尚未通过邀请链接设置密码。',
  locked: '账号已锁定，不能登录。',
  closed: '账号已注销。',
};

/** Judged by the very rules and grants that the desk is judged by; the ability says the same (access.spec.ts). */
export function explain(
  rule: Rule,
  account: Pick<AccountRow, 'state' | 'secondFactor'>,
  holder: Holder,
  held: readonly HeldGrant[],
  facts: Facts,
): Explanation {
  const against: string[] = [];
  const state = STATES[account.state];
  if (state) against.push(state);
  if (rule.notOneself && facts.accountId === holder.accountId)
    against.push('这件事不能对自己的账号做，须由另一位有权限的人办理。');
  const grants = held.map((grant) => verdictOf(rule, holder, grant, facts));
  const byGrant = grants.some((verdict) => verdict.allows);
  if (held.length === 0) against.push('账号没有任何有效的授权。');
  else if (!byGrant) against.push('现有的授权都不包括这件事，见下面逐条说明。');
  if (byGrant && !account.secondFactor && held.some((grant) => roleFacts(grant.role).secondFactor))
    against.push('账号还没有设置动态口令；下次登录时须先设置，之前什么也不能做。');
  return { allowed: against.length === 0, against, grants };
}

function verdictOf(rule: Rule, holder: Holder, grant: HeldGrant, facts: Facts): GrantVerdict {
  const role = roleFacts(grant.role).name;
  if (!rule.roles.includes(grant.role))
    return { grant, allows: false, reason: `“${role}”不包括“${rule.says}”；可以的是：${rolesOf(rule)}。` };
  if (conditionsOf(grant.reach, rule, holder).length === 0)
    return {
      grant,
      allows: false,
      reason: `授权的范围是${SCOPES[grant.scope]}，这件事须对更大的范围有授权。`,
    };
  const alone = compileAbility([{ ...rule, notOneself: false }], holder, [grant]);
  return allows(alone, rule.action, facts)
    ? { grant, allows: true, reason: `“${role}”可以“${rule.says}”，并且对象在授权的范围之内。` }
    : { grant, allows: false, reason: `对象不在授权的范围之内（${grant.place}）。` };
}

const rolesOf = (rule: Rule): string => rule.roles.map((role) => roleFacts(role).name).join('、');
