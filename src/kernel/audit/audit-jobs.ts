import type { Actor } from '../database/scope.js';
import type { Jobs } from '../jobs/jobs.js';
import type { Platform } from '../platform/platform.js';
import { exportHeadsNow, exportHeadsWhenDue } from './export-heads.js';

const ACTOR: Actor = { kind: 'system', name: '定时任务' };
const PARTITIONS_LOCK = 5310927148;
const MONTHS_AHEAD = 12;

/** The audit's own work by the clock. */
export function defineAuditJobs(jobs: Jobs, platform: Platform): void {
  jobs.define(
    'audit.export-heads',
    { tenant: { none: 'carries the ends of all tenants’ chains out of the database' }, every: '10 2 * * *' },
    async () => {
      await exportHeadsNow(platform, ACTOR);
    },
  );
  jobs.define(
    'audit.partitions',
    { tenant: { none: 'months of the audit are parts of one table for all tenants' }, every: '20 2 * * *' },
    async () => {
      await makePartitions(platform);
    },
  );
}

/** A machine that is off at night does at its start what it missed. Says what failed to the log and goes on. */
export async function catchUpOnAudit(platform: Platform): Promise<void> {
  for (const work of [makePartitions, (p: Platform) => exportHeadsWhenDue(p, ACTOR)])
    await work(platform).catch((error) =>
      platform.log.error({ err: error, part: 'audit' }, 'daily work of the audit failed at the start'),
    );
}

/** @returns how many months were added */
export function makePartitions(platform: Pick<Platform, 'work'>): Promise<number> {
  return platform.work.run({ kind: 'cluster', actor: ACTOR, work: 'audit' }, async (tx) => {
    // Two that make the same month at once: one would fail.
    await tx.query('SELECT pg_advisory_xact_lock($1)', [PARTITIONS_LOCK]);
    const [row] = await tx.query<{ made: number }>('SELECT audit_partitions($1) AS made', [MONTHS_AHEAD]);
    return row?.made ?? 0;
  });
}
