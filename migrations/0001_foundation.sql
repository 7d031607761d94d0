-- The foundation: the tenant wall, places and organs, sites, channels, items and what visitors may see of them.
--
-- Who reads and writes what is said here, once, by role:
--   jiyue_app      one tenant to write (app.tenant_id), some tenants to read (app.tenants); owns nothing
--   jiyue_visitor  what is public now, nothing else, and writes nothing
--   jiyue_cluster  named work across tenants (app.work); each policy names the work it is for
--   jiyue_backup   reads everything (BYPASSRLS)
-- Unique keys begin with the tenant wherever they can: a key across tenants would tell, by a conflict, what another has.
-- One permissive policy for each role and command: two would be joined by OR, which no index survives (measured).

REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO jiyue_app, jiyue_visitor, jiyue_cluster, jiyue_backup;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO jiyue_backup;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON SEQUENCES TO jiyue_backup;

-- Puts a table behind the tenant wall: forced row security, one policy for each command of jiyue_app.
CREATE PROCEDURE put_behind_wall(wall regclass, VARIADIC commands text[]) LANGUAGE plpgsql AS $$
DECLARE
  own constant text := $q$tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid$q$;
  readable constant text := $q$tenant_id = ANY (coalesce(nullif(current_setting('app.tenants', true), ''), '{}')::uuid[])$q$;
  command text;
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', wall);
  FOREACH command IN ARRAY commands LOOP
    EXECUTE format('GRANT %s ON %s TO jiyue_app', command, wall);
    EXECUTE format('CREATE POLICY app_%s ON %s FOR %s TO jiyue_app %s', lower(command), wall, command,
      CASE command
        WHEN 'SELECT' THEN format('USING (%s)', readable)
        WHEN 'INSERT' THEN format('WITH CHECK (%s)', own)
        WHEN 'UPDATE' THEN format('USING (%1$s) WITH CHECK (%1$s)', own)
        WHEN 'DELETE' THEN format('USING (%s)', own)
      END);
  END LOOP;
END
$$;

-- ── tenancy ──────────────────────────────────────────────────────────────────────────────────────────────────────

-- Administrative divisions: reference data, the same for all.
CREATE TABLE region (
  code text PRIMARY KEY CHECK (code ~ '^[0-9]{6}([0-9]{3})?$'),
  parent_code text REFERENCES region,
  level text NOT NULL CHECK (level IN ('province', 'city', 'county', 'township')),
  name text NOT NULL
);
GRANT SELECT ON region TO jiyue_app, jiyue_visitor, jiyue_cluster;
GRANT INSERT, UPDATE ON region TO jiyue_cluster;

-- The organ that runs sites here; the tenant is the wall. `path` is the codes from the province down, 220000/220100/220122/,
-- so that a subtree is a range of text, which an index serves under row security.
CREATE TABLE tenant (
  id uuid PRIMARY KEY,
  tenant_id uuid GENERATED ALWAYS AS (id) STORED,
  parent_id uuid REFERENCES tenant ON UPDATE CASCADE,
  region_code text NOT NULL REFERENCES region,
  level text NOT NULL CHECK (level IN ('province', 'city', 'county')),
  form text NOT NULL,
  name text NOT NULL,
  short_name text NOT NULL,
  government_name text NOT NULL,
  document_prefix text NOT NULL,
  slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$'),
  path text COLLATE "C" NOT NULL UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX tenant_region ON tenant (region_code);

CREATE TABLE organ (
  tenant_id uuid NOT NULL REFERENCES tenant ON UPDATE CASCADE,
  id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('government', 'office', 'department', 'township')),
  key text NOT NULL,
  name text NOT NULL,
  short_name text NOT NULL,
  region_code text REFERENCES region,
  telephone text NOT NULL DEFAULT '',
  hours text NOT NULL DEFAULT '',
  address text NOT NULL DEFAULT '',
  introduction text NOT NULL DEFAULT '',
  facts jsonb NOT NULL DEFAULT '[]',
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, key)
);

