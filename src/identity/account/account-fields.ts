import type { Calendar } from '../../kernel/time/calendar.js';
import { identityErrors } from '../errors.js';

/** What is written down of a person. */
export interface AccountFields {
  name: string;
  organId: string | null;
  email: string;
  telephone: string;
  kind: 'staff' | 'contractor';
  /** Last day on which the account works, YYYY-MM-DD. A contractor's has one, two years away at most. */
  endsOn: string | null;
}

const WORD = /^[a-z][a-z0-9]{1,19}$/;
const TELEPHONE = /^(1\d{10}|(0\d{2,3}-?)?[1-9]\d{6,7}(-\d{1,6})?)$/;
const EMAIL = /^[A-Za-z0-9._%+-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,24}$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const LONGEST_NAME = 40;
const LONGEST_EMAIL = 120;
const CONTRACT_YEARS = 2;

/**
 * `zhangsan` of the tenant `nongan` signs in as `nongan-zhangsan`; the platform's own people by the word alone, which has no
 * hyphen and so is nobody else's.
 * @throws UserError `identity.login-form`
 */
export function loginOf(tenantSlug: string | null, word: string): string {
  const local = word.trim().toLowerCase();
  if (!WORD.test(local)) throw identityErrors['identity.login-form']({ login: word.trim().slice(0, 40) });
  return tenantSlug === null ? local : `${tenantSlug}-${local}`;
}

/**
 * What is filled in, trimmed and checked.
 * @throws UserError `identity.name-form`, `telephone-form`, `email-form`, `end-required`, `end-past`, `end-too-far`
 */
export function checkedFields(calendar: Calendar, fields: AccountFields): AccountFields {
  const name = fields.name.trim().replace(/\s+/g, ' ');
  if (name === '' || [...name].length > LONGEST_NAME || /\p{Cc}/u.test(name))
    throw identityErrors['identity.name-form']();
  const telephone = fields.telephone.replace(/\s/g, '');
  if (telephone !== '' && !TELEPHONE.test(telephone))
    throw identityErrors['identity.telephone-form']({ telephone: telephone.slice(0, 40) });
  const email = fields.email.trim();
  if (email !== '' && (email.length > LONGEST_EMAIL || !EMAIL.test(email)))
    throw identityErrors['identity.email-form']({ email: email.slice(0, 60) });
  return { ...fields, name, telephone, email, endsOn: checkedEnd(calendar, fields) };
}

/** 2027-02-31 is none. */
function isDay(text: string): boolean {
  if (!DAY.test(text)) return false;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

function checkedEnd(calendar: Calendar, { kind, endsOn }: AccountFields): string | null {
  if (!endsOn) {
    if (kind === 'contractor') throw identityErrors['identity.end-required']();
    return null;
  }
  const today = calendar.day(new Date());
  if (!isDay(endsOn) || endsOn < today) throw identityErrors['identity.end-past']({ day: endsOn.slice(0, 10) });
  const latest = `${Number(today.slice(0, 4)) + CONTRACT_YEARS}${today.slice(4)}`;
  if (kind === 'contractor' && endsOn > latest) throw identityErrors['identity.end-too-far']({ day: latest });
  return endsOn;
}
