import { open, seal } from '../../kernel/crypto/seal.js';
import type { Actor, ClusterScope } from '../../kernel/database/scope.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { Log } from '../../kernel/logging/log.js';
import { isWorthRetrying } from '../../kernel/mail/errors.js';
import type { Mail, Mailer } from '../../kernel/mail/mailer.js';
import type { Calendar } from '../../kernel/time/calendar.js';
import { UserError } from '../../kernel/user-error.js';
import type { AccountRef } from '../account/account.js';
import type { InvitationPurpose } from '../invitation/issue-invitation.js';

/**
 * sent; later: the server does not answer, a job goes on trying; failed: it does not take the address; not-configured:
 * there is no mail here; no-address: the account has none.
 */
export type MailOutcome = 'sent' | 'later' | 'failed' | 'not-configured' | 'no-address';

/** A one-time link and whom it is for. */
export interface InvitationLetter {
  account: AccountRef;
  /** An e-mail address. */
  to: string;
  name: string;
  login: string;
  token: string;
  purpose: InvitationPurpose;
  /** Who invites, as the person knows them. */
  by: string;
  expiresAt: Date;
}

/** A letter that waits for the mail server. It can carry a one-time link: it is kept sealed. */
interface Waiting {
  account: AccountRef;
  mail: Mail;
  /** Milliseconds since 1970: after it the letter is of no use. */
  until: number;
  /** Of the link in it: once that is used or withdrawn, the letter is not sent any more. */
  token: string | null;
}

export interface PostSetting {
  work: UnitOfWork;
  secretKey: string;
  calendar: Calendar;
  log: Log;
  mailer: Mailer | null;
  /** `https://console.gov.example` */
  deskOrigin: string;
  /** Puts a sealed letter into the job that tries again; null: there are no jobs here. */
  later: ((tenantId: string, sealed: string) => Promise<unknown>) | null;
}

const SEALED_FOR = 'identity.letter';
const ACTOR: Actor = { kind: 'system', name: '邮件' };
const SCOPE: ClusterScope = { kind: 'cluster', actor: ACTOR, work: 'identity' };

/** Writes to the people of accounts, after what they are told was committed. */
export class AccountMail {
  constructor(private readonly setting: PostSetting) {}

  link = (token: string): string => `${this.setting.deskOrigin}/invitation/${token}`;

  invite(letter: InvitationLetter): Promise<MailOutcome> {
    const { account, to, name, login, token, purpose, by, expiresAt } = letter;
    const join = purpose === 'join';
    const subject = join ? '邀请您使用集约平台工作台' : '集约平台：请设置新密码';
    const text = `${name}：

您好。${by}${join ? `为您开通了集约平台工作台的账号，登录名是 ${login}。` : `已为您重设账号 ${login}，原来的密码和动态口令不再有效。`}
请在 ${this.setting.calendar.minute(expiresAt)} 之前打开下面的链接，设置密码：

${this.link(token)}

这个链接只能用一次，请不要转给他人。如果您不了解这件事，请不要打开链接，并告诉本单位管理员。
`;
    return this.send({ account, mail: { to, subject, text }, until: expiresAt.getTime(), token });
  }

  /** @param lockedOn YYYY-MM-DD */
  warnDormant(account: AccountRef & { login: string; name: string; email: string }, lockedOn: string) {
    const { tenantId, id, login, name, email } = account;
    const subject = `集约平台：账号将于 ${lockedOn} 锁定`;
    const text = `${name}：

您好。您的账号 ${login} 已有很久没有登录。按照规定，90 天没有使用的账号会自动锁定，手上的工作会移交给同事。
还要继续使用，请在 ${lockedOn} 之前登录一次：

${this.setting.deskOrigin}/

不再使用的话，不需要做什么。
`;
    const until = this.setting.calendar.instant(lockedOn).getTime();
    return this.send({ account: { tenantId, id }, mail: { to: email, subject, text }, until, token: null });
  }

  /**
   * The job's try at a letter that did not go.
   * @param isGood whether a one-time link is still to be used
   * @throws UserError `mail.away`: it is to be tried once more
   */
  async sendAgain(sealed: string, isGood: (token: string) => Promise<boolean>): Promise<void> {
    const { secretKey, mailer } = this.setting;
    const letter = JSON.parse(open(secretKey, SEALED_FOR, Buffer.from(sealed, 'base64')).toString()) as Waiting;
    const { mail, until, token } = letter;
    if (!mailer || until < Date.now() || (token !== null && !(await isGood(token)))) return;
    if (!(await this.isStillFor(letter))) return;
    try {
      await mailer.send(mail);
    } catch (error) {
      await this.noteFailure(letter.account, error);
      // Without its cause: the queue keeps in the clear what a job failed of, and a server's answer names the address.
      if (isWorthRetrying(error)) throw new UserError(error.code, error.status, error.message);
      return;
    }
    await this.noteSent(letter.account);
  }

  /** Not to an address that was corrected since: whoever reads mail there would be let in by the link. */
  private async isStillFor({ account, mail }: Waiting): Promise<boolean> {
    const found = await this.setting.work.run(SCOPE, (tx) =>
      tx.query('SELECT FROM account WHERE id = $1 AND email = $2', [account.id, mail.to.trim()]),
    );
    return found.length > 0;
  }

  private async send(letter: Waiting): Promise<MailOutcome> {
    const { mailer, secretKey, later } = this.setting;
    const { account, mail } = letter;
    if (!mailer) return 'not-configured';
    if (mail.to === '') return 'no-address';
    try {
      await mailer.send(mail);
    } catch (error) {
      await this.noteFailure(account, error);
      if (!later || !isWorthRetrying(error)) return 'failed';
      const sealed = seal(secretKey, SEALED_FOR, Buffer.from(JSON.stringify(letter)));
      await later(account.tenantId, sealed.toString('base64'));
      return 'later';
    }
    await this.noteSent(account);
    return 'sent';
  }

  /** It has gone: where that cannot be noted, it is not sent again for it, and the link is shown all the same. */
  private async noteSent(account: AccountRef): Promise<void> {
    try {
      await this.note(account, null);
    } catch (err) {
      this.setting.log.warn({ part: 'mail', err }, 'a mail to an account was sent, which could not be noted');
    }
  }

  /** For those who look at the account. @throws whatever is no failure of mail */
  private async noteFailure(account: AccountRef, error: unknown): Promise<void> {
    if (!(error instanceof UserError)) throw error;
    const { code, cause } = error;
    this.setting.log.warn({ part: 'mail', code, err: cause }, 'a mail to an account could not be sent');
    await this.note(account, isWorthRetrying(error) ? 'away' : 'refused');
  }

  private async note({ tenantId, id }: AccountRef, failure: 'away' | 'refused' | null): Promise<void> {
    await this.setting.work.run(SCOPE, (tx) =>
      tx.query(
        `UPDATE account SET mail_failure = $3::text,
           mail_failed_at = CASE WHEN $3::text IS NOT NULL THEN coalesce(mail_failed_at, now()) END
         WHERE tenant_id = $1 AND id = $2 AND mail_failure IS DISTINCT FROM $3::text`,
        [tenantId, id, failure],
      ),
    );
  }
}
