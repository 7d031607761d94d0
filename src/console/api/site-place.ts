import type { Api } from './api.js';

/** Where a site stands, in a statement that has `site s`: columns and the join they need. */
export const SITE_PLACE = 'h.name AS host, h.under_base AS "underBase", s.prefix';
export const SITE_HOST = `LEFT JOIN hostname h ON h.tenant_id = s.tenant_id AND h.site_id = coalesce(s.parent_site_id, s.id)
  AND h.is_primary`;

export interface SitePlace {
  host: string | null;
  underBase: boolean | null;
  prefix: string;
}

/** The address that visitors know, of a path within a site; null: the site has no hostname. */
export function addressIn(api: Api, { host, underBase, prefix }: SitePlace, path = ''): string | null {
  if (host === null) return null;
  const full = underBase ? `${host}.${api.platform.config.baseDomain}` : host;
  return `${api.places.originOf(full)}${prefix}${path}`;
}
