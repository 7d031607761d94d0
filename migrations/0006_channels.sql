-- Channels at the desk: what is hidden or closed counts for all that stands below it.

ALTER TABLE channel
  -- The strictest state of those above it. Kept by each command that changes the tree (settleStates in
  -- src/content/channel/site-channels.ts), so that a visitor's query asks the row alone.
  ADD COLUMN state_above text NOT NULL DEFAULT 'open' CHECK (state_above IN ('open', 'closed', 'hidden')),
  -- What a hidden channel is again when it is shown.
  ADD COLUMN state_when_shown text NOT NULL DEFAULT 'open' CHECK (state_when_shown IN ('open', 'closed'));

DROP POLICY visitor ON channel;
CREATE POLICY visitor ON channel FOR SELECT TO jiyue_visitor USING (state <> 'hidden' AND state_above <> 'hidden');

-- A channel that moves takes along the redirects that lead to it.
CREATE INDEX redirect_target ON redirect (tenant_id, site_id, to_path);

-- How much stands in each channel, and since when, is counted for a whole site at once: from the index alone.
CREATE INDEX publication_counted ON publication (channel_id, tenant_id) INCLUDE (placed_at, visible_from, visible_until)
  WHERE state = 'public';
