import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../kernel/config/project-root.js';
import { UserError } from '../../kernel/user-error.js';
import { type Blueprint, type BlueprintChannel, loadBlueprint, loadBlueprints } from './blueprint.js';
import { loadCorrections } from './corrections.js';
import { loadPublicFacts } from './public-facts.js';

const shipped = join(projectRoot, 'blueprints');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jiyue-plan-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Writes a shipped file with a change, and returns what loading it says. */
async function faultOf(
  name: string,
  load: (file: string) => Promise<unknown>,
  change: (data: never) => void,
): Promise<string> {
  const data = JSON.parse(await readFile(join(shipped, name), 'utf8'));
  change(data as never);
  const file = join(folder, name);
  await writeFile(file, JSON.stringify(data));
  const error = await load(file).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).message).toContain(file);
  return (error as UserError).message;
}

// biome-ignore lint/suspicious/noExplicitAny: a file as people may write it has any shape
type Written = any;

const flat = (channels: BlueprintChannel[]): BlueprintChannel[] =>
  channels.flatMap((c) => [c, ...flat(c.channels ?? [])]);

describe('the shipped blueprints', () => {
  let blueprints: Map<Blueprint['kind'], Blueprint>;
  beforeAll(async () => {
    blueprints = await loadBlueprints(shipped);
  });

  it('are one for each kind of site', () => {
    expect([...blueprints.keys()]).toEqual(['portal', 'department', 'township']);
  });

  it('give portals the channels of the standard', () => {
    const { channels } = blueprints.get('portal')!;
    expect(channels.map((c) => `${c.slug} ${c.name}`)).toEqual([
      'ywdt 要闻动态',
      'zwgk 政务公开',
      'zwfw 政务服务',
      'hdjl 互动交流',
      'zjbd 走进{地名}',
      'sjfb 数据发布',
      'ztzl 专题专栏',
    ]);
    const policy = channels[1]!.channels!.find((c) => c.key === 'zwgk.zcwj')!;
    expect(policy).toMatchObject({
      slug: 'zcwj',
      name: '政策文件',
      itemKind: 'policy-document',
      columnType: '政策文件',
    });
    expect(channels[1]!.channels).toHaveLength(15);
    expect(channels[3]!.channels!.map((c) => c.name)).toEqual([
      ...['领导信箱', '咨询投诉', '在线访谈', '民意征集', '网上调查', '回应关切', '常见问题'],
    ]);
  });

  it('give departments and townships theirs', () => {
    const slugs = (kind: Blueprint['kind']) => blueprints.get(kind)!.channels.map((c) => c.slug);
    expect(slugs('department')).toEqual(['jgzn', 'gzdt', 'tzgg', 'zcwj', 'zcjd', 'bszn', 'hdjl']);
    expect(slugs('township')).toEqual(['gk', 'dt', 'zwgk', 'fw']);
  });

  it('promise news within a week, and notices and policies within three months (limits: two weeks, six months)', () => {
    for (const blueprint of blueprints.values())
      for (const { name, updateDays, limitDays } of flat(blueprint.channels)) {
        if (/^(政务要闻|(部门|市县|乡镇|工作)?动态)$/.test(name))
          expect([name, updateDays, limitDays]).toEqual([name, 7, 14]);
        if (/^(通知公告|政策文件|政策解读)$/.test(name)) expect([name, updateDays, limitDays]).toEqual([name, 90, 180]);
        if (/^(规划计划|人事信息)$/.test(name)) expect([name, updateDays, limitDays]).toEqual([name, 365, 365]);
      }
  });

  it('say which channels of the province other sites recommend, and show them on every home page below it', () => {
    const recommended = flat(blueprints.get('portal')!.channels).filter((c) => c.recommended);
    expect(recommended.map((c) => c.key)).toEqual(['ywdt.zwyw', 'zwgk.zcwj']);
    for (const [kind, { home }] of blueprints)
      for (const [level, { rows }] of Object.entries(home)) {
        const shows = rows.some(({ blocks }) => blocks.some((block) => block.kind === 'recommended'));
        expect([kind, level, shows]).toEqual([kind, level, !(kind === 'portal' && level === 'province')]);
      }
  });

  it.each(['province', 'city', 'county'] as const)(
    'give the %s a home page with news, notices, a register, tiles and sites',
    (level) => {
      const home = blueprints.get('portal')!.home[level]!;
      const blocks = home.rows.flatMap((row) => row.blocks);
      const has = (kind: string, channel?: string) => blocks.some((b) => b.kind === kind && b.channel === channel);
      expect(
        has('lead', 'ywdt.zwyw') && has('list', 'ywdt.tzgg') && has('register', 'zwgk.zcwj') && has('tiles', 'zwgk'),
      ).toBe(true);
      const sites = blocks.flatMap((b) => b.sites ?? []);
      expect(sites).toContain({ province: 'cities', city: 'counties', county: 'townships' }[level]);
      expect(sites).toContain('departments');
      expect(home.quick.length).toBeGreaterThanOrEqual(6);
    },
  );

  it('hand a new channel to whoever is named for it, and a sub-site too', () => {
    const given = [...blueprints].flatMap(([kind, { grants }]) =>
      grants.filter(({ to }) => to === 'charge').map(({ role, over, mayGiveOn }) => [kind, role, over, mayGiveOn]),
    );
    expect(given).toEqual([
      ['portal', 'channel-manager', 'channel', true],
      ['department', 'editor-in-chief', 'site', true],
      ['department', 'channel-manager', 'channel', true],
      ['township', 'editor-in-chief', 'site', true],
      ['township', 'channel-manager', 'channel', true],
    ]);
  });

  it('let a level take the home page of another', () => {
    const { home } = blueprints.get('department')!;
    expect(home.county).toEqual(home.province);
  });

  it('are looked for by name: a folder without one names it', async () => {
    await copyFile(join(shipped, 'portal.json'), join(folder, 'portal.json'));
    await expect(loadBlueprints(folder)).rejects.toThrow('缺少 department.json');
  });

  it('must be of the kind that their file is named for', async () => {
    for (const kind of ['portal', 'department', 'township'])
      await copyFile(join(shipped, kind === 'township' ? 'portal.json' : `${kind}.json`), join(folder, `${kind}.json`));
    await expect(loadBlueprints(folder)).rejects.toThrow('township.json 的 kind 不对：应为“township”');
  });
});

