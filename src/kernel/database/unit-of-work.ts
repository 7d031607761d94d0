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
  /**
   * Writes who did what into the audit of the tenant concerned: that of the scope; named work across tenants states it.
   * Entries join the tenant's chain as the last thing before the commit.
   * @param act `room-noun.what-happened`
   * @param subject `kind:id`
   * @param detail what a reader needs: `name` of the subject, `before`, `after`, `reason`
   */
  audit(act: string, subject: string, detail?: Record<string, unknown>, tenantId?: string): void;
  emit(event: DomainEvent): Promise<void>;
}

/**
 * The only way to write to the database, and to read what is not public. Opens a transaction with the role of the scope
 * and sets the scope for PostgreSQL's row security; everything within happens whole or not at all.
 */
export class UnitOfWork {
  constructor(private readonly connections: Connections) {}

  /** @throws UserError for what an operator can mend (disk full, database away); others pass unchanged */
  run<S extends Scope, T>(scope: S, work: (tx: Tx<S>) => Promise<T>): Promise<T> {
    return this.inTransaction(scope, work, true);
  }

  /** Does the work in earnest, audit included, and takes it back: what it returns is what it would have done. */
  rehearse<S extends Scope, T>(scope: S, work: (tx: Tx<S>) => Promise<T>): Promise<T> {
    return this.inTransaction(scope, work, false);
  }

  private async inTransaction<S extends Scope, T>(
    scope: S,
    work: (tx: Tx<S>) => Promise<T>,
    keep: boolean,
  ): Promise<T> {
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
      const { tx, chainAudit } = txOver(scope, runner.manager);
      const result = await work(tx);
      await chainAudit();
      if (keep) await runner.commitTransaction();
      else await runner.rollbackTransaction();
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
  const { actor } = scope;
  const who = {
    'app.actor': actor.name,
    'app.actor_id': actor.id ?? '',
    'app.scope': scopeText(scope),
    'app.address': actor.address ?? '',
    'app.request': actor.request ?? '',
  };
  switch (scope.kind) {
    case 'tenant':
      return {
        ...who,
        'app.tenant_id': scope.tenantId,
        'app.tenants': `{${scope.tenantId}}`,
        'app.purpose': scope.purpose ?? '',
      };
    case 'subtree':
      return { 'app.tenants': `{${scope.tenantIds.join(',')}}` };
    case 'cluster':
      return { ...who, 'app.work': scope.work };
  }
}

interface AuditEntry {
  act: string;
  subject: string;
  detail: Record<string, unknown>;
}

function txOver<S extends Scope>(scope: S, manager: EntityManager): { tx: Tx<S>; chainAudit: () => Promise<void> } {
  const query = async <Row>(sql: string, parameters?: unknown[]): Promise<Row[]> =>
    manager.query(sql, parameters) as Promise<Row[]>;
  const audit = new Map<string, AuditEntry[]>();
  const tx: Tx<S> = {
    scope,
    manager,
    query,
    audit(act, subject, detail = {}, tenantId) {
      const of = tenantId ?? (scope.kind === 'tenant' ? scope.tenantId : undefined);
      if (!of || scope.kind === 'subtree')
        throw new Error(`${scopeText(scope)} has no tenant whose audit could state ${act}`);
      audit.set(of, [...(audit.get(of) ?? []), { act, subject, detail }]);
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
  return {
    tx,
    // Last, since each tenant's chain has one end that writers must take in turn; in one order, so that two never wait
    // for each other.
    async chainAudit() {
      for (const tenantId of [...audit.keys()].sort())
        await query('SELECT audit_append($1, $2)', [tenantId, JSON.stringify(audit.get(tenantId))]);
    },
  };
}
