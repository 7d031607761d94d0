import { join } from 'node:path';
import { projectRoot } from '../../kernel/config/project-root.js';
import { findUnit } from './find-unit.js';
import { type Corrections, type Divisions, loadCorrections, loadDivisions, planProvince } from './province-plan.js';
import { faultOfSlug } from './slug.js';
import type { PlannedUnit, ProvincePlan } from './types.js';

let corrections: Corrections;
let divisions: Divisions;
let plan: ProvincePlan;

beforeAll(async () => {
  corrections = await loadCorrections(join(projectRoot, 'blueprints', 'jilin.json'));
  divisions = await loadDivisions('22');
  plan = planProvince({ province: '22', corrections, divisions });
});

const planWith = (changes: Partial<Corrections>, data: Partial<Divisions> = {}) =>
  planProvince({ province: '22', corrections: { ...corrections, ...changes }, divisions: { ...divisions, ...data } });
const unit = (code: string): PlannedUnit => findUnit(plan, code)!;
const count = (units: PlannedUnit[]) => {
  const forms: Partial<Record<PlannedUnit['form'], number>> = {};
  for (const { form } of units) forms[form] = (forms[form] ?? 0) + 1;
  return forms;
};
const without = <T extends { code: string }>(entries: T[], code: string) =>
  entries.filter((entry) => entry.code !== code);
const allTownships = (of: ProvincePlan) => of.units.flatMap((u) => u.townships);

