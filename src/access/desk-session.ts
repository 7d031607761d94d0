import type { DeskContext } from '../authority/desk-context.js';
import type { HeldGrant } from './grant/held-grant.js';

/** The context of a person at the desk or of a token: what they may do, and by which grants. */
export interface DeskSession extends DeskContext {
  account: NonNullable<DeskContext['account']>;
  held: readonly HeldGrant[];
}

/** The grants of whoever asks; null: a system operator on the command line, who needs none. */
export const heldBy = (ctx: DeskContext): readonly HeldGrant[] | null =>
  'held' in ctx ? (ctx as DeskSession).held : null;
