import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { duties } from '../../src/access/duties.js';
import { FirstPeople } from '../../src/access/first-people.js';
import type { CommandContext } from '../../src/commands/command-context.js';
import { commandsOver } from '../../src/commands/program.js';
import { preparePlatformAccount } from '../../src/identity/account/prepare-platform-account.js';
import { openIdentity } from '../../src/identity/identity.js';
import { defineJobs } from '../../src/jobs.js';
import { defineAuditJobs } from '../../src/kernel/audit/audit-jobs.js';
import { seal } from '../../src/kernel/crypto/seal.js';
import { PLATFORM_TENANT } from '../../src/kernel/database/scope.js';
import { type JobHandler, Jobs } from '../../src/kernel/jobs/jobs.js';
import { checkedKey, objectKey } from '../../src/kernel/objects/object-key.js';
import { originOf } from '../../src/origin.js';
import { anAccount } from '../people.js';
import { aPlatform, OPERATOR, type TestPlatform } from '../platform.js';
import { aWeb, type TestWeb } from '../web.js';
import { fingerprint } from './matrix/fingerprint.js';
import { aWorld, type World } from './matrix/world.js';

/**
 * What is done by nobody at the desk: jobs and the operators' commands. Each is run in earnest while the county K has
 * something for it to do, and touches nothing of another tenant.
 */
let platform: TestPlatform;
let world: World;
let folder: string;
let jobs: DefinedJobs;
let web: TestWeb;

/** Keeps what is defined, so that it can be done without the queue. */
class DefinedJobs extends Jobs {
  readonly handlers = new Map<string, JobHandler>();

  override define(...[name, options, handler]: Parameters<Jobs['define']>): void {
    super.define(name, options, handler);
    this.handlers.set(name, handler);
  }
}

let sealed = '';

beforeAll(async () => {
  platform = await aPlatform();
  world = await aWorld(platform);
  folder = await mkdtemp(join(tmpdir(), 'jiyue-matrix-'));
  await new FirstPeople(platform.work, preparePlatformAccount(platform.secretKey)).makeMissing(OPERATOR);
  jobs = new DefinedJobs(platform);
  defineAuditJobs(jobs, platform);
  const setting = { deskOrigin: 'http://console.localhost', mailer: { send: async () => {} }, later: null };
  defineJobs(jobs, platform, openIdentity(platform, duties, setting));
  web = await aWeb(platform);
}, 120_000);

afterAll(async () => {
  if (folder) await rm(folder, { recursive: true, force: true });
  await web?.close();
  await world?.superuser.end();
  await platform?.close();
});

/** The tenants whose rows something changed: by the slug of those of this world; `new`: of one that was not there before. */
async function touchedBy(work: () => Promise<unknown>): Promise<string[]> {
  const { superuser } = world;
  const slugs = async () =>
    new Map((await superuser.query('SELECT id, slug FROM tenant')).rows.map(({ id, slug }) => [id, slug]));
  const [known, before] = [await slugs(), await fingerprint(superuser)];
  await work();
  const after = await fingerprint(superuser);
  const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => before[key] !== after[key],
  );
  const tenants = changed.flatMap((key) => {
    const [, tenant] = / of (.+)$/.exec(key) ?? [];
    return tenant ? [known.get(tenant) ?? 'new'] : [];
  });
  return [...new Set(tenants)].sort();
}

const K = 'qinghe';
const PLATFORM = 'console';

/** Jobs: what there is to be done in K, and whose rows are touched by it. */
const JOBS: Record<string, { prepare?: () => Promise<unknown>; payload?: () => object; touches: string[] }> = {
  'audit.export-heads': { touches: [PLATFORM] },
  'audit.partitions': { touches: [] },
  // No rows: which files are gone and which stay is asked below. All of these are somebody's.
  'content.delete-objects': {
    payload: () => ({ keys: Object.values(world.files).map(({ objectKey: key }) => key) }),
    touches: [],
  },
  'identity.dormancy': {
    prepare: async () => {
      const { id } = await anAccount(platform, { tenantId: world.county.id, endsOn: '2030-01-01' });
      await world.superuser.query(`UPDATE account SET ends_on = '2020-01-01' WHERE id = $1`, [id]);
    },
    touches: [K],
  },
  'identity.mail': {
    prepare: async () => {
      const [account, to] = [await anAccount(platform, { tenantId: world.county.id }), 'liwen@gov.example'];
      await world.superuser.query(
        `UPDATE account SET mail_failed_at = now(), mail_failure = 'away', email = $2 WHERE id = $1`,
        [account.id, to],
      );
      const mail = { to, subject: '试', text: '试' };
      const letter = { account, mail, until: Date.now() + 60_000, token: null };
      sealed = seal(platform.secretKey, 'identity.letter', Buffer.from(JSON.stringify(letter))).toString('base64');
    },
    payload: () => ({ sealed }),
    touches: [K],
  },
  'identity.prune': {
    prepare: async () => {
      const { id, tenantId } = await anAccount(platform, { tenantId: world.county.id });
      await world.superuser.query(
        `INSERT INTO session (tenant_id, id, account_id, token_digest, stage, means, idle_until, ends_at)
         VALUES ($1, gen_random_uuid(), $2, sha256('x'), 'open', 'password', now() - interval '1 day', now() - interval '1 day')`,
        [tenantId, id],
      );
    },
    // Sessions are no part of what is compared: those that hold are counted below.
    touches: [],
  },
  'tenancy.reorganise': {
    prepare: async () => {
      const id = await planned();
      await world.superuser.query(`UPDATE reorganisation SET state = 'scheduled', day = '2020-01-01' WHERE id = $1`, [
        id,
      ]);
    },
    touches: [K],
  },
};