describe('Jilin with the shipped corrections', () => {
  it('has 80 units: the province, 8 cities, 1 prefecture, 长白山管委会, 60 counties and 9 development zones', () => {
    expect(count(plan.units)).toEqual({
      province: 1,
      city: 8,
      prefecture: 1,
      administration: 1,
      county: 16,
      'autonomous-county': 3,
      'county-city': 20,
      district: 21,
      'development-zone': 9,
    });
    expect(plan.problems).toEqual([]);
  });

  it('gives a sub-site to each of the 978 townships and sub-districts, and to none of the other 97 rows', () => {
    expect(allTownships(plan)).toHaveLength(978);
    expect(plan.notSites).toHaveLength(97);
    const placed = new Set(allTownships(plan).map((township) => township.code));
    expect(placed.size).toBe(978);
    for (const { code } of plan.notSites) expect(placed).not.toContain(code);
    expect(plan.notSites.find(({ name }) => name === '洼中高农场')).toEqual({
      code: '220122400',
      name: '洼中高农场',
      county: '农安县',
      reason: '农场、牧场、渔场等企业或事业单位，不是一级政府',
    });
  });

  it('gives four departments to the province and three to each of the other 79 units', () => {
    expect(unit('22').departments).toHaveLength(4);
    expect(plan.units.filter((u) => u.departments.length === 3)).toHaveLength(79);
  });

  it('names parents before children', () => {
    const seen = new Set<string | null>([null]);
    for (const { code, parentCode } of plan.units) {
      expect(seen).toContain(parentCode);
      seen.add(code);
    }
  });

  it('gives slugs that are hostnames, unique in the province, none reserved', () => {
    const slugs = plan.units.map((u) => u.slug);
    expect(new Set(slugs).size).toBe(80);
    for (const slug of slugs) expect(faultOfSlug(slug)).toBeNull();
  });

  it('gives sub-sites slugs that are unique among the townships and the departments of their unit', () => {
    for (const { townships, departments } of plan.units)
      for (const subs of [townships, departments]) {
        expect(new Set(subs.map((sub) => sub.slug)).size).toBe(subs.length);
        for (const { slug } of subs) expect(faultOfSlug(slug)).toBeNull();
      }
  });

  it('gives every unit a document prefix of its own', () => {
    expect(new Set(plan.units.map((u) => u.documentPrefix)).size).toBe(80);
    expect(unit('220122').documentPrefix).toBe('农政');
    expect([unit('2201'), unit('220722'), unit('220623')].map((u) => u.documentPrefix)).toEqual([
      '长政',
      '长岭政',
      '长白政',
    ]);
  });

  it.each([
    ['22', 'jl', '吉林', '吉林省人民政府'],
    ['2202', 'jilin', '吉林市', '吉林市人民政府'],
    ['220122', 'nongan', '农安', '农安县人民政府'],
    ['220106', 'lvyuan', '绿园', '长春市绿园区人民政府'],
    ['220403', 'liaoyuan-xian', '西安', '辽源市西安区人民政府'],
    ['2205', 'tonghua', '通化', '通化市人民政府'],
    ['220521', 'tonghuaxian', '通化县', '通化县人民政府'],
    ['220721', 'qianguo', '前郭', '前郭尔罗斯蒙古族自治县人民政府'],
    ['220623', 'changbai', '长白', '长白朝鲜族自治县人民政府'],
    ['220723', 'qianan', '乾安', '乾安县人民政府'],
    ['222404', 'hunchun', '珲春', '珲春市人民政府'],
    ['2224', 'yanbian', '延边', '延边朝鲜族自治州人民政府'],
    ['220172', 'jingyue', '净月高新区', '长春净月高新技术产业开发区管理委员会'],
    ['220273', 'zhongxin-shipin', '中新食品区', '吉林中国新加坡食品区管理委员会'],
    ['229900', 'changbaishan', '长白山', '长白山保护开发区管理委员会'],
  ])('%s is %s, %s, %s', (code, slug, shortName, governmentName) => {
    expect(unit(code)).toMatchObject({ slug, shortName, governmentName });
  });

  it.each([
    ['220122104', '开安镇', '开安', '开安镇人民政府', 'kaian'],
    ['220102001', '南岭街道', '南岭', '南岭街道办事处', 'nanling'],
    ['220112102', '鹿乡镇', '鹿乡', '鹿乡镇人民政府', 'luxiang'],
    ['220781200', '三骏满族蒙古族锡伯族乡', '三骏', '三骏满族蒙古族锡伯族乡人民政府', 'sanjun'],
    ['220303001', '平东街道', '平东', '平东街道办事处', 'pingdong'],
    ['220802012', '官银号街道', '官银号', '官银号街道办事处', 'guanyinhao'],
    ['220184109', '杨大城子镇', '杨大城子', '杨大城子镇人民政府', 'yangdachengzi'],
    ['220621110', '兴参镇', '兴参', '兴参镇人民政府', 'xingshen'],
    ['220284070', '磐石经济开发区', '磐石经开区', '磐石经济开发区管理委员会', 'panshi-jingkai'],
  ])('%s is %s', (code, name, shortName, organName, slug) => {
    expect(allTownships(plan).find((township) => township.code === code)).toEqual({
      code,
      name,
      shortName,
      organName,
      slug,
      kind: 'township',
    });
  });

  it('keeps apart a township and a sub-district of one name', () => {
    const slugs = unit('220211')
      .townships.filter(({ name }) => name.startsWith('江南'))
      .map((t) => t.slug);
    expect(slugs).toEqual(['jiangnan', 'jiangnanxiang']);
  });

  it('puts the three zones of 长白山 under its administration, not under the counties of the data', () => {
    expect(unit('229900').townships.map((t) => t.slug)).toEqual(['chixi', 'chinan', 'chibei']);
    expect(unit('220621').townships.some(({ name }) => name.includes('长白山保护开发区'))).toBe(false);
  });

  it('names departments after their government, in the words of its level', () => {
    const names = (code: string) => unit(code).departments.map((d) => `${d.slug} ${d.organName}`);
    expect(names('22')[0]).toBe('jyt 吉林省教育厅');
    expect(names('220102')[0]).toBe('jyj 长春市南关区教育局');
    expect(names('220171')[2]).toBe('zwfwj 长春经济技术开发区政务服务局');
  });

  it('is the same each time and finds units by short and padded codes', () => {
    expect(planWith({})).toEqual(plan);
    expect(findUnit(plan, '2201')).toBe(findUnit(plan, '220100'));
    expect(findUnit(plan, '220199')).toBeNull();
  });
});

