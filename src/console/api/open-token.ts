import type { DeskSession } from '../../access/desk-session.js';
import { readAuthority } from '../../access/grant/held-grant.js';
import { narrowAbility } from '../../access/narrow-ability.js';
import type { Action, Rule } from '../../authority/policy.js';
import { roleFacts } from '../../authority/role.js';
import { readToken, touchToken } from '../../identity/token/token.queries.js';
import type { Platform } from '../../kernel/platform/platform.js';
import { apiErrors } from './errors.js';

/** Token, grants and ability of a request: one transaction, four statements at most. */
export class OpenToken {
  constructor(
    private readonly platform: Platform,
    private readonly rules: ReadonlyMap<Action, Rule>,
  ) {}

  /**
   * @returns what the account may do now, as far as the token goes; null for a token that opens nothing
   * @throws UserError `api.address-refused`
   */
  run(token: string, from: { address: string; request: string }): Promise<DeskSession | null> {
    const { work, calendar } = this.platform;
    return work.run({ kind: 'cluster', actor: { kind: 'system', name: 'api' }, work: 'identity' }, async (tx) => {
      const found = await readToken(tx, token, { address: from.address, timeZone: calendar.timeZone });
      if (!found) return null;
      const { tenantId, accountId: id, organId, login, name, site } = found;
      const authority = await readAuthority(tx, this.rules.values(), { accountId: id, tenantId, organId });
      if (authority.held.some((grant) => roleFacts(grant.role).secondFactor)) {
        if (!found.hasSecondFactor) return null;
        if (!found.fromAllowedAddress) throw apiErrors['api.address-refused']({ address: from.address });
      }
      if (found.stale) await touchToken(tx, found);
      return {
        actor: { kind: 'account', name: login, id, address: from.address, request: from.request },
        account: { tenantId, id, login, name, organId },
        ability: narrowAbility(authority.ability, { actions: found.actions, site }),
        tenantIds: site ? authority.tenantIds.filter((tenant) => tenant === site.tenantId) : authority.tenantIds,
        // By a token nothing is given on.
        held: [],
      };
    });
  }
}
