import { digest } from '../crypto/digest.js';

/** An entry as the chain covers it: every part as text, just as the database writes it. */
export interface ChainedEntry {
  tenantId: string;
  position: number;
  /** UTC with microseconds: `2026-11-25T01:02:03.000004Z` */
  at: string;
  actor: string;
  /** Empty: of no account. */
  actorId: string;
  scope: string;
  act: string;
  subject: string;
  /** The text of the jsonb. */
  detail: string;
  address: string;
  request: string;
  hash: Buffer;
}

/** The instant as text, by PostgreSQL's own functions: ours in the database could have been altered. Empty: infinity. */
const AT = `coalesce(pg_catalog.to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '')`;

/** What to select of `audit` for a `ChainedEntry`. */
export const CHAINED_COLUMNS = `tenant_id::text AS "tenantId", position::float8, ${AT} AS at, actor,
  coalesce(actor_id::text, '') AS "actorId", scope, act, subject, detail::text, address, request, hash`;

/** What the first entry of a tenant's chain stands on. */
export const chainStart = (tenantId: string): Buffer => digest(tenantId);

/**
 * The hash that an entry must have after the one before: SHA-256 over that hash and each part with its length in bytes
 * in front. The same as audit_digest() of the database.
 */
export function auditDigest(previous: Uint8Array, entry: Omit<ChainedEntry, 'hash'>): Buffer {
  const parts = [
    entry.tenantId,
    String(entry.position),
    entry.at,
    entry.actor,
    entry.actorId,
    entry.scope,
    entry.act,
    entry.subject,
    entry.detail,
    entry.address,
    entry.request,
  ];
  return digest(Buffer.concat([previous, ...parts.map((part) => Buffer.from(`${Buffer.byteLength(part)}:${part}`))]));
}
