import { validate as isUuid } from 'uuid';
import { conditionSql } from '../../authority/condition-sql.js';
import { authorize, type DeskContext, reading, writing } from '../../authority/desk-context.js';
import { authorityErrors } from '../../authority/errors.js';
import type { Role } from '../../authority/role.js';
import type { TenantScope } from '../../kernel/database/scope.js';
import type { Tx, UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { Calendar } from '../../kernel/time/calendar.js';
import { accessErrors } from '../errors.js';
import { NEVER_VACANT } from '../policy.js';
import { requireGiving } from './giving.js';
import { lockGoverning, requireHolder } from './governing.js';
import { GRANT_COLUMNS, GRANT_FACTS, GRANT_TABLES, type GrantRow } from './grant.queries.js';
import type { HeldGrant } from './held-grant.js';

/**
 * Takes a grant back, by someone who could give it; or gives up one's own. What ended stays as a record.
 */
export class EndGrant {
  constructor(
    private readonly work: UnitOfWork,
    private readonly calendar: Calendar,
  ) {}

  /** @throws UserError `authority.missing`, `authority.refused`, `access.role-not-givable`, `access.last-holder` */
  async run(ctx: DeskContext, input: { grantId: string; reason: string }): Promise<GrantRow> {
    const grant = await this.find(ctx, input.grantId);
    const own = ctx.account?.id === grant.accountId;
    const by = own ? undefined : judgeEnding(ctx, grant);
    await this.work.run(writing(ctx, grant.tenantId), async (tx) => {
      if (by) await stillGiving(tx, by);
      const today = this.calendar.day(new Date());
      await endGrants(tx, [grant], { reason: input.reason, today });
    });
    return grant;
  }

  /** One's own is found whatever one may read of others'. */
  async find(ctx: DeskContext, grantId: string): Promise<GrantRow> {
    const condition = conditionSql(ctx.ability, 'grant.read', GRANT_FACTS, [
      isUuid(grantId) ? grantId : null,
      ctx.account?.id ?? null,
    ]);
    const [grant] = await this.work.run(reading(ctx), (tx) =>
      tx.query<GrantRow>(
        `SELECT ${GRANT_COLUMNS} FROM ${GRANT_TABLES}
         WHERE g.id = $1 AND g.ended_at IS NULL AND (g.account_id = $2 OR ${condition.sql})`,
        condition.parameters,
      ),
    );
    if (!grant) throw authorityErrors['authority.missing']();
    return grant;
  }
}

/** @returns the grant by which one could have given it */
export function judgeEnding(ctx: DeskContext, grant: GrantRow): HeldGrant | undefined {
  const { tenantId, siteId, channelPath, accountId } = grant;
  const facts = { tenantId, siteId, channelPath, accountId };
  authorize(ctx, 'grant.end', facts);
  return requireGiving(ctx, grant.role, facts);
}

/**
 * The giver's own grant, and that the account was not locked, looked at again within the transaction and held until it
 * ends: of two administrators who remove each other at once, the second no longer may.
 * @throws UserError `access.authority-gone`
 */
export async function stillGiving(tx: Tx<TenantScope>, by: HeldGrant): Promise<void> {
  // A grant in another tenant (the platform's, over this one) is out of sight here and out of reach for those it governs.
  if (by.tenantId !== tx.scope.tenantId) return;
  await lockHolders(tx, by.role);
  // The account of another tenant is out of sight here.
  const [still] = await tx.query(
    `SELECT FROM access_grant g LEFT JOIN account a ON a.tenant_id = g.account_tenant_id AND a.id = g.account_id
     WHERE g.tenant_id = $1 AND g.id = $2 AND g.ended_at IS NULL AND coalesce(a.state, 'open') = 'open'
     FOR NO KEY UPDATE OF g`,
    [by.tenantId, by.id],
  );
  if (!still) throw accessErrors['access.authority-gone']();
}

const lockHolders = (tx: Tx<TenantScope>, role: Role) =>
  NEVER_VACANT.includes(role) ? lockGoverning(tx, tx.scope.tenantId) : Promise.resolve([]);

/** @throws UserError `access.last-holder` when a role that is never vacant would be */
export async function endGrants(
  tx: Tx<TenantScope>,
  grants: GrantRow[],
  { reason, today }: { reason: string; today: string },
): Promise<void> {
  for (const grant of grants) await lockHolders(tx, grant.role);
  for (const grant of grants) {
    const ended = await tx.query(
      `WITH gone AS (UPDATE access_grant SET ended_at = now(), ended_by = $3, ended_for = $4
         WHERE tenant_id = $1 AND id = $2 AND ended_at IS NULL RETURNING id) SELECT id FROM gone`,
      [grant.tenantId, grant.id, tx.scope.actor.name, reason],
    );
    if (ended.length === 0) throw authorityErrors['authority.missing']();
    tx.audit('grant.ended', `account:${grant.accountId}`, {
      name: grant.accountName,
      role: grant.role,
      scope: grant.scope,
      place: grant.place,
      grant: grant.id,
      reason,
    });
  }
  for (const grant of grants)
    if (NEVER_VACANT.includes(grant.role) && (grant.scope === 'platform' || grant.scope === 'tenant'))
      await requireHolder(tx, grant, { name: grant.accountName, place: grant.place, without: null, today });
}
