import type { Platform } from '../kernel/platform/platform.js';
import { tenancyErrors } from '../tenancy/errors.js';
import { shownHost } from '../tenancy/hostname/shown-host.js';
import { parseSiteAddress } from '../tenancy/site/site-address.js';
import { SiteDirectory, type SiteRecord } from '../tenancy/site/site-directory.js';

export interface FoundSite {
  record: SiteRecord;
  directory: SiteDirectory;
  /** As commands name it. */
  site: { id: string; tenantId: string; label: string };
}

/** @throws UserError `tenancy.site-address`, `tenancy.site-unknown`, `tenancy.provision-first` */
export async function findSite(platform: Platform, written: string): Promise<FoundSite> {
  const base = platform.config.baseDomain;
  const { host, prefix } = parseSiteAddress(written, base);
  const directory = new SiteDirectory(platform.reads, base);
  await directory.load();
  if (directory.size === 0) throw tenancyErrors['tenancy.provision-first']();
  const record = directory.at(host, prefix);
  if (!record) throw tenancyErrors['tenancy.site-unknown']({ host: written, base });
  const label = `${record.name}（${shownHost(record.host)}${record.prefix === '/' ? '' : record.prefix.replace(/\/$/, '')}）`;
  return { record, directory, site: { id: record.id, tenantId: record.tenantId, label } };
}
