/** The issuing organ ends and the matter begins: by far the best place. */
const MATTER = /^(关于|对于|印发|转发)/;
/** Where a title may be broken by sense: before these. */
const BEFORE = /^(进一步|加强|做好|开展|推进|支持|促进|加快|实施|公布|修改|废止|《|信息|建设|工作|（示例）)/;
/** After these. */
const AFTER = /^.*(办公厅|办公室|人民政府|委员会|管理局|的|》|、|，|：|和|与)$/;
const LONGEST = 15;
const WORDS = new Intl.Segmenter('zh', { granularity: 'word' });

/**
 * Breaks a document's title by sense for the headline: lines of at most fifteen characters, as even as can be, none
 * beginning with punctuation or ending in an opening bracket. A title that fits stays whole.
 */
export function titleLines(title: string): string[] {
  const units = [...title.matchAll(/[A-Za-z0-9.,%-]+|[^\s]|\s+/g)].map((m) => m[0]);
  const width = (from: number, to: number) =>
    units.slice(from, to).reduce((sum, u) => sum + (/^[\x20-\x7e]+$/.test(u) ? u.length * 0.55 : 1), 0);
  const total = width(0, units.length);
  const wordEnds = new Set([...WORDS.segment(units.join(''))].map(({ index }) => index));
  const offsets = units.map((_, i) => units.slice(0, i).join('').length);
  if (total <= LONGEST) return [title];
  const lines = Math.ceil(total / 13);

  // The cheapest way to break: uneven lines cost, breaks against the sense cost more, forbidden ones are out.
  const cost = (from: number, to: number): number => {
    const w = width(from, to);
    if (w > LONGEST) return Number.POSITIVE_INFINITY;
    const uneven = (w - total / lines) ** 2;
    if (to === units.length) return uneven;
    const rest = units.slice(to).join('');
    const line = units.slice(from, to).join('');
    if (/(关于|印发)$/.test(line)) return Number.POSITIVE_INFINITY;
    if (/^[、，。；：！？）》”’〕]/.test(rest) || /[（《“‘〔]$/.test(line)) return Number.POSITIVE_INFINITY;
    const torn = wordEnds.has(offsets[to]!) ? 0 : 80;
    return uneven + torn + (MATTER.test(rest) ? -20 : BEFORE.test(rest) || AFTER.test(line) ? 0 : 40);
  };
  const best: { cost: number; from: number }[] = [{ cost: 0, from: 0 }];
  for (let to = 1; to <= units.length; to++) {
    best[to] = { cost: Number.POSITIVE_INFINITY, from: 0 };
    for (let from = 0; from < to; from++) {
      const sum = best[from]!.cost + cost(from, to) + 4;
      if (sum < best[to]!.cost) best[to] = { cost: sum, from };
    }
  }
  if (!Number.isFinite(best[units.length]!.cost)) return [title];
  const broken: string[] = [];
  for (let to = units.length; to > 0; to = best[to]!.from)
    broken.unshift(units.slice(best[to]!.from, to).join('').trim());
  return broken;
}
