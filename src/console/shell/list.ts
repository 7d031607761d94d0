/** Rows on a page of a list. */
export const PAGE_ROWS = 50;

export type Query = Record<string, string | string[] | undefined>;

/** One value of an address: a parameter given twice is none of ours. */
export const one = (query: Query, name: string): string => {
  const value = query[name];
  return typeof value === 'string' ? value.trim().slice(0, 200) : '';
};

/** The address of the same list with some parameters changed; empty ones are left out. */
export function listAddress(path: string, query: Query, changes: Record<string, string | number | null> = {}): string {
  const parameters = new URLSearchParams();
  const names = new Set([...Object.keys(query), ...Object.keys(changes)]);
  for (const name of names) {
    const value = name in changes ? changes[name] : one(query, name);
    if (value !== null && value !== '' && value !== undefined) parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text ? `${path}?${text}` : path;
}

/**
 * In what order a list stands: as `sort` of its address asks, else in the first of its ways; and of each way what the head of
 * its column wants (`sort` of parts/table.njk).
 * @param ways each order by its name, with the direction that its arrow shows
 */
export function orderOf<S extends string>(path: string, query: Query, ways: Readonly<Record<S, 'asc' | 'desc'>>) {
  const names = Object.keys(ways) as S[];
  const asked = one(query, 'sort');
  const sort = names.find((name) => name === asked) ?? names[0]!;
  const heads = names.map((name) => [
    name,
    { href: listAddress(path, query, { sort: name, page: null }), now: name === sort ? ways[name] : null },
  ]);
  return {
    sort,
    /** For `keep` of the filters: '' in the first of its ways. */
    kept: sort === names[0] ? '' : sort,
    sorts: Object.fromEntries(heads) as Record<S, { href: string; now: 'asc' | 'desc' | null }>,
  };
}

/** What parts/list.njk's `pager` wants. */
export function pagerOf(path: string, query: Query, page: number, total: number) {
  const last = Math.max(1, Math.ceil(total / PAGE_ROWS));
  const href = (number: number) => listAddress(path, query, { page: number === 1 ? null : number });
  const near = [1, page - 1, page, page + 1, last].filter((number) => number >= 1 && number <= last);
  const pages: ({ number: number; href: string; current: boolean } | { gap: true })[] = [];
  for (const number of [...new Set(near)].sort((a, b) => a - b)) {
    const before = pages.at(-1);
    if (before && 'number' in before && number > before.number + 1) pages.push({ gap: true });
    pages.push({ number, href: href(number), current: number === page });
  }
  return {
    from: total === 0 ? 0 : (page - 1) * PAGE_ROWS + 1,
    to: Math.min(total, page * PAGE_ROWS),
    total: total.toLocaleString('en-US'),
    pages,
    previous: page > 1 ? href(page - 1) : null,
    next: page < last ? href(page + 1) : null,
  };
}

export interface ActiveFilter {
  name: string;
  label: string;
  value: string;
}

/** The whole list, whatever it was narrowed to before (see remember.ts). */
const WHOLE = { all: 1 };

/** What `chips` wants: each active filter with the address of the list without it. */
export const chipsOf = (path: string, query: Query, active: ActiveFilter[]) => ({
  filters: active.map(({ name, label, value }) => ({
    label,
    value,
    // Without any filter the address would bring back the very one that is taken off.
    href: listAddress(path, query, { [name]: null, page: null, ...(active.length === 1 ? WHOLE : {}) }),
  })),
  clear: listAddress(path, {}, WHOLE),
});
