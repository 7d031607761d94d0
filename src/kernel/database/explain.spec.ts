import { aSite, type BuiltSite, scopeOf } from '../../../test/builders.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';

let platform: TestPlatform;
let site: BuiltSite;

beforeAll(async () => {
  platform = await aPlatform();
  site = await aSite(platform);
});

afterAll(() => platform?.close());

it('says of a statement that waited for too long that nothing was done, and nothing was', async () => {
  const waited = platform.work.run(scopeOf(site.tenantId), async (tx) => {
    await tx.query(`UPDATE organ SET telephone = '110' WHERE tenant_id = $1`, [site.tenantId]);
    await tx.query(`SELECT set_config('statement_timeout', '50', true)`);
    await tx.query('SELECT pg_sleep(5)');
  });
  await expect(waited).rejects.toMatchObject({ code: 'kernel.database-busy', status: 503 });
  const [row] = await platform.work.run(scopeOf(site.tenantId), (tx) =>
    tx.query<{ changed: number }>(`SELECT count(*)::int AS changed FROM organ WHERE telephone = '110'`),
  );
  expect(row).toEqual({ changed: 0 });
});

it('says the same to the one of two that was given up for the other', async () => {
  const organs = await platform.work.run(scopeOf(site.tenantId), async (tx) => {
    const add = `INSERT INTO organ (tenant_id, id, kind, key, name, short_name)
      VALUES ($1, gen_random_uuid(), 'department', $2, '局', '局') RETURNING id`;
    const [one] = await tx.query<{ id: string }>(add, [site.tenantId, 'bm/one']);
    const [two] = await tx.query<{ id: string }>(add, [site.tenantId, 'bm/two']);
    return [one!.id, two!.id] as const;
  });
  let meet = 0;
  let goOn = () => {};
  const both = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const lockInOrder = (order: readonly string[]) =>
    platform.work.run(scopeOf(site.tenantId), async (tx) => {
      for (const id of order) {
        await tx.query('SELECT FROM organ WHERE tenant_id = $1 AND id = $2 FOR UPDATE', [site.tenantId, id]);
        if (++meet === 2) goOn();
        await both;
      }
    });
  const done = await Promise.allSettled([lockInOrder(organs), lockInOrder([organs[1], organs[0]])]);
  expect(done.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(done.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'kernel.database-busy' } });
});
