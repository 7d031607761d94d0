import type { PgBoss, Job as QueuedJob } from 'pg-boss';
import type { Tx } from '../database/unit-of-work.js';
import type { Platform } from '../platform/platform.js';
import { QUEUE_SCHEMA, QUEUE_SESSION, requireJobQueue } from './job-queue.js';

/**
 * Whose job it is. `required`: its payload names the tenant, in whose scope the handler works. `none`: it concerns the
 * installation as a whole, for the reason given.
 */
export type JobTenant = 'required' | { none: string };

export interface JobDefinition {
  /** `room.what-it-does` */
  name: string;
  tenant: JobTenant;
  /** Cron, five fields, in the platform's time zone; at most half a minute late. */
  every?: string;
  /** How often it is tried again after a failure, and how long it may take, seconds. */
  retries: number;
  seconds: number;
}

export interface Job {
  id: string;
  /** Null for a job of the installation. */
  tenantId: string | null;
  payload: Record<string, unknown>;
  /** Aborted when its time is over or the process stops: a long handler looks at it between steps. */
  signal: AbortSignal;
}

export type JobHandler = (job: Job) => Promise<void>;

export type JobPayload = Record<string, unknown> & { tenantId?: string };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Seconds between looks: at queues somebody waits for, at those of the clock, at the clock itself. */
export interface Pace {
  waitedFor: number;
  byTheClock: number;
  clock: number;
}

const PACE: Pace = { waitedFor: 2, byTheClock: 15, clock: 30 };
const RETRY_AFTER_SECONDS = 60;
/** Less than a process is given to stop. */
const STOP_MS = 8_000;
const SILENCE_MS = 60_000;

/**
 * Work that is done after a commit, or by the clock, by whichever process comes first (pg-boss: rows in PostgreSQL). A job
 * is put in within the transaction that wants it, and carries its tenant; it is done at least once, so handlers must bear
 * being repeated.
 */
export class Jobs {
  private readonly defined = new Map<string, { definition: JobDefinition; handler: JobHandler }>();
  private boss: Promise<PgBoss> | null = null;
  private working = false;
  private lastError = { message: '', at: 0 };

  constructor(
    private readonly platform: Pick<Platform, 'connections' | 'calendar' | 'log'>,
    private readonly pace: Pace = PACE,
  ) {}

  /** Before `start`. */
  define(
    name: string,
    options: { tenant: JobTenant; every?: string; retries?: number; seconds?: number },
    handler: JobHandler,
  ): void {
    const { tenant, every, retries = 3, seconds = 900 } = options;
    if (this.working) throw new Error(`job ${name} is defined after the start`);
    if (this.defined.has(name)) throw new Error(`job ${name} is defined twice`);
    if (!/^[a-z-]+\.[a-z-]+$/.test(name)) throw new Error(`a job is named room.what-it-does, not ${name}`);
    if (tenant !== 'required' && tenant.none.length < 20) throw new Error(`job ${name} has no tenant and no reason`);
    if (tenant === 'required' && every) throw new Error(`job ${name} by the clock would have no tenant`);
    this.defined.set(name, { definition: { name, tenant, every, retries, seconds }, handler });
  }

  /** For the isolation matrix. */
  definitions(): readonly JobDefinition[] {
    return [...this.defined.values()].map(({ definition }) => definition);
  }

  /**
   * Puts a job in; it exists when the transaction commits. A tenant's scope puts in jobs of its own tenant alone (the
   * database sees to that too); jobs of the installation come from named work across tenants.
   * @returns the id of the job
   */
  async send(tx: Tx, name: string, payload: JobPayload = {}): Promise<string> {
    const { definition } = this.found(name);
    this.requireTenant(definition, payload);
    if (tx.scope.kind === 'subtree') throw new Error(`a scope that only reads sends no job ${name}`);
    if (tx.scope.kind === 'tenant' && payload.tenantId !== tx.scope.tenantId)
      throw new Error(
        `the scope of ${tx.scope.tenantId} does not send job ${name} of ${payload.tenantId ?? 'no tenant'}`,
      );
    const boss = await this.opened();
    const id = await boss.send(name, payload, {
      db: { executeSql: async (sql, values) => ({ rows: await tx.query(sql, values) }) },
    });
    if (!id) throw new Error(`job ${name} was not taken in`);
    return id;
  }

