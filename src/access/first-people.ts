import type { Role } from '../authority/role.js';
import { roleFacts } from '../authority/role.js';
import type { PreparePlatformAccount } from '../identity/account/prepare-platform-account.js';
import { type Actor, PLATFORM_TENANT } from '../kernel/database/scope.js';
import type { UnitOfWork } from '../kernel/database/unit-of-work.js';
import { newId } from '../kernel/id.js';

/** The three duties of a platform, never in one hand: who signs in first. */
export const FIRST_PEOPLE = {
  operator: 'platform-operator',
  security: 'security-administrator',
  auditor: 'auditor',
} as const satisfies Record<string, Role>;
export type FirstLogin = keyof typeof FIRST_PEOPLE;

export interface OneTimePassword {
  login: string;
  name: string;
  password: string;
}

/**
 * The first operator, security administrator and auditor of an installation, each with a one-time password that is shown
 * once and stored nowhere. Called for one of them again it makes another password: whoever runs the machine can always
 * come back in, and the audit says so.
 */
export class FirstPeople {
  constructor(
    private readonly work: UnitOfWork,
    private readonly prepare: PreparePlatformAccount,
  ) {}

  /** @returns nobody when the platform has its people already */
  makeMissing(actor: Actor): Promise<OneTimePassword[]> {
    return this.run(actor, Object.keys(FIRST_PEOPLE) as FirstLogin[], true);
  }

  async reset(actor: Actor, login: FirstLogin): Promise<OneTimePassword> {
    const [made] = await this.run(actor, [login], false);
    if (!made) throw new Error(`no one-time password for ${login}`);
    return made;
  }

  private run(actor: Actor, logins: FirstLogin[], onlyMissing: boolean): Promise<OneTimePassword[]> {
    return this.work.run({ kind: 'cluster', actor, work: 'identity' }, async (tx) => {
      // Two processes that start together make them once.
      await tx.query('SELECT pg_advisory_xact_lock($1)', [FIRST_PEOPLE_LOCK]);
      const known = await tx.query<{ login: string }>('SELECT login FROM account WHERE tenant_id = $1', [
        PLATFORM_TENANT,
      ]);
      if (onlyMissing && known.length > 0) return [];
      const made: OneTimePassword[] = [];
      for (const login of logins) {
        const role = FIRST_PEOPLE[login];
        const { name } = roleFacts(role);
        const { accountId, password } = await this.prepare(tx, { login, name });
        const granted = await tx.query<{ id: string }>(
          `INSERT INTO access_grant (tenant_id, id, account_tenant_id, account_id, role, scope, may_give_on, given_by)
           SELECT $1, $2, $1, $3, $4, 'platform', $5, $6
           WHERE NOT EXISTS (SELECT FROM access_grant WHERE account_id = $3 AND ended_at IS NULL)
           RETURNING id`,
          [PLATFORM_TENANT, newId(), accountId, role, role === 'security-administrator', actor.name],
        );
        if (granted.length > 0)
          tx.audit('grant.given', `account:${accountId}`, { name, login, role, scope: 'platform' }, PLATFORM_TENANT);
        tx.audit('account.one-time-password', `account:${accountId}`, { name, login }, PLATFORM_TENANT);
        made.push({ login, name, password });
      }
      return made;
    });
  }
}

const FIRST_PEOPLE_LOCK = 5310927146;
