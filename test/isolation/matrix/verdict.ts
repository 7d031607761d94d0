import { allows, allowsSomewhere } from '../../../src/authority/ability.js';
import type { Action } from '../../../src/authority/policy.js';
import type { Answer } from '../../web.js';
import type { Asking, Probe } from './entry.js';
import type { Route } from './routes.js';
import type { SiteRef, Thing } from './world.js';

/**
 * hidden: as what does not exist, byte for byte and statement by statement; refused: 403; declined: the act is allowed and
 * something else that the rules ask is not given, which a form says itself (422); works: it is done. nowhere: who may the act of the route nowhere is turned away before any object is looked at. no site: the site that is chosen in the session may not be entered, so none is (409).
 */
export type Verdict = 'nowhere' | 'no site' | 'hidden' | 'refused' | 'declined' | 'works';

/** What the rules say of a route, a thing and a person; nothing of the program that answers is asked. */
export function expectedOf(route: Route, probe: Probe, thing: Thing, asking: Asking): Verdict {
  const { ability } = asking.person;
  if (route.rule.kind === 'rule' && !allowsSomewhere(ability, route.rule.action)) return 'nowhere';
  if (probe.chosen && probe.chosen !== 'K' && thing.site && !allows(ability, 'site.enter', factsOfSite(thing.site)))
    return 'no site';
  const { seenBy = `${probe.of}.read` as Action } = probe;
  const seen = typeof seenBy === 'function' ? seenBy(thing, asking) : allows(ability, seenBy, thing.facts);
  if (thing.absent || !seen) return 'hidden';
  const act = probe.act ?? (route.rule.kind === 'rule' ? route.rule.action : (`${probe.of}.read` as Action));
  const facts = probe.judgedBy ? probe.judgedBy(thing, asking) : thing.facts;
  if (!allows(ability, act, facts)) return 'refused';
  return (probe.further?.(thing, asking) ?? true) ? 'works' : 'declined';
}

const factsOfSite = ({ tenantId, id }: SiteRef) => ({ tenantId, siteId: id });

/** What was answered, without what differs from request to request: the id that was asked for, number and time. */
export interface Told {
  status: number;
  text: string;
  statements: string;
}

export function toldBy(answer: Answer, echoes: readonly string[], statements: readonly string[]): Told {
  const { status, headers, body } = answer;
  const shown = Object.entries(headers)
    .filter(([name]) => !PASSING.has(name))
    .map(([name, value]) => `${name}: ${value}`)
    .sort();
  const text = echoes
    .reduce((told, echo) => told.replaceAll(whole(echo), '[id]'), `${shown.join('\n')}\n\n${body}`)
    .replace(/"requestId":"[^"]*"/, '"requestId":"…"');
  return { status, text, statements: statements.join(';\n') };
}

/** `person4`, not the beginning of `person43`. */
const whole = (echo: string): RegExp =>
  new RegExp(`(?<![A-Za-z0-9])${echo.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![A-Za-z0-9])`, 'g');

/** What a proxy, the clock or a counter writes. */
const PASSING = new Set(['date', 'ratelimit', 'content-length', 'connection', 'keep-alive', 'etag']);

/** A statement that changes something, or writes into the audit that it did; that one was here is no change. */
const WRITES =
  /(?:^|;\n)\s*(?:WITH \w+ AS \(\s*)?((?:(?:INSERT INTO|UPDATE|DELETE FROM) (?!session|api_token SET last_used_at)|SELECT audit_append)[^;]{0,60})/;

/** What is wrong with an answer, in words; null: nothing. */
export function faultOf(verdict: Verdict, probe: Probe, route: Route, told: Told, missing: Told): string | null {
  const { status } = told;
  // Who may not has it not done either, whatever is said to them.
  const [, written] = WRITES.exec(told.statements) ?? [];
  if (verdict !== 'works' && written) return `is done for who may not: ${written}`;
  switch (verdict) {
    case 'nowhere': {
      const expected = route.isApi ? 403 : 404;
      if (status !== expected) return `expected ${expected} (may it nowhere), got ${status}`;
      return differenceOf(told, missing);
    }
    case 'no site':
      return status === 409 ? differenceOf(told, missing) : `expected 409 (its site may not be entered), got ${status}`;
    case 'hidden': {
      const expected = probe.unseen ?? 404;
      if (status !== expected) return `expected ${expected} (out of sight), got ${status}`;
      return differenceOf(told, missing);
    }
    case 'refused':
      return status === 403 ? null : `expected 403 (in sight, not allowed), got ${status}`;
    case 'declined':
      return status === 403 || status === 422
        ? null
        : `expected 403 or 422 (the role is not theirs to give), got ${status}`;
    case 'works': {
      if (probe.done)
        return probe.done.test(told.statements) ? null : `does not do it (allowed), got ${status}${why(told)}`;
      const expected = probe.works ?? (route.isApi ? [200] : [200, 303]);
      return expected.includes(status)
        ? null
        : `expected ${expected.join(' or ')} (allowed), got ${status}${why(told)}`;
    }
  }
}

/** Where an answer for something out of sight tells it from something that does not exist. */
function differenceOf(told: Told, missing: Told): string | null {
  if (told.status !== missing.status) return `answers ${told.status}, and ${missing.status} to an id that is none`;
  if (told.text !== missing.text)
    return `answers otherwise than to an id that is none: ${firstDifference(told.text, missing.text)}`;
  if (told.statements !== missing.statements)
    return `asks the database otherwise than for an id that is none: ${firstDifference(told.statements, missing.statements)}`;
  return null;
}

function firstDifference(a: string, b: string): string {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i += 1;
  const around = (text: string) => JSON.stringify(text.slice(Math.max(0, i - 30), i + 60));
  return `${around(a)} instead of ${around(b)}`;
}

/** The words of a page that refuses, for who reads the failure. */
const why = ({ text }: Told): string => {
  const words = /<main[^>]*>([\s\S]*?)<\/main>/.exec(text)?.[1] ?? text.split('\n\n').slice(1).join(' ');
  return `: ${words
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 160)}`;
};
