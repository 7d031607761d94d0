-- A plan's day stands in its draft, and what a trial shows is of one day.

ALTER TABLE reorganisation
  -- Of which day the report is. Null: there is none, or it is older than this column.
  ADD COLUMN tried_day date,
  -- Rises whenever what the plan says is written anew: whoever acts on what they saw says which it was.
  ADD COLUMN draft_number integer NOT NULL DEFAULT 1;
GRANT UPDATE (tried_day, draft_number) ON reorganisation TO jiyue_app;
