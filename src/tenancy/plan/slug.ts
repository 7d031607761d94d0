import { z } from 'zod';

/** First segments that the platform itself answers at, and hostnames of its own (DESIGN §7): never the slug of anything. */
export const RESERVED_SLUGS: ReadonlySet<string> = new Set(
  'xz bm assets healthz readyz api search kiosk console www mail admin static public en'.split(' '),
);

/** Letters of a slug: hostnames and paths stay short enough to say over the telephone. */
export const SLUG_LIMIT = 24;

const SLUG = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

/** Why a text cannot be a slug, in Chinese; null: it can. */
export function faultOfSlug(slug: string): string | null {
  if (slug.length > SLUG_LIMIT) return `“${slug}”有 ${slug.length} 个字符，超过 ${SLUG_LIMIT} 个`;
  if (!SLUG.test(slug)) return `“${slug}”只能由小写字母、数字和中间的连字符组成`;
  if (RESERVED_SLUGS.has(slug)) return `“${slug}”是平台自用的保留词`;
  return null;
}

/** A slug written by hand in a data file. */
export const slugSchema = z.string().superRefine((slug, context) => {
  const fault = faultOfSlug(slug);
  if (fault) context.addIssue({ code: 'custom', message: fault });
});
