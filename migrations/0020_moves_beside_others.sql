-- While a large site moves under another tenant, which takes minutes, people of both tenants sign in and work on. So a session
-- names its site without holding it: the statement that reads the session finds whether it is there, and a site that moved
-- takes along the sessions that work on it, as the last thing before the commit.
ALTER TABLE session DROP CONSTRAINT session_site_tenant_id_site_id_fkey;

CREATE FUNCTION sessions_follow_site(of_site uuid, to_tenant uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public AS $$
BEGIN
  IF session_user <> 'jiyue_cluster' OR current_setting('app.work', true) IS DISTINCT FROM 'restructure' THEN
    RAISE insufficient_privilege USING MESSAGE = 'sessions follow a site that moves, nothing else';
  END IF;
  UPDATE session SET site_tenant_id = to_tenant WHERE site_id = of_site;
END
$$;
GRANT EXECUTE ON FUNCTION sessions_follow_site(uuid, uuid) TO jiyue_cluster;

-- A move holds the organ that goes along, so that nobody joins it meanwhile.
GRANT UPDATE (tenant_id) ON organ TO jiyue_cluster;
