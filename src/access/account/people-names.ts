import { type DeskContext, reading } from '../../authority/desk-context.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';

/**
 * Who stands behind the sign-in names that entries and plans keep: “张三（nongan-zhangsan）”. Of those in sight; whoever is not
 * (an operator, for a tenant), and what is no account at all, stays as it is written.
 */
export async function findPeopleBehind(
  work: UnitOfWork,
  ctx: DeskContext,
  logins: readonly (string | null)[],
): Promise<(login: string) => string> {
  const asked = [...new Set(logins.filter((login) => login !== null))];
  const rows =
    asked.length === 0
      ? []
      : await work.run(reading(ctx), (tx) =>
          tx.query<{ login: string; name: string }>('SELECT login, name FROM account WHERE login = ANY ($1)', [asked]),
        );
  const names = new Map(rows.map(({ login, name }) => [login, name]));
  return (login) => (names.has(login) ? `${names.get(login)}（${login}）` : login);
}
