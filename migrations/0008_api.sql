-- Lists of the API: each takes the newest rows of every place that may be seen (src/content/publication/places-in-sight.ts)
-- from that place's own index. A tenant's items and a channel's have theirs already.

-- A site's items, newest first.
CREATE INDEX item_of_site ON item (tenant_id, site_id, id);
-- What changed in a tenant since.
CREATE INDEX release_changed ON release (tenant_id, released_at, item_id);
-- A tenant's publications, newest first.
CREATE INDEX publication_of_tenant ON publication (tenant_id, placed_at DESC, id DESC);
