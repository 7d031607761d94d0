import pg from 'pg';
import { aSite, type BuiltSite, publish } from '../../test/builders.js';
import { aPlatform, OPERATOR, type TestPlatform } from '../../test/platform.js';
import { auditExportHeads, auditVerify } from './audit.js';
import type { CommandContext } from './command-context.js';

let platform: TestPlatform;
let superuser: pg.Client;
let site: BuiltSite;
const said: string[] = [];
const results: string[] = [];

const context = (): CommandContext => ({
  config: platform.config,
  actor: OPERATOR,
  path: (written) => written,
  withPlatform: (work) => work(platform),
  visitors: async () => ({ origin: (host) => host, running: false }),
  say: (line) => said.push(line),
  result: (line) => results.push(line),
});

beforeAll(async () => {
  platform = await aPlatform();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  site = await aSite(platform);
  await publish(platform, site, 'ywdt');
});

afterEach(() => {
  process.exitCode = undefined;
  said.length = 0;
  results.length = 0;
});

afterAll(async () => {
  await superuser?.end();
  await platform?.close();
});

it('verify says that all is well, and is audited itself', async () => {
  await auditVerify(context(), {});
  expect(said).toEqual([]);
  expect(results).toEqual(['核对了 2 个单位的 1 条审计记录，没有发现问题']);
  expect(process.exitCode).toBeUndefined();
  const { rows } = await superuser.query(`SELECT actor, subject, detail FROM audit WHERE act = 'audit.verified'`);
  expect(rows).toEqual([
    { actor: OPERATOR.name, subject: 'audit:all', detail: { tenants: 2, entries: 1, findings: 0 } },
  ]);
});

it('export-heads gives the number and the signature', async () => {
  await auditExportHeads(context());
  expect(said[0]).toMatch(/^签名 [0-9a-f]{64}：/);
  expect(results).toEqual(['已导出 2 个单位的链头，第 1 次']);
});

it('verify finds a row edited by hand: a sentence for each finding, exit code 1', async () => {
  await superuser.query(`UPDATE audit SET actor = '别人' WHERE act = 'item.published'`);
  await auditVerify(context(), { tenant: site.label });
  expect(said).toEqual([
    expect.stringMatching(new RegExp(`^${site.label}：第 1 条（.+，发布稿件（item:.+），别人）与校验值不符`)),
  ]);
  expect(results).toEqual(['核对了 1 个单位的 1 条审计记录，发现 1 处问题']);
  expect(process.exitCode).toBe(1);
});

it('verify of a tenant that there is not says so', async () => {
  await expect(auditVerify(context(), { tenant: '无此县' })).rejects.toMatchObject({ code: 'audit.tenant-unknown' });
});
