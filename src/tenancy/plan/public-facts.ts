import { z } from 'zod';
import { readDataFile } from './data-file.js';

const text = z.string().trim().min(1);

/** A sentence with blanks, of which only these may stand in it. */
const sentence = (...blanks: string[]) =>
  text.refine(
    (s) => [...s.matchAll(/\{([^{}]*)\}/g)].every(([, blank]) => blanks.includes(blank!)),
    `只能有这些空：${blanks.map((blank) => `{${blank}}`).join('、') || '（没有）'}`,
  );

/**
 * What organs and sites say of themselves in public until they have entered their own: {名称} is the organ, {上级} the
 * government whose portal carries a sub-site.
 */
const publicFactsSchema = z
  .strictObject({
    about: text,
    /** The strip 演示系统，非政府网站 and noindex stand on every page. */
    demonstration: z.boolean(),
    telephone: text,
    hours: text,
    address: sentence('名称'),
    /** First four digits of 网站标识码; the six of the region follow. 0000 belongs to nobody. */
    identificationCode: z.string().regex(/^\d{4}$/, '应为四位数字'),
    icpNumber: text,
    publicSecurityNumber: text,
    /** 承办单位 of a portal. */
    undertaker: sentence('名称'),
    /** Second line under a site's name. */
    taglines: z.strictObject({
      province: sentence(),
      city: sentence(),
      county: sentence(),
      department: sentence('上级'),
      township: sentence('上级'),
    }),
    introductions: z.strictObject({
      portal: sentence('名称'),
      department: sentence('名称', '上级'),
      township: sentence('名称', '上级'),
    }),
    /** At the top of a township's home page. */
    townshipFacts: z.array(z.strictObject({ term: text, figure: text, unit: z.string() })).max(4),
  })
  .superRefine((facts, context) => {
    if (!facts.demonstration) return;
    const shown: [PropertyKey[], string][] = [
      ...(['address', 'icpNumber', 'publicSecurityNumber', 'undertaker'] as const).map(
        (field): [PropertyKey[], string] => [[field], facts[field]],
      ),
      ...Object.entries(facts.introductions).map(([kind, s]): [PropertyKey[], string] => [['introductions', kind], s]),
      ...facts.townshipFacts.map(({ term, unit }, i): [PropertyKey[], string] => [['townshipFacts', i], term + unit]),
    ];
    for (const [path, s] of shown)
      if (!s.includes('示例')) context.addIssue({ code: 'custom', path, message: '演示用的内容要注明“示例”' });
    for (const field of ['telephone', 'identificationCode'] as const)
      if (!/^[0-]+$/.test(facts[field]))
        context.addIssue({ code: 'custom', path: [field], message: '演示用的号码只能由 0 组成' });
  });

export type PublicFacts = z.infer<typeof publicFactsSchema>;

/** @throws UserError `plan.file-unreadable`, `plan.file-not-json`, `plan.file-invalid` */
export const loadPublicFacts = (file: string): Promise<PublicFacts> => readDataFile(file, publicFactsSchema);
