import type { DeskContext } from '../../authority/desk-context.js';
import { authorityErrors } from '../../authority/errors.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { tokenErrors } from './errors.js';
import { findOwnToken } from './token.queries.js';

/** Ends a token of one's own: the next request with it is refused. */
export class RevokeToken {
  constructor(private readonly work: UnitOfWork) {}

  /** @throws UserError `authority.missing` for another's or none; `identity.token-gone` */
  async run(ctx: DeskContext, tokenId: string): Promise<{ name: string }> {
    return this.work.run({ kind: 'cluster', actor: ctx.actor, work: 'identity' }, async (tx) => {
      const token = await findOwnToken(tx, ctx, tokenId);
      const { account } = ctx;
      if (!account) throw authorityErrors['authority.missing']();
      const [revoked] = await tx.query(
        `WITH revoked AS (UPDATE api_token SET revoked_at = now()
           WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL AND expires_at > now() RETURNING id)
         SELECT id FROM revoked`,
        [account.tenantId, token.id],
      );
      if (!revoked) throw tokenErrors['identity.token-gone']();
      tx.audit('token.revoked', `token:${token.id}`, { name: token.name, login: account.login }, account.tenantId);
      return { name: token.name };
    });
  }
}
