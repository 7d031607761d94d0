-- Reorganisation of organs (机构改革): a plan that is tried, applied on its day and can be taken back.

-- An organ that ended stays: what it published names it. `overridden`: fields that a person changed by hand, which a plan
-- leaves alone and lists.
ALTER TABLE organ
  ADD COLUMN ended_on date,
  ADD COLUMN successor_id uuid,
  ADD COLUMN overridden text[] NOT NULL DEFAULT '{}',
  ADD FOREIGN KEY (tenant_id, successor_id) REFERENCES organ (tenant_id, id) ON UPDATE CASCADE ON DELETE SET NULL (successor_id),
  ADD CHECK (successor_id IS NULL OR (ended_on IS NOT NULL AND successor_id <> id));

CREATE TABLE reorganisation (
  tenant_id uuid NOT NULL REFERENCES tenant ON UPDATE CASCADE,
  id uuid NOT NULL,
  title text NOT NULL CHECK (title <> ''),
  state text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'tried', 'scheduled', 'applied', 'taken-back', 'cancelled')),
  -- From which day on, in the platform's time zone.
  day date,
  -- What happens to which organ (PlanLine[]), and the organs that arise by it (MadeOrgan[]).
  lines jsonb NOT NULL,
  made jsonb NOT NULL,
  -- What the last trial, or the application, did (PlanReport); what was left alone when it was taken back (TakenBackReport).
  report jsonb,
  taken_back_report jsonb,
  -- Why its day passed without it: the sentences of the last attempt.
  failure text,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL,
  tried_at timestamptz,
  applied_at timestamptz,
  applied_by text,
  taken_back_at timestamptz,
  taken_back_by text,
  PRIMARY KEY (tenant_id, id),
  CHECK (state <> 'scheduled' OR day IS NOT NULL),
  CHECK ((state IN ('applied', 'taken-back')) = (applied_at IS NOT NULL)),
  CHECK ((state = 'taken-back') = (taken_back_at IS NOT NULL))
);
CREATE INDEX reorganisation_due ON reorganisation (day) WHERE state = 'scheduled';

-- Each row that a plan changed, as it was and as it became: null before, it was made; null after, it was removed. By these
-- it is taken back. Nobody holds UPDATE or DELETE.
CREATE TABLE reorganisation_change (
  tenant_id uuid NOT NULL REFERENCES tenant ON UPDATE CASCADE,
  plan_id uuid NOT NULL,
  position integer NOT NULL,
  -- The part of the plan that made it (ReorganisationPart.name), and the row.
  part text NOT NULL,
  subject text NOT NULL,
  key jsonb NOT NULL,
  -- What people called it then.
  name text NOT NULL,
  before jsonb,
  after jsonb,
  PRIMARY KEY (tenant_id, plan_id, position),
  FOREIGN KEY (tenant_id, plan_id) REFERENCES reorganisation (tenant_id, id) ON UPDATE CASCADE,
  CHECK (before IS NOT NULL OR after IS NOT NULL)
);
CREATE INDEX reorganisation_change_subject ON reorganisation_change (tenant_id, subject);

CALL put_behind_wall('reorganisation', 'SELECT', 'INSERT', 'UPDATE');
REVOKE UPDATE ON reorganisation FROM jiyue_app;
GRANT UPDATE (title, state, day, lines, made, report, taken_back_report, failure, tried_at, applied_at, applied_by,
  taken_back_at, taken_back_by) ON reorganisation TO jiyue_app;
CALL put_behind_wall('reorganisation_change', 'SELECT', 'INSERT');

-- The sub-site of an organ that ended may be archived by itself, not only with its tenant; or its texts, authorities and
-- addresses go to the sub-site of the successor, in the same tenant.
GRANT UPDATE (archived_at) ON site TO jiyue_app;
GRANT UPDATE (site_id) ON item TO jiyue_app;
GRANT UPDATE (site_id, channel_id) ON access_grant TO jiyue_app;
GRANT INSERT, DELETE ON moved_site TO jiyue_app;
CREATE POLICY app_insert ON moved_site FOR INSERT TO jiyue_app WITH CHECK (
  tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid AND to_tenant_id = tenant_id
);
CREATE POLICY app_delete ON moved_site FOR DELETE TO jiyue_app USING (
  tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid AND to_tenant_id = tenant_id
);

-- Named work 'restructure': which plans are due, in whatever tenant.
GRANT SELECT (tenant_id, id, day, state) ON reorganisation TO jiyue_cluster;
CREATE POLICY cluster_restructure ON reorganisation FOR SELECT TO jiyue_cluster
  USING (current_setting('app.work', true) = 'restructure');
