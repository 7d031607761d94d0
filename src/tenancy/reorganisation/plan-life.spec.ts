import { aCounty, type County } from '../../../test/county.js';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import { aReorganiser, type Lines, type Reorganiser } from '../../../test/reorganiser.js';
import { compileAbility } from '../../authority/ability.js';
import { type DeskContext, operatorContext } from '../../authority/desk-context.js';
import type { Role } from '../../authority/role.js';
import { newId } from '../../kernel/id.js';
import { reorganisationParts } from '../../reorganisation-parts.js';
import { siteTags } from '../tags.js';
import { ApplyDuePlans } from './apply-due-plans.js';
import { ApplyPlan } from './apply-plan.js';
import { DraftPlan } from './draft-plan.js';
import type { ReorganisationPart } from './reorganisation-part.js';
import { reorganisationPolicy } from './reorganisation-policy.js';
import { CancelPlan, SchedulePlan } from './schedule-plan.js';
import { findPlan, findPlans } from './stored-plan.js';
import { TakeBackPlan } from './take-back-plan.js';
import { TryPlan } from './try-plan.js';

let platform: TestPlatform;
let desk: Reorganiser;
let county: County;

beforeAll(async () => {
  platform = await aPlatform();
  desk = await aReorganiser(platform);
});

afterAll(async () => {
  await desk?.end();
  await platform?.close();
});

beforeEach(async () => {
  county = await aCounty(platform, {
    organs: [{ name: '甲局', site: '/bm/jia/' }, { name: '乙局' }, { name: '丙局' }],
    people: [{ login: 'a', name: '张三', organ: '甲局' }],
    channels: [{ path: 'zwgk' }, { path: 'zwgk/jia', organ: '甲局' }],
  });
});

const CLOSE: Lines = [{ action: '撤销', from: '甲局', to: '乙局' }];
const today = () => platform.calendar.day(new Date());
const inDays = (days: number) => platform.calendar.day(new Date(Date.now() + days * 86_400_000));

async function tried(lines: Lines = CLOSE): Promise<string> {
  const { id } = await desk.draft(county.tenantId, lines);
  expect((await desk.tryPlan(county.tenantId, id)).conflicts).toEqual([]);
  return id;
}

const planOf = (id: string) => findPlan(platform.work, operatorContext(OPERATOR, [county.tenantId]), id);
const actsOf = async (id: string) =>
  (
    await desk.rows<{ act: string }>(
      'SELECT act FROM audit WHERE tenant_id = $1 AND subject = $2 ORDER BY position',
      county.tenantId,
      `reorganisation:${id}`,
    )
  ).map(({ act }) => act);
const due = (applyPlan = desk.applyPlan) => new ApplyDuePlans(platform.work, platform.calendar, applyPlan);
/** Those of this test: the database has plans of other tests too. */
const ownOf = (list: { tenantId: string; planId: string }[]) =>
  list.filter(({ tenantId }) => tenantId === county.tenantId).map(({ planId }) => planId);

it('goes from draft to taken back, and the audit says each step and each person', async () => {
  const id = await tried();
  await desk.schedule(county.tenantId, id, today());
  await desk.apply(county.tenantId, id);
  await desk.takeBack(county.tenantId, id);
  expect(await planOf(id)).toMatchObject({ state: 'taken-back', day: today(), appliedBy: OPERATOR.name });
  expect(await actsOf(id)).toEqual([
    'reorganisation.drafted',
    'reorganisation.tried',
    'reorganisation.scheduled',
    'reorganisation.applied',
    'reorganisation.taken-back',
  ]);
  const person = await desk.rows(
    `SELECT act, detail -> 'before' AS before, detail -> 'after' AS after FROM audit WHERE subject = $1 ORDER BY position`,
    `account:${county.people.a}`,
  );
  expect(person).toEqual([
    { act: 'reorganisation.row-changed', before: { 机关: '甲局' }, after: { 机关: '乙局' } },
    { act: 'reorganisation.row-restored', before: { 机关: '乙局' }, after: { 机关: '甲局' } },
  ]);
});

it('tells the pages that show it', async () => {
  const id = await tried();
  await desk.apply(county.tenantId, id);
  const { tags } = await desk.one<{ tags: string[] }>(
    `SELECT tags FROM outbox WHERE tenant_id = $1 AND name = 'tenancy.organs-reorganised'`,
    county.tenantId,
  );
  expect(tags).toEqual(
    expect.arrayContaining([
      siteTags.directory,
      siteTags.site(county.subSites['/bm/jia/']!),
      `nav:${county.portal.id}`,
      `channel:${county.channels['zwgk/jia']}`,
    ]),
  );
});

