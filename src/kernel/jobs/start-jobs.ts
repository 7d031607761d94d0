import { catchUpOnAudit } from '../audit/audit-jobs.js';
import type { Platform } from '../platform/platform.js';
import type { Jobs } from './jobs.js';

/**
 * Begins to do the jobs that the rooms defined, and makes up for the daily work that a machine missed while it was off.
 * The process stops them before it closes the platform.
 */
export async function startJobs(platform: Platform, jobs: Jobs): Promise<void> {
  try {
    await jobs.start();
  } catch (error) {
    await jobs.stop();
    throw error;
  }
  await catchUpOnAudit(platform);
}
