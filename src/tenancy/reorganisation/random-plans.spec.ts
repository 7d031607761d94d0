import { aDocument, publish } from '../../../test/builders.js';
import { aCounty, type County, type CountyPlan } from '../../../test/county.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import { aReorganiser, type Reorganiser } from '../../../test/reorganiser.js';
import type { LineInput } from './plan-line.js';

/**
 * Plans of every kind, made by lot over a county of twelve departments with people, grants, channels, sub-sites, redirects
 * and published texts: each that can be applied leaves, taken back, every row as it was.
 */
const SEEDS = [11, 22, 33];
const PLANS_A_SEED = 12;

/** Numbers that a seed always gives alike (mulberry32). */
function lotOf(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (n: number) => Math.floor(next() * n);
  return {
    below,
    chance: (share: number) => next() < share,
    one: <T>(of: readonly T[]): T => of[below(of.length)]!,
    /** Some of them, in an order by lot, without one twice. */
    some: <T>(of: readonly T[], n: number): T[] =>
      [...of]
        .map((value) => ({ value, at: next() }))
        .sort((a, b) => a.at - b.at)
        .slice(0, n)
        .map(({ value }) => value),
  };
}
type Lot = ReturnType<typeof lotOf>;

const NAMES = ['教育', '体育', '文化', '卫生', '农业', '林业', '水利', '民政', '财政', '审计', '统计', '交通'];
const organ = (name: string) => `某县${name}局`;

function countyPlan(lot: Lot): CountyPlan {
  const organs = NAMES.map((name, i) => ({
    name: organ(name),
    shortName: `${name}局`,
    // Some share a number, as departments in one building do.
    telephone: `0431-80${i % 5}0`,
    introduction: `${organ(name)}与${organ(NAMES[(i + 1) % NAMES.length]!)}合署办公。`,
    ...(i % 2 === 0 ? { site: `/bm/d${i}/` } : {}),
  }));
  const people = NAMES.flatMap((name, i) =>
    [0, 1, 2].map((n) => ({ login: `p${i}-${n}`, name: `某${name}${n}`, organ: organ(name) })),
  );
  const channels = [
    { path: 'zwgk' },
    ...NAMES.flatMap((name, i) => [
      {
        path: `zwgk/c${i}`,
        organ: organ(name),
        name: lot.chance(0.5) ? `${organ(name)}动态` : `${name}动态`,
        description: `由${organ(name)}负责，电话0431-80${i % 5}0，另见${organ(lot.one(NAMES))}。`,
        keywords: [organ(name), '动态'],
        telephone: lot.chance(0.7) ? `0431-80${i % 5}0` : '13000000000',
        overridden: lot.chance(0.3) ? ['description'] : [],
        own: lot.chance(0.3),
      },
      { path: `zwgk/c${i}/a`, ...(lot.chance(0.5) ? { organ: organ(name) } : {}) },
      { path: `zwgk/c${i}/a/s` },
    ]),
  ];
  const grants = people.flatMap(({ login }, i) => {
    const own = Math.floor(i / 3);
    const at = lot.some(
      [`zwgk/c${own}`, `zwgk/c${own}/a`, `zwgk/c${lot.below(12)}/a/s`, ...(own % 2 ? [] : [`/bm/d${own}/`])],
      2,
    );
    return at.map((place) => ({ login, role: lot.one(['editor', 'channel-manager']), at: place }));
  });
  return { organs, people, channels, grants };
}

/** Lines over some organs, each of which takes part once. */
function linesOf(lot: Lot, county: County): Partial<LineInput>[] {
  const pool = lot.some(
    NAMES.map((_, i) => i),
    7,
  );
  const take = () => pool.pop()!;
  const fate = (i: number) => (i % 2 === 0 ? lot.one(['', '保留', '归档', '并入']) : '');
  const contacts = () =>
    lot.chance(0.4) ? { telephone: `0431-${9000 + lot.below(900)}`, address: `新街${lot.below(99)}号` } : {};
  const moved = (i: number, target: number) =>
    lot.chance(0.4) ? { channels: `zwgk/c${i}`, under: lot.chance(0.5) ? `zwgk/c${target}` : `zwgk/c${target}/a` } : {};
  const kinds: (() => Partial<LineInput>[])[] = [
    () => {
      const [a, b] = [take(), take()];
      const to = organ(`${NAMES[a]}${NAMES[b]}`);
      return [
        { action: '合并', from: organ(NAMES[a]!), to, ...contacts(), subSite: fate(a) },
        { action: '合并', from: organ(NAMES[b]!), to, subSite: fate(b), ...moved(b, a) },
      ];
    },
    () => {
      const [a, b] = [take(), take()];
      return [
        {
          action: '撤销',
          from: organ(NAMES[a]!),
          to: organ(NAMES[b]!),
          ...contacts(),
          subSite: fate(a),
          ...moved(a, b),
        },
      ];
    },
    () => {
      const a = take();
      return [{ action: '更名', from: organ(NAMES[a]!), to: organ(`新${NAMES[a]}`), ...contacts() }];
    },
    () => {
      const a = take();
      const goesOn = lot.chance(0.4) ? organ(NAMES[a]!) : organ(`${NAMES[a]}管理`);
      return [
        {
          action: '拆分',
          from: organ(NAMES[a]!),
          to: organ(`${NAMES[a]}监察`),
          people: lot
            .some([0, 1, 2], 1)
            .map((n) => `${county.slug}-p${a}-${n}`)
            .join('、'),
          ...(lot.chance(0.5) ? { channels: `zwgk/c${a}/a` } : {}),
          subSite: lot.chance(0.3) ? fate(a) : '',
        },
        { action: '拆分', from: organ(NAMES[a]!), to: goesOn, people: '其余' },
      ];
    },
  ];
  const lines = lot.some([...kinds, ...kinds], 1 + lot.below(3)).flatMap((kind) => kind());
  return lines;
}

