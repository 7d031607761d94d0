import { catchUpOnAudit, defineAuditJobs } from '../audit/audit-jobs.js';
import type { Platform } from '../platform/platform.js';
import { type Jobs, openJobs } from './jobs.js';

/**
 * Opens the queue, has the rooms define their jobs and begins to do them. The process stops them before it closes the
 * platform.
 * @param defineMore the jobs of the rooms above
 */
export async function startJobs(platform: Platform, defineMore: (jobs: Jobs) => void = () => {}): Promise<Jobs> {
  const jobs = openJobs(platform);
  defineAuditJobs(jobs, platform);
  defineMore(jobs);
  await jobs.start();
  await catchUpOnAudit(platform);
  return jobs;
}
