import type { Blueprint } from '../plan/blueprint.js';
import type { PublicFacts } from '../plan/public-facts.js';
import type { PlannedSubSite, PlannedUnit } from '../plan/types.js';
import { fillBlanks } from './provision-step.js';

/** An organ to be, in the columns of its table. `key` is how it is known again. */
export interface OrganPlan {
  kind: 'government' | 'office' | 'department' | 'township';
  key: string;
  name: string;
  short_name: string;
  region_code: string | null;
  telephone: string;
  hours: string;
  address: string;
  introduction: string;
  facts: PublicFacts['townshipFacts'];
}

/** A site to be, in the columns of its table. */
export interface SitePlan {
  kind: 'portal' | 'department' | 'township';
  level: 'province' | 'city' | 'county' | 'township';
  key: string;
  prefix: string;
  region_code: string | null;
  position: number;
  name: string;
  short_name: string;
  tagline: string;
  /** Keys of organs. */
  sponsor: string;
  undertaker: string;
  identification_code: string;
  icp_number: string;
  public_security_number: string;
  demonstration: boolean;
  blueprint: Blueprint;
  blanks: Record<string, string>;
}

/** How a sub-site and the organ behind it are known again: its region code, which outlives a corrected slug. */
const keyOf = (sub: PlannedSubSite): string => (sub.code ? `region/${sub.code}` : `bm/${sub.slug}`);

const prefixOf = (sub: PlannedSubSite): string => `/${sub.kind === 'township' ? 'xz' : 'bm'}/${sub.slug}/`;

const subSites = (unit: PlannedUnit): PlannedSubSite[] => [...unit.departments, ...unit.townships];

/**
 * The public facts of sites that are no demonstration: nothing stands there that somebody did not enter, so what only a
 * demonstration may say of itself is left out.
 */
export const factsOfRealSites = (facts: PublicFacts): PublicFacts => ({
  ...facts,
  demonstration: false,
  ...(facts.demonstration
    ? {
        telephone: '',
        hours: '',
        address: '',
        identificationCode: '',
        icpNumber: '',
        publicSecurityNumber: '',
        undertaker: '{政府}办公室',
        introductions: { portal: '', department: '', township: '' },
        townshipFacts: [],
      }
    : {}),
});

export function organsOf(unit: PlannedUnit, facts: PublicFacts): OrganPlan[] {
  const organ = (
    kind: OrganPlan['kind'],
    key: string,
    name: string,
    shortName: string,
    over: Partial<OrganPlan> = {},
  ): OrganPlan => {
    const fill = (text: string) => fillBlanks(text, { 名称: name, 上级: unit.governmentName });
    return {
      kind,
      key,
      name,
      short_name: shortName,
      region_code: kind === 'township' ? null : unit.code,
      telephone: facts.telephone,
      hours: facts.hours,
      address: fill(facts.address),
      introduction: fill(facts.introductions[kind === 'department' || kind === 'township' ? kind : 'portal']),
      facts: [],
      ...over,
    };
  };
  return [
    organ('government', 'government', unit.governmentName, unit.shortName),
    organ(
      'office',
      'undertaker',
      fillBlanks(facts.undertaker, { 名称: unit.name, 政府: unit.governmentName }),
      unit.shortName,
    ),
    ...subSites(unit).map((sub) =>
      organ(sub.kind, keyOf(sub), sub.organName, sub.shortName, {
        region_code: sub.code ?? unit.code,
        facts: sub.kind === 'township' ? facts.townshipFacts : [],
      }),
    ),
  ];
}

export function sitesOf(
  unit: PlannedUnit,
  facts: PublicFacts,
  blueprints: Map<Blueprint['kind'], Blueprint>,
): SitePlan[] {
  const common = {
    undertaker: 'undertaker',
    identification_code: facts.identificationCode && `${facts.identificationCode}${unit.code}`,
    icp_number: facts.icpNumber,
    public_security_number: facts.publicSecurityNumber,
    demonstration: facts.demonstration,
  };
  const portal: SitePlan = {
    ...common,
    kind: 'portal',
    level: unit.level,
    key: 'portal',
    prefix: '/',
    region_code: unit.code,
    // Lists of portals stand in the order of their codes.
    position: Number(unit.code.slice(2)),
    name: unit.governmentName,
    short_name: unit.shortName,
    tagline: facts.taglines[unit.level],
    sponsor: 'government',
    blueprint: blueprints.get('portal')!,
    blanks: { 地名: unit.shortName },
  };
  const below = subSites(unit).map((sub, i): SitePlan => {
    const key = keyOf(sub);
    return {
      ...common,
      kind: sub.kind,
      level: sub.kind === 'township' ? 'township' : unit.level,
      key,
      prefix: prefixOf(sub),
      region_code: sub.code ?? unit.code,
      position: i + 1,
      name: sub.organName,
      short_name: sub.shortName,
      tagline: fillBlanks(facts.taglines[sub.kind], { 上级: unit.governmentName }),
      sponsor: key,
      blueprint: blueprints.get(sub.kind)!,
      blanks: { 地名: sub.kind === 'township' ? sub.name : sub.organName },
    };
  });
  return [portal, ...below];
}
