-- Where somebody's desk was when they last worked on it: {"site": "<tenant>/<site>", "lists": {"accounts": "state=open"}}.
-- A new session begins there; whether the site may still be entered each request judges anew.
ALTER TABLE account ADD COLUMN desk jsonb NOT NULL DEFAULT '{}';
GRANT UPDATE (desk) ON account TO jiyue_cluster;
