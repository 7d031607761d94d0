import type { Platform } from '../kernel/platform/platform.js';
import { TellAndLockDormant } from './account/tell-and-lock-dormant.js';
import type { Duties } from './duties.js';
import { Invitations } from './invitation/invitations.js';
import { AccountMail, type PostSetting } from './mail/account-mail.js';
import { OutsideProvider } from './oidc/outside-provider.js';
import { ProviderSignIn } from './oidc/provider-sign-in.js';
import type { IdentitySetting } from './setting.js';
import { SignIn } from './sign-in/sign-in.js';

/** What the room does for those above it; the rest are functions on a transaction (README). */
export interface Identity {
  signIn: SignIn;
  invitations: Invitations;
  /** Null: none is configured. */
  provider: ProviderSignIn | null;
  dormancy: TellAndLockDormant;
}

/** Where an outside provider sends the browser back to, at the desk. */
export const PROVIDER_CALLBACK = '/sign-in/oidc/callback';

/** @param duties what the roles of an account ask of its sign-in */
export function openIdentity(
  platform: Pick<Platform, 'work' | 'secretKey' | 'calendar' | 'config' | 'log'>,
  duties: Duties,
  { deskOrigin, mailer, later }: Pick<PostSetting, 'deskOrigin' | 'mailer' | 'later'>,
): Identity {
  const { work, secretKey, calendar, config, log } = platform;
  const setting: IdentitySetting = { work, secretKey, calendar, duties };
  const post = new AccountMail({ work, secretKey, calendar, log, mailer, deskOrigin, later });
  return {
    signIn: new SignIn(setting),
    invitations: new Invitations(setting, post),
    provider: config.oidc
      ? new ProviderSignIn(setting, new OutsideProvider(config.oidc, log, `${deskOrigin}${PROVIDER_CALLBACK}`))
      : null,
    dormancy: new TellAndLockDormant(work, calendar, post),
  };
}
