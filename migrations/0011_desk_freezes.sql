-- Whoever works on a site is told on every page of the desk that publishing there is frozen, since when, and by whom of
-- which organ: the statement that reads the session reads that too.
CREATE POLICY cluster_identity ON publishing_freeze FOR SELECT TO jiyue_cluster USING (current_setting('app.work', true) = 'identity');
CREATE POLICY cluster_identity ON organ FOR SELECT TO jiyue_cluster USING (current_setting('app.work', true) = 'identity');