-- What a hostname, or a path prefix on one, shows. `region_path` repeats the path of its tenant for visitors, who do not
-- see tenants: which sites lie below this one.
CREATE TABLE site (
  tenant_id uuid NOT NULL REFERENCES tenant ON UPDATE CASCADE,
  id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('portal', 'department', 'township')),
  level text NOT NULL CHECK (level IN ('province', 'city', 'county', 'township')),
  key text NOT NULL,
  parent_site_id uuid,
  prefix text COLLATE "C" NOT NULL CHECK (prefix ~ '^/(([a-z0-9-]+/)*)$'),
  region_path text COLLATE "C" NOT NULL,
  region_code text REFERENCES region,
  position integer NOT NULL DEFAULT 0,
  name text NOT NULL,
  short_name text NOT NULL,
  tagline text NOT NULL DEFAULT '',
  sponsor_id uuid NOT NULL,
  undertaker_id uuid NOT NULL,
  identification_code text NOT NULL DEFAULT '',
  icp_number text NOT NULL DEFAULT '',
  public_security_number text NOT NULL DEFAULT '',
  emblem text,
  demonstration boolean NOT NULL DEFAULT false,
  blueprint_revision text NOT NULL DEFAULT '',
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'suspended', 'retired')),
  overridden text[] NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, key),
  UNIQUE (tenant_id, prefix),
  FOREIGN KEY (tenant_id, parent_site_id) REFERENCES site (tenant_id, id) ON UPDATE CASCADE,
  FOREIGN KEY (tenant_id, sponsor_id) REFERENCES organ (tenant_id, id) ON UPDATE CASCADE,
  FOREIGN KEY (tenant_id, undertaker_id) REFERENCES organ (tenant_id, id) ON UPDATE CASCADE,
  CHECK ((parent_site_id IS NULL) = (prefix = '/'))
);

-- `under_base`: the name is a label under BASE_DOMAIN (nongan → nongan.localhost), so that the base may change.
CREATE TABLE hostname (
  tenant_id uuid NOT NULL REFERENCES tenant ON UPDATE CASCADE,
  name text NOT NULL CHECK (name = lower(name)),
  under_base boolean NOT NULL,
  site_id uuid NOT NULL,
  is_primary boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (name, under_base),
  FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id) ON UPDATE CASCADE
);
CREATE UNIQUE INDEX hostname_primary ON hostname (site_id) WHERE is_primary;

-- ── content ──────────────────────────────────────────────────────────────────────────────────────────────────────

-- A node of a site's tree. `blueprint_key`: inherited from the blueprint; `overridden`: the fields changed by hand since,
-- which a new revision of the blueprint leaves alone.
CREATE TABLE channel (
  tenant_id uuid NOT NULL REFERENCES tenant ON UPDATE CASCADE,
  id uuid NOT NULL,
  site_id uuid NOT NULL,
  parent_id uuid,
  slug text NOT NULL CHECK (slug ~ '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$'),
  path text COLLATE "C" NOT NULL,
  depth smallint NOT NULL CHECK (depth BETWEEN 1 AND 6),
  position integer NOT NULL,
  name text NOT NULL,
  column_type text NOT NULL,
  item_kind text NOT NULL,
  description text NOT NULL DEFAULT '',
  keywords text[] NOT NULL DEFAULT '{}',
  update_days integer,
  limit_days integer,
  recommended boolean NOT NULL DEFAULT false,
  blueprint_key text,
  overridden text[] NOT NULL DEFAULT '{}',
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed', 'hidden')),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, site_id, path),
  UNIQUE (tenant_id, site_id, blueprint_key),
  UNIQUE (tenant_id, site_id, id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id) ON UPDATE CASCADE,
  FOREIGN KEY (tenant_id, site_id, parent_id) REFERENCES channel (tenant_id, site_id, id) ON UPDATE CASCADE,
  CHECK ((parent_id IS NULL) = (depth = 1))
);
CREATE INDEX channel_of_site ON channel (site_id, depth, position);
CREATE INDEX channel_recommended ON channel (site_id) WHERE recommended;

-- A number of the installation for the addresses of documents.
CREATE SEQUENCE item_serial AS bigint START 1000001;
GRANT USAGE ON SEQUENCE item_serial TO jiyue_app;

-- One thing written. `source_*` is how the same thing is known again when it comes in another time.
CREATE TABLE item (
  tenant_id uuid NOT NULL REFERENCES tenant ON UPDATE CASCADE,
  id uuid NOT NULL,
  site_id uuid NOT NULL,
  serial bigint NOT NULL UNIQUE DEFAULT nextval('item_serial'),
  kind text NOT NULL CHECK (kind IN ('article', 'policy-document')),
  source_by text NOT NULL CHECK (source_by IN ('index-number', 'id', 'file-name')),
  source_value text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, site_id, source_by, source_value),
  FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id) ON UPDATE CASCADE
);

