import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';

/** Shorter than the second after which PostgreSQL looks for who waits for whom, and gives one of them up: never this one. */
const LOCK_MS = 500;
const PAUSE_MS = 250;
/** Whoever waits for rows of this transaction gives up after the 60 s that a statement may take. */
const LONGEST_MS = 90_000;
const HELD = new Set(['55P03', '40P01']);

/**
 * Does work at the end of a long transaction whose rows others may hold while they wait for rows of this one: it lets go and
 * tries again until they gave up, since what was done before took minutes and theirs is a form.
 */
export async function insist<T>(tx: Tx<ClusterScope>, work: () => Promise<T>): Promise<T> {
  for (const until = Date.now() + LONGEST_MS; ; await sleep(PAUSE_MS)) {
    await tx.query('SAVEPOINT insist');
    try {
      await tx.query(`SELECT set_config('lock_timeout', $1, true)`, [String(LOCK_MS)]);
      const result = await work();
      await tx.query(`SELECT set_config('lock_timeout', '0', true)`);
      await tx.query('RELEASE SAVEPOINT insist');
      return result;
    } catch (error) {
      if (!HELD.has((error as { code?: string }).code ?? '') || Date.now() > until) throw error;
      await tx.query('ROLLBACK TO SAVEPOINT insist');
    }
  }
}
