/** How a name is found by what people type: 农安县 → nonganxian, nax. */
export interface NameReading {
  full: string;
  initials: string;
}

/** Characters that neither a name's reading nor what is typed to find it is compared by. */
const IGNORED = /[^a-z0-9]/g;

/**
 * The pinyin of names, in their order. The dictionary is loaded by the first call: serving visitors and most of the desk
 * does without it.
 */
export async function readingsOf(names: readonly string[]): Promise<NameReading[]> {
  const { pinyin } = await import('pinyin-pro');
  return names.map((name) => {
    const syllables = pinyin(name, { toneType: 'none', type: 'array', v: true }).map((s) =>
      s.toLowerCase().replace(IGNORED, ''),
    );
    return { full: syllables.join(''), initials: syllables.map((s) => (/^\d+$/.test(s) ? s : s.slice(0, 1))).join('') };
  });
}

/** What was typed, as readings are compared; '' when nothing of it can be part of one (it is Chinese, or a sign). */
export const typedReading = (typed: string): string =>
  /^[\x20-\x7e]+$/.test(typed) ? typed.toLowerCase().replace(IGNORED, '') : '';
