import { defineDeleteObjects } from './content/delete-objects.js';
import type { Identity } from './identity/identity.js';
import { pruneSignIn } from './identity/session/prune-sign-in.js';
import type { Actor } from './kernel/database/scope.js';
import type { Jobs } from './kernel/jobs/jobs.js';
import type { Platform } from './kernel/platform/platform.js';
import { reorganisationParts } from './reorganisation-parts.js';
import { ApplyDuePlans } from './tenancy/reorganisation/apply-due-plans.js';
import { ApplyPlan } from './tenancy/reorganisation/apply-plan.js';

const ACTOR: Actor = { kind: 'system', name: '定时任务' };
const MAIL = 'identity.mail';
/** With one minute at first, twice as long each time: eight hours and a half. */
const MAIL_RETRIES = 9;

/** Puts a letter that did not go into the job that tries again. */
export const mailLater =
  (jobs: Jobs, { work }: Platform) =>
  (tenantId: string, sealed: string) =>
    work.run({ kind: 'tenant', actor: ACTOR, tenantId }, (tx) => jobs.send(tx, MAIL, { tenantId, sealed }));

/** The rooms' work after a commit, and by the clock in the platform's time zone. */
export function defineJobs(jobs: Jobs, platform: Platform, identity: Identity): void {
  defineDeleteObjects(jobs, platform.objects, platform.work);
  jobs.define(
    'identity.dormancy',
    {
      tenant: { none: 'looks at the accounts of all tenants for those that nobody uses or that have ended' },
      every: '10 6 * * *',
    },
    async () => {
      const { told, locked } = await identity.dormancy.run(ACTOR);
      platform.log.info({ part: 'identity', told: told.length, locked: locked.length }, 'dormant accounts');
    },
  );
  jobs.define(MAIL, { tenant: 'required', retries: MAIL_RETRIES, seconds: 120 }, ({ payload }) =>
    identity.invitations.mailAgain(String(payload.sealed)),
  );
  const applyPlan = new ApplyPlan(platform.work, platform.calendar, reorganisationParts);
  const applyDue = new ApplyDuePlans(platform.work, platform.calendar, applyPlan);
  jobs.define(
    'tenancy.reorganise',
    {
      tenant: { none: 'finds the due plans of all tenants; each is applied in its own tenant’s scope' },
      every: '*/30 * * * *',
    },
    async () => {
      const { applied, failed } = await applyDue.run();
      if (applied.length + failed.length > 0)
        platform.log.info({ part: 'tenancy', applied: applied.length, failed: failed.length }, 'plans of the day');
    },
  );
  jobs.define(
    'identity.prune',
    {
      tenant: { none: 'removes sessions and counters of failed attempts that are over, whosever they were' },
      every: '40 2 * * *',
    },
    async () => {
      await platform.work.run({ kind: 'cluster', actor: ACTOR, work: 'identity' }, (tx) => pruneSignIn(tx));
    },
  );
}
