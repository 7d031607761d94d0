import type { QueryRunner } from 'typeorm';
import type { Connections } from '../../../src/kernel/database/connections.js';

/** Works of the web process by itself, which are no part of a request. */
const OWN_WORK = ['clock', 'relay'];

/**
 * Makes every transaction of a platform a rehearsal: the work is done in earnest, by the roles and under the row security
 * of service, and taken back instead of committed (as `UnitOfWork.rehearse` does it; here for whatever opens a
 * transaction, so that no command can be forgotten). So the matrix may send each route what it would really be sent.
 * Keeps what was asked of the database, statement by statement.
 */
export class Rehearsal {
  private keeping = false;
  private log: string[] = [];
  private given: unknown[] = [];

  constructor({ app, cluster }: Connections) {
    for (const source of [app, cluster]) {
      const open = source.createQueryRunner.bind(source);
      source.createQueryRunner = (mode) => this.watched(open(mode));
    }
  }

  /** Commits what is done within. For a route that reads in a second transaction what it wrote in the first. */
  async kept<T>(work: () => Promise<T>): Promise<T> {
    this.keeping = true;
    try {
      return await work();
    } finally {
      this.keeping = false;
    }
  }

  /** Statements since it was asked last, in their order. */
  statements(): string[] {
    const { log } = this;
    this.log = [];
    return log;
  }

  /** What was given to them as parameters, all in one text. */
  parameters(): string {
    const { given } = this;
    this.given = [];
    return JSON.stringify(given);
  }

  private watched(runner: QueryRunner): QueryRunner {
    let asked: string[] = [];
    let own = false;
    const query = runner.query.bind(runner);
    runner.query = (...question: Parameters<typeof query>) => {
      const [sql, parameters] = question;
      if (Array.isArray(parameters) && sql.startsWith('SELECT set_config('))
        own = OWN_WORK.some((work) => parameters.includes(work));
      asked.push(sql);
      this.given.push(parameters);
      return query(...question);
    };
    const commit = runner.commitTransaction.bind(runner);
    runner.commitTransaction = () => (own || this.keeping ? commit() : runner.rollbackTransaction());
    const release = runner.release.bind(runner);
    runner.release = () => {
      if (!own) this.log.push(...asked);
      asked = [];
      return release();
    };
    return runner;
  }
}
