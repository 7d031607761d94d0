-- Who may do what: a role held over a scope, perhaps until a date. The roles, and what each may do, are in the rooms'
-- policy.ts; here only what must hold whatever the program does.

-- `tenant_id` is the tenant in which the authority lies: the platform for scope 'platform', the root of the subtree for
-- 'node' and 'region'. The account may be another tenant's (a contractor of the province): the second reference that
-- crosses the wall, beside a publication's.
CREATE TABLE access_grant (
  tenant_id uuid NOT NULL REFERENCES tenant ON UPDATE CASCADE,
  id uuid NOT NULL,
  account_tenant_id uuid NOT NULL,
  account_id uuid NOT NULL,
  role text NOT NULL,
  scope text NOT NULL CHECK (scope IN ('platform', 'node', 'region', 'tenant', 'site', 'channel')),
  site_id uuid,
  channel_id uuid,
  may_give_on boolean NOT NULL DEFAULT false,
  -- Holds before this instant; null: until it is taken back.
  ends_at timestamptz,
  given_at timestamptz NOT NULL DEFAULT now(),
  given_by text NOT NULL,
  given_by_id uuid,
  ended_at timestamptz,
  ended_by text,
  ended_for text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (account_tenant_id, account_id) REFERENCES account (tenant_id, id) ON UPDATE CASCADE ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id) ON UPDATE CASCADE ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, site_id, channel_id) REFERENCES channel (tenant_id, site_id, id) ON UPDATE CASCADE ON DELETE CASCADE,
  CHECK ((scope IN ('site', 'channel')) = (site_id IS NOT NULL)),
  CHECK ((scope = 'channel') = (channel_id IS NOT NULL)),
  CHECK ((scope = 'platform') = (tenant_id = '00000000-0000-7000-8000-000000000000')),
  CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);
-- Duties of operator, security administrator and auditor are never in one hand (GB/T 22239-2019 §8.1.4: 三员分立).
CREATE UNIQUE INDEX access_grant_separate_duties ON access_grant (account_id)
  WHERE role IN ('platform-operator', 'security-administrator', 'auditor') AND ended_at IS NULL;
-- One grant of a kind, not two.
CREATE UNIQUE INDEX access_grant_once ON access_grant
  (tenant_id, account_id, role, scope, coalesce(channel_id, site_id, tenant_id)) WHERE ended_at IS NULL;
CREATE INDEX access_grant_account ON access_grant (account_id) WHERE ended_at IS NULL;
CREATE INDEX access_grant_site ON access_grant (tenant_id, site_id) WHERE ended_at IS NULL;

CALL put_behind_wall('access_grant', 'SELECT', 'INSERT', 'UPDATE');
REVOKE UPDATE ON access_grant FROM jiyue_app;
GRANT UPDATE (ended_at, ended_by, ended_for, ends_at) ON access_grant TO jiyue_app;

GRANT SELECT ON access_grant TO jiyue_cluster;
GRANT INSERT, UPDATE (ended_at, ended_by, ended_for) ON access_grant TO jiyue_cluster;
CREATE POLICY cluster_identity ON access_grant TO jiyue_cluster
  USING (current_setting('app.work', true) = 'identity') WITH CHECK (current_setting('app.work', true) = 'identity');
CREATE POLICY cluster_directory ON access_grant FOR SELECT TO jiyue_cluster USING (current_setting('app.work', true) = 'directory');

-- Each channel names the organ and the person that answer for it.
ALTER TABLE channel
  ADD COLUMN organ_id uuid,
  ADD COLUMN responsible_name text NOT NULL DEFAULT '',
  ADD COLUMN responsible_telephone text NOT NULL DEFAULT '',
  ADD FOREIGN KEY (tenant_id, organ_id) REFERENCES organ (tenant_id, id) ON UPDATE CASCADE;
-- Not for visitors yet: they read the columns that were there.
REVOKE SELECT ON channel FROM jiyue_visitor;
GRANT SELECT (tenant_id, id, site_id, parent_id, slug, path, depth, position, name, column_type, item_kind, description,
  keywords, update_days, limit_days, recommended, blueprint_key, overridden, state, created_at) ON channel TO jiyue_visitor;
