import * as openid from 'openid-client';
import type { Config } from '../../kernel/config/config.js';
import type { Log } from '../../kernel/logging/log.js';
import type { UserError } from '../../kernel/user-error.js';
import { identityErrors } from '../errors.js';

/** What has to be the same when the browser comes back. */
export interface Checks {
  state: string;
  nonce: string;
  verifier: string;
}

/** Whom the provider vouches for: its issuer and its number for them, nothing else counts. */
export interface Vouched {
  issuer: string;
  subject: string;
}

/** Seconds for which the provider may think. */
const PATIENCE = 8;
/** Milliseconds after which its metadata are read again. */
const FRESH = 3_600_000;

/** The outside OpenID Connect provider: authorization code with PKCE, state and nonce. */
export class OutsideProvider {
  private known: { configuration: Promise<openid.Configuration>; since: number } | null = null;

  constructor(
    private readonly settings: NonNullable<Config['oidc']>,
    private readonly log: Log,
    /** Where the browser comes back to. */
    private readonly redirectUri: string,
  ) {}

  /** @throws UserError `identity.provider-away` */
  async begin(): Promise<{ redirectTo: string; checks: Checks }> {
    const configuration = await this.configuration();
    const checks: Checks = {
      state: openid.randomState(),
      nonce: openid.randomNonce(),
      verifier: openid.randomPKCECodeVerifier(),
    };
    const to = openid.buildAuthorizationUrl(configuration, {
      redirect_uri: this.redirectUri,
      scope: 'openid',
      state: checks.state,
      nonce: checks.nonce,
      code_challenge: await openid.calculatePKCECodeChallenge(checks.verifier),
      code_challenge_method: 'S256',
    });
    return { redirectTo: to.href, checks };
  }

  /**
   * Trades the code that the browser brought for what it proves.
   * @param search query of the address it came back with, with `?`
   * @throws UserError `identity.provider-away`, `-stale` (not what was begun), `-refused`
   */
  async finish(search: string, checks: Checks): Promise<Vouched> {
    const configuration = await this.configuration();
    try {
      const tokens = await openid.authorizationCodeGrant(configuration, new URL(search, this.redirectUri), {
        expectedState: checks.state,
        expectedNonce: checks.nonce,
        pkceCodeVerifier: checks.verifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (!claims) throw new Error('the provider gave no id token');
      return { issuer: claims.iss, subject: claims.sub };
    } catch (error) {
      throw this.explain(error);
    }
  }

  /** Read at the first use, kept for an hour; a provider that was away is asked again at the next use. */
  private configuration(): Promise<openid.Configuration> {
    if (this.known && Date.now() - this.known.since < FRESH) return this.known.configuration;
    const known = { configuration: this.discover(), since: Date.now() };
    this.known = known;
    known.configuration.catch(() => {
      if (this.known === known) this.known = null;
    });
    return known.configuration;
  }

  private async discover(): Promise<openid.Configuration> {
    const { issuer, clientId, clientSecret } = this.settings;
    const insecure = issuer.startsWith('http:');
    try {
      const found = await openid.discovery(new URL(issuer), clientId, clientSecret, undefined, {
        timeout: PATIENCE,
        execute: insecure ? [openid.allowInsecureRequests] : [],
      });
      const metadata = found.serverMetadata();
      // What a provider expects that says nothing about it (OpenID Connect Discovery 1.0).
      const basic = metadata.token_endpoint_auth_methods_supported?.includes('client_secret_basic') ?? true;
      if (!basic) return found;
      const configuration = new openid.Configuration(
        metadata,
        clientId,
        clientSecret,
        openid.ClientSecretBasic(clientSecret),
      );
      configuration.timeout = PATIENCE;
      if (insecure) openid.allowInsecureRequests(configuration);
      return configuration;
    } catch (error) {
      throw this.explain(error);
    }
  }

  private explain(cause: unknown): UserError {
    const { code = '', error: said } = cause as { code?: string; error?: string };
    this.log.warn({ part: 'oidc', code, said, err: cause }, 'the outside provider was of no help');
    // `error` of the protocol, which the browser may have made up.
    if (said !== undefined)
      return identityErrors['identity.provider-refused'](
        { why: /^[a-z_]{1,40}$/.test(said) ? said : '未说明' },
        { cause },
      );
    if (code === 'OAUTH_INVALID_RESPONSE') return identityErrors['identity.provider-stale']({}, { cause });
    if (code.startsWith('OAUTH_JWT') || code === 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED')
      return identityErrors['identity.provider-refused']({ why: '凭证不符' }, { cause });
    return identityErrors['identity.provider-away']({}, { cause });
  }
}
