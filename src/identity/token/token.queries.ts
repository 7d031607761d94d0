import { validate as isUuid } from 'uuid';
import type { DeskContext } from '../../authority/desk-context.js';
import { authorityErrors } from '../../authority/errors.js';
import type { ClusterScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { plainAddress } from '../sign-in/address-group.js';
import { digestOfToken } from './api-token.js';

/** A token as its owner sees it. */
export interface TokenRow {
  id: string;
  name: string;
  actions: string[];
  siteName: string | null;
  createdAt: Date;
  expiresAt: Date;
  /** To the minute; null: never used. */
  lastUsedAt: Date | null;
  revokedAt: Date | null;
  inForce: boolean;
}

const COLUMNS = `k.id, k.name, k.actions, s.name AS "siteName", k.created_at AS "createdAt", k.expires_at AS "expiresAt",
  k.last_used_at AS "lastUsedAt", k.revoked_at AS "revokedAt", k.revoked_at IS NULL AND k.expires_at > now() AS "inForce"`;
const TABLES = 'api_token k LEFT JOIN site s ON s.tenant_id = k.site_tenant_id AND s.id = k.site_id';

/** The caller's tokens: those in force, then those that ended lately, newest first. */
export async function findOwnTokens(tx: Tx<ClusterScope>, ctx: DeskContext): Promise<TokenRow[]> {
  if (!ctx.account) return [];
  return tx.query<TokenRow>(
    `SELECT ${COLUMNS} FROM ${TABLES} WHERE k.tenant_id = $1 AND k.account_id = $2
       AND coalesce(k.revoked_at, k.expires_at) > now() - interval '90 days'
     ORDER BY "inForce" DESC, k.created_at DESC, k.id LIMIT 100`,
    [ctx.account.tenantId, ctx.account.id],
  );
}

/** @throws UserError `authority.missing` for another's token or none */
export async function findOwnToken(tx: Tx<ClusterScope>, ctx: DeskContext, tokenId: string): Promise<TokenRow> {
  const { account } = ctx;
  const [token] = account
    ? await tx.query<TokenRow>(
        `SELECT ${COLUMNS} FROM ${TABLES} WHERE k.tenant_id = $1 AND k.account_id = $2 AND k.id = $3`,
        [account.tenantId, account.id, isUuid(tokenId) ? tokenId : null],
      )
    : [];
  if (!token) throw authorityErrors['authority.missing']();
  return token;
}

/** A token in force, with the account that it acts for. */
export interface ReadToken {
  id: string;
  actions: string[];
  site: { tenantId: string; siteId: string } | null;
  tenantId: string;
  accountId: string;
  login: string;
  name: string;
  organId: string | null;
  hasSecondFactor: boolean;
  /** Judged of those who hold more than an editor's role: their tenant's ranges, if it has any, include the address. */
  fromAllowedAddress: boolean;
  /** Used a minute ago or longer: `touchToken` is due. */
  stale: boolean;
}

/**
 * One statement: the tokens of an account that is locked, closed, over, or whose password an administrator has just made
 * anew are dead at once.
 */
const READ = `
  SELECT k.id, k.actions, k.site_tenant_id AS "siteTenantId", k.site_id AS "siteId", a.tenant_id AS "tenantId",
    a.id AS "accountId", a.login, a.name, a.organ_id AS "organId", a.second_factor AS "hasSecondFactor",
    (SELECT count(*) = 0 OR coalesce(bool_or($2::inet <<= r.range), false) FROM sign_in_range r
      WHERE r.tenant_id = k.tenant_id) AS "fromAllowedAddress",
    k.last_used_at IS NULL OR k.last_used_at < now() - interval '1 minute' AS stale
  FROM api_token k
  JOIN account a ON a.tenant_id = k.tenant_id AND a.id = k.account_id
  LEFT JOIN credential c ON c.tenant_id = k.tenant_id AND c.account_id = k.account_id
  WHERE k.token_digest = $1 AND k.revoked_at IS NULL AND k.expires_at > now() AND a.state = 'open'
    AND (a.ends_on IS NULL OR a.ends_on >= (now() AT TIME ZONE $3)::date) AND NOT coalesce(c.must_change, false)`;

/** @returns null for one that is none, ended, or whose account may not be used today */
export async function readToken(
  tx: Tx<ClusterScope>,
  token: string,
  from: { address: string; timeZone: string },
): Promise<ReadToken | null> {
  const key = digestOfToken(token);
  if (!key) return null;
  const [row] = await tx.query<ReadToken & { siteTenantId: string | null; siteId: string | null }>(READ, [
    key,
    plainAddress(from.address),
    from.timeZone,
  ]);
  if (!row) return null;
  const { siteTenantId: tenantId, siteId, ...found } = row;
  return { ...found, site: tenantId && siteId ? { tenantId, siteId } : null };
}

/** Notes the use; whoever reads it in the same minute leaves it. */
export async function touchToken(tx: Tx<ClusterScope>, token: Pick<ReadToken, 'tenantId' | 'id'>): Promise<void> {
  await tx.query('UPDATE api_token SET last_used_at = now() WHERE tenant_id = $1 AND id = $2', [
    token.tenantId,
    token.id,
  ]);
}
