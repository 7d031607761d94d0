import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { aCounty, type County } from '../../../test/county.js';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import { aReorganiser, type Lines, type Reorganiser } from '../../../test/reorganiser.js';
import { operatorContext } from '../../authority/desk-context.js';
import { reorganisationParts } from '../../reorganisation-parts.js';
import { DraftPlan } from './draft-plan.js';
import { dayOf, readDay } from './plan-day.js';
import { SchedulePlan } from './schedule-plan.js';
import { findPlan } from './stored-plan.js';
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
  county = await aCounty(platform, { organs: [{ name: '甲局' }, { name: '乙局' }] });
});

const CLOSE: Lines = [{ action: '撤销', from: '甲局', to: '乙局' }];
const inDays = (days: number) => platform.calendar.day(new Date(Date.now() + days * 86_400_000));
const ctx = () => operatorContext(OPERATOR, [county.tenantId]);
const planOf = (id: string) => findPlan(platform.work, ctx(), id);
const drafted = async (day?: string) => (await desk.draft(county.tenantId, CLOSE, '改革', day)).id;
const trial = () => new TryPlan(platform.work, platform.calendar, reorganisationParts);

it.each([
  ['2026-12-01', '2026-12-01'],
  ['2026/12/1', '2026-12-01'],
  ['2026.2.3', '2026-02-03'],
  ['2026年2月3日', '2026-02-03'],
  ['2028-02-29', '2028-02-29'],
  ['2027-02-29', null],
  ['2026-13-01', null],
  ['2026-00-10', null],
  ['12-01', null],
  ['46357', null],
  ['明天', null],
  ['', null],
])('reads the day “%s”', (written, day) => expect(readDay(written)).toBe(day));

it('is one day, however often and in whatever form it is written', () => {
  const day = (...written: string[]) =>
    dayOf(
      written.map((one, i) => ({ row: i + 2, written: one })),
      '2026-06-01',
    );
  expect(day()).toEqual({ day: null, faults: [] });
  expect(day('2026/7/1', '2026-07-01')).toEqual({ day: '2026-07-01', faults: [] });
  expect(day('2026-07-01', '2026-08-01', '某天').faults).toEqual([
    { row: 3, sentence: '生效日期“2026-08-01”与第 2 行的“2026-07-01”不同。一个方案只有一个生效日期。' },
    { row: 4, sentence: '日期“某天”写得不对。应为“年-月-日”，例如 2026-12-01。' },
  ]);
  expect(day('2026-05-31').faults).toMatchObject([{ row: 2 }]);
});

it('stands in the draft, is what the trial and the application are of, and is what is scheduled', async () => {
  const id = await drafted(inDays(9));
  expect(await planOf(id)).toMatchObject({ state: 'draft', day: inDays(9), triedDay: null });
  await desk.tryPlan(county.tenantId, id);
  expect(await planOf(id)).toMatchObject({ state: 'tried', day: inDays(9), triedDay: inDays(9) });
  await expect(desk.apply(county.tenantId, id)).rejects.toMatchObject({ code: 'reorganisation.too-early' });
  await desk.schedule(county.tenantId, id, inDays(9));
  expect(await planOf(id)).toMatchObject({ state: 'scheduled', day: inDays(9) });
});

it.each([
  ['2020-01-01', '生效日期 2020-01-01 已经过去。请填今天或以后的日期。'],
  ['2031-02-30', '日期“2031-02-30”写得不对。应为“年-月-日”，例如 2026-12-01。'],
])('is not drafted with the day %s, and the other faults are said too', async (day, sentence) => {
  const lines = [{ action: '撤销', from: '没有的局', to: '乙局' }];
  await expect(desk.draft(county.tenantId, lines, '改革', day)).rejects.toMatchObject({
    code: 'reorganisation.plan-faults',
    cause: {
      faults: [
        { row: 0, sentence },
        { row: 1, sentence: expect.stringContaining('没有的局') },
      ],
    },
  });
});

it('changed after the trial makes another trial, which the scheduling does itself', async () => {
  const id = await drafted(inDays(2));
  await desk.tryPlan(county.tenantId, id);
  await new DraftPlan(platform.work, platform.calendar).again(ctx(), id, {
    title: '改革',
    day: inDays(3),
    lines: [...CLOSE],
  });
  expect(await planOf(id)).toMatchObject({ state: 'draft', day: inDays(3), triedDay: null, triedAt: null });
  await expect(desk.schedule(county.tenantId, id, inDays(3))).rejects.toMatchObject({ code: 'reorganisation.state' });
  await desk.tryPlan(county.tenantId, id);
  await desk.schedule(county.tenantId, id, inDays(4));
  const { report, ...plan } = await planOf(id);
  expect(plan).toMatchObject({ state: 'scheduled', day: inDays(4), triedDay: inDays(4) });
  const [organ] = report!.parts[0]!.changes;
  expect(organ!.fields.map(({ after }) => after)).toContain(inDays(4));
});

it('is not moved to where the plan has conflicts, and stays where it was', async () => {
  const id = await drafted(inDays(2));
  await desk.tryPlan(county.tenantId, id);
  await desk.schedule(county.tenantId, id, inDays(2));
  await desk.rows('UPDATE organ SET ended_on = current_date WHERE id = $1', county.organs.乙局);
  await expect(desk.schedule(county.tenantId, id, inDays(5))).rejects.toMatchObject({
    code: 'reorganisation.conflicts',
  });
  expect(await planOf(id)).toMatchObject({ state: 'scheduled', day: inDays(2), triedDay: inDays(2) });
});

it('scheduled by two hands for two days stands on one, with the trial of that day', async () => {
  const id = await drafted(inDays(2));
  await desk.tryPlan(county.tenantId, id);
  const { draftNumber } = await planOf(id);
  const schedule = new SchedulePlan(platform.work, platform.calendar, trial());
  const days = [inDays(6), inDays(7)];
  const outcomes = await Promise.allSettled(days.map((day) => schedule.run(ctx(), id, day, draftNumber)));
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { code: 'reorganisation.changed-meanwhile' },
  });
  const day = days[outcomes.findIndex(({ status }) => status === 'fulfilled')];
  expect(await planOf(id)).toMatchObject({ day, triedDay: day });
});

it('written anew while a trial runs leaves that trial to nobody', async () => {
  const id = await drafted(inDays(2));
  const slow = new TryPlan(platform.work, platform.calendar, [
    ...reorganisationParts,
    {
      ...reorganisationParts[0]!,
      name: 'slow',
      foresee: async () => ({ conflicts: [], warnings: [] }),
      apply: async () => {
        await new DraftPlan(platform.work, platform.calendar).again(ctx(), id, {
          title: '改革',
          day: inDays(3),
          lines: [...CLOSE],
        });
        return { changes: [], kept: [], tags: [] };
      },
    },
  ]);
  await expect(slow.run(ctx(), id)).rejects.toMatchObject({ code: 'reorganisation.changed-meanwhile' });
  expect(await planOf(id)).toMatchObject({ state: 'draft', day: inDays(3), report: null });
});
