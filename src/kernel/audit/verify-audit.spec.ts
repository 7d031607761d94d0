import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { aSite, type BuiltSite, scopeOf } from '../../../test/builders.js';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import { exportHeadsNow } from './export-heads.js';
import { verifyAudit } from './verify-audit.js';

let platform: TestPlatform;
let superuser: pg.Client;
let site: BuiltSite;
let other: BuiltSite;

beforeAll(async () => {
  platform = await aPlatform();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  [site, other] = [await aSite(platform), await aSite(platform)];
});

afterAll(async () => {
  await superuser?.end();
  await platform?.close();
});

const ACTS = { 'test.written': '写下一条' };
const written = (tenantId: string, count: number): Promise<void> =>
  platform.work.run(scopeOf(tenantId), async (tx) => {
    for (let n = 0; n < count; n++) tx.audit('test.written', `note:${n + 1}`, { n });
  });

const headsFolder = () => join(platform.config.dataDirectory, 'audit-heads');
const verify = () => verifyAudit(platform, OPERATOR, ACTS);

/** By a superuser, past every trigger and reference, as somebody would who wants to leave no trace. */
async function byHand(sql: string, parameters: unknown[] = []): Promise<void> {
  await superuser.query(sql, parameters);
}

/** Counts every hash of a tenant's chain anew from a position on, and sets its end: what a thorough forger does. */
async function rehash(tenantId: string, from: number): Promise<void> {
  await byHand(
    `DO $$ DECLARE entry audit; previous bytea := (SELECT hash FROM audit WHERE tenant_id = '${tenantId}' AND position = ${from} - 1);
     BEGIN
       FOR entry IN SELECT * FROM audit WHERE tenant_id = '${tenantId}' AND position >= ${from} ORDER BY position LOOP
         previous := audit_digest(previous, entry.tenant_id::text, entry.position::text, audit_moment(entry.at), entry.actor,
           coalesce(entry.actor_id::text, ''), entry.scope, entry.act, entry.subject, entry.detail::text, entry.address, entry.request);
         UPDATE audit SET hash = previous WHERE tenant_id = entry.tenant_id AND position = entry.position;
         UPDATE audit_chain SET position = entry.position, hash = previous WHERE tenant_id = entry.tenant_id;
       END LOOP;
     END $$`,
  );
}

const found = async () =>
  (await verify()).findings.map(({ kind, tenantId, position }) => ({ kind, tenantId, position }));

beforeEach(async () => {
  await byHand('TRUNCATE audit, audit_chain');
  await rm(headsFolder(), { recursive: true, force: true });
  await written(site.tenantId, 10);
  await written(other.tenantId, 3);
});

it('finds nothing where nothing was touched, and counts what it read', async () => {
  await exportHeadsNow(platform, OPERATOR);
  await written(site.tenantId, 5);
  await exportHeadsNow(platform, OPERATOR);
  await written(site.tenantId, 1);
  const report = await verify();
  expect(report.findings).toEqual([]);
  // Of the two sites, and two of the platform for the exports.
  expect(report.entries).toBe(16 + 3 + 2);
});

it('reads a chain that is longer than one batch', async () => {
  await written(site.tenantId, 4_500);
  expect((await verify()).findings).toEqual([]);
  await byHand(`UPDATE audit SET subject = 'x' WHERE tenant_id = $1 AND position IN (2000, 2001, 4400)`, [
    site.tenantId,
  ]);
  expect(await found()).toMatchObject([{ position: 2000 }, { position: 4400 }]);
});