describe('a blueprint with a fault names the field', () => {
  it.each<[string, (data: Written) => void, string]>([
    ['a reserved slug', (d) => (d.channels[0].slug = 'api'), 'channels[0].slug 不对：“api”是平台自用的保留词'],
    ['a slug like a month', (d) => (d.channels[0].slug = '202611'), 'channels[0].slug 不对：栏目的 slug 要以字母开头'],
    [
      'a slug used twice',
      (d) => (d.channels[1].channels[3].slug = 'zcwj'),
      'channels[1].channels[2].slug 不对：“zcwj”已由同级的“政策解读”使用',
    ],
    ['a key used twice', (d) => (d.channels[6].key = 'zwgk'), 'channels[6].key 不对：“zwgk”用了两次'],
    ['an unknown column type', (d) => (d.channels[2].columnType = '新闻'), 'channels[2].columnType 不对：只能取'],
    ['a blank that nobody fills', (d) => (d.channels[4].name = '走进{城市}'), 'channels[4].name 不对：只能有 {地名}'],
    [
      'a limit before the promise',
      (d) => (d.channels[0].channels[0].limitDays = 3),
      'channels[0].channels[0].limitDays 不对',
    ],
    ['a misspelt field', (d) => (d.channels[0].colour = 'red'), 'channels[0] 不对'],
    [
      'an entrance to no channel',
      (d) => (d.home.city.quick[0].channel = 'zwgk.none'),
      'home.city.quick[0].channel 不对：没有键为“zwgk.none”的栏目',
    ],
    [
      'a link to no channel',
      (d) => (d.home.city.hero.links[0] = 'none'),
      'home.city.hero.links[0] 不对：没有键为“none”的栏目',
    ],
    [
      'a block of another level’s channel',
      (d) => (d.home.county.rows[0].blocks[0].channel = 'ywdt.sxdt'),
      'home.county.rows[0].blocks[0].channel 不对：栏目“ywdt.sxdt”在级别 county 的网站上没有',
    ],
    [
      'a register of news',
      (d) => (d.home.city.rows[1].blocks[0].channel = 'ywdt.tzgg'),
      'home.city.rows[1].blocks[0].channel 不对：“register”区块列政策文件',
    ],
    [
      'tiles without sub-channels',
      (d) => (d.home.city.rows[2].blocks[0].channel = 'sjfb'),
      'home.city.rows[2].blocks[0].channel 不对：“tiles”区块列下级栏目',
    ],
    [
      'a row that is not full',
      (d) => (d.home.city.rows[1].blocks[0].span = 7),
      'home.city.rows[1].blocks 不对：一行的 span 合计应为 12（现在是 11）',
    ],
    [
      'a list without a limit',
      (d) => delete d.home.city.rows[1].blocks[1].limit,
      'rows[1].blocks[1].limit 不对：“list”区块要写明 limit',
    ],
    [
      'a tenant for the one in charge',
      (d) => Object.assign(d.grants[1], { role: 'editor', over: 'tenant' }),
      'grants[1].over 不对：负责账号得到的是新的网站（site）或新的栏目（channel）',
    ],
    [
      'a channel by its key for the one in charge',
      (d) => (d.grants[1].channel = 'zwgk'),
      'grants[1].channel 不对：负责账号得到的就是新建的那个栏目',
    ],
    [
      'a portal for the one in charge',
      (d) => d.grants.push({ to: 'charge', role: 'editor', over: 'site' }),
      'grants[2].over 不对：门户网站随单位开通',
    ],
    [
      'a role over what it cannot be held',
      (d) => (d.grants[1].role = 'letter-clerk'),
      'grants[1].over 不对：这个角色不能授予到这样的范围',
    ],
    [
      'a role only for a time',
      (d) => (d.grants[1].role = 'contractor'),
      'grants[1].role 不对：有期限的角色不能随网站一起给',
    ],
    ['somebody unheard of', (d) => (d.grants[1].to = 'maker'), 'grants[1].to 不对'],
    ['a grant said twice', (d) => d.grants.push(d.grants[1]), 'grants[2] 不对：与前面的一项重复'],
    ['a missing home page', (d) => delete d.home.county, 'home 不对：缺少级别 county 的首页'],
    ['a home page like one that is not there', (d) => (d.home.county = { as: 'township' }), 'home.county.as 不对'],
  ])('%s', async (_, change, said) => {
    expect(await faultOf('portal.json', loadBlueprint, change)).toContain(said);
  });
});

