import type { FastifyRequest } from 'fastify';
import type { DeskSession } from '../../access/desk-session.js';
import { demandsOfRoles } from '../../access/duties.js';
import { readAuthority } from '../../access/grant/held-grant.js';
import { type Ability, allows } from '../../authority/ability.js';
import type { Action, Rule } from '../../authority/policy.js';
import { daysUntilPasswordChange, nextStep, type Step } from '../../identity/session/next-step.js';
import { type ReadSession, readSession } from '../../identity/session/read-session.js';
import type { Platform } from '../../kernel/platform/platform.js';
import { NO_STOPS } from '../../tenancy/freeze/site-stops.js';

export const OPEN_DESK = Symbol('opens the desk for a request');

export interface OpenedDesk {
  session: ReadSession;
  ctx: DeskSession;
  /** What has to be done before the desk is open: `/sign-in/<step>`. */
  step: Step;
  /** Days until the password has to be changed, in the last week. */
  passwordDays: number | null;
}

const NO_SITE = { siteTenantId: null, siteId: null, siteName: null, stops: NO_STOPS };

/** The site that was chosen may have been taken from the one who chose it. */
function mayStillEnter({ siteTenantId, siteId }: ReadSession, ability: Ability): boolean {
  return siteTenantId !== null && allows(ability, 'site.enter', { tenantId: siteTenantId, siteId });
}

/** Session, grants and ability of a request: one transaction, three statements at most. */
export class OpenDesk {
  constructor(
    private readonly platform: Platform,
    private readonly rules: ReadonlyMap<Action, Rule>,
  ) {}

  /** @returns null for a token that is none, is over, or comes from where its account must not come from */
  run(token: string, request: FastifyRequest): Promise<OpenedDesk | null> {
    const { work, calendar } = this.platform;
    return work.run({ kind: 'cluster', actor: { kind: 'system', name: 'desk' }, work: 'identity' }, async (tx) => {
      const found = await readSession(tx, token, { address: request.ip, today: calendar.day(new Date()) });
      if (!found) return null;
      const { account } = found;
      const holder = { accountId: account.id, tenantId: account.tenantId, organId: account.organId };
      const authority = await readAuthority(tx, this.rules.values(), holder);
      // A grant given while somebody is signed in may demand the second factor from then on: each request asks anew.
      const demands = demandsOfRoles(authority.held.map((grant) => grant.role));
      const step = nextStep(found, demands);
      if (step === null) return null;
      const session = mayStillEnter(found, authority.ability) ? found : { ...found, ...NO_SITE };
      const { id, login: name } = account;
      const actor = { kind: 'account', name, id, address: request.ip, request: request.id } as const;
      const passwordDays = daysUntilPasswordChange(session, demands);
      return { session, ctx: { actor, account, ...authority }, step, passwordDays };
    });
  }
}
