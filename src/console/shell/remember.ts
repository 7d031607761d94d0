import type { DeskSession } from '../../access/desk-session.js';
import type { ReadSession } from '../../identity/session/read-session.js';
import { rememberList } from '../../identity/session/session-place.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { Redirect } from './answers.js';
import { listAddress, one, type Query } from './list.js';

/** A list that comes as it was last looked at in this session. */
export interface RememberedList {
  /** Its name in the session: `accounts`; of a list that belongs to a site, with the site. */
  name: string;
  /** Its address: `/accounts`. */
  path: string;
  /** What is remembered: filters and order. A page number is not. */
  parameters: readonly string[];
}

/** What `clear` of the chips asks for: the whole list, and nothing remembered. */
export const WHOLE_LIST = 'all';

/**
 * Keeps how a list is looked at now, and brings back how it was: opened without any of its parameters it goes to those of
 * last time, the others (`?at=…`) kept; `?all=1` forgets them. Writes only when something changed.
 * @returns where to go instead; null: the list is shown as it was asked for
 */
export async function remembered(
  work: UnitOfWork,
  ctx: Pick<DeskSession, 'actor'>,
  session: Pick<ReadSession, 'tenantId' | 'id' | 'remembered'>,
  list: RememberedList,
  query: Query,
): Promise<Redirect | null> {
  const { name, path, parameters } = list;
  const kept = session.remembered[name] ?? '';
  const keep = async (text: string) => {
    if (text === kept) return;
    await work.run({ kind: 'cluster', actor: ctx.actor, work: 'identity' }, (tx) =>
      rememberList(tx, session, name, text),
    );
  };
  if (WHOLE_LIST in query) {
    await keep('');
    return new Redirect(listAddress(path, query, { [WHOLE_LIST]: null }));
  }
  if (parameters.some((parameter) => parameter in query)) {
    const now = Object.fromEntries(parameters.map((parameter) => [parameter, one(query, parameter)]));
    await keep(listAddress('', now).slice(1));
    return null;
  }
  const before = [...new URLSearchParams(kept)].filter(([parameter]) => parameters.includes(parameter));
  return before.length > 0 ? new Redirect(listAddress(path, { ...query, ...Object.fromEntries(before) })) : null;
}
