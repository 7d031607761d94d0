const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

/** The ids that stand behind a piece of a page, each once. */
export const uuidsAfter = (before: string) => allMatches(new RegExp(`${before}(${UUID})`, 'g'));

/** What a pattern finds on a page in its first group, each once. */
export const allMatches =
  (pattern: RegExp) =>
  (body: string): string[] => [...new Set([...body.matchAll(pattern)].map(([, found]) => found!))];

/** Where the pager of a list leads on to. */
export const nextPage = (body: string): string | null =>
  /<a[^>]*href="([^"]+)"[^>]*rel="next"/.exec(body)?.[1]?.replaceAll('&amp;', '&') ?? null;
