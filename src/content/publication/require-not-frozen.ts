import type { TenantScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { findPublishingStop } from '../../tenancy/freeze/freeze.queries.js';
import { contentErrors } from '../errors.js';

/**
 * The guard of whatever becomes public: nothing does on a frozen site. A freeze that begins at the same moment either
 * waits for this transaction or is seen by it.
 * @throws UserError `content.publishing-frozen`, `tenancy.archived`
 */
export async function requireNotFrozen(tx: Tx<TenantScope>, siteId: string): Promise<void> {
  const stop = await findPublishingStop(tx, siteId);
  if (stop) throw contentErrors['content.publishing-frozen']({ ...stop });
}
