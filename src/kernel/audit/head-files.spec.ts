import { appendFile, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { aSite, type BuiltSite, scopeOf } from '../../../test/builders.js';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import { PLATFORM_TENANT } from '../database/scope.js';
import { exportHeadsNow, exportHeadsWhenDue } from './export-heads.js';
import { verifyAudit } from './verify-audit.js';

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

const written = (tenantId: string, count: number): Promise<void> =>
  platform.work.run(scopeOf(tenantId), async (tx) => {
    for (let n = 0; n < count; n++) tx.audit('test.written', `note:${n + 1}`, { n });
  });

const headsFolder = () => join(platform.config.dataDirectory, 'audit-heads');
const headsFile = async () => join(headsFolder(), (await readdir(headsFolder())).sort().at(-1)!);
const verify = () => verifyAudit(platform, OPERATOR, {});

async function byHand(sql: string, parameters: unknown[] = []): Promise<void> {
  await superuser.query(sql, parameters);
}

beforeEach(async () => {
  await byHand('TRUNCATE audit, audit_chain');
  await rm(headsFolder(), { recursive: true, force: true });
  await written(site.tenantId, 10);
  for (let n = 0; n < 4; n++) {
    await written(site.tenantId, 1);
    await exportHeadsNow(platform, OPERATOR);
  }
});

/** Changes the lines of the file. */
async function edit(change: (lines: string[]) => string[]): Promise<void> {
  const file = await headsFile();
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  await writeFile(
    file,
    change(lines)
      .map((line) => `${line}\n`)
      .join(''),
  );
}
const files = async () => (await verify()).findings.map(({ kind, position }) => ({ kind, position }));

it('are read by nobody else, and each line says its number, time and all heads', async () => {
  const file = await headsFile();
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(headsFolder())).mode & 0o777).toBe(0o700);
  const lines = (await readFile(file, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map((line) => line.sequence)).toEqual([1, 2, 3, 4]);
  expect(lines[3].heads).toContainEqual({
    tenantId: site.tenantId,
    position: 14,
    hash: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

it('are found altered, line by line', async () => {
  await edit((lines) =>
    lines.map((line, index) => (index === 1 ? line.replace('"position":12', '"position":11') : line)),
  );
  expect(await files()).toEqual([{ kind: 'heads-altered', position: 2 }]);
  await edit((lines) => lines.map((line, index) => (index === 1 ? 'not a line' : line)));
  expect(await files()).toEqual([{ kind: 'heads-altered', position: 2 }]);
});

it('are found altered when a line was made with another secret', async () => {
  const forger = { ...platform, secretKey: 'another secret, of thirty-two letters' };
  await exportHeadsNow(forger, OPERATOR);
  expect(await files()).toEqual([{ kind: 'heads-altered', position: 5 }]);
});

it('are found altered when a line was repeated, put in from elsewhere, or two changed places', async () => {
  const file = await headsFile();
  const whole = await readFile(file, 'utf8');
  await edit((lines) => [...lines.slice(0, 3), lines[1]!, lines[3]!]);
  expect(await files()).toEqual([{ kind: 'heads-altered', position: 4 }]);
  await writeFile(file, whole);
  await edit((lines) => [...lines.slice(0, 3), '{"sequence":1000000}', lines[3]!]);
  expect(await files()).toEqual([{ kind: 'heads-altered', position: 4 }]);
  await writeFile(file, whole);
  await edit((lines) => [0, 2, 1, 3].map((index) => lines[index]!));
  expect(await files()).toEqual([
    { kind: 'heads-missing', position: 2 },
    { kind: 'heads-altered', position: 3 },
  ]);
});

it('are missed when a line is dropped: the first, one between, or the last', async () => {
  const file = await headsFile();
  const whole = await readFile(file, 'utf8');
  for (const gone of [0, 2, 3]) {
    await writeFile(file, whole);
    await edit((lines) => lines.filter((_, index) => index !== gone));
    expect(await files()).toEqual([{ kind: 'heads-missing', position: gone + 1 }]);
  }
});

it('are missed when others were written in place of the last', async () => {
  await edit((lines) => lines.slice(0, 2));
  await exportHeadsNow(platform, OPERATOR);
  await exportHeadsNow(platform, OPERATOR);
  await exportHeadsNow(platform, OPERATOR);
  expect(await files()).toEqual([
    { kind: 'heads-missing', position: 3 },
    { kind: 'heads-missing', position: 4 },
  ]);
});

it('go on from the last signed line, whatever was written behind it', async () => {
  await appendFile(await headsFile(), '{"sequence":1000000,"mac":""}\n');
  expect(await exportHeadsNow(platform, OPERATOR)).toMatchObject({ sequence: 5 });
  expect(await files()).toEqual([{ kind: 'heads-altered', position: 5 }]);
});

it('are judged although what the audit notes of them was altered too', async () => {
  await byHand(`UPDATE audit SET detail = '{"sequence": "many"}' WHERE tenant_id = $1 AND position = 2`, [
    PLATFORM_TENANT,
  ]);
  expect(await files()).toEqual([{ kind: 'altered', position: 2 }]);
});

it('are missed when they are gone altogether', async () => {
  await rm(headsFolder(), { recursive: true });
  expect((await verify()).findings).toMatchObject([
    { kind: 'heads-missing', sentence: expect.stringContaining('导出过 4 次') },
  ]);
});

it('go on over half a line left by a power cut, and over a month', async () => {
  const file = await headsFile();
  await appendFile(file, '{"keeper":"half a li');
  const old = join(headsFolder(), '2001-01.jsonl');
  await writeFile(old, await readFile(file, 'utf8'));
  await rm(file);
  await appendFile(old, '\n');
  await edit((lines) => lines.slice(0, 4));
  expect(await exportHeadsNow(platform, OPERATOR)).toMatchObject({ sequence: 5 });
  expect(await readdir(headsFolder())).toHaveLength(2);
  await appendFile(await headsFile(), '{"keeper":"half a li');
  expect(await exportHeadsNow(platform, OPERATOR)).toMatchObject({ sequence: 6 });
  expect(await verify()).toMatchObject({ findings: [] });
});

it('get a line from two exports at once each, in turn', async () => {
  const lines = await Promise.all(Array.from({ length: 5 }, () => exportHeadsNow(platform, OPERATOR)));
  expect(lines.map((line) => line.sequence).sort()).toEqual([5, 6, 7, 8, 9]);
  expect((await verify()).findings).toEqual([]);
});

it('get a new line when the last is older than a day, not before', async () => {
  expect(await exportHeadsWhenDue(platform, OPERATOR)).toBeNull();
  await rm(headsFolder(), { recursive: true });
  expect(await exportHeadsWhenDue(platform, OPERATOR)).toMatchObject({ sequence: 1 });
});

it('are noted in the platform’s audit and told to the log', async () => {
  const said: unknown[] = [];
  const log = { ...platform.log, info: (facts: unknown) => said.push(facts) } as unknown as typeof platform.log;
  const line = await exportHeadsNow({ ...platform, log }, OPERATOR);
  expect(said).toEqual([{ part: 'audit', keeper: line.keeper, sequence: 5, tenants: 2, mac: line.mac }]);
  const { rows } = await superuser.query(
    'SELECT actor, act, detail FROM audit WHERE tenant_id = $1 ORDER BY position DESC LIMIT 1',
    [PLATFORM_TENANT],
  );
  expect(rows).toMatchObject([{ actor: OPERATOR.name, act: 'audit.heads-exported', detail: { mac: line.mac } }]);
});
