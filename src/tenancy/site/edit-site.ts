import { z } from 'zod';
import { authorize, type DeskContext, writing } from '../../authority/desk-context.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { type Reverse, stillAs } from '../../kernel/still.js';
import { tenancyErrors } from '../errors.js';
import { FormCheck, line, maybeLine } from '../form-faults.js';
import { requireWritable } from '../tenant/tenant.queries.js';
import { holdSite, readSite } from './site.queries.js';
import { readingsOf } from './site-reading.js';
import { tellSites } from './tell-sites.js';

/** What a site says of itself. What is not given stays as it is. */
export interface SiteChanges {
  name?: string;
  shortName?: string;
  tagline?: string;
  identificationCode?: string;
  icpNumber?: string;
  publicSecurityNumber?: string;
  /** Null: the theme of its kind and level. */
  theme?: string | null;
}
export type SiteField = keyof SiteChanges;

export interface EditedSite {
  /** The fields that are different now. */
  changed: SiteField[];
  reverse: Reverse<Required<SiteChanges>>;
}

const COLUMNS: Record<SiteField, string> = {
  name: 'name',
  shortName: 'short_name',
  tagline: 'tagline',
  identificationCode: 'identification_code',
  icpNumber: 'icp_number',
  publicSecurityNumber: 'public_security_number',
  theme: 'theme',
};

/** What a site says of itself, in one order, so that equal ones are told alike. */
const saidOf = (of: Required<SiteChanges>): Required<SiteChanges> =>
  Object.fromEntries(
    (Object.keys(COLUMNS) as SiteField[]).map((field) => [field, of[field]]),
  ) as unknown as Required<SiteChanges>;

const fieldsOf = (themes: readonly string[]) => ({
  name: line('网站名称', 60).optional(),
  shortName: line('简称', 20).optional(),
  tagline: maybeLine('标语', 60).optional(),
  // 网站标识码: ten digits (国办发〔2017〕47号 §SiteIDCode).
  identificationCode: z
    .string()
    .regex(/^(\d{10})?$/, '网站标识码是十位数字')
    .optional(),
  icpNumber: maybeLine('ICP备案号', 40).optional(),
  publicSecurityNumber: maybeLine('公安机关备案号', 40).optional(),
  theme: themeField(themes),
});

/** A theme of those loaded at the start. */
export const themeField = (themes: readonly string[]) =>
  z
    .string()
    .nullable()
    .refine((theme) => theme === null || themes.includes(theme), '没有这个主题，请从列表里选择')
    .optional();

/** Changes what a site says of itself. What was changed by hand, provisioning leaves alone from then on. */
export class EditSite {
  constructor(
    private readonly work: UnitOfWork,
    private readonly themes: readonly string[],
  ) {}

  /**
   * @param still what an undo expects to find
   * @throws FormFaults; UserError `tenancy.archived`, `tenancy.changed-since`
   */
  async run(ctx: DeskContext, siteId: string, changes: SiteChanges, still?: string): Promise<EditedSite> {
    const site = await readSite(this.work, ctx, siteId);
    authorize(ctx, 'site.edit', site);
    const given = new FormCheck(fieldsOf(this.themes), changes as Record<string, unknown>).taken();
    const reading = given.name === undefined ? null : (await readingsOf([given.name]))[0]!;
    return this.work.run(writing(ctx, site.tenantId), async (tx) => {
      await requireWritable(tx);
      const before = await holdSite(tx, siteId);
      const said = saidOf(before);
      if (still !== undefined && still !== stillAs(said))
        throw tenancyErrors['tenancy.changed-since']({ name: before.name });
      const changed = (Object.keys(COLUMNS) as SiteField[]).filter(
        (field) => given[field] !== undefined && given[field] !== before[field],
      );
      const pick = (of: SiteChanges) => Object.fromEntries(changed.map((field) => [field, of[field]]));
      const reverse = { before: said, still: stillAs(saidOf({ ...said, ...pick(given) })) };
      if (changed.length === 0) return { changed, reverse };
      const columns = changed.map((field) => COLUMNS[field]);
      const sets = columns.map((column, i) => `${column} = $${i + 4}`);
      const values: unknown[] = [site.tenantId, siteId, columns, ...changed.map((field) => given[field])];
      if (reading && changed.includes('name')) {
        values.push(reading.full, reading.initials);
        sets.push(`pinyin_full = $${values.length - 1}`, `pinyin_initials = $${values.length}`);
      }
      await tx.query(
        `UPDATE site SET ${sets.join(', ')}, overridden = ARRAY(SELECT DISTINCT unnest(overridden || $3::text[]) ORDER BY 1)
         WHERE tenant_id = $1 AND id = $2`,
        values,
      );
      tx.audit('site.edited', `site:${siteId}`, { name: before.name, before: pick(before), after: pick(given) });
      await tellSites(tx, 'tenancy.site-changed', site.tenantId, [siteId]);
      return { changed, reverse };
    });
  }
}
