import type { Actor, ClusterScope } from '../../kernel/database/scope.js';
import type { Tx, UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { Calendar } from '../../kernel/time/calendar.js';
import type { AccountMail, MailOutcome } from '../mail/account-mail.js';
import { type AccountRef, subjectOfAccount } from './account.js';
import { lockAccount } from './lock-account.js';

/** Days without use after which an account is locked, and before that in which its owner knows. */
export const DORMANT_DAYS = 90;
export const TOLD_DAYS = 14;

interface Sleeper extends AccountRef {
  login: string;
  name: string;
  email: string;
}

export interface DormancyRun {
  /** Told today that they will be locked, and whether a mail could say so (the desk cannot: they do not come). */
  told: (Sleeper & { lockedOn: string; mailed: MailOutcome })[];
  /** Locked today: their work is to be handed over. */
  locked: (Sleeper & { why: 'dormant' | 'ended' })[];
}

/**
 * The daily look at accounts that nobody uses (GB/T 22239-2019 §8.1.4: superfluous and expired accounts). Told 14 days
 * before, so that nobody comes back from a long leave to a locked door unawares; where this did not run for weeks the
 * 14 days count from when it tells. Run twice, or by two processes at once, it does nothing twice.
 */
export class TellAndLockDormant {
  constructor(
    private readonly work: UnitOfWork,
    private readonly calendar: Calendar,
    private readonly post: AccountMail,
  ) {}

  async run(actor: Actor): Promise<DormancyRun> {
    const now = new Date();
    const scope: ClusterScope = { kind: 'cluster', actor, work: 'identity' };
    const ended = await this.work.run(scope, (tx) => this.lock(tx, 'ended', this.calendar.day(now)));
    const dormant = await this.work.run(scope, (tx) => this.lock(tx, 'dormant'));
    const lockedOn = this.calendar.day(new Date(now.getTime() + TOLD_DAYS * 86_400_000));
    const told = await this.work.run(scope, (tx) => this.tell(tx, lockedOn));
    const mailed: DormancyRun['told'] = [];
    for (const sleeper of told)
      mailed.push({ ...sleeper, lockedOn, mailed: await this.post.warnDormant(sleeper, lockedOn) });
    return { told: mailed, locked: [...ended, ...dormant] };
  }

  private async tell(tx: Tx<ClusterScope>, lockedOn: string): Promise<Sleeper[]> {
    const told = await tx.query<Sleeper>(
      `WITH asleep AS (
         SELECT tenant_id, id FROM account
         WHERE state = 'open' AND coalesce(last_seen_at, created_at) < now() - make_interval(days => $1)
           AND (dormancy_told_at IS NULL OR dormancy_told_at < coalesce(last_seen_at, created_at))
         FOR NO KEY UPDATE
       ), told AS (
         UPDATE account a SET dormancy_told_at = now() FROM asleep
         WHERE a.tenant_id = asleep.tenant_id AND a.id = asleep.id RETURNING a.tenant_id, a.id, a.login, a.name, a.email
       ) SELECT tenant_id AS "tenantId", id, login, name, email FROM told ORDER BY login`,
      [DORMANT_DAYS - TOLD_DAYS],
    );
    for (const { name, login, tenantId, id } of told)
      tx.audit('account.dormancy-told', subjectOfAccount({ id }), { name, login, lockedOn }, tenantId);
    return told;
  }

  /** @param today YYYY-MM-DD */
  private async lock<Why extends 'dormant' | 'ended'>(tx: Tx<ClusterScope>, why: Why, today = '') {
    const [condition, parameters] =
      why === 'ended'
        ? [`state IN ('open', 'invited') AND ends_on < $1::date`, [today]]
        : [
            `state = 'open' AND coalesce(last_seen_at, created_at) < now() - make_interval(days => $1)
             AND dormancy_told_at > coalesce(last_seen_at, created_at) AND dormancy_told_at <= now() - make_interval(days => $2)`,
            [DORMANT_DAYS, TOLD_DAYS],
          ];
    const found = await tx.query<Sleeper>(
      `SELECT tenant_id AS "tenantId", id, login, name, email FROM account WHERE ${condition} ORDER BY id FOR NO KEY UPDATE`,
      parameters,
    );
    const reason = why === 'ended' ? '使用期限已过' : `${DORMANT_DAYS} 天没有使用`;
    for (const account of found) await lockAccount(tx, account, { why, reason });
    return found.map((account) => ({ ...account, why }));
  }
}
