import { apiEntries, tokenEntries } from './api-entries.js';
import { channelEntries } from './channel-entries.js';
import { accountEntries, grantEntries, openEntries, organEntries, ownEntries } from './desk-entries.js';
import type { Entries } from './entry.js';
import { reorganisationEntries } from './reorganisation-entries.js';
import { auditEntries, rangeEntries } from './security-entries.js';
import { siteEntries, tenantEntries } from './site-entries.js';

/** What every route of the program is asked by the matrix. */
export const entries: Entries = {
  ...openEntries,
  ...ownEntries,
  ...accountEntries,
  ...grantEntries,
  ...organEntries,
  ...channelEntries,
  ...siteEntries,
  ...tenantEntries,
  ...auditEntries,
  ...rangeEntries,
  ...reorganisationEntries,
  ...tokenEntries,
  ...apiEntries,
};