-- An immutable text of an item: nobody holds UPDATE on it.
CREATE TABLE edition (
  tenant_id uuid NOT NULL REFERENCES tenant ON UPDATE CASCADE,
  id uuid NOT NULL,
  item_id uuid NOT NULL,
  number integer NOT NULL CHECK (number > 0),
  title text NOT NULL CHECK (title <> ''),
  html text NOT NULL,
  fields jsonb NOT NULL,
  digest text NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, item_id, number),
  UNIQUE (tenant_id, item_id, id),
  FOREIGN KEY (tenant_id, item_id) REFERENCES item (tenant_id, id) ON UPDATE CASCADE
);

-- Pictures and attachments of an edition; bytes are in the object store.
CREATE TABLE edition_media (
  tenant_id uuid NOT NULL REFERENCES tenant ON UPDATE CASCADE,
  edition_id uuid NOT NULL,
  name text NOT NULL,
  role text NOT NULL CHECK (role IN ('image', 'attachment')),
  position integer NOT NULL,
  title text NOT NULL,
  object_key text NOT NULL,
  media_type text NOT NULL,
  size bigint NOT NULL,
  sha256 text NOT NULL,
  width integer,
  height integer,
  PRIMARY KEY (tenant_id, edition_id, name),
  FOREIGN KEY (tenant_id, edition_id) REFERENCES edition (tenant_id, id) ON UPDATE CASCADE
);

-- The edition that is public now, ready for delivery; or that the item was withdrawn.
CREATE TABLE release (
  tenant_id uuid NOT NULL REFERENCES tenant ON UPDATE CASCADE,
  item_id uuid NOT NULL,
  edition_id uuid NOT NULL,
  serial bigint NOT NULL,
  kind text NOT NULL,
  state text NOT NULL CHECK (state IN ('public', 'withdrawn')),
  title text NOT NULL,
  html text NOT NULL,
  summary text NOT NULL,
  fields jsonb NOT NULL,
  document_number text NOT NULL,
  validity text NOT NULL,
  picture jsonb,
  published_at timestamptz NOT NULL,
  originally_published boolean NOT NULL,
  released_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, item_id),
  FOREIGN KEY (tenant_id, item_id) REFERENCES item (tenant_id, id) ON UPDATE CASCADE,
  FOREIGN KEY (tenant_id, item_id, edition_id) REFERENCES edition (tenant_id, item_id, id) ON UPDATE CASCADE
);

-- What a release carries; served at …/t20261123_1000123/NAME, so that it follows the state of its document.
CREATE TABLE attachment (
  tenant_id uuid NOT NULL REFERENCES tenant ON UPDATE CASCADE,
  item_id uuid NOT NULL,
  name text NOT NULL,
  role text NOT NULL CHECK (role IN ('image', 'attachment')),
  position integer NOT NULL,
  title text NOT NULL,
  object_key text NOT NULL,
  media_type text NOT NULL,
  size bigint NOT NULL,
  sha256 text NOT NULL,
  width integer,
  height integer,
  PRIMARY KEY (tenant_id, item_id, name),
  FOREIGN KEY (tenant_id, item_id) REFERENCES release (tenant_id, item_id) ON UPDATE CASCADE
);

-- A release placed in one channel of one site. It belongs to the tenant of its place; the release may be another
-- tenant's (source_tenant_id): the one reference that crosses the wall. `path` is the document's address within the
-- site, fixed at first publication.
CREATE TABLE publication (
  tenant_id uuid NOT NULL REFERENCES tenant ON UPDATE CASCADE,
  id uuid NOT NULL,
  site_id uuid NOT NULL,
  channel_id uuid NOT NULL,
  source_tenant_id uuid NOT NULL,
  item_id uuid NOT NULL,
  path text COLLATE "C" NOT NULL,
  state text NOT NULL DEFAULT 'public' CHECK (state IN ('public', 'withdrawn')),
  pinned boolean NOT NULL DEFAULT false,
  placed_at timestamptz NOT NULL,
  visible_from timestamptz NOT NULL,
  visible_until timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, site_id, path),
  UNIQUE (tenant_id, channel_id, item_id),
  FOREIGN KEY (tenant_id, site_id, channel_id) REFERENCES channel (tenant_id, site_id, id) ON UPDATE CASCADE,
  FOREIGN KEY (source_tenant_id, item_id) REFERENCES release (tenant_id, item_id) ON UPDATE CASCADE,
  CHECK (visible_until IS NULL OR visible_until > visible_from)
);
CREATE INDEX publication_list ON publication (channel_id, pinned DESC, placed_at DESC, id DESC);
CREATE INDEX publication_line ON publication (channel_id, placed_at, id);
CREATE INDEX publication_news ON publication (site_id, placed_at DESC);
CREATE INDEX publication_release ON publication (source_tenant_id, item_id);
CREATE INDEX publication_visible_from ON publication (visible_from);
CREATE INDEX publication_visible_until ON publication (visible_until) WHERE visible_until IS NOT NULL;

