import pg from 'pg';
import { createTestDatabase, type TestDatabase } from './database.js';

async function ask<T>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as T[];
  } finally {
    await client.end();
  }
}

describe('the test database', () => {
  let databases: TestDatabase[] = [];
  afterEach(async () => {
    await Promise.all(databases.map((database) => database.drop()));
    databases = [];
  });

  it('is fresh, UTF-8 and sorted by code point, with a superuser', async () => {
    databases = [await createTestDatabase()];
    const [facts] = await ask(
      databases[0]!.superuserUrl,
      `SELECT current_database() AS name, getdatabaseencoding() AS encoding, 'Z' < 'a' AS "byCodePoint",
         (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser,
         (SELECT count(*)::int FROM pg_class WHERE relnamespace = 'public'::regnamespace) AS relations`,
    );
    expect(facts).toEqual({
      name: databases[0]!.name,
      encoding: 'UTF8',
      byCodePoint: true,
      superuser: true,
      relations: 0,
    });
  });

  it('is made for several suites at once, each apart from the others', async () => {
    databases = await Promise.all(Array.from({ length: 4 }, () => createTestDatabase()));
    expect(new Set(databases.map(({ name }) => name)).size).toBe(4);
    await ask(databases[0]!.superuserUrl, 'CREATE TABLE only_here ()');
    const [{ found } = { found: 'no answer' }] = await ask<{ found: unknown }>(
      databases[1]!.superuserUrl,
      `SELECT to_regclass('only_here') AS found`,
    );
    expect(found).toBeNull();
  });

  it('goes away although somebody is connected', async () => {
    const database = await createTestDatabase();
    const client = new pg.Client({ connectionString: database.superuserUrl });
    // a second error event follows when the socket closes
    const ended = new Promise((resolve) => client.on('error', resolve));
    await client.connect();
    await database.drop();
    expect(await ended).toMatchObject({ code: '57P01' });
    await expect(ask(database.superuserUrl, 'SELECT 1')).rejects.toMatchObject({ code: '3D000' });
  });
});
