-- Where a sub-site joins another, files are known by the channel that they came into (tenancy/reorganisation).
GRANT UPDATE (source_value) ON item TO jiyue_app;
