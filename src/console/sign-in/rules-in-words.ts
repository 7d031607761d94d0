import { PASSWORD_RULES } from '../../identity/password/password-rules.js';

/** What a password has to be, one line each; which of them is not kept the error says. */
export const rulesInWords = PASSWORD_RULES.split(/[；。]/)
  .map((text) => text.trim())
  .filter(Boolean)
  .map((text) => ({ text, broken: false }));
