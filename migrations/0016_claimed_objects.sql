-- Keys of files that somebody is about to store (until a row names them, or the hour is over), or that a job is just about to
-- remove (until its transaction ends). One row a key: who stores and who removes wait for each other on it.
CREATE TABLE object_claim (
  tenant_id uuid NOT NULL REFERENCES tenant,
  object_key text PRIMARY KEY,
  expires_at timestamptz NOT NULL,
  -- Nobody claims, or finds out about, another tenant's.
  CHECK (starts_with(object_key, 'tenants/' || tenant_id || '/'))
);
CALL put_behind_wall('object_claim', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');
GRANT SELECT, INSERT, DELETE ON object_claim TO jiyue_cluster;
CREATE POLICY cluster_restructure ON object_claim TO jiyue_cluster
  USING (current_setting('app.work', true) = 'restructure') WITH CHECK (current_setting('app.work', true) = 'restructure');
