import type { Corrections } from './corrections.js';
import type { UnitForm } from './types.js';

const UNIT_SUFFIXES = ['自治州', '自治县', '省', '市', '县', '区'];
const TOWNSHIP_SUFFIXES = ['街道', '镇', '乡'];

/** 农安县 → 农安, 伊通满族自治县 → 伊通. A name that would be left with one character keeps its suffix. */
export function shortUnitName(name: string, peoples: string[]): string {
  const suffix = UNIT_SUFFIXES.find((s) => name.endsWith(s)) ?? '';
  const bare = name.slice(0, name.length - suffix.length);
  return atLeastTwo(suffix.startsWith('自治') ? withoutPeoples(bare, peoples) : bare, name);
}

/** 开安镇 → 开安, 三骏满族蒙古族锡伯族乡 → 三骏; only one suffix goes: 鹿乡镇 → 鹿乡. */
export function shortTownshipName(name: string, peoples: string[]): string {
  const suffix = TOWNSHIP_SUFFIXES.find((s) => name.endsWith(s)) ?? '';
  const bare = name.slice(0, name.length - suffix.length);
  return atLeastTwo(suffix === '街道' ? bare : withoutPeoples(bare, peoples), name);
}

export const isTownshipName = (name: string): boolean => TOWNSHIP_SUFFIXES.some((suffix) => name.endsWith(suffix));

/** 开安镇人民政府; a sub-district has no government of its own but an office: 南岭街道办事处. */
export const townshipOrganName = (name: string): string => `${name}${name.endsWith('街道') ? '办事处' : '人民政府'}`;

/** The other way round: 开安镇人民政府 → 开安镇, 南岭街道办事处 → 南岭街道; what is no such name stays. */
export const townshipOfOrgan = (name: string): string => name.replace(/(?<=[镇乡])人民政府$|(?<=街道)办事处$/, '');

/** The form of a county-level unit by its name; null when the name does not tell. */
export function countyForm(name: string): UnitForm | null {
  if (name.endsWith('自治县')) return 'autonomous-county';
  if (name.endsWith('开发区')) return 'development-zone';
  if (name.endsWith('县')) return 'county';
  if (name.endsWith('市')) return 'county-city';
  if (name.endsWith('区')) return 'district';
  return null;
}

/**
 * 农安县人民政府, 长春市南关区人民政府 (a district is written with its city: many cities have a 铁西区),
 * 吉林白城经济开发区管理委员会.
 */
export function governmentName(form: UnitForm, name: string, cityName: string): string {
  return `${officialPrefix(form, name, cityName)}${form === 'development-zone' || form === 'administration' ? '管理委员会' : '人民政府'}`;
}

/** What stands before the name of a unit's own departments: 长春市南关区教育局. */
export const officialPrefix = (form: UnitForm, name: string, cityName: string): string =>
  form === 'district' ? `${cityName}${name}` : name;

/** Cuts a repeated superior or a remark from the front of a name. */
export function withoutPrefix(name: string, prefixes: Corrections['namePrefixes']): string {
  const prefix = prefixes.find(({ text }) => name.startsWith(text));
  return prefix ? name.slice(prefix.text.length) : name;
}

function withoutPeoples(name: string, peoples: string[]): string {
  const people = peoples.find((p) => name.endsWith(p) && name.length > p.length);
  return people ? withoutPeoples(name.slice(0, -people.length), peoples) : name;
}

const atLeastTwo = (short: string, whole: string): string => ([...short].length >= 2 ? short : whole);
