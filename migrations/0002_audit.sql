-- The platform as a tenant of its own, and the audit as a chain.
--
-- The people who run the platform belong to no government; what they do belongs to no government's audit. So the platform
-- is the root of the tenants: path '' contains every other path, its wall stands around its own accounts and audit.

ALTER TABLE tenant
  ALTER COLUMN region_code DROP NOT NULL,
  DROP CONSTRAINT tenant_level_check,
  ADD CONSTRAINT tenant_level_check CHECK (level IN ('platform', 'province', 'city', 'county')),
  ADD CONSTRAINT tenant_region_check CHECK ((level = 'platform') = (region_code IS NULL)),
  ADD CONSTRAINT tenant_root_check CHECK ((level = 'platform') = (path = ''));
ALTER TABLE tenant NO FORCE ROW LEVEL SECURITY;
INSERT INTO tenant (id, level, form, name, short_name, government_name, document_prefix, slug, path)
  VALUES ('00000000-0000-7000-8000-000000000000', 'platform', 'platform', '集约平台', '平台', '集约平台', '', 'console', '');
ALTER TABLE tenant FORCE ROW LEVEL SECURITY;

-- ── the chain ────────────────────────────────────────────────────────────────────────────────────────────────────

-- The end of each tenant's chain. Locked last before a commit, so that writers of one tenant do not wait for each other
-- while they work.
CREATE TABLE audit_chain (
  tenant_id uuid PRIMARY KEY REFERENCES tenant ON UPDATE CASCADE,
  position bigint NOT NULL,
  hash bytea NOT NULL
);

-- Who did what, when, from where, in which scope; in the same transaction as the change. Each entry's hash covers the one
-- before it. Nobody holds INSERT, UPDATE or DELETE: entries come by audit_append() alone.
ALTER TABLE audit RENAME TO audit_unchained;
ALTER TABLE audit_unchained RENAME CONSTRAINT audit_pkey TO audit_unchained_pkey;
DROP INDEX audit_at;
CREATE TABLE audit (
  tenant_id uuid NOT NULL REFERENCES tenant ON UPDATE CASCADE,
  position bigint NOT NULL CHECK (position > 0),
  at timestamptz NOT NULL,
  actor text NOT NULL CHECK (actor <> ''),
  actor_id uuid,
  scope text NOT NULL CHECK (scope <> ''),
  act text NOT NULL CHECK (act <> ''),
  subject text NOT NULL CHECK (subject <> ''),
  detail jsonb NOT NULL,
  address text NOT NULL,
  request text NOT NULL,
  hash bytea NOT NULL,
  PRIMARY KEY (tenant_id, position, at)
) PARTITION BY RANGE (at);
CREATE INDEX audit_at ON audit (tenant_id, at, position);
CREATE INDEX audit_actor ON audit (tenant_id, actor_id, at);
CREATE INDEX audit_subject ON audit (tenant_id, subject, at);
CREATE TABLE audit_rest PARTITION OF audit DEFAULT;
ALTER TABLE audit_rest ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

-- SHA-256 over the hash before and each part with its length in bytes in front (`npm run jiyue -- audit verify` counts the
-- same outside the database: src/kernel/audit/audit-digest.ts).
CREATE FUNCTION audit_digest(previous bytea, VARIADIC parts text[]) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT
  SET search_path = pg_catalog AS $$
  SELECT sha256(previous || (
    SELECT string_agg(convert_to(octet_length(part)::text || ':' || part, 'UTF8'), ''::bytea ORDER BY nr)
    FROM unnest(parts) WITH ORDINALITY AS p(part, nr)))
$$;

CREATE FUNCTION audit_moment(at timestamptz) RETURNS text LANGUAGE sql STABLE STRICT SET search_path = pg_catalog AS $$
  SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

-- Adds entries ({act, subject, detail}) to a tenant's chain. Who, from where and for which request is what the scope says,
-- not what the caller claims; the time is this clock's. Roles that serve people write into the tenant of their scope,
-- named work across tenants into the tenant it states.
CREATE FUNCTION audit_append(of_tenant uuid, entries jsonb) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public AS $$
DECLARE
  head audit_chain;
  entry jsonb;
  new audit;
