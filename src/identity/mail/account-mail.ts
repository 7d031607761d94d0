import type { Log } from '../../kernel/logging/log.js';
import type { Mail, Mailer } from '../../kernel/mail/mailer.js';
import type { Calendar } from '../../kernel/time/calendar.js';
import { UserError } from '../../kernel/user-error.js';
import type { InvitationPurpose } from '../invitation/issue-invitation.js';

/** sent; not-configured: there is no mail here; no-address: the account has none; failed: the server did not take it. */
export type MailOutcome = 'sent' | 'not-configured' | 'no-address' | 'failed';

/** A one-time link and whom it is for. */
export interface InvitationLetter {
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

/** Writes to the people of accounts, after what they are told was committed. */
export class AccountMail {
  constructor(
    private readonly mailer: Mailer | null,
    private readonly log: Log,
    private readonly calendar: Calendar,
    /** `https://console.gov.example` */
    private readonly deskOrigin: string,
  ) {}

  link = (token: string): string => `${this.deskOrigin}/invitation/${token}`;

  invite({ to, name, login, token, purpose, by, expiresAt }: InvitationLetter): Promise<MailOutcome> {
    const join = purpose === 'join';
    return this.send(to, {
      subject: join ? '邀请您使用集约平台工作台' : '集约平台：请设置新密码',
      text: `${name}：

您好。${by}${join ? `为您开通了集约平台工作台的账号，登录名是 ${login}。` : `已为您重设账号 ${login}，原来的密码和动态口令不再有效。`}
请在 ${this.calendar.minute(expiresAt)} 之前打开下面的链接，设置密码：

${this.link(token)}

这个链接只能用一次，请不要转给他人。如果您不了解这件事，请不要打开链接，并告诉本单位管理员。
`,
    });
  }

  /** @param lockedOn YYYY-MM-DD */
  warnDormant(account: { login: string; name: string; email: string }, lockedOn: string): Promise<MailOutcome> {
    return this.send(account.email, {
      subject: `集约平台：账号将于 ${lockedOn} 锁定`,
      text: `${account.name}：

您好。您的账号 ${account.login} 已有很久没有登录。按照规定，90 天没有使用的账号会自动锁定，手上的工作会移交给同事。
还要继续使用，请在 ${lockedOn} 之前登录一次：

${this.deskOrigin}/

不再使用的话，不需要做什么。
`,
    });
  }

  private async send(to: string, mail: Omit<Mail, 'to'>): Promise<MailOutcome> {
    if (!this.mailer) return 'not-configured';
    if (to === '') return 'no-address';
    try {
      await this.mailer.send({ to, ...mail });
      return 'sent';
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.log.warn({ part: 'mail', code: error.code, err: error.cause }, 'a mail to an account could not be sent');
      return 'failed';
    }
  }
}
