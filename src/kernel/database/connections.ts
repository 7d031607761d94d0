import pg from 'pg';
import { DataSource, type EntityTarget, type ObjectLiteral } from 'typeorm';

export interface DatabaseUrls {
  app: string;
  visitor: string;
  cluster: string;
}

/** The platform's connections, one pool for each role; closed together. Rooms see `UnitOfWork` and `VisitorReads` only. */
export interface Connections {
  urls: DatabaseUrls;
  app: DataSource;
  cluster: DataSource;
  visitor: pg.Pool;
  close(): Promise<void>;
}

export type Entities = EntityTarget<ObjectLiteral>[];

/** Pool sizes: the desk and jobs wait for each other rather than for PostgreSQL; relay and clock need one each. */
const POOL = { app: 6, cluster: 3, visitor: 6 } as const;

export async function openConnections(urls: DatabaseUrls, entities: Entities, name: string): Promise<Connections> {
  const source = (role: 'app' | 'cluster') =>
    new DataSource({
      type: 'postgres',
      url: urls[role],
      entities: entities as never[],
      synchronize: false,
      applicationName: `${name} ${role}`,
      poolSize: POOL[role],
      connectTimeoutMS: 10_000,
      installExtensions: false,
    });
  const app = source('app');
  const cluster = source('cluster');
  const visitor = new pg.Pool({
    connectionString: urls.visitor,
    application_name: `${name} visitor`,
    max: POOL.visitor,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 10_000,
  });
  // A connection that dies while idle is replaced at the next use; without a listener it would end the process.
  visitor.on('error', () => {});
  const close = async () => {
    await Promise.allSettled([
      app.isInitialized ? app.destroy() : undefined,
      cluster.isInitialized ? cluster.destroy() : undefined,
      visitor.end(),
    ]);
  };
  try {
    await Promise.all([app.initialize(), cluster.initialize(), visitor.query('SELECT 1')]);
  } catch (error) {
    await close();
    throw error;
  }
  return { urls, app, cluster, visitor, close };
}
