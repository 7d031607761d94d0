import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config/config.js';
import { type Connections, type DatabaseUrls, type Entities, openConnections } from '../database/connections.js';
import { explainDatabaseError } from '../database/explain.js';
import { migrate, requireCurrentSchema } from '../database/migrate.js';
import { canSignIn, ensureRoles, type Role, rolePassword, urlAs } from '../database/roles.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { VisitorReads } from '../database/visitor-reads.js';
import { kernelErrors } from '../errors.js';
import type { Log } from '../logging/log.js';
import type { ObjectStore } from '../objects/object-store.js';
import { openObjectStore } from '../objects/open-object-store.js';
import { startEmbeddedPostgres } from '../postgres/embedded.js';
import { acquireStartLock } from '../postgres/start-lock.js';
import { type Calendar, calendarOf } from '../time/calendar.js';
import { prepareDataDirectory, secretKeyOf } from './data-directory.js';
import { PlatformLock, Presence } from './platform-lock.js';
import { readRunFile } from './run-file.js';

/** What every process of the platform stands on: opened once, handed to the rooms, closed once. */
export interface Platform {
  config: Config;
  log: Log;
  connections: Connections;
  work: UnitOfWork;
  reads: VisitorReads;
  objects: ObjectStore;
  calendar: Calendar;
  /** What signatures and encryption derive their keys from (kernel/crypto). */
  secretKey: string;
  /** The embedded server is for trying and testing. */
  embedded: boolean;
  /** Calls back when the embedded server is gone although nobody stopped it. */
  onDatabaseLost(tell: () => void): void;
  close(): Promise<void>;
}

const DATABASE = 'jiyue';

/**
 * Opens database and object store for a process. Embedded server: roles, database and schema are brought up by
 * themselves. External database: only a schema of this very version is accepted; `migrate` is the operator's command.
 *
 * @param as `server` takes the platform's lock on the data directory (embedded); a `command` may stand beside a server
 * @throws UserError `kernel.*`, `postgres.*`, `objects.*`
 */
export async function openPlatform(
  config: Config,
  log: Log,
  entities: Entities,
  as: 'server' | 'command',
): Promise<Platform> {
  await prepareDataDirectory(config.dataDirectory);
  const secretKey = await secretKeyOf(config.dataDirectory, config.secretKey);
  const database = config.database
    ? { urls: config.database, onLost: () => {}, release: async () => {} }
    : await openEmbedded(config, secretKey, log, as);
  try {
    const connections = await openConnections(database.urls, entities, as === 'server' ? 'jiyue' : 'jiyue-cli').catch(
      (error) => {
        throw explainDatabaseError(error);
      },
    );
    try {
      await requireCurrentSchema((sql) => connections.app.query(sql) as Promise<{ name: string }[]>);
      const objects = openObjectStore(config);
      await objects.check();
      return {
        config,
        log,
        connections,
        work: new UnitOfWork(connections),
        reads: new VisitorReads(connections),
        objects,
        calendar: calendarOf(config.timeZone),
        secretKey,
        embedded: config.database === null,
        onDatabaseLost: database.onLost,
        close: async () => {
          await connections.close();
          await database.release();
        },
      };
    } catch (error) {
      await connections.close();
      throw error;
    }
  } catch (error) {
    await database.release();
    throw error;
  }
}

interface Database {
  urls: DatabaseUrls;
  /** Calls back when the embedded server is gone although nobody stopped it. */
  onLost(tell: () => void): void;
  release(): Promise<void>;
}

/** Milliseconds to wait for roles that another process is making at this moment. */
const PATIENCE = 15_000;

/** Starts or adopts the embedded server. The last one to leave stops it. */
async function openEmbedded(config: Config, secretKey: string, log: Log, as: 'server' | 'command'): Promise<Database> {
  const directory = join(config.dataDirectory, 'postgres');
  // What it says is for the operator to know, on a terminal too: where the data lie when not here, that it tries again.
  const server = await startEmbeddedPostgres({ directory, log: (line) => log.warn({ part: 'postgres' }, line) });
  log.debug({ part: 'postgres', pid: server.pid, adopted: server.adopted }, 'embedded server');
  const presence = await Presence.announce(server.url);
  let lock = as === 'server' ? await PlatformLock.take(server.url, 2_000) : null;
  if (as === 'server' && !lock) {
    await presence.end();
    throw await alreadyRunning(config);
  }
  const release = async () => {
    await presence.end();
    // Under the lock of starting: nobody adopts the server between the question and the stop.
    const giveBack = await acquireStartLock(directory, PATIENCE, () => new Error('the start lock is held'));
    try {
      lock ??= await PlatformLock.take(server.url, 0);
      if (lock && !(await lock.othersAtWork())) await server.stop();
    } catch {
      // A server that no longer answers needs no stopping.
    } finally {
      await lock?.release();
      await giveBack();
    }
  };
  try {
    const urlOf = (role: Role) => urlAs(server.url, role, rolePassword(secretKey, role), DATABASE);
    await prepareRoles(server.url, urlOf('jiyue_owner'), secretKey, lock);
    const run = await migrate(urlOf('jiyue_owner'));
    if (run.length > 0) log.info({ part: 'migrate', run }, 'schema brought up');
    return {
      urls: { app: urlOf('jiyue_app'), visitor: urlOf('jiyue_visitor'), cluster: urlOf('jiyue_cluster') },
      onLost: (tell) => lock?.onLost(tell),
      release,
    };
  } catch (error) {
    await release();
    throw explainDatabaseError(error);
  }
}

/**
 * Roles and passwords are made by whoever holds the platform's lock. Beside a running platform they are left alone: with
 * another SECRET_KEY they would be taken from under it.
 */
async function prepareRoles(superuserUrl: string, ownerUrl: string, secretKey: string, held: PlatformLock | null) {
  for (const deadline = Date.now() + PATIENCE; ; await sleep(200)) {
    if (!held && (await canSignIn(ownerUrl))) return;
    const lock = held ?? (await PlatformLock.take(superuserUrl, 0));
    if (lock) {
      await ensureRoles(superuserUrl, { database: DATABASE, secretKey });
      if (!held) await lock.release();
      return;
    }
    if (Date.now() > deadline) throw kernelErrors['kernel.secret-differs']();
  }
}

async function alreadyRunning(config: Config) {
  const run = await readRunFile(config.dataDirectory);
  const directory = config.dataDirectory;
  return run
    ? kernelErrors['kernel.platform-running']({ pid: run.pid, port: run.port, directory })
    : kernelErrors['kernel.platform-starting']({ directory });
}