describe('finds exactly what somebody did to the rows', () => {
  it.each([
    ['actor', `actor = '别人'`],
    ['actor_id', 'actor_id = gen_random_uuid()'],
    ['scope', `scope = 'x'`],
    ['act', `act = 'test.other'`],
    ['subject', `subject = 'note:99'`],
    ['detail', `detail = '{"n": 99}'`],
    ['address', `address = '192.0.2.1'`],
    ['request', `request = 'x'`],
    ['hash', `hash = sha256('')`],
    ['time', `at = at + interval '1 microsecond'`],
    ['time to one that is none', `at = 'infinity'`],
  ])('an edited %s', async (_, change) => {
    await byHand(`UPDATE audit SET ${change} WHERE tenant_id = $1 AND position = 5`, [site.tenantId]);
    const findings = await found();
    expect(findings).toEqual([{ kind: 'altered', tenantId: site.tenantId, position: 5 }]);
  });

  it('says which entry it is, whose, from when and about what', async () => {
    await byHand(`UPDATE audit SET detail = '{}', at = '2026-11-24 01:12:00Z' WHERE tenant_id = $1 AND position = 5`, [
      site.tenantId,
    ]);
    const [finding] = (await verify()).findings;
    expect(finding?.sentence).toBe(
      `${site.label}：第 5 条（2026-11-24 09:12，写下一条（note:5），${OPERATOR.name}）与校验值不符：它被改动过，或者它前面一条连同校验值一起被改动过。`,
    );
  });

  it('an entry edited together with its hash', async () => {
    await byHand(
      `UPDATE audit a SET actor = '别人', hash = audit_digest((SELECT hash FROM audit b WHERE b.tenant_id = a.tenant_id AND b.position = 4),
         tenant_id::text, position::text, audit_moment(at), '别人', '', scope, act, subject, detail::text, address, request)
       WHERE tenant_id = $1 AND position = 5`,
      [site.tenantId],
    );
    expect(await found()).toEqual([{ kind: 'altered', tenantId: site.tenantId, position: 6 }]);
  });

  it('the last entry edited together with its hash', async () => {
    await byHand(
      `UPDATE audit a SET actor = '别人', hash = audit_digest((SELECT hash FROM audit b WHERE b.tenant_id = a.tenant_id AND b.position = 9),
         tenant_id::text, position::text, audit_moment(at), '别人', '', scope, act, subject, detail::text, address, request)
       WHERE tenant_id = $1 AND position = 10`,
      [site.tenantId],
    );
    expect(await found()).toEqual([{ kind: 'end-differs', tenantId: site.tenantId, position: 10 }]);
  });

  it('removed entries, in the middle and at the beginning', async () => {
    await byHand('DELETE FROM audit WHERE tenant_id = $1 AND position IN (1, 6, 7)', [site.tenantId]);
    const { findings } = await verify();
    expect(findings).toMatchObject([
      { kind: 'removed', position: 1, sentence: expect.stringContaining('第 1 条被删除了，原在最前面') },
      {
        kind: 'removed',
        position: 6,
        sentence: expect.stringMatching(/第 6 至 7 条被删除了，原在第 5 条（.+写下一条/),
      },
    ]);
  });

  it('a removed entry whose hole was closed by numbering anew', async () => {
    await byHand('DELETE FROM audit WHERE tenant_id = $1 AND position = 4', [site.tenantId]);
    await byHand('UPDATE audit SET position = position - 1 WHERE tenant_id = $1 AND position > 4', [site.tenantId]);
    expect((await verify()).findings).toMatchObject([
      { kind: 'altered', position: 4, sentence: expect.stringContaining('第 4 至 9 条') },
      { kind: 'truncated', position: 10 },
    ]);
  });

  it('an inserted entry beside another of its number', async () => {
    for (const time of [`at + interval '1 second'`, `at - interval '1 second'`]) {
      await byHand(
        `INSERT INTO audit SELECT tenant_id, position, ${time}, '别人', actor_id, scope, 'test.smuggled', subject, detail, address, request, hash
         FROM audit WHERE tenant_id = $1 AND position = 5`,
        [site.tenantId],
      );
      expect((await verify()).findings).toMatchObject([
        { kind: 'inserted', position: 5, sentence: expect.stringMatching(/第 5 条（.+test\.smuggled.+别人.+后来插入/) },
      ]);
      await byHand(`DELETE FROM audit WHERE act = 'test.smuggled'`);
    }
  });

  it('an inserted entry behind the end', async () => {
    await byHand(
      `INSERT INTO audit SELECT tenant_id, position + 1, now(), '别人', actor_id, scope, act, subject, detail, address, request, hash
       FROM audit WHERE tenant_id = $1 AND position = 10`,
      [site.tenantId],
    );
    expect(await found()).toEqual([{ kind: 'inserted', tenantId: site.tenantId, position: 11 }]);
  });

  it.each([
    [4, 5],
    [3, 8],
  ])('entries %d and %d in each other’s place', async (a, b) => {
    await byHand(
      `UPDATE audit SET position = CASE position WHEN ${a} THEN ${b} ELSE ${a} END WHERE tenant_id = $1 AND position IN (${a}, ${b})`,
      [site.tenantId],
    );
    expect(await found()).toEqual([{ kind: 'reordered', tenantId: site.tenantId, position: a }]);
  });

  it('a chain cut at its end, with and without setting its end back', async () => {
    await byHand('DELETE FROM audit WHERE tenant_id = $1 AND position > 8', [site.tenantId]);
    expect(await found()).toEqual([{ kind: 'truncated', tenantId: site.tenantId, position: 9 }]);
    await byHand(
      `UPDATE audit_chain SET position = 8, hash = (SELECT hash FROM audit WHERE tenant_id = $1 AND position = 8) WHERE tenant_id = $1`,
      [site.tenantId],
    );
    // Inside the database nothing tells any more: that is what the exported heads are for.
    expect(await found()).toEqual([]);
  });

  it('a chain that lost its end, or whose end was altered', async () => {
    await byHand(`UPDATE audit_chain SET hash = '' WHERE tenant_id = $1`, [site.tenantId]);
    expect(await found()).toEqual([{ kind: 'end-differs', tenantId: site.tenantId, position: 10 }]);
    await byHand('DELETE FROM audit_chain WHERE tenant_id = $1', [site.tenantId]);
    expect(await found()).toEqual([{ kind: 'end-missing', tenantId: site.tenantId, position: 10 }]);
  });

  it('several things at once, in several chains', async () => {
    await byHand('DELETE FROM audit WHERE tenant_id = $1 AND position = 2', [site.tenantId]);
    await byHand(`UPDATE audit SET act = 'x.y' WHERE tenant_id = $1 AND position = 7`, [site.tenantId]);
    await byHand(`UPDATE audit SET act = 'x.y' WHERE tenant_id = $1 AND position = 3`, [other.tenantId]);
    const findings = await found();
    expect(findings).toHaveLength(3);
    expect(findings).toEqual(
      expect.arrayContaining([
        { kind: 'removed', tenantId: site.tenantId, position: 2 },
        { kind: 'altered', tenantId: site.tenantId, position: 7 },
        { kind: 'altered', tenantId: other.tenantId, position: 3 },
      ]),
    );
  });
});

