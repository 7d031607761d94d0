-- Accounts, how they prove who they are, sessions. Who may do what is the next migration's.
--
-- What the desk shows of an account (`account`) is apart from what proves it (`credential`, `session`, `throttle`): the
-- desk's role sees nothing of the latter. Signing in is named work across tenants ('identity'), since nobody knows whose
-- account it is before it is found.

CREATE TABLE account (
  tenant_id uuid NOT NULL REFERENCES tenant ON UPDATE CASCADE,
  id uuid NOT NULL,
  organ_id uuid,
  login text COLLATE "C" NOT NULL CHECK (login ~ '^[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?$'),
  name text NOT NULL CHECK (name <> ''),
  kind text NOT NULL DEFAULT 'staff' CHECK (kind IN ('staff', 'contractor')),
  email text NOT NULL DEFAULT '',
  telephone text NOT NULL DEFAULT '',
  state text NOT NULL DEFAULT 'invited' CHECK (state IN ('invited', 'open', 'locked', 'closed')),
  -- Why it is locked: 'dormant' (slept 90 days), 'ended' (its date is over), 'hand' (by an administrator).
  locked_for text CHECK (locked_for IN ('dormant', 'ended', 'hand')),
  -- Last day on which it works, in the platform's time zone. A contractor's account has one.
  ends_on date,
  second_factor boolean NOT NULL DEFAULT false,
  last_seen_at timestamptz,
  dormancy_told_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (login),
  FOREIGN KEY (tenant_id, organ_id) REFERENCES organ (tenant_id, id) ON UPDATE CASCADE,
  CHECK ((state = 'locked') = (locked_for IS NOT NULL)),
  CHECK (kind <> 'contractor' OR ends_on IS NOT NULL)
);
CREATE INDEX account_organ ON account (tenant_id, organ_id);

CREATE TABLE credential (
  tenant_id uuid NOT NULL REFERENCES tenant ON UPDATE CASCADE,
  account_id uuid NOT NULL,
  password_hash text,
  password_set_at timestamptz,
  -- A one-time password: the next act is choosing another.
  must_change boolean NOT NULL DEFAULT false,
  one_time_until timestamptz,
  -- Hashes of earlier passwords, newest first, which may not come again.
  former_hashes text[] NOT NULL DEFAULT '{}',
  -- Encrypted with the platform's secret.
  totp_secret bytea,
  totp_confirmed_at timestamptz,
  -- The last time step accepted: a code counts once.
  totp_step bigint NOT NULL DEFAULT 0,
  -- Digests of the recovery codes not yet used.
  recovery_digests bytea[] NOT NULL DEFAULT '{}',
  -- At the outside provider: issuer and subject.
  oidc_issuer text,
  oidc_subject text,
  PRIMARY KEY (tenant_id, account_id),
  UNIQUE (oidc_issuer, oidc_subject),
  FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);

CREATE TABLE session (
  tenant_id uuid NOT NULL REFERENCES tenant ON UPDATE CASCADE,
  id uuid NOT NULL,
  account_id uuid NOT NULL,
  token_digest bytea NOT NULL UNIQUE,
  -- 'password': the name and password were right, the second factor is still asked for. 'open': all that was asked for.
  stage text NOT NULL CHECK (stage IN ('password', 'open')),
  means text NOT NULL CHECK (means IN ('password', 'oidc')),
  second_factor boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  seen_at timestamptz NOT NULL DEFAULT now(),
  idle_until timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  address inet,
  agent text NOT NULL DEFAULT '',
  -- The site the person is working on.
  site_tenant_id uuid,
  site_id uuid,
  -- Where lists remember their filters: {"accounts": "state=open"}.
  remembered jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id) ON UPDATE CASCADE ON DELETE CASCADE,
  FOREIGN KEY (site_tenant_id, site_id) REFERENCES site (tenant_id, id) ON UPDATE CASCADE ON DELETE SET NULL
);
CREATE INDEX session_account ON session (tenant_id, account_id);

-- A one-time link: into a new account ('join'), or to a new password ('reset').
CREATE TABLE invitation (
  tenant_id uuid NOT NULL REFERENCES tenant ON UPDATE CASCADE,
  id uuid NOT NULL,
  account_id uuid NOT NULL,
  purpose text NOT NULL CHECK (purpose IN ('join', 'reset')),
  token_digest bytea NOT NULL UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  withdrawn_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX invitation_account ON invitation (tenant_id, account_id);

-- Failed attempts by key (a keyed digest of account and address: nothing here names anybody).
CREATE TABLE throttle (
  key bytea PRIMARY KEY,
  failures integer NOT NULL,
  since timestamptz NOT NULL,
  blocked_until timestamptz
);
CREATE INDEX throttle_since ON throttle (since);

-- From where those who hold more than an editor's role may sign in; a tenant without any: from everywhere.
CREATE TABLE sign_in_range (
  tenant_id uuid NOT NULL REFERENCES tenant ON UPDATE CASCADE,
  id uuid NOT NULL,
  range cidr NOT NULL,
  note text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, range)
);

