import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { parse } from 'csv-parse/sync';
import pg from 'pg';
import { aSite, type BuiltSite, scopeOf } from '../../../test/builders.js';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import type { Actor, SubtreeScope } from '../database/scope.js';
import { newId } from '../id.js';
import { type AuditEntry, type AuditFilter, countAudit, findAudit } from './audit.queries.js';
import { auditCsv } from './audit-csv.js';

let platform: TestPlatform;
let superuser: pg.Client;
let sites: BuiltSite[];
const ZHANG: Actor = { kind: 'account', name: 'zhang-san', id: newId(), address: '192.0.2.7', request: 'a1' };

const write = (
  site: BuiltSite,
  actor: Actor,
  acts: [act: string, subject: string, detail?: Record<string, unknown>][],
) =>
  platform.work.run({ ...scopeOf(site.tenantId), actor }, async (tx) => {
    for (const [act, subject, detail] of acts) tx.audit(act, subject, detail);
  });

beforeAll(async () => {
  platform = await aPlatform();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  sites = [await aSite(platform), await aSite(platform), await aSite(platform)];
  for (const site of sites) {
    await write(site, OPERATOR, [['unit.provisioned', 'region:1']]);
    await write(site, ZHANG, [
      ['item.published', 'item:1', { name: '通知', before: null, after: { 标题: '通知' } }],
      ['item.edition-published', 'item:1'],
      ['grant.given', 'account:1'],
    ]);
  }
});

afterAll(async () => {
  await superuser?.end();
  await platform?.close();
});

const own = (): string[] => sites.slice(0, 2).map((site) => site.tenantId);
const scope = (tenantIds = own()): SubtreeScope => ({ kind: 'subtree', actor: OPERATOR, tenantIds });
const find = (filter: Partial<AuditFilter> = {}, page: { after?: string; size?: number } = {}) =>
  platform.work.run(scope(), (tx) => findAudit(tx, platform.calendar, { tenantIds: own(), ...filter }, page));
const found = async (filter: Partial<AuditFilter>) => (await find(filter)).entries.length;

it('lists newest first, with the name of the tenant and all that is known of an act', async () => {
  const { entries, next } = await find();
  expect(next).toBeNull();
  expect(entries.map((entry) => entry.at)).toEqual([...entries.map((entry) => entry.at)].sort((a, b) => +b - +a));
  expect(entries.map((entry) => entry.position)).toEqual([4, 3, 2, 1, 4, 3, 2, 1]);
  expect(entries.find((entry) => entry.act === 'item.published')).toEqual({
    tenantId: sites[1]!.tenantId,
    tenantName: sites[1]!.label,
    position: 2,
    at: expect.any(Date),
    actor: 'zhang-san',
    actorId: ZHANG.id,
    scope: `tenant:${sites[1]!.tenantId}`,
    act: 'item.published',
    subject: 'item:1',
    detail: { name: '通知', before: null, after: { 标题: '通知' } },
    address: '192.0.2.7',
    request: 'a1',
  });
});

it.each<[string, Partial<AuditFilter>, number]>([
  ['a part of the actor’s name, in either case', { actor: 'HANG-s' }, 6],
  ['an account', { actorId: ZHANG.id }, 6],
  ['how the act begins', { act: 'item.' }, 4],
  ['the act in full', { act: 'item.published' }, 2],
  ['the subject', { subject: 'account:1' }, 2],
  ['a subject, not its beginning', { subject: 'account' }, 0],
  ['the address', { address: '192.0.2.7' }, 6],
  ['the request', { request: 'a1' }, 6],
  ['several together', { actor: 'zhang', act: 'grant.', address: '192.0.2.7' }, 2],
  ['a sign that means something in patterns', { actor: '%', act: '_' }, 0],
])('finds by %s', async (_, filter, count) => {
  expect(await found(filter)).toBe(count);
  expect(
    await platform.work.run(scope(), (tx) => countAudit(tx, platform.calendar, { tenantIds: own(), ...filter })),
  ).toEqual({ count, more: false });
});