describe('jobs', () => {
  it('each has an entry here, and no other', () => {
    // Those of the web process: none is defined anywhere else.
    const defined = web.jobs.definitions().map(({ name }) => name);
    expect([...jobs.handlers.keys()].sort()).toEqual(defined.toSorted());
    const without = defined
      .filter((name) => !Object.hasOwn(JOBS, name))
      .map(
        (name) =>
          `the job ${name} has no entry: add it to JOBS in test/isolation/work-matrix.spec.ts, with what K has for it to do and whose rows it may touch`,
      );
    const gone = Object.keys(JOBS)
      .filter((name) => !defined.includes(name))
      .map((name) => `'${name}' in JOBS of test/isolation/work-matrix.spec.ts is the entry of no job: take it out`);
    expect([...without, ...gone]).toEqual([]);
  });

  it('each that carries no tenant says why', () => {
    for (const { name, tenant } of jobs.definitions())
      if (tenant !== 'required') expect([name, tenant.none.length > 20]).toEqual([name, true]);
  });

  it.each(Object.keys(JOBS))(
    '%s touches the tenants that it is about, and nothing of another',
    async (name) => {
      const { prepare, payload, touches } = JOBS[name]!;
      await prepare?.();
      const sessions = async () =>
        (await world.superuser.query('SELECT count(*)::int AS n FROM session WHERE least(idle_until, ends_at) > now()'))
          .rows[0].n;
      const before = await sessions();
      const definition = jobs.definitions().find((one) => one.name === name)!;
      const tenantId = definition.tenant === 'required' ? world.county.id : null;
      const job = { id: 'x', tenantId, payload: { ...payload?.() }, signal: new AbortController().signal };
      expect(await touchedBy(() => jobs.handlers.get(name)!(job))).toEqual(touches);
      expect(await sessions()).toBe(before);
      await expectOtherFiles();
    },
    60_000,
  );
});

it('content.delete-objects removes what nobody uses, and leaves what has come back into use', async () => {
  const bytes = Buffer.from('nobody’s');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const stray = objectKey({ tenantId: world.county.id, sha256 });
  await platform.objects.put(stray, bytes, { type: 'text/plain', size: bytes.length, sha256 });
  const used = checkedKey(world.files[K]!.objectKey);
  const job = { id: 'x', tenantId: world.county.id, payload: { keys: [stray, used] } };
  const removing = { ...job, signal: new AbortController().signal };
  await jobs.handlers.get('content.delete-objects')!(removing);
  await expect(platform.objects.stat(stray)).rejects.toThrow();
  expect((await platform.objects.stat(used)).size).toBeGreaterThan(0);
});

/** The files of the other tenants lie in the store. */
async function expectOtherFiles(): Promise<void> {
  for (const [slug, { objectKey, name }] of Object.entries(world.files))
    if (slug !== K) expect([name, (await platform.objects.stat(checkedKey(objectKey))).size > 0]).toEqual([name, true]);
}

/** A plan of K that renames its 财政局, tried. @returns its id */
async function planned(): Promise<string> {
  const file = join(folder, 'plan.csv');
  const { organName } = world.county.unit.departments.find(({ slug }) => slug === 'czj')!;
  await writeFile(file, `动作,原机关,新机关\n更名,${organName},清河县财政和国资局\n`);
  return run(['reorganise', 'try', file, '--unit', world.county.unit.code]);
}

