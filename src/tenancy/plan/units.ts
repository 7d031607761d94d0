import type { Corrections } from './corrections.js';
import type { Divisions } from './divisions.js';
import { countyForm, governmentName, officialPrefix, shortUnitName } from './place-name.js';
import { faultOfSlug } from './slug.js';
import { readingOf } from './slug-reading.js';
import type { PlannedUnit, PlanProblem, UnitForm, UnitLevel } from './types.js';

type Correction = Corrections['units'][number];

/** A unit before it is known whether its slug is free. */
interface Draft {
  unit: PlannedUnit;
  /** The slug was written by hand: it goes before any that was read. */
  byHand: boolean;
  prefixByHand: boolean;
}

/** All units that get a portal, parents before children, with their departments and without townships. */
export function planUnits(
  corrections: Corrections,
  divisions: Divisions,
): { units: PlannedUnit[]; problems: PlanProblem[] } {
  const problems: PlanProblem[] = [];
  const drafts = draftUnits(corrections, divisions, problems);
  const stopped = settleSlugs(drafts, problems);
  const open = drafts.filter(({ unit }) => !stopped.has(unit.code));
  settleDocumentPrefixes(open);
  return { units: open.map(({ unit }) => unit), problems };
}

function draftUnits(corrections: Corrections, divisions: Divisions, problems: PlanProblem[]): Draft[] {
  const written = new Map(corrections.units.map((correction) => [correction.code, correction]));
  const drafts: Draft[] = [];
  const departments = (form: UnitForm, before: string) =>
    corrections.departments
      .find((entry) => entry.forms.includes(form))!
      .departments.map(({ name, slug }) => ({
        code: null,
        name,
        shortName: name,
        organName: `${before}${name}`,
        slug,
        kind: 'department' as const,
      }));

  const add = (code: string, parent: PlannedUnit | null, level: UnitLevel, name: string, ruled: UnitForm | null) => {
    const found = written.get(code);
    written.delete(code);
    if (found && found.name !== name) problems.push(strayCorrection(found, name));
    const correction = found?.name === name ? found : undefined;
    const form = correction?.form ?? ruled;
    if (!form) {
      const sentence = `看不出“${name}”是哪一类行政区（县、市、区、开发区）。请在更正文件的 units 里为 ${code} 写明 form。`;
      problems.push({ code, name, sentence });
      return null;
    }
    const shortName = correction?.shortName ?? shortUnitName(name, corrections.peoples);
    const cityName = level === 'county' ? (parent?.name ?? '') : '';
    const unit: PlannedUnit = {
      code,
      parentCode: parent?.code ?? null,
      level,
      form,
      name,
      shortName,
      governmentName: correction?.governmentName ?? governmentName(form, name, cityName),
      documentPrefix: correction?.documentPrefix ?? '',
      slug: correction?.slug ?? readingOf(shortName),
      townships: [],
      departments: departments(form, officialPrefix(form, name, cityName)),
    };
    drafts.push({
      unit,
      byHand: correction?.slug !== undefined,
      prefixByHand: correction?.documentPrefix !== undefined,
    });
    addOwn(unit);
    return unit;
  };
  /** Units of our own follow their parent directly, or, on the level of cities, the last city. */
  const addOwn = (parent: PlannedUnit, level: UnitLevel = 'county') => {
    for (const own of corrections.added.filter((a) => a.parent === parent.code && a.level === level)) {
      const { why, parent: parentCode, ...unit } = own;
      const made = { ...unit, parentCode, townships: [], departments: departments(own.form, own.name) };
      drafts.push({ unit: made, byHand: true, prefixByHand: true });
      addOwn(made);
    }
  };

  const province = add(`${divisions.province}0000`, null, 'province', corrections.name, 'province');
  for (const { code, name } of divisions.cities) {
    const city = add(
      `${code}00`,
      province,
      'city',
      name,
      name.endsWith('自治州') || name.endsWith('地区') ? 'prefecture' : 'city',
    );
    for (const county of divisions.counties.filter((c) => c.city === code))
      add(county.code, city, 'county', county.name, countyForm(county.name));
  }
  if (province) addOwn(province, 'city');
  for (const stray of written.values()) problems.push(strayCorrection(stray, null));
  const known = new Set(drafts.map(({ unit }) => unit.code));
  for (const own of corrections.added.filter((a) => !known.has(a.code))) {
    const sentence = `更正文件 added 里“${own.name}”的上级 ${own.parent} 不在区划数据里。请改正 parent。`;
    problems.push({ code: own.code, name: own.name, sentence });
  }
  return drafts;
}

/**
 * Gives out the hostnames: first those written by hand, then readings from the province down, in the order of the data.
 * @returns codes of the units that are stopped, with all that lie below them
 */
function settleSlugs(drafts: Draft[], problems: PlanProblem[]): Set<string> {
  const stopped = new Set<string>();
  const holder = new Map<string, PlannedUnit>();
  const rank = { province: 0, city: 1, county: 2 };
  const inOrder = [...drafts].sort(
    (a, b) => Number(b.byHand) - Number(a.byHand) || rank[a.unit.level] - rank[b.unit.level],
  );
  for (const { unit } of inOrder) {
    const { code, name, slug } = unit;
    const fault = faultOfSlug(slug);
    const other = holder.get(slug);
    if (!fault && !other) {
      holder.set(slug, unit);
      continue;
    }
    stopped.add(code);
    const sentence = fault
      ? `“${name}”的拼音不能作网址：${fault}。请在更正文件的 units 里为 ${code} 写明 slug。`
      : `“${name}”和“${other!.name}”的网址都是“${slug}”。请在更正文件的 units 里为其中一个写明另外的 slug。`;
    problems.push({ code, name, sentence });
  }
  for (const { unit } of drafts) {
    if (stopped.has(unit.code) || !unit.parentCode || !stopped.has(unit.parentCode)) continue;
    stopped.add(unit.code);
    const above = drafts.find((draft) => draft.unit.code === unit.parentCode)!.unit.name;
    problems.push({ code: unit.code, name: unit.name, sentence: `上级“${above}”没有开通，先解决它的问题。` });
  }
  return stopped;
}

/** 农政; 长岭政 where 长政 is taken. By hand first, then from the province down. */
function settleDocumentPrefixes(drafts: Draft[]): void {
  const taken = new Set(drafts.filter((draft) => draft.prefixByHand).map(({ unit }) => unit.documentPrefix));
  const rank = { province: 0, city: 1, county: 2 };
  for (const { unit, prefixByHand } of [...drafts].sort((a, b) => rank[a.unit.level] - rank[b.unit.level])) {
    if (prefixByHand) continue;
    const characters = [...unit.shortName];
    const lengths = [1, 2, characters.length];
    const free = lengths.map((n) => `${characters.slice(0, n).join('')}政`).find((prefix) => !taken.has(prefix));
    unit.documentPrefix = free ?? `${unit.name}政`;
    taken.add(unit.documentPrefix);
  }
}

function strayCorrection({ code, name }: Correction, found: string | null): PlanProblem {
  const sentence = found
    ? `更正文件里 ${code} 写的是“${name}”，区划数据里是“${found}”，这条更正没有采用。请核对后改正。`
    : `更正文件里的“${name}”（${code}）不在区划数据里，这条更正没有采用。请核对后改正或删去。`;
  return { code, name, sentence };
}
