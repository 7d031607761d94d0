import { digest } from '../../kernel/crypto/digest.js';
import type { ClusterScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { UserError } from '../../kernel/user-error.js';
import { subjectOfAccount } from '../account/account.js';
import { findByRef, holdUnchanged, refusalOf, type SignInAccount } from '../account/sign-in-account.js';
import { identityErrors } from '../errors.js';
import type { AccountMail, InvitationLetter, MailOutcome } from '../mail/account-mail.js';
import { hashPassword } from '../password/hash-password.js';
import { requireGoodPassword } from '../password/password-rules.js';
import { setPassword } from '../password/set-password.js';
import { endSessions } from '../session/end-sessions.js';
import { admissionOf, type Entered, openSession } from '../session/open-session.js';
import { asAccount, asNobodyYet, type Caller, type IdentitySetting } from '../setting.js';
import { ownerOf } from '../sign-in/choose-password.js';
import { auditRefusal } from '../sign-in/refuse.js';
import { auditEntry, rangeRefusal } from '../sign-in/with-password.js';
import { readAgain } from '../sign-in/with-second-factor.js';
import type { InvitationPurpose } from './issue-invitation.js';

/** What the holder of a link is shown before choosing a password. */
export interface Invitation {
  purpose: InvitationPurpose;
  login: string;
  name: string;
  tenantName: string;
  expiresAt: Date;
}

interface Found {
  invitation: Invitation & { id: string };
  account: SignInAccount;
}

/** One-time links: looked at as often as one likes, used once. */
export class Invitations {
  constructor(
    private readonly setting: IdentitySetting,
    private readonly post: AccountMail,
  ) {}

  /** The address that a link is: whoever opens it sees whom it is for, and changes nothing yet. */
  link(token: string): string {
    return this.post.link(token);
  }

  /**
   * Sends a link to its holder. What does not go is told, not thrown: the link is shown to who made it anyhow, and a job
   * goes on trying.
   */
  mail(letter: InvitationLetter): Promise<MailOutcome> {
    return this.post.invite(letter);
  }

  /** The job's try at a letter that did not go. @throws UserError `mail.away` */
  mailAgain(sealed: string): Promise<void> {
    return this.post.sendAgain(sealed, (token) =>
      this.look(token).then(
        () => true,
        (error: unknown) => {
          if (error instanceof UserError && error.status < 500) return false;
          throw error;
        },
      ),
    );
  }

  /** @throws UserError `identity.invitation-unknown`, `-used`, `-withdrawn`, `-expired`, `-outgrown`; why the account may not come in */
  async look(token: string): Promise<Invitation> {
    const { invitation } = await this.setting.work.run(asNobodyYet(null, 'invitation'), (tx) => this.find(tx, token));
    const { id: _, ...shown } = invitation;
    return shown;
  }

  /**
   * The holder of the link chooses a password and is in as after a right one: what the account's duties ask for comes next.
   * Of two who use it at once, one does.
   * @throws UserError those of `look`, `identity.password-weak`, `identity.outside-ranges` (the link stays good)
   */
  async accept({ token, password }: { token: string; password: string }, caller: Caller): Promise<Entered> {
    const { work } = this.setting;
    const { invitation, account: known } = await work.run(asNobodyYet(caller, 'invitation'), (tx) =>
      this.find(tx, token),
    );
    await requireGoodPassword(password, ownerOf(known));
    const hash = await hashPassword(password);
    const outcome = await work.run(asAccount(caller, known), async (tx) => {
      await holdUnchanged(tx, known);
      await this.find(tx, token);
      const admission = await admissionOf(tx, this.setting, known, caller);
      const refusal = rangeRefusal(admission, caller);
      if (refusal) {
        auditRefusal(tx, known, known.login, { why: refusal.why, means: 'invitation' });
        return refusal.error;
      }
      await this.useUp(tx, token, invitation.id);
      await setPassword(tx, known, { hash });
      await tx.query(`UPDATE account SET state = 'open' WHERE tenant_id = $1 AND id = $2 AND state = 'invited'`, [
        known.tenantId,
        known.id,
      ]);
      await endSessions(tx, known);
      const account = await readAgain(tx, known);
      const shown = { means: 'password', secondFactor: false } as const;
      const entered = await openSession(tx, this.setting, account, admission, shown, caller);
      const { name, login, tenantId } = account;
      const detail = { name, login, purpose: invitation.purpose };
      tx.audit('account.invitation-accepted', subjectOfAccount(account), detail, tenantId);
      auditEntry(tx, entered, 'invitation');
      return entered;
    });
    if ('token' in outcome) return outcome;
    throw outcome;
  }

  private async find(tx: Tx<ClusterScope>, token: string): Promise<Found> {
    const [row] = await tx.query<{
      tenantId: string;
      id: string;
      accountId: string;
      purpose: InvitationPurpose;
      expiresAt: Date;
      expired: boolean;
      used: boolean;
      withdrawn: boolean;
      by: string;
      at: Date;
    }>(
      `SELECT tenant_id AS "tenantId", id, account_id AS "accountId", purpose, expires_at AS "expiresAt",
         expires_at <= now() AS expired, used_at IS NOT NULL AS used, withdrawn_at IS NOT NULL AS withdrawn,
         created_by AS by, created_at AS at
       FROM invitation WHERE token_digest = $1`,
      [digest(token)],
    );
    if (!row) throw identityErrors['identity.invitation-unknown']();
    const { calendar } = this.setting;
    if (row.used) throw identityErrors['identity.invitation-used']();
    if (row.withdrawn) throw identityErrors['identity.invitation-withdrawn']();
    if (row.expired) throw identityErrors['identity.invitation-expired']({ moment: calendar.minute(row.expiresAt) });
    const account = await findByRef(tx, { tenantId: row.tenantId, id: row.accountId });
    if (!account) throw identityErrors['identity.invitation-unknown']();
    const refusal = refusalOf(account, calendar.day(new Date()));
    if (refusal) throw refusal.error;
    // Whoever made it knows it, and would come in by it to what they could not have given.
    if (!(await this.setting.duties.linkStands(tx, account, row)))
      throw identityErrors['identity.invitation-outgrown']();
    const { login, name, tenantName } = account;
    const { id, purpose, expiresAt } = row;
    return { invitation: { id, purpose, login, name, tenantName, expiresAt }, account };
  }

  /** Judged again where it counts: another request may have used it, an administrator withdrawn it. */
  private async useUp(tx: Tx<ClusterScope>, token: string, id: string): Promise<void> {
    const used = await tx.query(
      `WITH used AS (UPDATE invitation SET used_at = now() WHERE id = $1
         AND used_at IS NULL AND withdrawn_at IS NULL AND expires_at > now() RETURNING 1) SELECT FROM used`,
      [id],
    );
    if (used.length > 0) return;
    await this.find(tx, token);
    throw identityErrors['identity.invitation-used']();
  }
}
