import type pg from 'pg';
import type { Connections } from './connections.js';
import { explainDatabaseError } from './explain.js';

/** A named statement: prepared once for each connection. The name shows in pg_stat_statements and in the tests of plans. */
export interface Statement<Row> {
  name: string;
  text: string;
  /** Never set; carries the type of a row. */
  row?: Row;
}

export const statement = <Row>(name: string, text: string): Statement<Row> => ({ name, text });

/**
 * Reads of what is public, with the role that sees nothing else. No transaction: the role is the scope, and a page asks
 * once or twice (docs/decisions/0003).
 */
export class VisitorReads {
  constructor(private readonly connections: Connections) {}

  async rows<Row>(statement: Statement<Row>, parameters: unknown[]): Promise<Row[]> {
    try {
      const result = await this.connections.visitor.query<Row & pg.QueryResultRow>({
        name: statement.name,
        text: statement.text,
        values: parameters,
      });
      return result.rows;
    } catch (error) {
      throw explainDatabaseError(error);
    }
  }

  async one<Row>(statement: Statement<Row>, parameters: unknown[]): Promise<Row | null> {
    return (await this.rows(statement, parameters))[0] ?? null;
  }
}
