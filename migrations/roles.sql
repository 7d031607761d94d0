-- Made once per server by a superuser: `npm run jiyue -- migrate --roles` runs it or prints it.
-- Passwords are set apart from it (ALTER ROLE … PASSWORD). Repeating it changes nothing.
DO $$
BEGIN
  PERFORM pg_advisory_xact_lock(5310927141);
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'jiyue_owner') THEN
    CREATE ROLE jiyue_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'jiyue_backup') THEN
    CREATE ROLE jiyue_backup LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE BYPASSRLS;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'jiyue_app') THEN
    CREATE ROLE jiyue_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'jiyue_visitor') THEN
    CREATE ROLE jiyue_visitor LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'jiyue_cluster') THEN
    CREATE ROLE jiyue_cluster LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
  END IF;
END
$$;
