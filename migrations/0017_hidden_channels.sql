-- What stands in a hidden channel is not visible now, and nothing of its texts and files by that: the page of a channel said
-- so, the wall did not. A scalar query and not EXISTS: of that the planner makes a hash of all channels for a list of twenty.
ALTER POLICY visitor ON publication USING (
  state = 'public' AND visible_from <= now() AND (visible_until IS NULL OR visible_until > now())
  -- Runs under the visitor's policy on channel: a hidden one, or one below such, is not there.
  AND (SELECT true FROM channel c WHERE c.tenant_id = publication.tenant_id AND c.id = publication.channel_id)
);
