import type { Corrections } from './corrections.js';
import type { Divisions } from './divisions.js';
import { isTownshipName, shortTownshipName, townshipOrganName, withoutPrefix } from './place-name.js';
import { faultOfSlug } from './slug.js';
import { readingOf } from './slug-reading.js';
import type { PlannedSubSite, PlannedUnit, PlanProblem, ProvincePlan } from './types.js';

interface Placed {
  township: PlannedSubSite & { code: string };
  unit: PlannedUnit;
  byHand: boolean;
}

/**
 * Puts the townships and sub-districts under their units (`units` is filled in place) and tells what gets no site. Rows of
 * a county that was stopped are left out with it.
 */
export function placeTownships(
  corrections: Corrections,
  divisions: Divisions,
  units: PlannedUnit[],
): Pick<ProvincePlan, 'notSites' | 'problems'> {
  const problems: PlanProblem[] = [];
  const notSites: ProvincePlan['notSites'] = [];
  const written = new Map(corrections.townships.map((correction) => [correction.code, correction]));
  const unitByCode = new Map(units.map((unit) => [unit.code, unit]));
  const countyNames = new Map(divisions.counties.map((county) => [county.code, county.name]));
  const placed: Placed[] = [];

  for (const { code, name, county } of divisions.townships) {
    const found = written.get(code);
    written.delete(code);
    const correction = found?.name === name ? found : undefined;
    if (found && !correction)
      problems.push({
        code,
        name: found.name,
        sentence: `更正文件里 ${code} 写的是“${found.name}”，区划数据里是“${name}”，这条更正没有采用。请核对后改正。`,
      });
    if (!isTownshipName(name)) {
      const rule = corrections.notSites.find(({ endings }) => endings.some((ending) => name.endsWith(ending)));
      const where = countyNames.get(county) ?? '';
      if (rule) notSites.push({ code, name, county: where, reason: rule.reason });
      else
        problems.push({
          code,
          name,
          sentence: `${where}的“${name}”既不是乡镇街道，也不符合更正文件 notSites 里的任何一条。请补上一条说明它为什么不设网站。`,
        });
      continue;
    }
    const unit = unitByCode.get(correction?.unit ?? county);
    if (!unit) {
      if (correction?.unit && unitByCode.has(county))
        problems.push({
          code,
          name,
          sentence: `更正文件把“${name}”划归 ${correction.unit}，这个单位没有开通。请核对 townships 里的 unit。`,
        });
      continue;
    }
    const known = correction?.rename ?? withoutPrefix(name, corrections.namePrefixes);
    const shortName = correction?.shortName ?? shortTownshipName(known, corrections.peoples);
    placed.push({
      unit,
      byHand: correction?.slug !== undefined,
      township: {
        code,
        name: known,
        shortName,
        organName: correction?.organName ?? townshipOrganName(known),
        slug: correction?.slug ?? readingOf(shortName),
        kind: 'township',
      },
    });
  }
  for (const { code, name } of written.values())
    problems.push({
      code,
      name,
      sentence: `更正文件里的“${name}”（${code}）不在区划数据里，这条更正没有采用。请核对后改正或删去。`,
    });

  problems.push(...settleSlugs(placed));
  return { notSites, problems };
}

/** Slugs are unique within a unit; those written by hand go before those read. Places the ones that have theirs. */
function settleSlugs(placed: Placed[]): PlanProblem[] {
  const problems: PlanProblem[] = [];
  const holders = new Map<string, string>();
  const open = new Set<Placed>();
  for (const candidate of [...placed].sort((a, b) => Number(b.byHand) - Number(a.byHand))) {
    const { unit, township } = candidate;
    const { code, name, slug } = township;
    const fault = faultOfSlug(slug);
    const other = holders.get(`${unit.code}/${slug}`);
    if (!fault && !other) {
      holders.set(`${unit.code}/${slug}`, name);
      open.add(candidate);
      continue;
    }
    const sentence = fault
      ? `${unit.name}“${name}”的拼音不能作网址：${fault}。请在更正文件的 townships 里为 ${code} 写明 slug。`
      : `${unit.name}的“${name}”和“${other}”的网址都是“${slug}”。请在更正文件的 townships 里为其中一个写明另外的 slug。`;
    problems.push({ code, name, sentence });
  }
  for (const candidate of placed) if (open.has(candidate)) candidate.unit.townships.push(candidate.township);
  return problems;
}