/** Runs a command over the platform of the matrix. @returns its last line */
async function run(words: string[]): Promise<string> {
  let last = '';
  const context: CommandContext = {
    config: platform.config,
    actor: OPERATOR,
    path: (written) => written,
    withPlatform: (work) => work(platform),
    visitors: async () => ({ origin: originOf(platform.config), running: false }),
    say: () => {},
    result: (line) => {
      last = line;
    },
  };
  await commandsOver(() => context).parseAsync(['node', 'jiyue', ...words]);
  // Commands tell the shell; the test run has an exit code of its own.
  process.exitCode = undefined;
  return last;
}

/** Commands: what is asked of K (or why it is not run here), and whose rows are touched by it. */
const COMMANDS: Record<string, { words: () => Promise<string[]> | string[]; touches: string[] } | { notRun: string }> =
  {
    provision: { words: () => ['provision', '--unit', '220122'], touches: ['new'] },
    publish: {
      words: async () => {
        const file = join(folder, 'document.md');
        // Known again by its id: that of a document of the stranger's.
        const { rows } = await world.superuser.query('SELECT source_value AS id FROM item WHERE tenant_id = $1', [
          world.strangeCounty.id,
        ]);
        await writeFile(file, `---\n标题: 一篇\nid: ${rows[0].id}\n---\n\n正文。\n`);
        return ['publish', file, '--site', 'qinghe.localhost', '--channel', 'mx/wj'];
      },
      touches: [K],
    },
    channels: { words: () => ['channels', 'qinghe.localhost'], touches: [] },
    sites: { words: () => ['sites', '清河'], touches: [] },
    hosts: { words: () => ['hosts'], touches: [] },
    demo: { notRun: 'opens the demonstration: provision and publish, which are run here, for a province of its own' },
    migrate: {
      notRun: 'changes the schema as jiyue_owner, whom row security hides every tenant’s rows from: database.spec.ts',
    },
    'audit verify': { words: () => ['audit', 'verify', '--tenant', 'qinghe'], touches: [PLATFORM] },
    'audit export-heads': { words: () => ['audit', 'export-heads'], touches: [PLATFORM] },
    'operator reset': { words: () => ['operator', 'reset', 'auditor'], touches: [PLATFORM] },
    'reorganise try': {
      words: async () => {
        await plannedAgain();
        return ['reorganise', 'try', join(folder, 'back.csv'), '--unit', world.county.unit.code];
      },
      touches: [K],
    },
    'reorganise apply': { words: async () => ['reorganise', 'apply', await plannedAgain()], touches: [K] },
    'reorganise take-back': {
      words: async () => {
        const { rows } = await world.superuser.query(
          `SELECT id FROM reorganisation WHERE state = 'applied' ORDER BY applied_at DESC`,
        );
        return ['reorganise', 'take-back', rows[0].id];
      },
      touches: [K],
    },
    'reorganise list': { words: () => ['reorganise', 'list'], touches: [] },
  };

/** After the plan of the clock was applied, the organ bears the new name: back again. */
async function plannedAgain(): Promise<string> {
  const file = join(folder, 'back.csv');
  await writeFile(file, '动作,原机关,新机关\n更名,清河县财政和国资局,清河县财政局\n');
  return run(['reorganise', 'try', file, '--unit', world.county.unit.code]);
}

/** `audit verify`, of each command that does something. */
const leaves = (command: Command, above: string[] = []): string[] =>
  command.commands.flatMap((one) =>
    one.commands.length > 0 ? leaves(one, [...above, one.name()]) : [[...above, one.name()].join(' ')],
  );

describe('the operators’ commands', () => {
  it('each has an entry here, and no other', () => {
    const all = leaves(commandsOver(() => null as never));
    const without = all
      .filter((name) => !Object.hasOwn(COMMANDS, name))
      .map(
        (name) =>
          `the command ${name} has no entry: add it to COMMANDS in test/isolation/work-matrix.spec.ts, with what it is asked and whose rows it may touch`,
      );
    const gone = Object.keys(COMMANDS)
      .filter((name) => !all.includes(name))
      .map(
        (name) => `'${name}' in COMMANDS of test/isolation/work-matrix.spec.ts is the entry of no command: take it out`,
      );
    expect([...without, ...gone]).toEqual([]);
  });

  const runs = Object.entries(COMMANDS).flatMap(([name, entry]) => ('words' in entry ? [{ name, ...entry }] : []));

  it.each(runs)(
    '$name touches the tenants that it is about, and nothing of another',
    async ({ words, touches }) => {
      const asked = await words();
      expect(await touchedBy(() => run(asked))).toEqual(touches);
    },
    120_000,
  );
});

it('the platform’s own tenant is told from those of this world by its slug', async () => {
  const { rows } = await world.superuser.query('SELECT slug FROM tenant WHERE id = $1', [PLATFORM_TENANT]);
  expect(rows).toEqual([{ slug: PLATFORM }]);
});