/** What must hold whatever a plan was: nothing belongs to an organ that ended, and every address follows the tree. */
const unsound = (tenantId: string) =>
  desk.rows(
    `SELECT 'account' AS what, a.login AS name FROM account a JOIN organ o ON o.id = a.organ_id
       WHERE a.tenant_id = $1 AND o.ended_on IS NOT NULL
     UNION ALL SELECT 'channel', c.path FROM channel c JOIN organ o ON o.id = c.organ_id
       WHERE c.tenant_id = $1 AND o.ended_on IS NOT NULL
     UNION ALL SELECT 'site', s.prefix FROM site s JOIN organ o ON o.id IN (s.sponsor_id, s.undertaker_id)
       WHERE s.tenant_id = $1 AND o.ended_on IS NOT NULL
     UNION ALL SELECT 'path', c.path FROM channel c LEFT JOIN channel p ON p.id = c.parent_id
       WHERE c.tenant_id = $1 AND (c.path <> concat_ws('/', p.path, c.slug) OR c.depth <> coalesce(p.depth, 0) + 1)
     UNION ALL SELECT 'redirect', r.from_path FROM redirect r JOIN channel c ON c.site_id = r.site_id AND c.path || '/' = r.from_path
       WHERE r.tenant_id = $1
     UNION ALL SELECT 'publication', p.path FROM publication p JOIN site s ON s.id = p.site_id
       WHERE p.tenant_id = $1 AND s.state = 'retired'`,
    tenantId,
  );

let platform: TestPlatform;
let desk: Reorganiser;

beforeAll(async () => {
  platform = await aPlatform();
  desk = await aReorganiser(platform);
});

afterAll(async () => {
  await desk?.end();
  await platform?.close();
});

it.each(SEEDS)('plans by lot (%i), applied and taken back, leave every row as it was', async (seed) => {
  const lot = lotOf(seed);
  const county = await aCounty(platform, countyPlan(lot));
  for (const [prefix, id] of Object.entries(county.subSites)) {
    const site = { ...county.portal, id };
    await publish(platform, site, 'gzdt', aDocument({ title: `${prefix}的稿件` }));
    await desk.rows(
      `INSERT INTO redirect (tenant_id, site_id, from_path, to_path) VALUES ($1, $2, $3, 'gzdt/')`,
      county.tenantId,
      id,
      lot.chance(0.5) ? 'old/' : `old${prefix.length}/`,
    );
  }
  await desk.rows(
    `INSERT INTO redirect (tenant_id, site_id, from_path, to_path) VALUES ($1, $2, 'dt/', 'zwgk/c1/'), ($1, $2, 'zwgk/c2/c3/', 'zwgk/c3/')`,
    county.tenantId,
    county.portal.id,
  );
  const before = await desk.dump(county.tenantId);
  let applied = 0;
  for (let n = 0; n < PLANS_A_SEED; n += 1) {
    const { id } = await desk.draft(county.tenantId, linesOf(lot, county));
    const tried = await desk.tryPlan(county.tenantId, id);
    expect(await desk.dump(county.tenantId)).toEqual(before);
    if (tried.conflicts.length > 0) continue;
    expect(await desk.apply(county.tenantId, id)).toEqual(tried);
    expect(await desk.dump(county.tenantId)).not.toEqual(before);
    expect(await unsound(county.tenantId)).toEqual([]);
    const { kept } = await desk.takeBack(county.tenantId, id);
    expect(kept).toEqual([]);
    expect(await desk.dump(county.tenantId)).toEqual(before);
    applied += 1;
  }
  expect(applied).toBeGreaterThan(PLANS_A_SEED / 3);
});

it('of several applied one after the other, each taken back leaves what the one before had left', async () => {
  const lot = lotOf(55);
  const county = await aCounty(platform, countyPlan(lot));
  const stages: { id: string; before: Record<string, string[]> }[] = [];
  for (let n = 0; n < 30 && stages.length < 4; n += 1) {
    const before = await desk.dump(county.tenantId);
    const drafted = await desk.draft(county.tenantId, linesOf(lot, county)).catch((error) => error);
    // What an earlier one closed or renamed can no longer be named.
    if (drafted.code === 'reorganisation.plan-faults') continue;
    if ((await desk.tryPlan(county.tenantId, drafted.id)).conflicts.length > 0) continue;
    await desk.apply(county.tenantId, drafted.id);
    stages.push({ id: drafted.id, before });
  }
  expect(stages.length).toBeGreaterThan(2);
  for (const { id, before } of stages.toReversed()) {
    await desk.takeBack(county.tenantId, id);
    expect(await desk.dump(county.tenantId)).toEqual(before);
  }
});
