import { digest } from '../../kernel/crypto/digest.js';
import { subjectOfAccount } from '../account/account.js';
import { confirmEnrolment, renewRecoveryCodes, startEnrolment } from '../second-factor/enrolment.js';
import type { SecretToEnrol } from '../second-factor/totp.js';
import type { Entered } from '../session/open-session.js';
import { asAccount, asNobodyYet, type Caller, type IdentitySetting } from '../setting.js';
import { changePassword, choosePassword } from './choose-password.js';
import { withPassword } from './with-password.js';
import { withCode, withRecoveryCode } from './with-second-factor.js';

interface StepTaken {
  token: string;
  code: string;
}

/**
 * Coming in, step by step, and going out. Each step answers with a new token (`Entered`) or throws a UserError; what was
 * refused has then been counted and audited.
 */
export class SignIn {
  constructor(private readonly setting: IdentitySetting) {}

  withPassword(form: { login: string; password: string }, caller: Caller): Promise<Entered> {
    return withPassword(this.setting, form, caller);
  }

  withCode(form: StepTaken, caller: Caller): Promise<Entered> {
    return withCode(this.setting, form, caller);
  }

  withRecoveryCode(form: StepTaken, caller: Caller): Promise<Entered & { recoveryCodesLeft: number }> {
    return withRecoveryCode(this.setting, form, caller);
  }

  choosePassword(form: { token: string; password: string }, caller: Caller): Promise<Entered> {
    return choosePassword(this.setting, form, caller);
  }

  changePassword(form: { token: string; current: string; password: string }, caller: Caller): Promise<Entered> {
    return changePassword(this.setting, form, caller);
  }

  startEnrolment(token: string): Promise<SecretToEnrol> {
    return startEnrolment(this.setting, token);
  }

  confirmEnrolment(
    form: StepTaken & { password?: string },
    caller: Caller,
  ): Promise<Entered & { recoveryCodes: string[] }> {
    return confirmEnrolment(this.setting, form, caller);
  }

  renewRecoveryCodes(form: StepTaken, caller: Caller): Promise<{ recoveryCodes: string[] }> {
    return renewRecoveryCodes(this.setting, form, caller);
  }

  /** A token that opens nothing any more is signed out already. */
  async out(token: string, caller: Caller): Promise<void> {
    const { work } = this.setting;
    const [account] = await work.run(asNobodyYet(caller, 'session'), (tx) =>
      tx.query<{ tenantId: string; id: string; login: string; name: string }>(
        `SELECT a.tenant_id AS "tenantId", a.id, a.login, a.name
         FROM session s JOIN account a ON a.tenant_id = s.tenant_id AND a.id = s.account_id WHERE s.token_digest = $1`,
        [digest(token)],
      ),
    );
    if (!account) return;
    const { tenantId, name, login } = account;
    await work.run(asAccount(caller, account), async (tx) => {
      const gone = await tx.query(
        'WITH gone AS (DELETE FROM session WHERE token_digest = $1 RETURNING 1) SELECT FROM gone',
        [digest(token)],
      );
      if (gone.length > 0) tx.audit('sign-in.ended', subjectOfAccount(account), { name, login }, tenantId);
    });
  }
}