  /** Does jobs from now on, and those by the clock. @throws UserError `kernel.schema-older` */
  async start(): Promise<void> {
    if (this.working) return;
    this.working = true;
    try {
      await this.close();
      const boss = await this.opened();
      for (const { definition, handler } of this.defined.values()) await this.workOn(boss, definition, handler);
      await this.keepSchedules(boss);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Lets running jobs end for some seconds; what is not done by then is done again by another. */
  async stop(): Promise<void> {
    this.working = false;
    await this.close();
  }

  private async close(): Promise<void> {
    const boss = await this.boss?.catch(() => null);
    this.boss = null;
    await boss?.stop({ graceful: true, timeout: STOP_MS });
  }

  private opened(): Promise<PgBoss> {
    this.boss ??= this.open().catch((error) => {
      this.boss = null;
      throw error;
    });
    return this.boss;
  }

  private async open(): Promise<PgBoss> {
    const { connections, log } = this.platform;
    await requireJobQueue((sql) => connections.cluster.query(sql) as Promise<{ version: number }[]>);
    // Loaded by those that send or do jobs: most commands do neither.
    const { PgBoss } = await import('pg-boss');
    const boss = new PgBoss({
      connectionString: connections.urls.cluster,
      application_name: 'jiyue jobs',
      options: QUEUE_SESSION,
      schema: QUEUE_SCHEMA,
      max: this.working ? 3 : 1,
      migrate: false,
      supervise: this.working,
      schedule: this.working,
      cronMonitorIntervalSeconds: this.pace.clock,
      cronWorkerIntervalSeconds: Math.min(5, Math.max(1, this.pace.byTheClock)),
      registerInstance: false,
      // Its role owns no index.
      reindex: false,
    });
    boss.on('error', (error) => this.sayOnce(error));
    boss.on('warning', ({ message, data }) => log.warn({ part: 'jobs', data }, message));
    try {
      await boss.start();
      for (const { definition } of this.defined.values()) {
        const options = {
          retryLimit: definition.retries,
          retryDelay: RETRY_AFTER_SECONDS,
          retryBackoff: true,
          expireInSeconds: definition.seconds,
        };
        await boss.createQueue(definition.name, options);
        if (this.working) await boss.updateQueue(definition.name, options);
      }
    } catch (error) {
      await boss.stop({ graceful: false }).catch(() => {});
      throw error;
    }
    return boss;
  }

  /** Every look at every queue fails while the database is away: said once a minute. */
  private sayOnce(error: Error): void {
    if (error.message === this.lastError.message && Date.now() - this.lastError.at < SILENCE_MS) return;
    this.lastError = { message: error.message, at: Date.now() };
    this.platform.log.warn({ err: error, part: 'jobs' }, 'the job queue had an error, goes on');
  }

  private async workOn(boss: PgBoss, definition: JobDefinition, handler: JobHandler): Promise<void> {
    const pollingIntervalSeconds = definition.every ? this.pace.byTheClock : this.pace.waitedFor;
    await boss.work<JobPayload>(definition.name, { pollingIntervalSeconds, batchSize: 1 }, async (jobs) => {
      for (const job of jobs) await this.perform(definition, handler, job);
    });
  }

  private async perform(definition: JobDefinition, handler: JobHandler, queued: QueuedJob<JobPayload>): Promise<void> {
    const { tenantId, ...payload } = queued.data ?? {};
    const log = this.platform.log.child({ part: 'jobs', job: definition.name, id: queued.id, tenantId });
    try {
      this.requireTenant(definition, { tenantId });
      await handler({ id: queued.id, tenantId: tenantId ?? null, payload, signal: queued.signal });
      log.debug('job done');
    } catch (error) {
      log.error({ err: error, tries: queued.retryCount + 1, of: definition.retries + 1 }, 'job failed');
      throw error;
    }
  }

  /** The schedules in the database are those of this program: what it no longer defines is taken off the clock. */
  private async keepSchedules(boss: PgBoss): Promise<void> {
    for (const { definition } of this.defined.values())
      if (definition.every)
        await boss.schedule(definition.name, definition.every, {}, { tz: this.platform.calendar.timeZone });
    for (const { name } of await boss.getSchedules())
      if (!this.defined.get(name)?.definition.every) await boss.unschedule(name);
  }

  private found(name: string) {
    const found = this.defined.get(name);
    if (!found) throw new Error(`no job is called ${name}`);
    return found;
  }

  private requireTenant({ name, tenant }: JobDefinition, { tenantId }: JobPayload): void {
    if (tenant === 'required' && !UUID.test(tenantId ?? '')) throw new Error(`job ${name} does not say its tenant`);
    if (tenant !== 'required' && tenantId !== undefined) throw new Error(`job ${name} is of no tenant`);
  }
}

/** The jobs of a process; rooms define theirs, then `start`. */
export const openJobs = (platform: Pick<Platform, 'connections' | 'calendar' | 'log'>, pace?: Pace): Jobs =>
  new Jobs(platform, pace);
