import type { AccountRow } from '../../access/account/account.queries.js';

export const STATES = { invited: '待启用', open: '在用', locked: '已锁定', closed: '已注销' } as const;
export const KINDS = { staff: '工作人员', contractor: '外包服务人员' } as const;

const LOCKED_FOR = { dormant: '休眠锁定', ended: '到期锁定', hand: '已锁定' } as const;

/** A state as colour, shape and word. */
export function stateLight(account: Pick<AccountRow, 'state' | 'lockedFor'>) {
  const { state, lockedFor } = account;
  const text = state === 'locked' && lockedFor ? LOCKED_FOR[lockedFor] : STATES[state];
  const tone = { invited: 'run', open: 'ok', locked: 'bad', closed: 'off' }[state];
  return { text, tone };
}
