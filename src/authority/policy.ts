import type { Role } from './role.js';

/**
 * What acts are done to, each with the facts by which an authority reaches it. A fact is a column of the object (or of
 * what it stands in), so that the same condition judges one object and a list in the database.
 */
export const SUBJECTS = {
  platform: [],
  tenant: ['tenantId'],
  organ: ['tenantId', 'organId'],
  site: ['tenantId', 'siteId'],
  hostname: ['tenantId', 'siteId'],
  channel: ['tenantId', 'siteId', 'channelPath'],
  item: ['tenantId', 'siteId', 'channelPath'],
  account: ['tenantId', 'organId', 'accountId'],
  grant: ['tenantId', 'siteId', 'channelPath', 'accountId'],
  range: ['tenantId'],
  audit: ['tenantId'],
  reorganisation: ['tenantId'],
} as const;
export type SubjectKind = keyof typeof SUBJECTS;
export type Fact = 'tenantId' | 'siteId' | 'channelPath' | 'organId' | 'accountId';

/** The facts of one object. What it has not is null: a site-wide grant has no channelPath. */
export type Facts = { tenantId: string } & { [F in Exclude<Fact, 'tenantId'>]?: string | null };

/** `subject.verb`: the subject's kind is read from it. */
export type Action = `${SubjectKind}.${string}`;

export interface Rule {
  action: Action;
  subject: SubjectKind;
  /** What it allows, as the end of the sentence “可以…”. */
  says: string;
  roles: readonly Role[];
  /** Nobody does it to what is their own account's. */
  notOneself: boolean;
  /** Holding authority over any part of a site is enough: entering it. */
  fromInside: boolean;
  /** Reading: a list is made with it, and an object without it does not exist for the one who asks. */
  reads: boolean;
}

export interface Policy {
  room: string;
  rules: readonly Rule[];
}

interface Sentence {
  says: string;
  by: readonly Role[];
  notOneself?: true;
  fromInside?: true;
}

/**
 * A room's rules, as sentences: who may do what. What is not said here nobody may do.
 * @throws Error when an action names no known subject, or is said twice
 */
export function policy(room: string, sentences: Record<Action, Sentence>): Policy {
  const rules = Object.entries(sentences).map(([action, { says, by, notOneself, fromInside }]): Rule => {
    const [subject = '', verb] = action.split('.');
    if (!Object.hasOwn(SUBJECTS, subject) || !verb) throw new Error(`${room}: “${action}” names no known subject`);
    if (by.length === 0) throw new Error(`${room}: nobody may “${action}”`);
    return {
      action: action as Action,
      subject: subject as SubjectKind,
      says,
      roles: [...new Set(by)],
      notOneself: notOneself ?? false,
      fromInside: fromInside ?? false,
      reads: verb === 'read' || verb === 'enter',
    };
  });
  return { room, rules };
}

/** All rooms' rules together, by action. @throws Error when two rooms say the same action */
export function rulesOf(policies: readonly Policy[]): Map<Action, Rule> {
  const rules = new Map<Action, Rule>();
  for (const { room, rules: said } of policies)
    for (const rule of said) {
      if (rules.has(rule.action)) throw new Error(`${room}: “${rule.action}” is said by another room already`);
      rules.set(rule.action, rule);
    }
  return rules;
}
