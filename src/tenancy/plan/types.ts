/** What a run of provisioning opens: computed from the divisions and the hand-kept corrections, the same each time. */
export interface ProvincePlan {
  /** Parents before children. */
  units: PlannedUnit[];
  /** Rows of the divisions that get no site (farms, companies, zones below county level), each with the reason. */
  notSites: { code: string; name: string; county: string; reason: string }[];
  /** What was left out because the data does not settle it; everything else stands. Codes of units or of townships. */
  problems: PlanProblem[];
}

export interface PlanProblem {
  code: string;
  name: string;
  /** Chinese, names all that are concerned and says what to do. */
  sentence: string;
}

export type UnitLevel = 'province' | 'city' | 'county';

export const UNIT_FORMS = [
  'province',
  'city',
  'prefecture',
  'administration',
  'county',
  'autonomous-county',
  'county-city',
  'district',
  'development-zone',
] as const;
export type UnitForm = (typeof UNIT_FORMS)[number];

/** A government or administration that becomes a tenant with a portal. */
export interface PlannedUnit {
  /** Code of the region, six digits: 220000, 220100, 220122. */
  code: string;
  parentCode: string | null;
  level: UnitLevel;
  form: UnitForm;
  /** 农安县 */
  name: string;
  /** 农安 */
  shortName: string;
  /** 农安县人民政府 */
  governmentName: string;
  /** 机关代字 of its documents, our own and plausible: 农政. Unique in the province. */
  documentPrefix: string;
  /** Hostname below BASE_DOMAIN: nongan. Unique in the province. */
  slug: string;
  townships: PlannedSubSite[];
  departments: PlannedSubSite[];
}

/** A township or department that gets a sub-site of its unit's portal, /xz/{slug}/ or /bm/{slug}/. */
export interface PlannedSubSite {
  /** Nine digits for townships; departments have none. */
  code: string | null;
  /** 开安镇, 教育局 */
  name: string;
  /** 开安, 教育局 */
  shortName: string;
  /** 开安镇人民政府, 长春市教育局 */
  organName: string;
  /** Unique among the unit's sub-sites of its kind. */
  slug: string;
  kind: 'township' | 'department';
}
