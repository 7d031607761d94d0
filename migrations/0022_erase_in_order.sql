-- What goes with a tenant goes children first, in an order read from the catalogue. Before, tables were tried until their
-- references allowed it, and rows were deleted, refused and put back. And what would go is counted, where all of it was deleted
-- and taken back before, to show the page that asks.

-- Every table behind the wall that has rows of tenants, but for the tenant's own and its audit.
CREATE FUNCTION tenant_walls() RETURNS SETOF regclass LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public AS $$
DECLARE
  remaining regclass[];
  free regclass[];
BEGIN
  SELECT array_agg(c.oid::regclass) INTO remaining
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND c.relforcerowsecurity AND c.relname NOT IN ('tenant', 'audit', 'audit_chain');
  WHILE cardinality(remaining) > 0 LOOP
    SELECT array_agg(each ORDER BY each::text) INTO free FROM unnest(remaining) AS each
      WHERE NOT EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.confrelid = each AND f.conrelid <> each
        AND f.conrelid = ANY (remaining));
    IF free IS NULL THEN
      RAISE EXCEPTION 'tables refer to each other in a circle: %', remaining::text;
    END IF;
    RETURN QUERY SELECT unnest(free);
    SELECT array_agg(each) INTO remaining FROM unnest(remaining) AS each WHERE each <> ALL (free);
  END LOOP;
END
$$;

CREATE FUNCTION tenant_count(of_tenant uuid) RETURNS TABLE (wall text, held bigint) LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public AS $$
DECLARE each regclass;
BEGIN
  IF session_user <> 'jiyue_cluster' OR current_setting('app.work', true) IS DISTINCT FROM 'restructure' THEN
    RAISE insufficient_privilege USING MESSAGE = 'this scope does not count what is a tenant''s';
  END IF;
  FOR each IN SELECT tenant_walls() LOOP
    wall := each::text;
    EXECUTE format('SELECT count(*) FROM %s WHERE tenant_id = $1', each) INTO held USING of_tenant;
    RETURN NEXT;
  END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION tenant_count(uuid) TO jiyue_cluster;

CREATE OR REPLACE FUNCTION tenant_erase(of_tenant uuid) RETURNS TABLE (wall text, removed bigint) LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public AS $$
DECLARE each regclass;
BEGIN
  IF session_user <> 'jiyue_cluster' OR current_setting('app.work', true) IS DISTINCT FROM 'restructure' OR NOT EXISTS (
    SELECT FROM tenant WHERE id = of_tenant AND state = 'archived' AND state_since <= now() - interval '30 days'
  ) THEN
    RAISE insufficient_privilege USING MESSAGE = 'this tenant is not to be erased';
  END IF;
  FOR each IN SELECT tenant_walls() LOOP
    wall := each::text;
    EXECUTE format('DELETE FROM %s WHERE tenant_id = $1', each) USING of_tenant;
    GET DIAGNOSTICS removed = ROW_COUNT;
    RETURN NEXT;
  END LOOP;
END
$$;
