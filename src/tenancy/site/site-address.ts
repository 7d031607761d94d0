import { tenancyErrors } from '../errors.js';
import { keptHost } from '../hostname/shown-host.js';

/** Where a site stands: a host, and a path prefix on it (`/` for the portal itself). */
export interface SiteAddress {
  host: string;
  prefix: string;
}

/**
 * A host as the platform compares it: lower case, without port and trailing dot.
 * @returns null when it is no hostname
 */
export function normaliseHost(host: string): string | null {
  const name = host
    .trim()
    .toLowerCase()
    .replace(/:\d{1,5}$/, '')
    .replace(/\.$/, '');
  return /^(?=.{1,253}$)[a-z0-9_]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(name) ? name : null;
}

/**
 * Reads what an operator writes for a site: `nongan.localhost`, `nongan.localhost/xz/kaian`, `农安.中国`, also with scheme, port,
 * slash.
 * @throws UserError `tenancy.site-address`
 */
export function parseSiteAddress(written: string, baseDomain: string): SiteAddress {
  const rest = written.trim().replace(/^https?:\/\//i, '');
  const slash = rest.indexOf('/');
  const host = normaliseHost(keptHost((slash < 0 ? rest : rest.slice(0, slash)).replace(/:\d{1,5}$/, '')));
  const segments =
    slash < 0
      ? []
      : rest
          .slice(slash + 1)
          .split('/')
          .filter(Boolean);
  if (!host || (segments.length !== 0 && segments.length !== 2) || segments.some((s) => !/^[a-z0-9-]+$/.test(s)))
    throw tenancyErrors['tenancy.site-address']({ host: written, base: baseDomain });
  return { host, prefix: segments.length === 0 ? '/' : `/${segments.join('/')}/` };
}
