import { accessPolicy } from './access/policy.js';
import { type Action, type Policy, type Rule, rulesOf } from './authority/policy.js';
import { contentPolicy } from './content/policy.js';
import { identityPolicy } from './identity/policy.js';
import { tenancyPolicy } from './tenancy/policy.js';
import { reorganisationPolicy } from './tenancy/reorganisation/reorganisation-policy.js';

/** Every room's rules: what is not here nobody may do. */
export const policies: readonly Policy[] = [
  tenancyPolicy,
  reorganisationPolicy,
  identityPolicy,
  accessPolicy,
  contentPolicy,
];

export const rules: ReadonlyMap<Action, Rule> = rulesOf(policies);
