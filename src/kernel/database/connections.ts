import pg from 'pg';
import { DataSource, type EntityTarget, type ObjectLiteral } from 'typeorm';
import { kernelErrors } from '../errors.js';

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

/** No single statement of a command takes longer than this, ms; one that does is stuck. */
const STATEMENT_MS = 60_000;

/**
 * The wall stands only for roles that it binds.
 * @throws UserError `kernel.database-account` for a superuser, an owner of tables or another that row security passes over
 */
async function requireBoundRoles(connections: Connections): Promise<void> {
  const variables = { app: 'DATABASE_URL', visitor: 'DATABASE_VISITOR_URL', cluster: 'DATABASE_CLUSTER_URL' };
  const ask = `SELECT current_user AS account, r.rolsuper OR r.rolbypassrls AS passes, pg_has_role('jiyue_owner', 'MEMBER') AS owns
    FROM pg_roles r WHERE r.rolname = current_user`;
  interface Answer {
    account: string;
    passes: boolean;
    owns: boolean;
  }
  const answers: Record<keyof typeof variables, Answer[]> = {
    app: await connections.app.query(ask),
    visitor: (await connections.visitor.query<Answer>(ask)).rows,
    cluster: await connections.cluster.query(ask),
  };
  for (const [role, [answer]] of Object.entries(answers) as [keyof typeof variables, Answer[]][])
    if (answer?.passes || answer?.owns)
      throw kernelErrors['kernel.database-account']({
        name: variables[role],
        account: answer.account,
        why: answer.passes ? '是超级用户或不受行级安全约束' : '拥有平台的表',
        wanted: `jiyue_${role}`,
      });
}

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
      extra: { statement_timeout: STATEMENT_MS },
    });
  const app = source('app');
  const cluster = source('cluster');
  const visitor = new pg.Pool({
    connectionString: urls.visitor,
    application_name: `${name} visitor`,
    max: POOL.visitor,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 10_000,
    query_timeout: 12_000,
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
  const connections = { urls, app, cluster, visitor, close };
  try {
    await requireBoundRoles(connections);
  } catch (error) {
    await close();
    throw error;
  }
  return connections;
}
