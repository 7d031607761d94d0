import type { Action, Facts } from '../../../src/authority/policy.js';
import type { Form } from '../../desk.js';
import type { Person } from './people.js';
import type { Thing, ThingKind, World } from './world.js';

/** Who asks, in which world. */
export interface Asking {
  world: World;
  person: Person;
}

/**
 * A route is asked about one thing after another: K's own, a sibling's, the parent's …, and one that does not exist. What is
 * expected follows from the rules: out of sight is answered as what does not exist, in sight but not allowed is refused.
 */
export interface Probe {
  kind: 'probe';
  of: ThingKind;
  /** The act that the command judges; left out: the one that the route declares. */
  act?: Action;
  /** By which the thing is seen; left out: `<kind>.read`. */
  seenBy?: Action | ((thing: Thing, asking: Asking) => boolean);
  /** What the act is judged by, where that is not the thing itself: a channel is arranged at the one above it. */
  judgedBy?: (thing: Thing, asking: Asking) => Facts;
  /** What the rules ask beside the act: a role is ended by those alone who could give it. */
  further?: (thing: Thing, asking: Asking) => boolean;
  /** The address within the desk; left out: the route's with `:id` filled in. */
  address?: (thing: Thing, asking: Asking) => string;
  form?: (thing: Thing, asking: Asking) => Form;
  file?: (thing: Thing, asking: Asking) => { name: string; content: string };
  json?: (thing: Thing, asking: Asking) => unknown;
  headers?: Record<string, string>;
  /** What the page says again of what was typed, beside the id. */
  echo?: (thing: Thing) => string[];
  /** Not asked of the platform's own tenant, which is no unit: it is neither moved into nor retired. */
  unitsOnly?: true;
  /** The answers to who may; left out: 200 or 303, of the API 200. */
  works?: readonly number[];
  /** The answer for what is out of sight, where it is not 404: a form that names a place by a choice it never offered. */
  unseen?: number;
  /**
   * The site chosen in the session. `its own`: that of the thing, even of one out of sight (a grant ended meanwhile); `K`:
   * K's portal, from where the thing is named; `it`: the thing is the site. Left out: K's portal.
   */
  chosen?: 'its own' | 'K' | 'it';
  /** What the things have to be for the act to be done to them, and how they become again what they were: statements. */
  meanwhile?: { before: string; after: string };
  /** Reads in a second transaction what it wrote in the first, where a rehearsal finds nothing: done is what it asked. */
  done?: RegExp;
}

/** A page about no object: those who may it somewhere see it. */
export interface Page {
  kind: 'page';
  address?: string;
  /** Answers to those who may, left out: 200. */
  works?: readonly number[];
  /** A list: what it shows is what may be read one by one. */
  list?: List;
}

export interface List {
  /** All that there is to be listed, to the superuser: `id` as it is shown, and the facts it is judged by. */
  all: string | ((world: World) => string);
  /** Left out: the act that the route declares. */
  seenBy?: Action;
  /** The ids on a page of the list, each once. */
  shown: (body: string) => string[];
  /** How a thing is shown where that is not its id. */
  shownAs?: (thing: Thing) => string;
  /** The address of the page that follows; left out: all stands on one. */
  next?: (body: string) => string | null;
  /** What is typed to find one thing alone: its name, reading, code. */
  search?: { address: (typed: string) => string; of: ThingKind; by: (thing: Thing) => string[] };
}

/** What is one's own: another's is answered as what does not exist. */
export interface Own {
  kind: 'own';
  address?: string;
  /** Ids of what is others', by whose it is; left out: the route names no object. */
  others?: (asking: Asking) => Record<string, string>;
  form?: Form;
  works?: readonly number[];
}

/** Open to anybody, for the reason that the route declares. */
export interface Open {
  kind: 'open';
  /** Where what it may show is tested. */
  tested: string;
}

export type Part = Probe | Page | Own | Open;

/** What a route is asked: `GET /accounts/:id` → its parts. */
export type Entries = Record<string, Part | readonly Part[]>;

export const on = (of: ThingKind, probe: Omit<Probe, 'kind' | 'of'> = {}): Probe => ({ kind: 'probe', of, ...probe });
export const page = (facts: Omit<Page, 'kind'> = {}): Page => ({ kind: 'page', ...facts });
export const list = (facts: List): Page => page({ list: facts });
export const own = (facts: Omit<Own, 'kind'> = {}): Own => ({ kind: 'own', ...facts });
export const open = (tested: string): Open => ({ kind: 'open', tested });
