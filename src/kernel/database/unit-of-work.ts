import type { EntityManager } from 'typeorm';
import { newId } from '../id.js';
import type { Connections } from './connections.js';
import { explainDatabaseError } from './explain.js';
import { type Scope, scopeText } from './scope.js';

/** News of something that happened, for other rooms and other nodes: leaves with the commit. */
export interface DomainEvent {
  /** `room.what-happened` */
  name: string;
  tenantId: string;
  /** The public pages concerned. */
  tags: string[];
  payload?: Record<string, unknown>;
}

/** The one handle to the database within a unit of work: its scope, its connection, its audit, its events. */
export interface Tx<S extends Scope = Scope> {
  readonly scope: S;
  /** TypeORM's manager bound to this transaction: row security holds for everything it does. */
  readonly manager: EntityManager;
  query<Row>(sql: string, parameters?: unknown[]): Promise<Row[]>;
  /** Writes who did what into the audit of the tenant concerned. */
  audit(act: string, subject: string, detail?: Record<string, unknown>): Promise<void>;
  emit(event: DomainEvent): Promise<void>;
}

/**
 * The only way to write to the database, and to read what is not public. Opens a transaction with the role of the scope
 * and sets the scope for PostgreSQL's row security; everything within happens whole or not at all.
 */
export class UnitOfWork {
  constructor(private readonly connections: Connections) {}

  /** @throws UserError for what an operator can mend (disk full, database away); others pass unchanged */
  async run<S extends Scope, T>(scope: S, work: (tx: Tx<S>) => Promise<T>): Promise<T> {
    const source = scope.kind === 'cluster' ? this.connections.cluster : this.connections.app;
    const runner = source.createQueryRunner();
    try {
      await runner.connect();
      await runner.startTransaction();
      const settings = settingsOf(scope);
      await runner.query(
        `SELECT ${Object.keys(settings)
          .map((name, i) => `set_config('${name}', $${i + 1}, true)`)
          .join(', ')}`,
        Object.values(settings),
      );
      const result = await work(txOver(scope, runner.manager));
      await runner.commitTransaction();
      return result;
    } catch (error) {
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => {});
      throw explainDatabaseError(error);
    } finally {
      await runner.release();
    }
  }
}

function settingsOf(scope: Scope): Record<string, string> {
  switch (scope.kind) {
    case 'tenant':
      return {
        'app.actor': scope.actor.name,
        'app.tenant_id': scope.tenantId,
        'app.tenants': `{${scope.tenantId}}`,
        'app.purpose': scope.purpose ?? '',
      };
    case 'subtree':
      return { 'app.tenants': `{${scope.tenantIds.join(',')}}` };
    case 'cluster':
      return { 'app.work': scope.work };
  }
}

function txOver<S extends Scope>(scope: S, manager: EntityManager): Tx<S> {
  const query = <Row>(sql: string, parameters?: unknown[]) => manager.query(sql, parameters) as Promise<Row[]>;
  return {
    scope,
    manager,
    query,
    async audit(act, subject, detail = {}) {
      if (scope.kind !== 'tenant') throw new Error(`${scopeText(scope)} has no tenant whose audit could state ${act}`);
      await query(
        'INSERT INTO audit (tenant_id, id, actor, scope, act, subject, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)',
        [scope.tenantId, newId(), scope.actor.name, scopeText(scope), act, subject, detail],
      );
    },
    async emit(event) {
      await query('INSERT INTO outbox (tenant_id, id, name, tags, payload) VALUES ($1, $2, $3, $4, $5)', [
        event.tenantId,
        newId(),
        event.name,
        [...new Set(event.tags)],
        event.payload ?? {},
      ]);
      await query(`SELECT pg_notify('jiyue_outbox', '')`);
    },
  };
}
