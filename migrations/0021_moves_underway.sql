-- A move of a large site goes on after its page was answered: what becomes of it, for whoever began it and for the site's page.
-- One row of a site while it moves, or since it did not; gone once it did. It names its site without holding it: the move has
-- locked that row. `alive_at`: noted anew while the process lives that moves it.
CREATE TABLE site_move (
  tenant_id uuid NOT NULL REFERENCES tenant ON UPDATE CASCADE,
  site_id uuid NOT NULL,
  to_name text NOT NULL,
  begun_at timestamptz NOT NULL DEFAULT now(),
  begun_by text NOT NULL,
  begun_by_id uuid,
  alive_at timestamptz NOT NULL DEFAULT now(),
  failed_at timestamptz,
  -- Why, in a sentence.
  failure text,
  PRIMARY KEY (tenant_id, site_id),
  CHECK ((failed_at IS NULL) = (failure IS NULL))
);
CREATE INDEX site_move_begun_by ON site_move (begun_by_id);
CALL put_behind_wall('site_move', 'SELECT');
GRANT SELECT, INSERT, UPDATE, DELETE ON site_move TO jiyue_cluster;
CREATE POLICY cluster_restructure ON site_move TO jiyue_cluster
  USING (current_setting('app.work', true) = 'restructure')
  WITH CHECK (current_setting('app.work', true) = 'restructure');