-- A personal token of the API: never more than its account may, narrowed to some actions and, if wanted, to one site.
CREATE TABLE api_token (
  tenant_id uuid NOT NULL REFERENCES tenant ON UPDATE CASCADE,
  id uuid NOT NULL,
  account_id uuid NOT NULL,
  name text NOT NULL CHECK (name <> ''),
  token_digest bytea NOT NULL UNIQUE,
  actions text[] NOT NULL,
  site_tenant_id uuid,
  site_id uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  last_used_at timestamptz,
  revoked_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id) ON UPDATE CASCADE ON DELETE CASCADE,
  FOREIGN KEY (site_tenant_id, site_id) REFERENCES site (tenant_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX api_token_account ON api_token (tenant_id, account_id);

-- ── the wall ─────────────────────────────────────────────────────────────────────────────────────────────────────

CALL put_behind_wall('account', 'SELECT', 'INSERT', 'UPDATE');
REVOKE INSERT, UPDATE ON account FROM jiyue_app;
GRANT INSERT (tenant_id, id, organ_id, login, name, kind, email, telephone, ends_on) ON account TO jiyue_app;
GRANT UPDATE (organ_id, name, kind, email, telephone, state, locked_for, ends_on, dormancy_told_at) ON account TO jiyue_app;
CALL put_behind_wall('invitation', 'SELECT', 'INSERT', 'UPDATE');
REVOKE SELECT, UPDATE ON invitation FROM jiyue_app;
GRANT SELECT (tenant_id, id, account_id, purpose, created_at, created_by, expires_at, used_at, withdrawn_at) ON invitation TO jiyue_app;
GRANT UPDATE (withdrawn_at) ON invitation TO jiyue_app;
CALL put_behind_wall('sign_in_range', 'SELECT', 'INSERT', 'DELETE');
CALL put_behind_wall('credential', VARIADIC '{}'::text[]);
CALL put_behind_wall('session', VARIADIC '{}'::text[]);
CALL put_behind_wall('api_token', VARIADIC '{}'::text[]);

-- Named work 'identity': finding an account by what it signs in with, and keeping its sessions, credentials and tokens.
GRANT SELECT, INSERT, UPDATE, DELETE ON credential, session, throttle TO jiyue_cluster;
GRANT SELECT, INSERT, UPDATE ON invitation, api_token TO jiyue_cluster;
GRANT SELECT ON account, sign_in_range TO jiyue_cluster;
GRANT INSERT ON account TO jiyue_cluster;
GRANT UPDATE (state, locked_for, second_factor, last_seen_at, dormancy_told_at) ON account TO jiyue_cluster;
CREATE POLICY cluster_identity ON account TO jiyue_cluster USING (current_setting('app.work', true) = 'identity') WITH CHECK (current_setting('app.work', true) = 'identity');
CREATE POLICY cluster_identity ON credential TO jiyue_cluster USING (current_setting('app.work', true) = 'identity') WITH CHECK (current_setting('app.work', true) = 'identity');
CREATE POLICY cluster_identity ON session TO jiyue_cluster USING (current_setting('app.work', true) = 'identity') WITH CHECK (current_setting('app.work', true) = 'identity');
CREATE POLICY cluster_identity ON invitation TO jiyue_cluster USING (current_setting('app.work', true) = 'identity') WITH CHECK (current_setting('app.work', true) = 'identity');
CREATE POLICY cluster_identity ON sign_in_range TO jiyue_cluster USING (current_setting('app.work', true) = 'identity');
CREATE POLICY cluster_identity ON api_token TO jiyue_cluster USING (current_setting('app.work', true) = 'identity') WITH CHECK (current_setting('app.work', true) = 'identity');
CREATE POLICY cluster_identity ON tenant FOR SELECT TO jiyue_cluster USING (current_setting('app.work', true) = 'identity');
CREATE POLICY cluster_identity ON site FOR SELECT TO jiyue_cluster USING (current_setting('app.work', true) = 'identity');
CREATE POLICY cluster_identity ON channel FOR SELECT TO jiyue_cluster USING (current_setting('app.work', true) = 'identity');
CREATE POLICY cluster_identity ON outbox FOR INSERT TO jiyue_cluster WITH CHECK (current_setting('app.work', true) = 'identity');

-- Named work 'directory': the names of accounts of other tenants that hold a grant in one of those in sight.
CREATE POLICY cluster_directory ON account FOR SELECT TO jiyue_cluster USING (current_setting('app.work', true) = 'directory');
CREATE POLICY cluster_directory ON tenant FOR SELECT TO jiyue_cluster USING (current_setting('app.work', true) = 'directory');