describe('by the exported heads it finds', () => {
  beforeEach(async () => {
    await exportHeadsNow(platform, OPERATOR);
    await written(site.tenantId, 5);
    await exportHeadsNow(platform, OPERATOR);
    await written(site.tenantId, 5);
  });

  it('a chain made anew after an edit', async () => {
    await byHand(`UPDATE audit SET actor = '别人' WHERE tenant_id = $1 AND position = 13`, [site.tenantId]);
    await rehash(site.tenantId, 13);
    const { findings } = await verify();
    expect(findings).toMatchObject([
      { kind: 'rebuilt', tenantId: site.tenantId, position: 15, sentence: expect.stringContaining('第 11 至 15 条') },
    ]);
  });

  it('a chain from which an entry was taken and which was made anew', async () => {
    await byHand('DELETE FROM audit WHERE tenant_id = $1 AND position = 4', [site.tenantId]);
    await byHand('UPDATE audit SET position = position - 1 WHERE tenant_id = $1 AND position > 4', [site.tenantId]);
    await rehash(site.tenantId, 4);
    expect(await found()).toEqual([{ kind: 'rebuilt', tenantId: site.tenantId, position: 10 }]);
  });

  it('a cut end that was tidied up, also when life went on', async () => {
    await byHand('DELETE FROM audit WHERE tenant_id = $1 AND position > 12', [site.tenantId]);
    await rehash(site.tenantId, 12);
    expect((await verify()).findings).toMatchObject([
      { kind: 'truncated', position: 13, sentence: expect.stringContaining('末尾的第 13 至 15 条') },
    ]);
    await written(site.tenantId, 9);
    expect(await found()).toEqual([{ kind: 'rebuilt', tenantId: site.tenantId, position: 15 }]);
  });

  it('a chain that is wholly gone, also with its tenant', async () => {
    await byHand('DELETE FROM audit WHERE tenant_id = $1', [site.tenantId]);
    await byHand('DELETE FROM audit_chain WHERE tenant_id = $1', [site.tenantId]);
    expect((await verify()).findings).toMatchObject([
      { kind: 'chain-gone', tenantId: site.tenantId, sentence: expect.stringContaining('原有 15 条') },
    ]);
    await byHand('BEGIN');
    await byHand(`SET LOCAL session_replication_role = replica`);
    await byHand('DELETE FROM tenant WHERE id = $1', [site.tenantId]);
    await byHand('COMMIT');
    expect((await verify()).findings).toMatchObject([
      { kind: 'chain-gone', tenantId: site.tenantId, sentence: expect.stringContaining(`单位 ${site.tenantId}`) },
    ]);
    site = await aSite(platform);
  });
});

it('verifies one tenant alone by name or slug, and says when there is none of that name', async () => {
  await byHand(`UPDATE audit SET act = 'x.y' WHERE position = 3`);
  for (const tenant of [other.label, other.tenantId])
    expect(await verifyAudit(platform, OPERATOR, ACTS, { tenant })).toMatchObject({
      tenants: 1,
      entries: 3,
      findings: [{ tenantId: other.tenantId }],
    });
  await expect(verifyAudit(platform, OPERATOR, ACTS, { tenant: '无此县' })).rejects.toMatchObject({
    code: 'audit.tenant-unknown',
  });
});

it('finds nothing wrong while others write', async () => {
  const writing = Promise.all(Array.from({ length: 60 }, (_, n) => written(n % 2 ? site.tenantId : other.tenantId, 2)));
  const reports = [];
  for (let n = 0; n < 5; n++) reports.push(await verify());
  await writing;
  for (const report of reports) expect(report.findings).toEqual([]);
});
