import type { Actor, ClusterScope } from '../kernel/database/scope.js';
import type { UnitOfWork } from '../kernel/database/unit-of-work.js';
import type { Calendar } from '../kernel/time/calendar.js';
import type { Duties } from './duties.js';

/** What the room stands on. */
export interface IdentitySetting {
  work: UnitOfWork;
  /** The platform's: what keyed digests and sealed secrets come from. */
  secretKey: string;
  calendar: Calendar;
  duties: Duties;
}

/** From where, and with what, somebody comes. */
export interface Caller {
  address: string;
  /** Number of the request, for the audit. */
  request: string;
  /** What the browser calls itself. */
  agent: string;
  /** Content of the device cookie. */
  device: string | null;
}

const LONGEST_NAME = 32;

/** What somebody typed as a name, fit for an actor and an audit: short and printable, never empty. */
export const printable = (login: string): string =>
  [...login.replace(/\p{Cc}/gu, '')].slice(0, LONGEST_NAME).join('') || '（空）';

/** Named work 'identity' of somebody who is not signed in yet, by the name they give. */
export const asCaller = (caller: Caller, login: string): ClusterScope => ({
  kind: 'cluster',
  actor: { kind: 'account', name: printable(login), address: caller.address, request: caller.request },
  work: 'identity',
});

/** Reads only, before it is known whose the session or the link is. */
export const asNobodyYet = (caller: Caller | null, what: 'session' | 'invitation'): ClusterScope => ({
  kind: 'cluster',
  actor: { kind: 'system', name: what, address: caller?.address, request: caller?.request },
  work: 'identity',
});

/** The same, of somebody who has proved who they are. */
export const asAccount = (caller: Caller, account: { id: string; login: string }): ClusterScope => ({
  kind: 'cluster',
  actor: actorOf(caller, account),
  work: 'identity',
});

export const actorOf = (caller: Caller, { id, login }: { id: string; login: string }): Actor => ({
  kind: 'account',
  name: login,
  id,
  address: caller.address,
  request: caller.request,
});
