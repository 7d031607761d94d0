import type { MissingPage } from '../../presentation/page-model.js';
import type { SiteRecord } from '../../tenancy/site/site-directory.js';
import type { ChannelTree } from './channel-tree.js';
import { frameOf, type PageSetting } from './frame.js';

/** The page for an address that leads nowhere, in the site's own look. */
export function missingPage(
  setting: PageSetting,
  site: SiteRecord,
  tree: ChannelTree,
  now: Date,
  reference: string,
): MissingPage {
  return {
    page: 'missing',
    frame: frameOf(setting, site, tree, now, {
      heading: '没有找到这个页面',
      description: '',
      path: '404',
      channel: null,
      article: [],
      og: [],
    }),
    guesses: tree.under(null).map((channel) => ({
      text: channel.name,
      url: `${site.prefix}${channel.path}/`,
      note:
        tree
          .under(channel)
          .slice(0, 3)
          .map((child) => child.name)
          .join('、') || channel.description,
    })),
    moment: setting.calendar.minute(now),
    reference,
  };
}