it('is not applied before it was tried, before its day, or when it was cancelled', async () => {
  const { id } = await desk.draft(county.tenantId, CLOSE);
  await expect(desk.apply(county.tenantId, id)).rejects.toThrow('还没有试算通过，不能执行');
  await desk.tryPlan(county.tenantId, id);
  await desk.schedule(county.tenantId, id, inDays(3));
  await expect(desk.apply(county.tenantId, id)).rejects.toMatchObject({ code: 'reorganisation.too-early' });
  expect(ownOf((await due().run()).applied)).toEqual([]);
  await new CancelPlan(platform.work).run(operatorContext(OPERATOR, [county.tenantId]), id, '上级未批');
  expect(ownOf((await due().run(new Date(Date.now() + 5 * 86_400_000))).applied)).toEqual([]);
  expect((await planOf(id)).state).toBe('cancelled');
});

it('takes no day that is past or none at all', async () => {
  const id = await tried();
  await expect(desk.schedule(county.tenantId, id, inDays(-1))).rejects.toMatchObject({
    code: 'reorganisation.day-past',
  });
  for (const day of ['明天', '2026-02-30', ''])
    await expect(desk.schedule(county.tenantId, id, day)).rejects.toMatchObject({ code: 'reorganisation.day-form' });
});

it('may be written anew until it is scheduled, and has to be tried again', async () => {
  const id = await tried();
  const ctx = operatorContext(OPERATOR, [county.tenantId]);
  const anew = { title: '改过的方案', lines: [{ action: '撤销', from: '乙局', to: '丙局' }] };
  await new DraftPlan(platform.work, platform.calendar).again(ctx, id, anew);
  expect(await planOf(id)).toMatchObject({ title: '改过的方案', state: 'draft', report: null });
  await desk.tryPlan(county.tenantId, id);
  await desk.schedule(county.tenantId, id, inDays(1));
  await expect(new DraftPlan(platform.work, platform.calendar).again(ctx, id, anew)).rejects.toMatchObject({
    code: 'reorganisation.state',
  });
});

describe('on its day', () => {
  it('is applied by the clock, once, by whichever process comes first', async () => {
    const id = await tried();
    await desk.schedule(county.tenantId, id, today());
    const reports = await Promise.all([due().run(), due().run(), due().run()]);
    expect(reports.flatMap(({ applied }) => ownOf(applied))).toEqual([id]);
    expect(reports.flatMap(({ failed }) => ownOf(failed))).toEqual([]);
    expect(ownOf((await due().run()).applied)).toEqual([]);
    expect((await actsOf(id)).filter((act) => act === 'reorganisation.applied')).toHaveLength(1);
  });

  it('that cannot be applied says why, stops no other, and is tried again', async () => {
    const stuck = await tried([{ action: '合并', from: '甲局', to: '丁局' }]);
    const other = await tried([{ action: '更名', from: '丙局', to: '丙丙局' }]);
    for (const id of [stuck, other]) await desk.schedule(county.tenantId, id, today());
    await desk.rows(
      `INSERT INTO organ (tenant_id, id, kind, key, name, short_name) VALUES ($1, $2, 'department', 'x', '丁局', '丁')`,
      county.tenantId,
      newId(),
    );
    const first = await due().run();
    expect([ownOf(first.applied), ownOf(first.failed)]).toEqual([[other], [stuck]]);
    await due().run();
    expect((await planOf(stuck)).failure).toContain('已经有叫“丁局”的机关');
    expect((await actsOf(stuck)).filter((act) => act === 'reorganisation.failed')).toHaveLength(1);
    await desk.rows(`UPDATE organ SET name = '让开' WHERE tenant_id = $1 AND key = 'x'`, county.tenantId);
    expect(ownOf((await due().run()).applied)).toEqual([stuck]);
    expect((await planOf(stuck)).failure).toBeNull();
  });
});

