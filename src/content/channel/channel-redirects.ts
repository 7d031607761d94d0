import type { Scope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import type { SiteRef } from './site-channels.js';

export interface MovedPath {
  /** Paths of a channel, without slashes around them. */
  from: string;
  to: string;
}

/**
 * Lets the addresses of lists that moved lead on. What led to an old address leads to the new one, and nothing leads away
 * from an address that is in use again: so each redirect takes one step, and none goes in a circle. Documents keep theirs.
 */
export async function redirectMovedLists(tx: Tx<Scope>, site: SiteRef, moved: readonly MovedPath[]): Promise<void> {
  const from = moved.map((path) => `${path.from}/`);
  const to = moved.map((path) => `${path.to}/`);
  await tx.query('DELETE FROM redirect WHERE tenant_id = $1 AND site_id = $2 AND from_path = ANY ($3::text[])', [
    site.tenantId,
    site.id,
    to,
  ]);
  await tx.query(
    `UPDATE redirect r SET to_path = moved.new FROM unnest($3::text[], $4::text[]) AS moved(old, new)
     WHERE r.tenant_id = $1 AND r.site_id = $2 AND r.to_path = moved.old`,
    [site.tenantId, site.id, from, to],
  );
  await tx.query(
    `INSERT INTO redirect (tenant_id, site_id, from_path, to_path)
     SELECT $1, $2, moved.old, moved.new FROM unnest($3::text[], $4::text[]) AS moved(old, new)
     ON CONFLICT (tenant_id, site_id, from_path) DO UPDATE SET to_path = excluded.to_path, created_at = now()`,
    [site.tenantId, site.id, from, to],
  );
}

/** A channel that is no more: what led to its list leads nowhere. */
export async function endRedirectsTo(tx: Tx<Scope>, site: SiteRef, path: string): Promise<void> {
  await tx.query('DELETE FROM redirect WHERE tenant_id = $1 AND site_id = $2 AND to_path = $3', [
    site.tenantId,
    site.id,
    `${path}/`,
  ]);
}