it('counts days from midnight to midnight in the platform’s time zone', async () => {
  const site = await aSite(platform);
  // 00:00 in Shanghai is 16:00 UTC of the day before.
  for (const [at, subject] of [
    ['2026-03-09 15:59:59.999999Z', 'day:9'],
    ['2026-03-09 16:00:00Z', 'day:10'],
    ['2026-03-10 15:59:59.999999Z', 'day:10'],
    ['2026-03-10 16:00:00Z', 'day:11'],
  ])
    await superuser.query(
      `INSERT INTO audit SELECT $1, floor(random() * 1e9), $2, 'x', NULL, 'x', 'x', $3, '{}', '', '', ''`,
      [site.tenantId, at, subject],
    );
  const days = async (from?: string, to?: string) =>
    (
      await platform.work.run(scope([site.tenantId]), (tx) =>
        findAudit(tx, platform.calendar, { tenantIds: [site.tenantId], from, to }),
      )
    ).entries.map((entry) => entry.subject);
  expect(await days('2026-03-10', '2026-03-10')).toEqual(['day:10', 'day:10']);
  expect(await days(undefined, '2026-03-09')).toEqual(['day:9']);
  expect(await days('2026-03-11')).toEqual(['day:11']);
  expect(await days('2026-03-11', '9999-12-31')).toEqual(['day:11']);
  for (const day of ['2026-02-30', '2026-3-1', 'yesterday', "'; --"])
    await expect(days(day)).rejects.toMatchObject({ code: 'audit.bad-day' });
});

it('shows nothing of a tenant out of scope, whatever the filter asks for', async () => {
  const foreign = sites[2]!.tenantId;
  const asked = { tenantIds: [foreign, ...own()] };
  const { entries } = await platform.work.run(scope(), (tx) => findAudit(tx, platform.calendar, asked));
  expect(entries).toHaveLength(8);
  expect(entries.map((entry) => entry.tenantId)).not.toContain(foreign);
  const count = await platform.work.run(scope(), (tx) => countAudit(tx, platform.calendar, asked));
  expect(count.count).toBe(8);
});

it('pages without leaving out or repeating, although many happened at one moment and others are written meanwhile', async () => {
  const [a, b] = [await aSite(platform), await aSite(platform)];
  for (const site of [a, b])
    await superuser.query(
      `INSERT INTO audit SELECT $1, n, '2026-01-01'::timestamptz + (n / 10) * interval '1 microsecond', 'x', NULL, 'x', 'x', 'x', '{}', '', '', ''
       FROM generate_series(1, 120) AS n`,
      [site.tenantId],
    );
  const filter = { tenantIds: [a.tenantId, b.tenantId] };
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const page = await platform.work.run(scope(filter.tenantIds), (tx) =>
      findAudit(tx, platform.calendar, filter, { after }),
    );
    expect(page.entries.length).toBeLessThanOrEqual(50);
    seen.push(...page.entries.map((entry) => `${entry.tenantId} ${entry.position}`));
    after = page.next ?? undefined;
    await write(a, OPERATOR, [['test.meanwhile', 'x:1']]);
  } while (after);
  expect(new Set(seen).size).toBe(240);
  expect(seen).toHaveLength(240);
});

it('takes no page mark that it did not give', async () => {
  for (const after of [
    '',
    'x',
    Buffer.from('["2026","x",1]').toString('base64url'),
    Buffer.from('{}').toString('base64url'),
  ])
    await expect(find({}, { after })).rejects.toMatchObject({ code: 'audit.bad-cursor' });
});

it('counts to 10,000 and says that there are more', async () => {
  const site = await aSite(platform);
  await superuser.query(
    `INSERT INTO audit SELECT $1, n, now(), 'x', NULL, 'x', 'x', 'x', '{}', '', '', '' FROM generate_series(1, 10001) AS n`,
    [site.tenantId],
  );
  const count = () =>
    platform.work.run(scope([site.tenantId]), (tx) =>
      countAudit(tx, platform.calendar, { tenantIds: [site.tenantId] }),
    );
  expect(await count()).toEqual({ count: 10_000, more: true });
  await superuser.query('DELETE FROM audit WHERE tenant_id = $1 AND position = 1', [site.tenantId]);
  expect(await count()).toEqual({ count: 10_000, more: false });
});

