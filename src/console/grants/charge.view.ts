import { z } from 'zod';
import { suggestPeople } from '../../access/account/account-list.queries.js';
import type { ChargeOver, ChargeRules } from '../../access/charge/charge-rules.js';
import type { DeskSession } from '../../access/desk-session.js';
import type { Facts } from '../../authority/policy.js';
import { roleFacts } from '../../authority/role.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { GivenInCharge } from '../../tenancy/site/in-charge.js';
import { SITE_KINDS } from '../../tenancy/site/site.queries.js';
import type { SiteKind } from '../../tenancy/site/site-directory.js';

/** Sign-in name or name of whoever is to answer for something new; nobody when it is left empty. */
export const chargeField = z.string().max(60, '最多 60 个字').optional();

/** Errors about the one in charge stand at the field. */
export const fieldOfCharge = (code: string): string | undefined => (code.startsWith('access.') ? 'charge' : undefined);

export interface ChargeAsked {
  kinds: readonly SiteKind[];
  over: ChargeOver;
  /** What can contain the new thing: the caller must be able to give in one of them. */
  within: readonly Facts[];
  /** Whose people are suggested; null: all in sight. */
  tenantId: string | null;
}

/**
 * What the form says of the account in charge before anything is done: what it will get, or why the caller can put nobody
 * in charge. Null: the blueprint gives it nothing. One statement at most.
 */
export async function chargeView(work: UnitOfWork, charges: ChargeRules, ctx: DeskSession, asked: ChargeAsked) {
  const { kinds, over, within, tenantId } = asked;
  const giving = kinds.filter((kind) => charges.grantsOf(kind, over).length > 0);
  if (giving.length === 0 || within.length === 0) return null;
  const refusals = within.map((facts) => giving.map((kind) => charges.refusalOf(ctx, kind, over, facts)).find(Boolean));
  const able = within.find((_, i) => !refusals[i]);
  const roles = new Map(giving.map((kind) => [kind, inWords(charges, kind, over)]));
  const one = new Set(roles.values()).size === 1 && giving.length === kinds.length;
  return {
    may: able !== undefined,
    gets: one
      ? [...roles.values()][0]!
      : kinds.map((kind) => `${SITE_KINDS[kind]}：${roles.get(kind) ?? '无'}`).join('；'),
    about: aboutOf(charges, giving, over),
    refusal: able ? null : refusals[0]!.message,
    until: able ? charges.lastDay(ctx, giving[0]!, over, able) : null,
    people: able ? await suggestPeople(work, ctx, tenantId) : [],
  };
}

/** 张三已是栏目管理员，下一次操作即生效。 */
export const givenInWords = (given: GivenInCharge | null): string =>
  given ? `${given.name}已是${given.roles.join('、')}，下一次操作即生效。` : '';

const inWords = (charges: ChargeRules, kind: SiteKind, over: ChargeOver): string =>
  charges
    .grantsOf(kind, over)
    .map(({ role, mayGiveOn }) => `${roleFacts(role).name}${mayGiveOn ? '（可以转授）' : ''}`)
    .join('、');

const aboutOf = (charges: ChargeRules, kinds: readonly SiteKind[], over: ChargeOver): string =>
  [...new Set(kinds.flatMap((kind) => charges.grantsOf(kind, over).map(({ role }) => roleFacts(role).about)))].join('');
