import { validate as isUuid } from 'uuid';
import { conditionSql } from '../../authority/condition-sql.js';
import { type DeskContext, reading } from '../../authority/desk-context.js';
import { authorityErrors } from '../../authority/errors.js';
import type { Facts } from '../../authority/policy.js';
import type { Role, ScopeKind } from '../../authority/role.js';
import type { ClusterScope } from '../../kernel/database/scope.js';
import type { Tx, UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { UserError } from '../../kernel/user-error.js';
import { accessErrors } from '../errors.js';
import { GIVER } from '../grant/grant.queries.js';

export type AccountState = 'invited' | 'open' | 'locked' | 'closed';

/** An account as the desk knows it. Telephone and e-mail are whole: lists mask them. */
export interface AccountRow {
  tenantId: string;
  id: string;
  login: string;
  name: string;
  kind: 'staff' | 'contractor';
  organId: string | null;
  organName: string | null;
  tenantName: string;
  email: string;
  telephone: string;
  state: AccountState;
  lockedFor: 'dormant' | 'ended' | 'hand' | null;
  endsOn: string | null;
  secondFactor: boolean;
  /** Since when mail to it does not arrive, and why. */
  mailFailedAt: Date | null;
  mailFailure: 'away' | 'refused' | null;
  lastSeenAt: Date | null;
  createdAt: Date;
}

export const ACCOUNT_COLUMNS = `a.tenant_id AS "tenantId", a.id, a.login, a.name, a.kind, a.organ_id AS "organId",
  o.name AS "organName", t.name AS "tenantName", a.email, a.telephone, a.state, a.locked_for AS "lockedFor",
  to_char(a.ends_on, 'YYYY-MM-DD') AS "endsOn", a.second_factor AS "secondFactor", a.last_seen_at AS "lastSeenAt",
  a.created_at AS "createdAt", a.mail_failed_at AS "mailFailedAt", a.mail_failure AS "mailFailure"`;
export const ACCOUNT_TABLES = `account a JOIN tenant t ON t.id = a.tenant_id
  LEFT JOIN organ o ON o.tenant_id = a.tenant_id AND o.id = a.organ_id`;
export const ACCOUNT_FACTS = { tenantId: 'a.tenant_id', organId: 'a.organ_id', accountId: 'a.id' } as const;

export const factsOfAccount = (account: Pick<AccountRow, 'tenantId' | 'organId' | 'id'>): Facts => ({
  tenantId: account.tenantId,
  organId: account.organId,
  accountId: account.id,
});

/** @throws UserError `authority.missing` for one that does not exist or that the caller may not see */
export const findAccount = (work: UnitOfWork, ctx: DeskContext, id: string): Promise<AccountRow> =>
  findOne(work, ctx, 'a.id = $1', isUuid(id) ? id : null);

/** As many as are told apart in a sentence. */
const NAMESAKES = 5;

/** By sign-in name or by name, of those that the caller may see; closed ones only by their sign-in name. */
export async function findCalledAccount(
  work: UnitOfWork,
  ctx: DeskContext,
  typed: string,
): Promise<AccountRow | UserError> {
  const who = typed.trim();
  const condition = conditionSql(ctx.ability, 'account.read', ACCOUNT_FACTS, [who, who.toLowerCase()]);
  const found = await work.run(reading(ctx), (tx) =>
    tx.query<AccountRow>(
      `SELECT ${ACCOUNT_COLUMNS} FROM ${ACCOUNT_TABLES}
       WHERE (a.login = $2 OR (a.name = $1 AND a.state <> 'closed')) AND ${condition.sql}
       ORDER BY a.login = $2 DESC, a.login LIMIT ${NAMESAKES}`,
      condition.parameters,
    ),
  );
  const one = found.find(({ login }) => login === who.toLowerCase()) ?? (found.length === 1 ? found[0] : null);
  if (one) return one;
  return found.length === 0
    ? accessErrors['access.account-unknown']({ who })
    : accessErrors['access.account-several']({ who, logins: found.map(({ login }) => login).join('、') });
}

/** Somebody who was typed into a form. @throws UserError `access.account-unknown` (a stranger too), `access.account-several` */
export async function findTypedAccount(work: UnitOfWork, ctx: DeskContext, who: string): Promise<AccountRow> {
  const one = await findCalledAccount(work, ctx, who);
  if (one instanceof UserError) throw one;
  return one;
}

async function findOne(work: UnitOfWork, ctx: DeskContext, which: string, value: string | null): Promise<AccountRow> {
  const condition = conditionSql(ctx.ability, 'account.read', ACCOUNT_FACTS, [value]);
  const [row] = await work.run(reading(ctx), (tx) =>
    tx.query<AccountRow>(
      `SELECT ${ACCOUNT_COLUMNS} FROM ${ACCOUNT_TABLES} WHERE ${which} AND ${condition.sql}`,
      condition.parameters,
    ),
  );
  if (!row) throw authorityErrors['authority.missing']();
  return row;
}

/** A grant with the names that explain it. */
export interface AccountGrant {
  id: string;
  tenantId: string;
  role: Role;
  scope: ScopeKind;
  siteId: string | null;
  channelId: string | null;
  channelPath: string | null;
  mayGiveOn: boolean;
  endsAt: Date | null;
  givenAt: Date;
  givenBy: string;
  tenantName: string;
  siteName: string | null;
  channelName: string | null;
}

/**
 * Everything an account holds now, in whatever tenant: who may administer an account is judged by all of it. Named work
 * 'identity', so that no tenant's wall hides a grant from the judgement.
 */
export const findGrantsOfAccount = (tx: Tx<ClusterScope>, accountId: string): Promise<AccountGrant[]> =>
  tx.query<AccountGrant>(
    `SELECT g.id, g.tenant_id AS "tenantId", g.role, g.scope, g.site_id AS "siteId", g.channel_id AS "channelId",
       c.path AS "channelPath", g.may_give_on AS "mayGiveOn", g.ends_at AS "endsAt", g.given_at AS "givenAt",
       ${GIVER} AS "givenBy", t.name AS "tenantName", s.name AS "siteName", c.name AS "channelName"
     FROM access_grant g JOIN tenant t ON t.id = g.tenant_id
     LEFT JOIN site s ON s.tenant_id = g.tenant_id AND s.id = g.site_id
     LEFT JOIN channel c ON c.tenant_id = g.tenant_id AND c.id = g.channel_id
     WHERE g.account_id = $1 AND g.ended_at IS NULL AND (g.ends_at IS NULL OR g.ends_at > now())
     ORDER BY g.given_at, g.id`,
    [accountId],
  );

export const factsOfGrant = (
  grant: Pick<AccountGrant, 'tenantId' | 'siteId' | 'channelPath'>,
  accountId: string,
): Facts => ({ tenantId: grant.tenantId, siteId: grant.siteId, channelPath: grant.channelPath, accountId });

export const placeOfGrant = (grant: Pick<AccountGrant, 'tenantName' | 'siteName' | 'channelName'>): string =>
  [grant.tenantName, grant.siteName, grant.channelName].filter(Boolean).join(' › ');
