import { channelEntries } from './channel-entries.js';
import { accountEntries, grantEntries, openEntries, ownEntries } from './desk-entries.js';
import type { Entries } from './entry.js';

/** What every route of the program is asked by the matrix. */
export const entries: Entries = {
  ...openEntries,
  ...ownEntries,
  ...accountEntries,
  ...grantEntries,
  ...channelEntries,
};
