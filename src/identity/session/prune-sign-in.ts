import type { ClusterScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { pruneThrottle } from '../sign-in/throttle.js';
import { pruneSessions } from './list-sessions.js';

/** Takes away what holds nobody in or off any more: sessions that are over, old counts of attempts. Daily. */
export const pruneSignIn = async (tx: Tx<ClusterScope>): Promise<{ sessions: number; counters: number }> => ({
  sessions: await pruneSessions(tx),
  counters: await pruneThrottle(tx),
});
