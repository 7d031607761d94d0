import type { ClosedPage } from '../../presentation/page-model.js';
import type { SiteRecord } from '../../tenancy/site/site-directory.js';
import { type PageSetting, siteUrl } from './frame.js';

/** What stands at every address of a site that is closed for a while. */
export function closedPage(setting: PageSetting, site: SiteRecord): ClosedPage {
  const superior = setting.directory.superiorOf(site);
  return {
    name: site.name,
    notice: site.closed?.notice ?? '',
    superior: superior && { text: superior.name, url: siteUrl(setting, superior) },
    demo: site.demonstration,
  };
}
