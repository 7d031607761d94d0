import { rulesToAST } from '@casl/ability/extra';
import { type Ability, subjectOf } from './ability.js';
import type { Action, Fact } from './policy.js';

/** Where the facts of a subject stand in a statement: `{ tenantId: 'c.tenant_id', channelPath: 'c.path' }`. */
export type FactColumns = Partial<Record<Fact, string>>;

export interface SqlCondition {
  /** Never empty: `false` when nothing is allowed. */
  sql: string;
  /** The statement's parameters, the given ones first. */
  parameters: unknown[];
}

interface Node {
  operator: string;
  value: unknown;
  field?: string;
}

const COMPARISONS: Record<string, string> = { eq: '=', ne: '<>', gt: '>', gte: '>=', lt: '<', lte: '<=' };

/**
 * The condition that an ability sets on a list, as SQL: the rows that it leaves are those allowed one by one. Only `=`,
 * `<` and their like on uuid and text, which reach an index under row security.
 * @param given parameters that the statement has already
 * @throws Error when the statement names no column for a fact that the condition speaks of
 */
export function conditionSql(
  ability: Ability,
  action: Action,
  columns: FactColumns,
  given: readonly unknown[] = [],
): SqlCondition {
  const parameters = [...given];
  const bind = (value: unknown, type: string): string => {
    parameters.push(value);
    return `$${parameters.length}::${type}`;
  };
  const columnOf = (field: string): { column: string; type: string } => {
    const column = columns[field as Fact];
    if (!column) throw new Error(`${action}: no column for ${field}`);
    return { column, type: field === 'channelPath' ? 'text' : 'uuid' };
  };
  const write = (node: Node): string => {
    switch (node.operator) {
      case 'and':
      case 'or': {
        const parts = (node.value as Node[]).map(write);
        if (parts.length === 0) return node.operator === 'and' ? 'true' : 'false';
        return `(${parts.join(node.operator === 'and' ? ' AND ' : ' OR ')})`;
      }
      // A fact that is null is not “any”, under a negation either.
      case 'not':
        return `NOT coalesce(${(node.value as Node[]).map(write).join(' AND ')}, false)`;
      case 'in': {
        const { column, type } = columnOf(node.field!);
        return `${column} = ANY (${bind(node.value, `${type}[]`)})`;
      }
      default: {
        const comparison = COMPARISONS[node.operator];
        if (!comparison || node.value === null) throw new Error(`${action}: “${node.operator}” has no SQL`);
        const { column, type } = columnOf(node.field!);
        return `${column} ${comparison} ${bind(node.value, type)}${type === 'text' ? ' COLLATE "C"' : ''}`;
      }
    }
  };
  const ast = rulesToAST(ability, action, subjectOf(action) as never) as Node | null;
  return { sql: ast ? write(ast) : 'false', parameters };
}