BEGIN
  IF NOT coalesce(CASE session_user
       WHEN 'jiyue_app' THEN of_tenant = nullif(current_setting('app.tenant_id', true), '')::uuid
       WHEN 'jiyue_cluster' THEN current_setting('app.work', true) <> ''
     END, false) THEN
    RAISE insufficient_privilege USING MESSAGE = 'this scope does not write the audit of that tenant';
  END IF;
  INSERT INTO audit_chain VALUES (of_tenant, 0, sha256(convert_to(of_tenant::text, 'UTF8'))) ON CONFLICT DO NOTHING;
  SELECT * INTO STRICT head FROM audit_chain WHERE tenant_id = of_tenant FOR UPDATE;
  new.tenant_id := of_tenant;
  new.actor := current_setting('app.actor', true);
  new.actor_id := nullif(current_setting('app.actor_id', true), '')::uuid;
  new.scope := current_setting('app.scope', true);
  new.address := coalesce(current_setting('app.address', true), '');
  new.request := coalesce(current_setting('app.request', true), '');
  new.hash := head.hash;
  new.position := head.position;
  FOR entry IN SELECT * FROM jsonb_array_elements(entries) LOOP
    new.position := new.position + 1;
    new.at := clock_timestamp();
    new.act := entry ->> 'act';
    new.subject := entry ->> 'subject';
    new.detail := entry -> 'detail';
    new.hash := audit_digest(new.hash, new.tenant_id::text, new.position::text, audit_moment(new.at), new.actor,
      coalesce(new.actor_id::text, ''), new.scope, new.act, new.subject, new.detail::text, new.address, new.request);
    INSERT INTO audit SELECT new.*;
  END LOOP;
  UPDATE audit_chain SET position = new.position, hash = new.hash WHERE tenant_id = of_tenant;
  RETURN new.position;
END
$$;
GRANT EXECUTE ON FUNCTION audit_append(uuid, jsonb) TO jiyue_app, jiyue_cluster;

-- Makes the partitions of this month and the coming ones. Repeatable.
CREATE FUNCTION audit_partitions(months_ahead integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public AS $$
DECLARE
  month date;
  made integer := 0;
BEGIN
  FOR month IN SELECT generate_series(date_trunc('month', now() AT TIME ZONE 'UTC'),
      date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => months_ahead), interval '1 month')::date LOOP
    IF to_regclass(format('public.audit_%s', to_char(month, 'YYYY_MM'))) IS NULL THEN
      EXECUTE format('CREATE TABLE public.audit_%s PARTITION OF public.audit FOR VALUES FROM (%L) TO (%L)',
        to_char(month, 'YYYY_MM'), month::text || ' 00:00Z', (month + interval '1 month')::date::text || ' 00:00Z');
      EXECUTE format('ALTER TABLE public.audit_%s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', to_char(month, 'YYYY_MM'));
      made := made + 1;
    END IF;
  END LOOP;
  RETURN made;
END
$$;
GRANT EXECUTE ON FUNCTION audit_partitions(integer) TO jiyue_cluster;
SELECT audit_partitions(12);

CALL put_behind_wall('audit', 'SELECT');
CALL put_behind_wall('audit_chain', VARIADIC '{}'::text[]);
CREATE POLICY chain ON audit TO jiyue_owner USING (true) WITH CHECK (true);
CREATE POLICY chain ON audit_chain TO jiyue_owner USING (true) WITH CHECK (true);

-- Entries from before the chain: in their order, with the time they had.
ALTER TABLE audit_unchained NO FORCE ROW LEVEL SECURITY;
DO $$
DECLARE
  old record;
  head audit_chain;
BEGIN
  FOR old IN SELECT * FROM audit_unchained ORDER BY tenant_id, at, id LOOP
    IF head.tenant_id IS DISTINCT FROM old.tenant_id THEN
      IF head.tenant_id IS NOT NULL THEN INSERT INTO audit_chain SELECT head.*; END IF;
      head := ROW(old.tenant_id, 0, sha256(convert_to(old.tenant_id::text, 'UTF8')));
    END IF;
    head.position := head.position + 1;
    head.hash := audit_digest(head.hash, old.tenant_id::text, head.position::text, audit_moment(old.at), old.actor, '',
      old.scope, old.act, old.subject, old.detail::text, '', '');
    INSERT INTO audit VALUES (old.tenant_id, head.position, old.at, old.actor, NULL, old.scope, old.act, old.subject,
      old.detail, '', '', head.hash);
  END LOOP;
  IF head.tenant_id IS NOT NULL THEN INSERT INTO audit_chain SELECT head.*; END IF;
END
$$;
DROP TABLE audit_unchained;

-- The chain's heads are carried out of the database daily; verifying reads all of it.
GRANT SELECT ON audit, audit_chain TO jiyue_cluster;
CREATE POLICY cluster_audit ON audit FOR SELECT TO jiyue_cluster USING (current_setting('app.work', true) = 'audit');
CREATE POLICY cluster_audit ON audit_chain FOR SELECT TO jiyue_cluster USING (current_setting('app.work', true) = 'audit');
CREATE POLICY cluster_audit ON tenant FOR SELECT TO jiyue_cluster USING (current_setting('app.work', true) = 'audit');