-- Addresses that were: asked only when no page matches.
CREATE TABLE redirect (
  tenant_id uuid NOT NULL REFERENCES tenant ON UPDATE CASCADE,
  site_id uuid NOT NULL,
  from_path text COLLATE "C" NOT NULL,
  to_path text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, site_id, from_path),
  FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id) ON UPDATE CASCADE,
  CHECK (from_path <> to_path)
);

-- ── kernel ───────────────────────────────────────────────────────────────────────────────────────────────────────

-- Who did what, when, in which scope; in the same transaction as the change. Append-only: nobody holds UPDATE or DELETE.
CREATE TABLE audit (
  tenant_id uuid NOT NULL REFERENCES tenant ON UPDATE CASCADE,
  id uuid NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  actor text NOT NULL CHECK (actor <> ''),
  scope text NOT NULL CHECK (scope <> ''),
  act text NOT NULL,
  subject text NOT NULL,
  detail jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX audit_at ON audit (tenant_id, at);

-- News that leaves with the commit; the relay numbers it into `change`.
CREATE TABLE outbox (
  tenant_id uuid NOT NULL REFERENCES tenant ON UPDATE CASCADE,
  id uuid NOT NULL,
  name text NOT NULL,
  tags text[] NOT NULL,
  payload jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX outbox_order ON outbox (id);

-- What changed, numbered without gaps: each node reads on from its own position. Tags name public pages only.
CREATE TABLE change (
  position bigint PRIMARY KEY,
  tenant_id uuid NOT NULL,
  name text NOT NULL,
  tags text[] NOT NULL,
  created_at timestamptz NOT NULL,
  relayed_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT ON change TO jiyue_visitor, jiyue_app, jiyue_cluster;
GRANT INSERT, DELETE ON change TO jiyue_cluster;

-- Facts of the installation: whether the demonstration is complete, …
CREATE TABLE installation (
  key text PRIMARY KEY,
  value jsonb NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON installation TO jiyue_cluster;

-- ── the wall ─────────────────────────────────────────────────────────────────────────────────────────────────────

CALL put_behind_wall('tenant', 'SELECT', 'INSERT', 'UPDATE');
CALL put_behind_wall('organ', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');
CALL put_behind_wall('site', 'SELECT', 'INSERT', 'UPDATE');
CALL put_behind_wall('hostname', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');
CALL put_behind_wall('channel', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');
CALL put_behind_wall('item', 'SELECT', 'INSERT', 'UPDATE');
CALL put_behind_wall('edition', 'SELECT', 'INSERT');
CALL put_behind_wall('edition_media', 'SELECT', 'INSERT');
CALL put_behind_wall('release', 'SELECT', 'INSERT', 'UPDATE');
CALL put_behind_wall('attachment', 'SELECT', 'INSERT', 'DELETE');
CALL put_behind_wall('publication', 'SELECT', 'UPDATE');
CALL put_behind_wall('redirect', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');
CALL put_behind_wall('audit', 'SELECT', 'INSERT');
CALL put_behind_wall('outbox', 'INSERT');

-- What no desk changes in passing: the tree, the keys, the numbers. Moving a subtree is work of its own.
REVOKE UPDATE ON tenant, site FROM jiyue_app;
GRANT UPDATE (name, short_name, government_name, document_prefix) ON tenant TO jiyue_app;
GRANT UPDATE (position, name, short_name, tagline, sponsor_id, undertaker_id, identification_code, icp_number,
  public_security_number, emblem, blueprint_revision, state, overridden) ON site TO jiyue_app;
REVOKE INSERT, UPDATE ON item FROM jiyue_app;
GRANT INSERT (tenant_id, id, site_id, kind, source_by, source_value) ON item TO jiyue_app;
GRANT UPDATE (kind) ON item TO jiyue_app;

-- Tenants, sites and hostnames arise by provisioning alone.
DROP POLICY app_insert ON tenant;
DROP POLICY app_insert ON site;
DROP POLICY app_insert ON hostname;
CREATE POLICY app_insert ON tenant FOR INSERT TO jiyue_app WITH CHECK (
  current_setting('app.purpose', true) = 'provision' AND tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
);
CREATE POLICY app_insert ON site FOR INSERT TO jiyue_app WITH CHECK (
  current_setting('app.purpose', true) = 'provision' AND tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
);
CREATE POLICY app_insert ON hostname FOR INSERT TO jiyue_app WITH CHECK (
  current_setting('app.purpose', true) = 'provision' AND tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
);

-- An entry names the actor of its scope and the time of its transaction.
REVOKE INSERT ON audit FROM jiyue_app;
GRANT INSERT (tenant_id, id, actor, scope, act, subject, detail) ON audit TO jiyue_app;
DROP POLICY app_insert ON audit;
CREATE POLICY app_insert ON audit FOR INSERT TO jiyue_app WITH CHECK (
  tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid AND actor = current_setting('app.actor', true)
);

-- Only a `publish` scope places a release, its own tenant's in its own tenant's channel.
GRANT INSERT ON publication TO jiyue_app;
CREATE POLICY app_insert ON publication FOR INSERT TO jiyue_app WITH CHECK (
  current_setting('app.purpose', true) = 'publish'
  AND tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
  AND source_tenant_id = tenant_id
);
DROP POLICY app_update ON publication;
CREATE POLICY app_update ON publication FOR UPDATE TO jiyue_app
  USING (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
  WITH CHECK (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid AND source_tenant_id = tenant_id);

-- Visitors: what is public now.
GRANT SELECT ON hostname, site, channel, release, attachment, publication, redirect TO jiyue_visitor;
GRANT SELECT (tenant_id, id, kind, name, short_name, telephone, hours, address, introduction, facts) ON organ TO jiyue_visitor;
CREATE POLICY visitor ON organ FOR SELECT TO jiyue_visitor USING (true);
CREATE POLICY visitor ON site FOR SELECT TO jiyue_visitor USING (state = 'open');
CREATE POLICY visitor ON hostname FOR SELECT TO jiyue_visitor USING (true);
CREATE POLICY visitor ON channel FOR SELECT TO jiyue_visitor USING (state <> 'hidden');
CREATE POLICY visitor ON redirect FOR SELECT TO jiyue_visitor USING (true);
CREATE POLICY visitor ON publication FOR SELECT TO jiyue_visitor USING (
  state = 'public' AND visible_from <= now() AND (visible_until IS NULL OR visible_until > now())
);
-- The inner query runs under the policy above: only a release that is placed somewhere visible now.
CREATE POLICY visitor ON release FOR SELECT TO jiyue_visitor USING (
  state = 'public'
  AND EXISTS (SELECT FROM publication p WHERE p.source_tenant_id = release.tenant_id AND p.item_id = release.item_id)
);
CREATE POLICY visitor ON attachment FOR SELECT TO jiyue_visitor USING (
  EXISTS (SELECT FROM release r WHERE r.tenant_id = attachment.tenant_id AND r.item_id = attachment.item_id)
);

-- Named work across tenants.
GRANT SELECT ON tenant, site, hostname TO jiyue_cluster;
CREATE POLICY cluster_provision ON tenant FOR SELECT TO jiyue_cluster USING (current_setting('app.work', true) = 'provision');
CREATE POLICY cluster_provision ON site FOR SELECT TO jiyue_cluster USING (current_setting('app.work', true) = 'provision');
CREATE POLICY cluster_provision ON hostname FOR SELECT TO jiyue_cluster USING (current_setting('app.work', true) = 'provision');

GRANT SELECT, DELETE ON outbox TO jiyue_cluster;
CREATE POLICY cluster_relay_select ON outbox FOR SELECT TO jiyue_cluster USING (current_setting('app.work', true) = 'relay');
CREATE POLICY cluster_relay_delete ON outbox FOR DELETE TO jiyue_cluster USING (current_setting('app.work', true) = 'relay');

-- The clock of visibility: which publications begin or end to be visible.
GRANT SELECT ON publication, channel TO jiyue_cluster;
GRANT INSERT ON outbox TO jiyue_cluster;
CREATE POLICY cluster_clock ON publication FOR SELECT TO jiyue_cluster USING (current_setting('app.work', true) = 'clock');
CREATE POLICY cluster_clock ON channel FOR SELECT TO jiyue_cluster USING (current_setting('app.work', true) = 'clock');
CREATE POLICY cluster_clock ON outbox FOR INSERT TO jiyue_cluster WITH CHECK (current_setting('app.work', true) = 'clock');
