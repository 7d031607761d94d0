-- Who stands above is told of an opening in the transaction that opens: provisioning writes that one entry into the audit of
-- the tenant above the one it opens. All else that one tenant's scope writes stays in that tenant's audit.
CREATE OR REPLACE FUNCTION audit_append(of_tenant uuid, entries jsonb) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public AS $$
DECLARE
  own constant uuid := nullif(current_setting('app.tenant_id', true), '')::uuid;
  head audit_chain;
  entry jsonb;
  new audit;
BEGIN
  IF NOT coalesce(CASE session_user
       WHEN 'jiyue_app' THEN of_tenant = own OR (
         current_setting('app.purpose', true) = 'provision'
         AND of_tenant = (SELECT parent_id FROM tenant WHERE id = own)
         AND NOT EXISTS (SELECT FROM jsonb_array_elements(entries) AS e
           WHERE (e ->> 'act', e ->> 'subject') IS DISTINCT FROM ('tenant.opened', 'tenant:' || own)))
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
