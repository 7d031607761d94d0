import { z } from 'zod';
import { open, seal } from '../../kernel/crypto/seal.js';
import { type ClusterScope, PLATFORM_TENANT } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { type AccountRef, subjectOfAccount } from '../account/account.js';
import { findByProvider, holdUnchanged } from '../account/sign-in-account.js';
import { identityErrors } from '../errors.js';
import type { Entered } from '../session/open-session.js';
import { requireSession } from '../session/require-session.js';
import { asAccount, asCaller, type Caller, type IdentitySetting } from '../setting.js';
import { requireOwnPassword } from '../sign-in/own-password.js';
import { readStanding } from '../sign-in/standing.js';
import { comeIn } from '../sign-in/with-password.js';
import type { OutsideProvider, Vouched } from './outside-provider.js';

const PURPOSE = 'identity.oidc';
/** Minutes for signing in over there. */
const MINUTES = 10;

const underWay = z.object({
  until: z.number(),
  checks: z.object({ state: z.string(), nonce: z.string(), verifier: z.string() }),
  returnTo: z.string(),
  /** The session that the provider's account is to be linked to; null: somebody signs in. */
  link: z.string().nullable(),
});
type UnderWay = z.infer<typeof underWay>;

interface Begun {
  redirectTo: string;
  cookie: string;
}

export type Finished = { kind: 'entered'; entered: Entered; returnTo: string } | { kind: 'linked' };

/**
 * Signing in through the outside provider, and linking one's account to it. The provider only says who somebody is: an
 * account is found by issuer and subject alone, which it was linked to from within a session of its own; never by a name
 * or an address that the provider states.
 */
export class ProviderSignIn {
  constructor(
    private readonly setting: IdentitySetting,
    private readonly provider: OutsideProvider,
  ) {}

  /**
   * @returns where to send the browser, and what it keeps meanwhile: readable by this platform alone, for ten minutes
   * @throws UserError `identity.provider-away`
   */
  begin(returnTo: string): Promise<Begun> {
    return this.depart(returnTo, null);
  }

  /**
   * The same, to link one's account from within a session of its own. The link is a way in that stays: the password is asked for.
   * @throws UserError `identity.provider-away`, and those of `requireOwnPassword`
   */
  async beginLink(form: { token: string; password: string }, caller: Caller): Promise<Begun> {
    const { session } = await requireOwnPassword(this.setting, form, caller);
    return this.depart('/', session.id);
  }

  private async depart(returnTo: string, link: string | null): Promise<Begun> {
    const { redirectTo, checks } = await this.provider.begin();
    const state: UnderWay = { until: Date.now() + MINUTES * 60_000, checks, returnTo, link };
    const sealed = seal(this.setting.secretKey, PURPOSE, Buffer.from(JSON.stringify(state)));
    return { redirectTo, cookie: sealed.toString('base64url') };
  }

  /**
   * @param back.cookie what `begin` gave; the caller clears it whatever comes of this
   * @param back.url the address that the browser came back with
   * @param back.token of the session that is there, for linking
   * @throws UserError `identity.provider-stale`, `-refused`, `-away`, `-unlinked`, `-linked-elsewhere`; why an account may not come in
   */
  async finish(back: { cookie: string; url: URL; token: string | null }, caller: Caller): Promise<Finished> {
    const { checks, returnTo, link } = this.read(back.cookie);
    const vouched = await this.provider.finish(back.url.search, checks);
    if (link !== null) {
      await this.link(vouched, link, back.token, caller);
      return { kind: 'linked' };
    }
    return { kind: 'entered', entered: await this.enter(vouched, caller), returnTo };
  }

  private read(cookie: string): UnderWay {
    try {
      const opened = open(this.setting.secretKey, PURPOSE, Buffer.from(cookie, 'base64url'));
      const state = underWay.parse(JSON.parse(opened.toString()));
      if (state.until > Date.now()) return state;
    } catch {
      // Altered, cut, or none: as one that is over.
    }
    throw identityErrors['identity.provider-stale']();
  }

  private async enter({ issuer, subject }: Vouched, caller: Caller): Promise<Entered> {
    const { work } = this.setting;
    const account = await work.run(asCaller(caller, subject), async (tx) => {
      const found = await findByProvider(tx, issuer, subject);
      if (!found) {
        const detail = { why: 'provider-unlinked', means: 'oidc', issuer, subject: subject.slice(0, 100) };
        tx.audit('sign-in.refused', 'account:unknown', detail, PLATFORM_TENANT);
      }
      return found;
    });
    if (!account) throw identityErrors['identity.provider-unlinked']();
    return comeIn(this.setting, account, { means: 'oidc', attempt: null }, caller);
  }

  private async link({ issuer, subject }: Vouched, sessionId: string, token: string | null, caller: Caller) {
    if (token === null) throw identityErrors['identity.session-gone']();
    const { session, account } = await readStanding(this.setting, token, 'open', caller);
    if (session.id !== sessionId) throw identityErrors['identity.provider-stale']();
    const { tenantId, id, name, login } = account;
    try {
      await this.setting.work.run(asAccount(caller, account), async (tx) => {
        await holdUnchanged(tx, account);
        await requireSession(tx, session);
        await tx.query(
          `INSERT INTO credential (tenant_id, account_id, oidc_issuer, oidc_subject) VALUES ($1, $2, $3, $4)
           ON CONFLICT (tenant_id, account_id) DO UPDATE SET oidc_issuer = $3, oidc_subject = $4`,
          [tenantId, id, issuer, subject],
        );
        tx.audit('account.provider-linked', subjectOfAccount(account), { name, login, issuer }, tenantId);
      });
    } catch (error) {
      if ((error as { code?: string }).code !== UNIQUE_VIOLATION) throw error;
      throw identityErrors['identity.provider-linked-elsewhere']({}, { cause: error });
    }
  }
}

const UNIQUE_VIOLATION = '23505';

/** From now on the account is entered with its password alone. Audited. @returns whether it was linked */
export async function unlinkProvider(
  tx: Tx<ClusterScope>,
  account: AccountRef & { name: string; login: string },
): Promise<boolean> {
  const { tenantId, id, name, login } = account;
  const unlinked = await tx.query(
    `WITH unlinked AS (UPDATE credential SET oidc_issuer = NULL, oidc_subject = NULL
       WHERE tenant_id = $1 AND account_id = $2 AND oidc_subject IS NOT NULL RETURNING 1) SELECT FROM unlinked`,
    [tenantId, id],
  );
  if (unlinked.length === 0) return false;
  tx.audit('account.provider-unlinked', subjectOfAccount(account), { name, login }, tenantId);
  return true;
}
