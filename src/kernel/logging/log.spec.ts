import { Writable } from 'node:stream';
import { pino } from 'pino';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import { logOptions } from './log.js';

let platform: TestPlatform;

beforeAll(async () => {
  platform = await aPlatform();
});
afterAll(() => platform?.close());

/** What stands in the log of a statement that fails in a unit of work. */
async function logged(sql: string, parameters: unknown[]): Promise<string> {
  let written = '';
  const stream = new Writable({
    write(chunk, _, done) {
      written += String(chunk);
      done();
    },
  });
  const scope = { kind: 'cluster', actor: OPERATOR, work: 'identity' } as const;
  await platform.work
    .run(scope, (tx) => tx.query(sql, parameters))
    .catch((err: unknown) => pino(logOptions('info'), stream).error({ err, path: '/x' }, 'failed'));
  return written;
}

it('says which statement failed, and nothing of what it was given', async () => {
  const line = await logged('SELECT $1::text, 1 / 0', ['$argon2id$v=19$secret']);
  expect(line).toContain('division by zero');
  expect(line).toContain('SELECT $1::text');
  expect(line).not.toContain('argon2id');
});

it('says which rule a row broke, and nothing of the row', async () => {
  const insert = `INSERT INTO account (tenant_id, id, login, name) VALUES
    ('00000000-0000-7000-8000-000000000000', gen_random_uuid(), 'NO LOGIN', $1)`;
  const line = await logged(insert, ['张三13804310000']);
  expect(line).toContain('account_login_check');
  expect(line).not.toContain('13804310000');
});
