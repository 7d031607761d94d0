import { allowsSomewhere } from '../../authority/ability.js';
import { type DeskContext, may } from '../../authority/desk-context.js';
import { authorityErrors } from '../../authority/errors.js';
import type { Action, Rule } from '../../authority/policy.js';
import type { ClusterScope } from '../../kernel/database/scope.js';
import type { Tx, UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { newId } from '../../kernel/id.js';
import type { Calendar } from '../../kernel/time/calendar.js';
import { requireSession } from '../session/require-session.js';
import { LONGEST_DAYS, MOST_TOKENS, newApiToken } from './api-token.js';
import { tokenErrors } from './errors.js';

export interface NewApiToken {
  name: string;
  /** Its last day, YYYY-MM-DD. */
  expiresOn: string;
  /** What it may do, of what its account may; to change something includes to read it. */
  actions: readonly Action[];
  /** Only within this site; null: wherever its account may. */
  site: { tenantId: string; siteId: string } | null;
}

/** Makes a token for the one who asks. It is shown once; only its digest is kept. */
export class CreateToken {
  constructor(
    private readonly work: UnitOfWork,
    private readonly calendar: Calendar,
    private readonly rules: ReadonlyMap<Action, Rule>,
  ) {}

  /**
   * @param session in which it is asked for: whoever was reset or locked meanwhile keeps no way in by it
   * @throws UserError `identity.token-*`; `authority.missing` for a site that the caller may not enter;
   * `identity.session-gone`
   */
  async run(
    ctx: DeskContext,
    input: NewApiToken,
    session?: { tenantId: string; id: string },
  ): Promise<{ id: string; token: string }> {
    const { account } = ctx;
    if (!account) throw authorityErrors['authority.missing']();
    const name = input.name.trim();
    if (!name || name.length > 40) throw tokenErrors['identity.token-name']();
    const expiresAt = this.expiryOf(input.expiresOn);
    const actions = this.actionsOf(ctx, input.actions);
    if (input.site && !may(ctx, 'site.enter', input.site)) throw authorityErrors['authority.missing']();

    const { token, digest } = newApiToken();
    const id = newId();
    await this.work.run({ kind: 'cluster', actor: ctx.actor, work: 'identity' }, async (tx) => {
      await requireRoom(tx, account);
      if (session) await requireSession(tx, session);
      const site = input.site ? await siteOf(tx, input.site) : null;
      await tx.query(
        `INSERT INTO api_token (tenant_id, id, account_id, name, token_digest, actions, site_tenant_id, site_id, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [
          account.tenantId,
          id,
          account.id,
          name,
          digest,
          actions,
          site?.tenantId ?? null,
          site?.siteId ?? null,
          expiresAt,
        ],
      );
      const after = { name, expiresOn: input.expiresOn, actions, site: site?.name ?? null };
      tx.audit('token.created', `token:${id}`, { name, login: account.login, after }, account.tenantId);
    });
    return { id, token };
  }

  private expiryOf(day: string): Date {
    const { calendar } = this;
    const now = new Date();
    const last = calendar.day(new Date(now.getTime() + LONGEST_DAYS * 86_400_000));
    const isDay = /^\d{4}-\d{2}-\d{2}$/.test(day) && calendar.day(calendar.instant(day)) === day;
    if (!isDay || day < calendar.day(now) || day > last) throw tokenErrors['identity.token-expiry']({ day: last });
    return calendar.nextMidnight(calendar.instant(day));
  }

  private actionsOf(ctx: DeskContext, wanted: readonly Action[]): Action[] {
    if (wanted.length === 0) throw tokenErrors['identity.token-no-action']();
    const actions = new Set<Action>();
    for (const action of wanted) {
      const rule = this.rules.get(action);
      if (!rule || !allowsSomewhere(ctx.ability, action))
        throw tokenErrors['identity.token-action']({ action: rule?.says ?? action });
      actions.add(action);
      // What cannot be read does not exist for the token: nothing could be changed with it.
      const reading: Action = `${rule.subject}.read`;
      if (!rule.reads && this.rules.has(reading) && allowsSomewhere(ctx.ability, reading)) actions.add(reading);
    }
    return [...actions].sort();
  }
}

/** Counts under the account's lock, so that two made at once do not pass the limit together. */
async function requireRoom(tx: Tx<ClusterScope>, account: { tenantId: string; id: string }): Promise<void> {
  const which = [account.tenantId, account.id];
  await tx.query('SELECT FROM account WHERE tenant_id = $1 AND id = $2 FOR NO KEY UPDATE', which);
  const [row] = await tx.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM api_token
     WHERE tenant_id = $1 AND account_id = $2 AND revoked_at IS NULL AND expires_at > now()`,
    which,
  );
  if ((row?.count ?? 0) >= MOST_TOKENS) throw tokenErrors['identity.token-too-many']({ most: MOST_TOKENS });
}

async function siteOf(tx: Tx<ClusterScope>, site: { tenantId: string; siteId: string }) {
  const [found] = await tx.query<{ tenantId: string; siteId: string; name: string }>(
    'SELECT tenant_id AS "tenantId", id AS "siteId", name FROM site WHERE tenant_id = $1 AND id = $2',
    [site.tenantId, site.siteId],
  );
  if (!found) throw authorityErrors['authority.missing']();
  return found;
}