it('applied by two hands at once is applied once', async () => {
  const id = await tried();
  const outcomes = await Promise.allSettled([desk.apply(county.tenantId, id), desk.apply(county.tenantId, id)]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(outcomes.find((one) => one.status === 'rejected')).toMatchObject({ reason: { code: 'reorganisation.state' } });
});

it('two plans of one tenant at once do not mix: the second finds what the first left', async () => {
  const first = await tried();
  const second = await tried([{ action: '撤销', from: '乙局', to: '丙局' }]);
  const outcomes = await Promise.allSettled([desk.apply(county.tenantId, first), desk.apply(county.tenantId, second)]);
  const { organ } = await desk.one<{ organ: string }>(
    'SELECT o.name AS organ FROM account a JOIN organ o ON o.id = a.organ_id WHERE a.id = $1',
    county.people.a,
  );
  // Either the first came first, and its people went on; or the second did, and the successor was gone.
  if (outcomes[0].status === 'fulfilled') expect([outcomes[1].status, organ]).toEqual(['fulfilled', '丙局']);
  else expect([outcomes[0].reason.code, organ]).toEqual(['reorganisation.conflicts', '甲局']);
});

it('killed in the middle leaves nothing behind, and is applied when asked again', async () => {
  const id = await tried();
  const before = await desk.dump(county.tenantId);
  const killed: ReorganisationPart = {
    ...reorganisationParts.at(-1)!,
    name: 'killed',
    apply: async (tx) => {
      const [{ pid } = { pid: 0 }] = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      await desk.rows('SELECT pg_terminate_backend($1)', pid);
      await tx.query('SELECT 1');
      throw new Error('not reached');
    },
  };
  const { work, calendar } = platform;
  const applyPlan = new ApplyPlan(work, calendar, [...reorganisationParts, killed]);
  await expect(applyPlan.run(operatorContext(OPERATOR, [county.tenantId]), id)).rejects.toThrow(/connection/i);
  expect(await desk.dump(county.tenantId)).toEqual(before);
  expect((await planOf(id)).state).toBe('tried');
  expect(await desk.rows('SELECT FROM reorganisation_change WHERE plan_id = $1', id)).toEqual([]);
  await desk.apply(county.tenantId, id);
});

it('whose organ vanished meanwhile says so', async () => {
  const id = await tried([{ action: '更名', from: '丙局', to: '丙丙局' }]);
  await desk.rows('DELETE FROM organ WHERE id = $1', county.organs.丙局);
  await expect(desk.apply(county.tenantId, id)).rejects.toMatchObject({
    code: 'reorganisation.conflicts',
    message: expect.stringContaining('第 1 行：“丙局”已经不在或已撤并，请修改方案。'),
  });
});

describe('to somebody', () => {
  const callerOf = (role: Role, tenantIds: string[]): DeskContext => {
    const holder = { accountId: newId(), tenantId: tenantIds[0]!, organId: null };
    const held = [{ role, reach: { kind: 'tenants' as const, tenantIds } }];
    return {
      ...operatorContext(OPERATOR, tenantIds),
      ability: compileAbility(reorganisationPolicy.rules, holder, held),
    };
  };
  const commands = (ctx: DeskContext, id: string): Promise<unknown>[] => {
    const { work, calendar } = platform;
    return [
      new DraftPlan(work, calendar).again(ctx, id, { title: 'x', lines: [...CLOSE] }),
      new TryPlan(work, calendar, reorganisationParts).run(ctx, id),
      new SchedulePlan(work, calendar, new TryPlan(work, calendar, reorganisationParts)).run(ctx, id, today()),
      new CancelPlan(work).run(ctx, id, 'x'),
      new ApplyPlan(work, calendar, reorganisationParts).run(ctx, id),
      new TakeBackPlan(work, calendar, reorganisationParts).run(ctx, id),
      new TakeBackPlan(work, calendar, reorganisationParts).rehearse(ctx, id),
    ];
  };

  it('of another tenant, a plan is as missing as one that never was', async () => {
    const id = await tried();
    const other = await aCounty(platform, { organs: [] });
    const stranger = callerOf('tenant-administrator', [other.tenantId]);
    for (const asked of [id, newId(), 'nonsense']) {
      for (const outcome of await Promise.allSettled(commands(stranger, asked)))
        expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'authority.missing' } });
      await expect(findPlan(platform.work, stranger, asked)).rejects.toMatchObject({ code: 'authority.missing' });
    }
    const draft = { title: 'x', lines: [...CLOSE] };
    for (const tenantId of [county.tenantId, newId(), 'nonsense'])
      await expect(
        new DraftPlan(platform.work, platform.calendar).run(stranger, tenantId, draft),
      ).rejects.toMatchObject({
        code: 'authority.missing',
      });
    expect((await findPlans(platform.work, stranger)).total).toBe(0);
    expect((await planOf(id)).state).toBe('tried');
  });

  it('who only reads, a plan is shown and not touched', async () => {
    const id = await tried();
    const auditor = callerOf('auditor', [county.tenantId]);
    expect(await findPlan(platform.work, auditor, id)).toMatchObject({ id });
    for (const outcome of await Promise.allSettled(commands(auditor, id)))
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'authority.refused' } });
    expect((await planOf(id)).state).toBe('tried');
  });

  it('who administers the tenant, all of it is open', async () => {
    const { id } = await new DraftPlan(platform.work, platform.calendar).run(
      callerOf('tenant-administrator', [county.tenantId]),
      county.tenantId,
      { title: '自己的方案', lines: [...CLOSE] },
    );
    const rows = await findPlans(platform.work, callerOf('supervisor', [county.tenantId]), { state: 'draft' });
    expect(rows).toMatchObject({ total: 1, rows: [{ id, title: '自己的方案', tenantName: county.slug }] });
  });
});
