import { join } from 'node:path';
import type { Config } from '../config/config.js';
import { type Connections, type DatabaseUrls, type Entities, openConnections } from '../database/connections.js';
import { explainDatabaseError } from '../database/explain.js';
import { migrate, requireCurrentSchema } from '../database/migrate.js';
import { ensureRoles, rolePassword, urlAs } from '../database/roles.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { VisitorReads } from '../database/visitor-reads.js';
import { kernelErrors } from '../errors.js';
import type { Log } from '../logging/log.js';
import type { ObjectStore } from '../objects/object-store.js';
import { openObjectStore } from '../objects/open-object-store.js';
import { startEmbeddedPostgres } from '../postgres/embedded.js';
import { type Calendar, calendarOf } from '../time/calendar.js';
import { prepareDataDirectory, secretKeyOf } from './data-directory.js';
import { PlatformLock } from './platform-lock.js';
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
  /** The embedded server is for trying and testing. */
  embedded: boolean;
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
  const database = config.database
    ? { urls: config.database, release: async () => {} }
    : await openEmbedded(config, log, as);
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
        embedded: config.database === null,
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

/** Starts or adopts the embedded server. The last one to leave stops it. */
async function openEmbedded(
  config: Config,
  log: Log,
  as: 'server' | 'command',
): Promise<{ urls: DatabaseUrls; release(): Promise<void> }> {
  const { dataDirectory } = config;
  const secretKey = await secretKeyOf(dataDirectory, config.secretKey);
  const server = await startEmbeddedPostgres({
    directory: join(dataDirectory, 'postgres'),
    log: (line) => log.info({ part: 'postgres' }, line),
  });
  let lock = as === 'server' ? await PlatformLock.take(server.url, 2_000) : null;
  if (as === 'server' && !lock) {
    const run = await readRunFile(dataDirectory);
    throw kernelErrors['kernel.platform-running']({
      pid: run?.pid ?? '未知',
      port: run?.port ?? '未知',
      directory: dataDirectory,
    });
  }
  const release = async () => {
    lock ??= await PlatformLock.take(server.url, 0).catch(() => null);
    if (lock && !(await lock.othersAtWork())) await server.stop();
    await lock?.release();
  };
  try {
    const urlOf = (role: Parameters<typeof rolePassword>[1]) =>
      urlAs(server.url, role, rolePassword(secretKey, role), DATABASE);
    await ensureRoles(server.url, { database: DATABASE, secretKey });
    const run = await migrate(urlOf('jiyue_owner'));
    if (run.length > 0) log.info({ part: 'migrate', run }, 'schema brought up');
    return {
      urls: { app: urlOf('jiyue_app'), visitor: urlOf('jiyue_visitor'), cluster: urlOf('jiyue_cluster') },
      release,
    };
  } catch (error) {
    await release();
    throw error;
  }
}
