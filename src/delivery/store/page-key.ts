/** Ways to show a page. Elder, kiosk and traditional views come with their features; a key always says which. */
export type View = 'standard';

declare const made: unique symbol;
/** Key of a stored page. Only `pageKey` makes one: there is no key without a host. */
export type PageKey = string & { readonly [made]: true };

/**
 * @param host as the platform compares it: lower case, no port, no trailing dot
 * @param path absolute path as requested, without query (no query changes a page)
 */
export function pageKey({ host, path, view }: { host: string; path: string; view: View }): PageKey {
  if (!host || !path.startsWith('/')) throw new Error(`no key for host “${host}” and path “${path}”`);
  return `${view} ${host} ${path}` as PageKey;
}
