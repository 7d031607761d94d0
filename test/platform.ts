import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { entities } from '../src/entities.js';
import { readConfig } from '../src/kernel/config/config.js';
import { type Connections, type DatabaseUrls, openConnections } from '../src/kernel/database/connections.js';
import { migrate } from '../src/kernel/database/migrate.js';
import { ensureRoles, rolePassword, urlAs } from '../src/kernel/database/roles.js';
import type { Actor } from '../src/kernel/database/scope.js';
import { UnitOfWork } from '../src/kernel/database/unit-of-work.js';
import { VisitorReads } from '../src/kernel/database/visitor-reads.js';
import { openLog } from '../src/kernel/logging/log.js';
import { openDiskStore } from '../src/kernel/objects/disk-object-store.js';
import type { Platform } from '../src/kernel/platform/platform.js';
import { calendarOf } from '../src/kernel/time/calendar.js';
import { createTestDatabase } from './database.js';

const SECRET = 'a secret of tests, known to everybody';
export const OPERATOR: Actor = { kind: 'operator', name: '测试操作员' };

export interface TestPlatform extends Platform {
  superuserUrl: string;
  urls: DatabaseUrls & { owner: string; backup: string };
}

/** A platform over a fresh database with roles and schema, its objects in a temporary folder; `close` leaves nothing. */
export async function aPlatform(): Promise<TestPlatform> {
  const database = await createTestDatabase();
  await ensureRoles(database.superuserUrl, { database: database.name, secretKey: SECRET });
  const urlOf = (role: Parameters<typeof rolePassword>[1]) =>
    urlAs(database.superuserUrl, role, rolePassword(SECRET, role), database.name);
  const urls = {
    app: urlOf('jiyue_app'),
    visitor: urlOf('jiyue_visitor'),
    cluster: urlOf('jiyue_cluster'),
    owner: urlOf('jiyue_owner'),
    backup: urlOf('jiyue_backup'),
  };
  await migrate(urls.owner);
  const dataDirectory = await mkdtemp(join(tmpdir(), 'jiyue-test-'));
  const connections: Connections = await openConnections(urls, entities, 'jiyue-test');
  const config = { ...readConfig({ LOG_LEVEL: 'silent' }), dataDirectory };
  return {
    config,
    log: openLog('silent'),
    connections,
    work: new UnitOfWork(connections),
    reads: new VisitorReads(connections),
    objects: openDiskStore(dataDirectory),
    calendar: calendarOf('Asia/Shanghai'),
    secretKey: SECRET,
    embedded: true,
    onDatabaseLost: () => {},
    superuserUrl: database.superuserUrl,
    urls,
    close: async () => {
      await connections.close();
      await database.drop();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}
