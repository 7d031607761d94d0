/** An account by its key. */
export interface AccountRef {
  tenantId: string;
  id: string;
}

/** invited: has never had a password of its own; closed: for good. */
export type AccountState = 'invited' | 'open' | 'locked' | 'closed';

/** dormant: unused for 90 days; ended: its last day is over; hand: by an administrator. */
export type LockReason = 'dormant' | 'ended' | 'hand';

/** As the audit names it. */
export const subjectOfAccount = (account: { id: string }): string => `account:${account.id}`;
