import { z } from 'zod';
import { readDataFile } from './data-file.js';
import { slugSchema } from './slug.js';
import { UNIT_FORMS } from './types.js';

const text = z.string().trim().min(1);
/** Why the entry is there: for whoever reads the file in five years. */
const why = text;
const unitCode = z.string().regex(/^\d{6}$/, '应为六位区划代码');
const townshipCode = z.string().regex(/^\d{9}$/, '应为九位区划代码');

/** What the data and the rules get wrong about one province, kept by hand. Nothing in it overrides a rule silently: each entry says why. */
const correctionsSchema = z.strictObject({
  province: z.string().regex(/^\d{2}$/, '应为两位省级代码'),
  /** The province itself, which the division lists do not name. */
  name: text,
  about: text,
  /** `name` is the name in the data: an entry whose row has changed its name or gone is reported, not applied. */
  units: z.array(
    z.strictObject({
      code: unitCode,
      name: text,
      slug: slugSchema.optional(),
      shortName: text.optional(),
      governmentName: text.optional(),
      form: z.enum(UNIT_FORMS).optional(),
      documentPrefix: text.optional(),
      why,
    }),
  ),
  /** Units that the data lacks, with codes of our own that no real division has. */
  added: z.array(
    z.strictObject({
      code: unitCode,
      parent: unitCode,
      level: z.enum(['city', 'county']),
      form: z.enum(UNIT_FORMS),
      name: text,
      shortName: text,
      governmentName: text,
      documentPrefix: text,
      slug: slugSchema,
      why,
    }),
  ),
  townships: z.array(
    z.strictObject({
      code: townshipCode,
      name: text,
      slug: slugSchema.optional(),
      /** The name that people use, where the data's is a statistician's. */
      rename: text.optional(),
      shortName: text.optional(),
      organName: text.optional(),
      /** The unit whose sub-site it is, when not the county of the data. */
      unit: unitCode.optional(),
      why,
    }),
  ),
  /** Repeated superiors and remarks in front of some names: 四平市铁东区平东街道 is 平东街道. */
  namePrefixes: z.array(z.strictObject({ text, why })),
  /** Peoples whose names stand in autonomous and ethnic townships; not part of a short name. */
  peoples: z.array(text),
  /** Names with these endings get no site of their own. The first rule that fits gives the reason. */
  notSites: z.array(z.strictObject({ endings: z.array(text).min(1), reason: text, why })),
  /** Departments with a sub-site, by the form of their government. Each form stands in exactly one entry. */
  departments: z
    .array(
      z.strictObject({
        forms: z.array(z.enum(UNIT_FORMS)).min(1),
        departments: z.array(z.strictObject({ name: text, slug: slugSchema })),
        why,
      }),
    )
    .superRefine((entries, context) => {
      for (const form of UNIT_FORMS) {
        const count = entries.filter((entry) => entry.forms.includes(form)).length;
        if (count !== 1)
          context.addIssue({ code: 'custom', message: `类型 ${form} 应当恰好出现在一条里，现在有 ${count} 条` });
      }
      entries.forEach((entry, i) => {
        const slugs = entry.departments.map((department) => department.slug);
        const twice = slugs.findIndex((slug, j) => slugs.indexOf(slug) !== j);
        if (twice >= 0)
          context.addIssue({
            code: 'custom',
            path: [i, 'departments', twice, 'slug'],
            message: `“${slugs[twice]}”在同一级部门里用了两次`,
          });
      });
    }),
});

export type Corrections = z.infer<typeof correctionsSchema>;

/** @throws UserError `plan.file-unreadable`, `plan.file-not-json`, `plan.file-invalid` */
export const loadCorrections = (file: string): Promise<Corrections> => readDataFile(file, correctionsSchema);
