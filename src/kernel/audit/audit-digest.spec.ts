import pg from 'pg';
import { aSite, type BuiltSite, scopeOf } from '../../../test/builders.js';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import type { Actor } from '../database/scope.js';
import { newId } from '../id.js';
import { auditDigest, CHAINED_COLUMNS, type ChainedEntry, chainStart } from './audit-digest.js';

let platform: TestPlatform;
let superuser: pg.Client;
let site: BuiltSite;

beforeAll(async () => {
  platform = await aPlatform();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  site = await aSite(platform);
});

afterAll(async () => {
  await superuser?.end();
  await platform?.close();
});

const AWKWARD: Record<string, unknown>[] = [
  {},
  { name: '', before: null, after: [] },
  { name: '农安县人民政府“示例”\n\t\\' },
  { 姓名: '张三', emoji: '👩‍👩‍👧 🇨🇳', control: '\u0001', pair: '𠮷' },
  { b: 1, aa: 2, a: { z: [1, { y: [[]] }], x: { w: 'v:12:' } } },
  { numbers: [0, -0.1, 1e21, 12345678901234567890n.toString(), 1.5e-7] },
  { text: '12:12:…'.repeat(500) },
];

it('is what the database counts, whatever the entry holds', async () => {
  const actors: Actor[] = [
    OPERATOR,
    { kind: 'account', name: 'zhang-san', id: newId(), address: '2001:db8::1', request: '0199aa' },
    { kind: 'account', name: '李四 👋', id: newId(), address: '', request: '' },
  ];
  for (const actor of actors)
    await platform.work.run({ ...scopeOf(site.tenantId), actor }, async (tx) => {
      for (const detail of AWKWARD) tx.audit('测试.试', `主题:${newId()}`, detail);
    });
  const { rows } = await superuser.query<ChainedEntry>(
    `SELECT ${CHAINED_COLUMNS} FROM audit WHERE tenant_id = $1 ORDER BY audit.position`,
    [site.tenantId],
  );
  expect(rows.map((row) => row.position)).toEqual(Array.from({ length: 21 }, (_, index) => index + 1));
  let previous = chainStart(site.tenantId);
  for (const row of rows) {
    expect([row, auditDigest(previous, row).toString('hex')]).toEqual([row, row.hash.toString('hex')]);
    previous = row.hash;
  }
  expect(rows.filter((row) => row.actorId === '')).toHaveLength(7);
});

it.each([
  '2026-11-25 09:00:00+00',
  '2026-11-25 09:00:00.000001+08',
  '1999-12-31 23:59:59.9+00',
  '2026-02-01 00:00:00.12345-03',
])('reads the time %s as the database does, to the microsecond', async (at) => {
  const entry: Omit<ChainedEntry, 'hash' | 'at'> = {
    tenantId: site.tenantId,
    position: 9_007_199_254_740_991,
    actor: '',
    actorId: '',
    scope: '',
    act: '',
    subject: '',
    detail: '{}',
    address: '',
    request: '',
  };
  const { rows } = await superuser.query<{ text: string; counted: Buffer }>(
    `SELECT pg_catalog.to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS text,
         audit_digest('\\x00', $2, $3, audit_moment(at), '', '', '', '', '', '{}', '', '') AS counted
       FROM (SELECT $1::timestamptz) AS t (at)`,
    [at, entry.tenantId, String(entry.position)],
  );
  expect(auditDigest(Buffer.of(0), { ...entry, at: rows[0]!.text }).equals(rows[0]!.counted)).toBe(true);
});

it('differs when a part moves over to its neighbour', () => {
  const entry = { tenantId: site.tenantId, position: 1, at: 'x', actorId: '', scope: '', act: '', subject: '' };
  const rest = { detail: '', address: '', request: '' };
  const one = auditDigest(Buffer.alloc(32), { ...entry, ...rest, actor: '1:a', subject: 'b' });
  expect(auditDigest(Buffer.alloc(32), { ...entry, ...rest, actor: '1:', subject: 'ab' }).equals(one)).toBe(false);
});
