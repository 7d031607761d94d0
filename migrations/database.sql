-- Run in the platform's database by a superuser, after roles.sql: gives the database to jiyue_owner and takes from PUBLIC what PostgreSQL gives everybody and no
-- visitor needs. An advisory lock held by a stranger would stop relay, provisioning or migrations; large objects and
-- logical messages would let a reader write. Repeating it changes nothing.
REVOKE EXECUTE ON FUNCTION
  pg_advisory_lock(bigint), pg_advisory_lock(int, int), pg_advisory_lock_shared(bigint), pg_advisory_lock_shared(int, int),
  pg_try_advisory_lock(bigint), pg_try_advisory_lock(int, int),
  pg_try_advisory_lock_shared(bigint), pg_try_advisory_lock_shared(int, int),
  pg_advisory_xact_lock(bigint), pg_advisory_xact_lock(int, int),
  pg_advisory_xact_lock_shared(bigint), pg_advisory_xact_lock_shared(int, int),
  pg_try_advisory_xact_lock(bigint), pg_try_advisory_xact_lock(int, int),
  pg_try_advisory_xact_lock_shared(bigint), pg_try_advisory_xact_lock_shared(int, int),
  lo_creat(int), lo_create(oid), lo_from_bytea(oid, bytea), lo_import(text), lo_import(text, oid)
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pg_advisory_lock(bigint), pg_try_advisory_lock(bigint), pg_advisory_xact_lock(bigint)
  TO jiyue_owner, jiyue_cluster;
DO $$
DECLARE message regprocedure;
BEGIN
  -- Its signature grew with PostgreSQL 17.
  FOR message IN SELECT oid FROM pg_proc WHERE proname = 'pg_logical_emit_message' LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', message);
  END LOOP;
END
$$;
DO $$
BEGIN
  EXECUTE format('ALTER DATABASE %I OWNER TO jiyue_owner', current_database());
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO jiyue_backup, jiyue_app, jiyue_visitor, jiyue_cluster', current_database());
END
$$;
ALTER ROLE jiyue_visitor SET default_transaction_read_only = on;
