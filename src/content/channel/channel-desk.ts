import { type DeskContext, reading } from '../../authority/desk-context.js';
import { authorityErrors } from '../../authority/errors.js';
import { consoleErrors } from '../../console/shell/errors.js';
import type { ReadSession } from '../../identity/session/read-session.js';
import type { Platform } from '../../kernel/platform/platform.js';
import { type ChannelTreeRow, findChannelTree } from './channel-tree.js';
import type { SiteRef } from './site-channels.js';

/** What the pages of channels read. */
export class ChannelDesk {
  constructor(private readonly platform: Pick<Platform, 'work' | 'calendar'>) {}

  /** @throws UserError `console.no-site` */
  siteOf(session: ReadSession): SiteRef {
    if (!session.siteTenantId || !session.siteId) throw consoleErrors['console.no-site']();
    return { tenantId: session.siteTenantId, id: session.siteId };
  }

  /** @throws UserError `authority.missing` */
  tree(ctx: DeskContext, site: SiteRef): Promise<ChannelTreeRow[]> {
    const { work, calendar } = this.platform;
    return work.run(reading(ctx), (tx) => findChannelTree(tx, ctx, calendar, site));
  }

  /** @throws UserError `authority.missing` for one that is not there or that the caller may not see */
  async find(ctx: DeskContext, site: SiteRef, id: string): Promise<ChannelTreeRow> {
    const found = (await this.tree(ctx, site)).find((row) => row.id === id);
    if (!found) throw authorityErrors['authority.missing']();
    return found;
  }
}
