import { accessActs } from './access/acts.js';
import { consoleActs } from './console/audit/audit-words.js';
import { contentActs } from './content/acts.js';
import { identityActs } from './identity/acts.js';
import { type ActWords, kernelActs } from './kernel/audit/acts.js';
import { tenancyActs } from './tenancy/acts.js';
import { reorganisationActs } from './tenancy/reorganisation/reorganisation-acts.js';

/** The acts of all rooms in the words of those who read the audit. */
export const acts: ActWords = {
  ...kernelActs,
  ...tenancyActs,
  ...reorganisationActs,
  ...identityActs,
  ...accessActs,
  ...consoleActs,
  ...contentActs,
};
