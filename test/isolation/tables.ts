/** Tables that belong to no tenant, each with the reason. A table that is neither here nor behind the wall stops the build. */
export const GLOBAL_TABLES: Record<string, string> = {
  schema_migration: 'which schema changes were run: bookkeeping of the installation',
  region: 'administrative divisions: public reference data, the same for all',
  change: 'numbered invalidations: tags of public pages only; every node reads all of them',
  installation: 'facts of the installation as a whole, such as whether the demonstration is complete',
  throttle:
    'failed attempts to sign in, by a keyed digest of account and address: made before it is known whose account it is',
};

/** Schemas all of whose tables are global, with the reason. */
export const GLOBAL_SCHEMAS: Record<string, string> = {
  pgboss:
    'job queue: payloads carry the tenant they work for, and a job opens a scope of that tenant to touch anything',
};
