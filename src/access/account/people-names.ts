import { type DeskContext, reading } from '../../authority/desk-context.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';

/** Who stands behind the sign-in names that entries and plans keep, by these; of those in sight. */
export async function findNamesOfPeople(
  work: UnitOfWork,
  ctx: DeskContext,
  logins: readonly (string | null)[],
): Promise<ReadonlyMap<string, string>> {
  const asked = [...new Set(logins.filter((login) => login !== null))];
  if (asked.length === 0) return new Map();
  const rows = await work.run(reading(ctx), (tx) =>
    tx.query<{ login: string; name: string }>('SELECT login, name FROM account WHERE login = ANY ($1)', [asked]),
  );
  return new Map(rows.map(({ login, name }) => [login, name]));
}

/**
 * The same in words: “张三（nongan-zhangsan）”. Whoever is out of sight (an operator, for a tenant), and what is no account at
 * all, stays as it is written.
 */
export async function findPeopleBehind(
  ...of: Parameters<typeof findNamesOfPeople>
): Promise<(login: string) => string> {
  const names = await findNamesOfPeople(...of);
  return (login) => (names.has(login) ? `${names.get(login)}（${login}）` : login);
}
