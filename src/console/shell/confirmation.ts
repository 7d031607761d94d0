import { View } from './answers.js';
import type { Consequence } from './consequence.js';
import type { Fault } from './submitted.js';

/** What `confirm.njk` asks before an act. */
export interface Confirmation {
  lead: string;
  consequences?: Consequence[];
  /** What can still be done afterwards. */
  after?: string | null;
  action: string;
  fields?: Record<string, string>;
  /** Options of `field()`. */
  inputs?: Record<string, unknown>[];
  fault?: Fault;
  verb: string;
  /** Left out: danger. */
  tone?: 'danger' | 'primary';
  /** Where to go back to. */
  cancel: string;
}

/** Asks once, in numbers, before what cannot easily be taken back. */
export const confirmation = (page: View['page'], { fault, ...confirm }: Confirmation): View =>
  new View('confirm.njk', page, {
    confirm: { consequences: [], fields: {}, errors: fault?.summary ?? [], ...confirm },
  });

/** Why it is done, for the audit. */
export const reasonInput = (fault: Fault, hint: string | null) => ({
  name: 'reason',
  label: '原因',
  value: fault.values.reason ?? '',
  error: fault.errors.reason ?? null,
  required: true,
  ...(hint ? { hint } : {}),
});
