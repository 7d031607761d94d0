import { faultOfSlug, SLUG_LIMIT } from '../../tenancy/plan/slug.js';

/** Room for a number behind it. */
const LONGEST = SLUG_LIMIT - 3;

/** 通知公告 → `tzgg`: the initials of a channel's name, as addresses are made in the field; a number where that is taken. */
export async function proposedSlug(name: string, siblings: readonly { slug: string }[]): Promise<string> {
  // The dictionary of readings is large; a process that makes no channel never loads it.
  const { pinyin } = await import('pinyin-pro');
  const initials = pinyin(name, { pattern: 'first', toneType: 'none', type: 'array', nonZh: 'consecutive' })
    .join('')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .slice(0, LONGEST);
  const stem = /^[a-z]/.test(initials) ? initials : `lm${initials}`;
  const taken = new Set(siblings.map((sibling) => sibling.slug));
  for (let n = 1; ; n += 1) {
    const slug = n === 1 ? stem : `${stem}${n}`;
    if (!taken.has(slug) && faultOfSlug(slug) === null) return slug;
  }
}
