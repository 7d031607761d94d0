import { grantsPart } from './access/grant/reorganise-grants.js';
import { channelsPart } from './content/channel/reorganise-channels.js';
import { placesPart } from './content/channel/reorganise-places.js';
import { publicationsPart } from './content/publication/reorganise-publications.js';
import { accountsPart } from './identity/account/reorganise-accounts.js';
import { organsPart } from './tenancy/reorganisation/organs-part.js';
import type { ReorganisationPart } from './tenancy/reorganisation/reorganisation-part.js';
import { sitesPart } from './tenancy/reorganisation/sites-part.js';

/** What each room does when organs are reorganised, in the order in which it is done. Grants last: they follow the rest. */
export const reorganisationParts: readonly ReorganisationPart[] = [
  organsPart,
  sitesPart,
  accountsPart,
  channelsPart,
  placesPart,
  publicationsPart,
  grantsPart,
];