describe('corrections with a fault name the field', () => {
  it.each<[string, (data: Written) => void, string]>([
    ['a reserved slug', (d) => (d.units[0].slug = 'console'), 'units[0].slug 不对：“console”是平台自用的保留词'],
    ['a code of wrong length', (d) => (d.townships[0].code = '2201'), 'townships[0].code 不对：应为九位区划代码'],
    ['no reason', (d) => delete d.units[1].why, 'units[1].why 不对'],
    ['a misspelt field', (d) => (d.units[1].slugg = 'x'), 'units[1] 不对'],
    [
      'a form without departments',
      (d) => d.departments.pop(),
      'departments 不对：类型 administration 应当恰好出现在一条里，现在有 0 条',
    ],
    [
      'a department slug used twice',
      (d) => (d.departments[0].departments[1].slug = 'jyt'),
      'departments[0].departments[1].slug 不对',
    ],
  ])('%s', async (_, change, said) => {
    expect(await faultOf('jilin.json', loadCorrections, change)).toContain(said);
  });

  it('a file that is no JSON, and one that is not there', async () => {
    const file = join(folder, 'jilin.json');
    await expect(loadCorrections(file)).rejects.toMatchObject({ code: 'plan.file-unreadable' });
    await writeFile(file, '{ "province": "22", }');
    await expect(loadCorrections(file)).rejects.toMatchObject({ code: 'plan.file-not-json' });
  });
});

describe('the facts of the demonstration', () => {
  it('cannot be taken for real ones', async () => {
    const facts = await loadPublicFacts(join(shipped, 'demo-facts.json'));
    expect(facts).toMatchObject({ demonstration: true, telephone: '0000-0000000', icpNumber: '示例ICP备00000000号' });
    expect(facts.publicSecurityNumber).toBe('示例公网安备 00000000000000号');
    expect(facts.hours).toBe('工作日 8:30—11:30，13:00—17:00');
  });

  it.each<[string, (data: Written) => void, string]>([
    ['a real telephone number', (d) => (d.telephone = '0431-1234567'), 'telephone 不对：演示用的号码只能由 0 组成'],
    [
      'figures that do not say 示例',
      (d) => (d.townshipFacts[0].term = '面积'),
      'townshipFacts[0] 不对：演示用的内容要注明“示例”',
    ],
    [
      'a blank that nobody fills',
      (d) => (d.introductions.portal = '{上级}（示例）'),
      'introductions.portal 不对：只能有这些空：{名称}',
    ],
  ])('refuse %s', async (_, change, said) => {
    expect(await faultOf('demo-facts.json', loadPublicFacts, change)).toContain(said);
  });
});
