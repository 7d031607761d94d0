import type { Tx } from '../../kernel/database/unit-of-work.js';
import { siteTags } from '../tags.js';

/** Tells every node to read the directory of sites again and to drop the pages of these sites at once. */
export const tellSites = (tx: Tx, name: string, tenantId: string, siteIds: readonly string[]): Promise<void> =>
  tx.emit({ name, tenantId, tags: [siteTags.directory, ...siteIds.map(siteTags.site)] });
