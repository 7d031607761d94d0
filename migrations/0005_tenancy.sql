-- What operators do to tenants and sites: freeze, suspend, move, retire.
--
-- Work over several tenants at once is named 'restructure' (role jiyue_cluster). What follows a site that moves follows by
-- the composite keys (ON UPDATE CASCADE); what goes with a tenant is found in the catalogue, so that a table made later
-- is not forgotten.

-- As in 0001, but for two things. The tenants to read are a subselect, which is asked for once a statement: as an expression
-- it was parsed again for each row that no index had chosen (measured, the list of 1,299 sites under a scope of 81
-- tenants: 200 ms before, 15 ms after). And jiyue_owner has one policy, whose function tenant_erase() takes a retired
-- tenant's rows away.
CREATE OR REPLACE PROCEDURE put_behind_wall(wall regclass, VARIADIC commands text[]) LANGUAGE plpgsql AS $$
DECLARE
  own constant text := $q$tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid$q$;
  readable constant text := $q$tenant_id = ANY ((SELECT coalesce(nullif(current_setting('app.tenants', true), ''), '{}')::uuid[])::uuid[])$q$;
  command text;
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', wall);
  EXECUTE format('CREATE POLICY owner_restructure ON %s TO jiyue_owner USING (current_setting(''app.work'', true) = ''restructure'')', wall);
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
DO $$
DECLARE wall name;
BEGIN
  FOR wall IN SELECT tablename FROM pg_policies WHERE schemaname = 'public' AND policyname = 'app_select' LOOP
    EXECUTE format('ALTER POLICY app_select ON %I USING (tenant_id = ANY ((SELECT
      coalesce(nullif(current_setting(''app.tenants'', true), ''''), ''{}'')::uuid[])::uuid[]))', wall);
  END LOOP;
END
$$;
DO $$
DECLARE wall regclass;
BEGIN
  FOR wall IN
    SELECT c.oid::regclass FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND c.relforcerowsecurity AND c.relname NOT IN ('tenant', 'audit', 'audit_chain')
  LOOP
    EXECUTE format('CREATE POLICY owner_restructure ON %s TO jiyue_owner USING (current_setting(''app.work'', true) = ''restructure'')', wall);
  END LOOP;
END
$$;

-- ── tenants ──────────────────────────────────────────────────────────────────────────────────────────────────────

-- A tenant is retired in steps: frozen (nothing is published), archived (visitors read on, nobody writes), deleted (this
-- row and the audit stay). What is deleted frees its region, slug and path.
ALTER TABLE tenant
  ADD COLUMN state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'frozen', 'archived', 'deleted')),
  ADD COLUMN state_since timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN state_reason text NOT NULL DEFAULT '',
  DROP CONSTRAINT tenant_slug_key,
  DROP CONSTRAINT tenant_path_key;
DROP INDEX tenant_region;
CREATE UNIQUE INDEX tenant_slug_key ON tenant (slug) WHERE state <> 'deleted';
CREATE UNIQUE INDEX tenant_path_key ON tenant (path) WHERE state <> 'deleted';
CREATE UNIQUE INDEX tenant_region ON tenant (region_code) WHERE state <> 'deleted';
CREATE INDEX tenant_parent ON tenant (parent_id);
CREATE POLICY owner_reads ON tenant FOR SELECT TO jiyue_owner USING (true);

-- ── sites ────────────────────────────────────────────────────────────────────────────────────────────────────────

ALTER TABLE site
  -- Null: the theme of its kind and level.
  ADD COLUMN theme text CHECK (theme ~ '^[a-z0-9-]+$'),
  -- Of a suspended site: why, for the desk; what visitors are told; since when.
  ADD COLUMN suspended_for text NOT NULL DEFAULT '',
  ADD COLUMN closed_notice text NOT NULL DEFAULT '',
  ADD COLUMN suspended_at timestamptz,
  -- Since when its tenant is archived: visitors, who do not see tenants, are told so on each page.
  ADD COLUMN archived_at timestamptz,
  -- Of the name, for the search: jilinsheng…, jls…; filled by the program, '' until then.
  ADD COLUMN pinyin_full text NOT NULL DEFAULT '',
  ADD COLUMN pinyin_initials text NOT NULL DEFAULT '';
GRANT UPDATE (theme, suspended_for, closed_notice, suspended_at, pinyin_full, pinyin_initials) ON site TO jiyue_app;

-- Visitors read of a suspended site what its closed page says; which sites are shown is decided in one place, the
-- directory of sites, since those below a suspended portal are closed with it.
REVOKE SELECT ON site FROM jiyue_visitor;
GRANT SELECT (tenant_id, id, kind, level, key, parent_site_id, prefix, region_path, region_code, position, name, short_name,
  tagline, sponsor_id, undertaker_id, identification_code, icp_number, public_security_number, emblem, demonstration,
  blueprint_revision, state, created_at, theme, closed_notice, archived_at) ON site TO jiyue_visitor;
DROP POLICY visitor ON site;
CREATE POLICY visitor ON site FOR SELECT TO jiyue_visitor USING (state IN ('open', 'suspended'));

-- An ended name leads nowhere and stays with its tenant until an operator gives it to another.
ALTER TABLE hostname
  ADD COLUMN ended_at timestamptz,
  ADD CHECK (NOT is_primary OR ended_at IS NULL);
DROP POLICY visitor ON hostname;
CREATE POLICY visitor ON hostname FOR SELECT TO jiyue_visitor USING (ended_at IS NULL);

-- Where a sub-site stood before it moved under another tenant: its old addresses lead on, and provisioning does not make
-- it again. The third reference that crosses the wall, beside a publication's and a grant's.
CREATE TABLE moved_site (
  tenant_id uuid NOT NULL REFERENCES tenant ON UPDATE CASCADE,
  portal_id uuid NOT NULL,
  prefix text COLLATE "C" NOT NULL,
  -- How the plan knew it there.
  key text NOT NULL,
  to_tenant_id uuid NOT NULL,
  site_id uuid NOT NULL,
  moved_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, portal_id, prefix, key),
  FOREIGN KEY (tenant_id, portal_id) REFERENCES site (tenant_id, id) ON UPDATE CASCADE ON DELETE CASCADE,
  FOREIGN KEY (to_tenant_id, site_id) REFERENCES site (tenant_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX moved_site_to ON moved_site (to_tenant_id, site_id);
CALL put_behind_wall('moved_site', 'SELECT');
GRANT SELECT ON moved_site TO jiyue_visitor;
CREATE POLICY visitor ON moved_site FOR SELECT TO jiyue_visitor USING (true);

-- ── freezes ──────────────────────────────────────────────────────────────────────────────────────────────────────

-- Nothing is published on a site (site_id), or in a tenant and all below it (site_id null): then one row for each tenant
-- concerned, with the id of the freeze; `inherited`: it was put on a tenant above.
CREATE TABLE publishing_freeze (
  tenant_id uuid NOT NULL REFERENCES tenant ON UPDATE CASCADE,
  id uuid NOT NULL,
  site_id uuid,
  inherited boolean NOT NULL DEFAULT false,
  reason text NOT NULL CHECK (reason <> ''),
  begun_at timestamptz NOT NULL DEFAULT now(),
  begun_by text NOT NULL,
  ended_at timestamptz,
  ended_by text,
  ended_for text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id) ON UPDATE CASCADE ON DELETE CASCADE,
  CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
  CHECK (NOT inherited OR site_id IS NULL)
);
-- Not two at once put on the same place.
CREATE UNIQUE INDEX publishing_freeze_once ON publishing_freeze (tenant_id, coalesce(site_id, tenant_id))
  WHERE ended_at IS NULL AND NOT inherited;
CREATE INDEX publishing_freeze_now ON publishing_freeze (tenant_id, site_id) WHERE ended_at IS NULL;
CALL put_behind_wall('publishing_freeze', 'SELECT');
DROP POLICY owner_restructure ON publishing_freeze;
CREATE POLICY owner_restructure ON publishing_freeze TO jiyue_owner USING (true) WITH CHECK (true);

-- A tenant opened below a frozen one is frozen with it. The check of parent_id has locked the parent's row before this
-- runs (triggers fire in the order of their names), and a freeze locks it for longer: neither passes the other unseen.
CREATE FUNCTION inherit_freezes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  INSERT INTO publishing_freeze (tenant_id, id, inherited, reason, begun_at, begun_by)
    SELECT NEW.id, id, true, reason, begun_at, begun_by FROM publishing_freeze
    WHERE tenant_id = NEW.parent_id AND site_id IS NULL AND ended_at IS NULL;
  RETURN NULL;
END
$$;
CREATE TRIGGER inherit_freezes AFTER INSERT ON tenant FOR EACH ROW EXECUTE FUNCTION inherit_freezes();

-- ── archived tenants ─────────────────────────────────────────────────────────────────────────────────────────────

-- Nobody writes to what visitors read of an archived tenant. The commands say so in words; this holds for those that forget.
CREATE FUNCTION refuse_when_archived() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF session_user = 'jiyue_app' AND EXISTS (
    SELECT FROM tenant WHERE id = nullif(current_setting('app.tenant_id', true), '')::uuid AND state = 'archived'
  ) THEN
    RAISE EXCEPTION 'the tenant is archived: % is not changed', TG_TABLE_NAME USING ERRCODE = 'JY001';
  END IF;
  RETURN NULL;
END
$$;
DO $$
DECLARE wall text;
BEGIN
  FOREACH wall IN ARRAY '{organ,hostname,channel,item,edition,edition_media,release,attachment,publication,redirect}'::text[] LOOP
    EXECUTE format('CREATE TRIGGER refuse_when_archived BEFORE INSERT OR UPDATE OR DELETE ON %I
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_when_archived()', wall);
  END LOOP;
END
$$;

-- Takes away every row of a tenant that has been archived for 30 days, in each table that has tenant_id; the tenant's own
-- row and its audit stay. Tables are taken in whatever order their references allow.
CREATE FUNCTION tenant_erase(of_tenant uuid) RETURNS TABLE (wall text, removed bigint) LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public AS $$
DECLARE
  remaining regclass[];
  referred regclass[];
  each regclass;
BEGIN
  IF session_user <> 'jiyue_cluster' OR current_setting('app.work', true) IS DISTINCT FROM 'restructure' OR NOT EXISTS (
    SELECT FROM tenant WHERE id = of_tenant AND state = 'archived' AND state_since <= now() - interval '30 days'
  ) THEN
    RAISE insufficient_privilege USING MESSAGE = 'this tenant is not to be erased';
  END IF;
  SELECT array_agg(c.oid::regclass ORDER BY c.relname) INTO remaining
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND c.relforcerowsecurity AND c.relname NOT IN ('tenant', 'audit', 'audit_chain');
  WHILE cardinality(remaining) > 0 LOOP
    referred := '{}';
    FOREACH each IN ARRAY remaining LOOP
      BEGIN
        EXECUTE format('DELETE FROM %s WHERE tenant_id = $1', each) USING of_tenant;
        GET DIAGNOSTICS removed = ROW_COUNT;
        wall := each::text;
        RETURN NEXT;
      EXCEPTION WHEN foreign_key_violation THEN
        referred := referred || each;
      END;
    END LOOP;
    IF cardinality(referred) = cardinality(remaining) THEN
      RAISE foreign_key_violation USING MESSAGE = format('rows of %s are referred to from elsewhere', referred::text);
    END IF;
    remaining := referred;
  END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION tenant_erase(uuid) TO jiyue_cluster;

-- ── named work 'restructure' ─────────────────────────────────────────────────────────────────────────────────────

GRANT UPDATE (state, state_since, state_reason) ON tenant TO jiyue_cluster;
GRANT SELECT, INSERT, DELETE ON organ TO jiyue_cluster;
GRANT UPDATE (tenant_id, parent_site_id, prefix, key, region_path, region_code, level, position, tagline, sponsor_id,
  undertaker_id, archived_at) ON site TO jiyue_cluster;
GRANT UPDATE (tenant_id, site_id, is_primary, ended_at) ON hostname TO jiyue_cluster;
GRANT UPDATE (organ_id) ON channel TO jiyue_cluster;
GRANT SELECT ON item, release, edition, edition_media, attachment, redirect TO jiyue_cluster;
GRANT DELETE ON publication TO jiyue_cluster;
GRANT UPDATE (tenant_id) ON account TO jiyue_cluster;
GRANT UPDATE (ended_at, ended_by, ended_for) ON access_grant TO jiyue_cluster;
GRANT SELECT, INSERT ON publishing_freeze TO jiyue_cluster;
GRANT UPDATE (ended_at, ended_by, ended_for) ON publishing_freeze TO jiyue_cluster;
GRANT SELECT, INSERT, DELETE ON moved_site TO jiyue_cluster;
DO $$
DECLARE wall text;
BEGIN
  FOREACH wall IN ARRAY '{tenant,organ,site,hostname,channel,item,release,edition,edition_media,attachment,redirect,publication,account,access_grant,publishing_freeze,moved_site}'::text[] LOOP
    EXECUTE format('CREATE POLICY cluster_restructure ON %I TO jiyue_cluster
      USING (current_setting(''app.work'', true) = ''restructure'')
      WITH CHECK (current_setting(''app.work'', true) = ''restructure'')', wall);
  END LOOP;
END
$$;
CREATE POLICY cluster_restructure ON outbox FOR INSERT TO jiyue_cluster WITH CHECK (current_setting('app.work', true) = 'restructure');
