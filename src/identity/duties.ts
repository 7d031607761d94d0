import type { ClusterScope } from '../kernel/database/scope.js';
import type { Tx } from '../kernel/database/unit-of-work.js';
import type { AccountRef } from './account/account.js';

/** What the roles of an account ask of its sign-in. */
export interface Demands {
  /** Every role above an editor's: a second factor, a fresh password, and only from the tenant's address ranges. */
  secondFactor: boolean;
  /** The platform's three duties: out after 15 minutes without a sign of life instead of 30. */
  shortIdle: boolean;
}

/** Answered by the room that knows who holds what. */
export interface Duties {
  demandsOf(tx: Tx<ClusterScope>, account: AccountRef): Promise<Demands>;
  /**
   * Whether a one-time link still stands: whoever made it, and saw it, could have given all that its account was given since.
   * @param made.by the maker's sign-in name
   */
  linkStands(tx: Tx<ClusterScope>, account: AccountRef, made: { by: string; at: Date }): Promise<boolean>;
}
