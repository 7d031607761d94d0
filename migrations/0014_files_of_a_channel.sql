-- A document known by the name of its file is known within its channel, wherever that stands: by the channel's id, no longer
-- by its path, which a move changes. Of two that a move made of one, the one that is published last keeps the name.
ALTER TABLE item NO FORCE ROW LEVEL SECURITY;
ALTER TABLE publication NO FORCE ROW LEVEL SECURITY;
UPDATE item SET source_value = known.value
FROM (
  SELECT DISTINCT ON (i.tenant_id, i.site_id, value) i.tenant_id, i.id, value
  FROM item i
  JOIN publication p ON p.tenant_id = i.tenant_id AND p.source_tenant_id = i.tenant_id AND p.item_id = i.id AND p.site_id = i.site_id
  CROSS JOIN LATERAL (SELECT p.channel_id || '/' || substring(i.source_value FROM '[^/]*$') AS value) AS made
  WHERE i.source_by = 'file-name'
  ORDER BY i.tenant_id, i.site_id, value, i.serial DESC
) AS known
WHERE item.tenant_id = known.tenant_id AND item.id = known.id;
ALTER TABLE item FORCE ROW LEVEL SECURITY;
ALTER TABLE publication FORCE ROW LEVEL SECURITY;