it('reads a page through the index that fits, under row security', async () => {
  const site = await aSite(platform);
  await superuser.query(
    `INSERT INTO audit SELECT $1, n, now() - n * interval '1 microsecond', 'x', gen_random_uuid(), 'x', 'x.y', 'item:' || n, '{}', '', '', ''
     FROM generate_series(1, 30000) AS n`,
    [site.tenantId],
  );
  await superuser.query('VACUUM ANALYZE audit');
  const tenantIds = [site.tenantId, ...own()];
  const planOf = async (filter: Partial<AuditFilter>): Promise<string> => {
    let plan = '';
    await platform.work.run(scope(tenantIds), async (tx) => {
      const explaining = {
        ...tx,
        query: async (sql: string, parameters: unknown[]) => {
          const rows = await tx.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`, parameters);
          plan = rows.map((row) => row['QUERY PLAN']).join('\n');
          return [];
        },
      } as typeof tx;
      await findAudit(explaining, platform.calendar, { tenantIds, ...filter });
    });
    return plan;
  };
  const month = new Date().toISOString().slice(0, 7).replace('-', '_');
  const uses = (index: string) =>
    new RegExp(`Index Scan.* using audit_${month}_tenant_id_${index}_idx on audit_${month} `);
  expect(await planOf({})).toMatch(uses('at_position'));
  expect(await planOf({ act: 'x.' })).toMatch(uses('at_position'));
  expect(await planOf({ subject: 'item:7' })).toMatch(uses('subject_at'));
  expect(await planOf({ actorId: ZHANG.id })).toMatch(uses('actor_id_at'));
});

describe('the CSV', () => {
  const words = async () => (entry: AuditEntry) => ({
    person: '',
    kind: '稿件',
    before: '',
    after: JSON.stringify(entry.detail.after ?? ''),
    reason: '',
    rest: '',
    scope: '',
  });
  const csv = (filter: Partial<AuditFilter> = {}, tenantIds = own()) =>
    text(
      Readable.from(
        auditCsv({ ...platform, acts: { 'item.published': '发布稿件' }, words }, scope(tenantIds), {
          tenantIds,
          ...filter,
        }),
      ),
    );

  it('is what the list shows, in Chinese and in a form that Excel reads', async () => {
    const content = await csv();
    expect(content.startsWith('\uFEFF时间,单位,编号,操作人,姓名,行为,')).toBe(true);
    expect(content).toContain('\r\n');
    const rows = parse(content, { bom: true, columns: true }) as Record<string, string>[];
    expect(rows).toHaveLength(8);
    expect(rows.find((row) => row.行为代码 === 'item.published')).toMatchObject({
      时间: expect.stringMatching(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/),
      单位: sites[1]!.label,
      操作人: 'zhang-san',
      行为: '发布稿件',
      名称: '通知',
      改动前: '',
      对象: '稿件',
      改动后: '{"标题":"通知"}',
      原始明细: expect.stringContaining('"after":{"标题":"通知"}'),
      来源地址: '192.0.2.7',
    });
    expect(parse(await csv({ act: 'grant.' }), { bom: true, columns: true })).toHaveLength(2);
  });

  it('holds nothing that a spreadsheet would run', async () => {
    const site = await aSite(platform);
    const dangerous = ['=HYPERLINK("http://x")', '+1', '-1+2', '@SUM(A1)', '\t=1', '＝1', 'a,"b"\n=2'];
    for (const name of dangerous) await write(site, { ...ZHANG, name }, [['test.written', name, { name }]]);
    const rows = parse(await csv({}, [site.tenantId]), { bom: true }) as string[][];
    expect(rows).toHaveLength(dangerous.length + 1);
    for (const cell of rows.flat()) expect(cell).not.toMatch(/^[=+\-@\t\r＝]/);
    expect(rows.slice(1).map((row) => row[7])).toEqual(
      [...dangerous.slice(0, -1).map((name) => `'${name}`), 'a,"b"\n=2'].reverse(),
    );
  });

  it('comes in pieces, however long it is, and in whole', async () => {
    const site = await aSite(platform);
    await superuser.query(
      `INSERT INTO audit SELECT $1, n, now(), 'x', NULL, 'x', 'x', 'x', '{}', '', '', '' FROM generate_series(1, 1234) AS n`,
      [site.tenantId],
    );
    const pieces: string[] = [];
    const source = { ...platform, acts: {}, words };
    for await (const piece of auditCsv(source, scope([site.tenantId]), { tenantIds: [site.tenantId] }))
      pieces.push(piece);
    expect(pieces.length).toBe(4);
    expect(parse(pieces.join(''), { bom: true })).toHaveLength(1235);
  });

  it('shows nothing of a tenant out of scope', async () => {
    const foreign = sites[2]!.tenantId;
    const pieces = Readable.from(auditCsv({ ...platform, acts: {}, words }, scope(), { tenantIds: [foreign] }));
    expect(parse(await text(pieces), { bom: true })).toHaveLength(1);
  });
});