describe('what the data does not settle', () => {
  it('stops the lower of two units with one slug, alone, and names both', () => {
    const clashing = planWith({ units: without(corrections.units, '220521') });
    expect(clashing.problems).toEqual([
      {
        code: '220521',
        name: '通化县',
        sentence: '“通化县”和“通化市”的网址都是“tonghua”。请在更正文件的 units 里为其中一个写明另外的 slug。',
      },
    ]);
    expect(clashing.units.map((u) => u.code)).toEqual(without(plan.units, '220521').map((u) => u.code));
    expect(allTownships(clashing)).toHaveLength(978 - unit('220521').townships.length);
  });

  it('lets a slug written by hand go before one that is read, and stops what lies below a stopped city', () => {
    const units = corrections.units.map((c) => (c.code === '220521' ? { ...c, slug: 'tonghua' } : c));
    const clashing = planWith({ units });
    const stopped = ['220500', '220502', '220503', '220523', '220524', '220581', '220582', '220521'].sort();
    expect(clashing.problems.map((p) => p.code).sort()).toEqual(stopped);
    expect(clashing.units).toHaveLength(80 - stopped.length);
    expect(clashing.problems.find((p) => p.code === '220582')!.sentence).toBe('上级“通化市”没有开通，先解决它的问题。');
  });

  it('stops one of two townships with one slug and leaves their county open', () => {
    const clashing = planWith({ townships: without(corrections.townships, '220881201') });
    expect(clashing.problems).toEqual([
      {
        code: '220881201',
        name: '万宝乡',
        sentence:
          '洮南市的“万宝乡”和“万宝镇”的网址都是“wanbao”。请在更正文件的 townships 里为其中一个写明另外的 slug。',
      },
    ]);
    expect(clashing.units).toHaveLength(80);
    expect(allTownships(clashing)).toHaveLength(977);
  });

  it('stops a unit whose reading is too long or a reserved word', () => {
    const long = planWith({ units: without(corrections.units, '220171') });
    expect(long.problems).toEqual([
      expect.objectContaining({ code: '220171', sentence: expect.stringContaining('超过 24 个') }),
    ]);
    const counties = divisions.counties.map((c) => (c.code === '220122' ? { ...c, name: '恩县' } : c));
    expect(findUnit(planWith({}, { counties }), '220122')!.slug).toBe('enxian');
    const units = [...corrections.units, { code: '220122', name: '农安县', shortName: '恩', why: '试' }];
    const reserved = planWith({ units });
    expect(reserved.problems[0]!.sentence).toContain('“en”是平台自用的保留词');
    expect(findUnit(reserved, '220122')).toBeNull();
  });

  it('reports a correction whose row has gone or has another name, and does not apply it', () => {
    const units = [
      ...without(corrections.units, '222404'),
      { code: '222404', name: '浑春市', slug: 'elsewhere', why: '试' },
    ];
    const gone = { code: '220999', name: '无名县', slug: 'nowhere', why: '试' };
    const stray = planWith({ units: [...units, gone] });
    expect(stray.problems.map((p) => p.sentence)).toEqual([
      '更正文件里 222404 写的是“浑春市”，区划数据里是“珲春市”，这条更正没有采用。请核对后改正。',
      '更正文件里的“无名县”（220999）不在区划数据里，这条更正没有采用。请核对后改正或删去。',
    ]);
    expect(findUnit(stray, '222404')!.slug).not.toBe('elsewhere');
  });

  it('reports a row that no rule explains instead of passing it over', () => {
    const strange = { code: '220122999', name: '农安飞地', county: '220122' };
    const { problems, notSites } = planWith({}, { townships: [...divisions.townships, strange] });
    expect(problems).toEqual([expect.objectContaining({ code: '220122999', name: '农安飞地' })]);
    expect(notSites).toHaveLength(97);
  });

  it('refuses corrections of another province', () => {
    const ofAnother = { ...corrections, province: '23' };
    expect(() => planProvince({ province: '22', corrections: ofAnother, divisions })).toThrow('更正文件属于省份 23');
  });

  it('names a province that the divisions do not have', async () => {
    await expect(loadDivisions('99')).rejects.toMatchObject({ code: 'plan.province-unknown' });
  });
});
