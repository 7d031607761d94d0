import { type DeskContext, writing } from '../../authority/desk-context.js';
import type { Scope } from '../../kernel/database/scope.js';
import type { Tx, UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { contentErrors } from '../errors.js';
import { endRedirectsTo } from './channel-redirects.js';
import { authorizeArranging, belowPathSql, lockChannels, type SiteRef, tellChannels } from './site-channels.js';

/** What stands in a channel, and what hangs on it. */
export interface ChannelContents {
  /** Channels below it, at any depth. */
  channels: number;
  /** Documents that visitors can see or will see, in it alone and with those below. */
  published: number;
  publishedWithBelow: number;
  /** Withdrawn ones, in it alone. */
  withdrawn: number;
  /** Grants over it alone that are in force. */
  grants: number;
}

/** Takes away a channel in which nothing is. Its grants end with it; the audit names them. */
export class DeleteChannel {
  constructor(private readonly work: UnitOfWork) {}

  /**
   * @throws UserError `authority.missing`, `authority.refused` (judged at the channel above),
   * `content.channel-inherited`, `content.channel-not-empty` saying what is in it
   */
  async run(ctx: DeskContext, site: SiteRef, channelId: string): Promise<{ name: string; grantsEnded: number }> {
    return this.work.run(writing(ctx, site.tenantId), async (tx) => {
      const channels = await lockChannels(tx, ctx, site);
      const channel = channels.seen(channelId);
      const parent = channels.parentOf(channel);
      authorizeArranging(ctx, channels, parent);
      const { name, path } = channel;
      if (channel.blueprintKey) throw contentErrors['content.channel-inherited']({ name });
      // A text that is being placed in it holds this row: wait for it, then count.
      await tx.query('SELECT FROM channel WHERE tenant_id = $1 AND id = $2 FOR UPDATE', [site.tenantId, channel.id]);
      const contents = await findChannelContents(tx, site, channel);
      const what = contentsInWords(contents);
      if (what) throw contentErrors['content.channel-not-empty']({ name, contents: what });

      const grants = await tx.query(
        `SELECT id, role, account_id AS account FROM access_grant
         WHERE tenant_id = $1 AND site_id = $2 AND channel_id = $3 AND ended_at IS NULL`,
        [site.tenantId, site.id, channel.id],
      );
      await tx.query('DELETE FROM channel WHERE tenant_id = $1 AND id = $2', [site.tenantId, channel.id]);
      await endRedirectsTo(tx, site, path);
      tx.audit('channel.deleted', `channel:${channel.id}`, { name, site: site.id, before: { path }, grants });
      await tellChannels(tx, site, channels.lineageOf(channel));
      return { name, grantsEnded: grants.length };
    });
  }
}

/** What a confirmation says in numbers. */
export async function findChannelContents(
  tx: Tx<Scope>,
  site: SiteRef,
  channel: { id: string; path: string },
): Promise<ChannelContents> {
  const [contents] = await tx.query<ChannelContents>(
    `WITH tree AS (
       SELECT id FROM channel WHERE tenant_id = $1 AND site_id = $2 AND (id = $3 OR ${belowPathSql('path', '$4::text')})
     )
     SELECT (SELECT count(*) - 1 FROM tree)::int AS channels,
       count(*) FILTER (WHERE p.channel_id = $3 AND p.state = 'public')::int AS published,
       count(*) FILTER (WHERE p.state = 'public')::int AS "publishedWithBelow",
       count(*) FILTER (WHERE p.channel_id = $3 AND p.state = 'withdrawn')::int AS withdrawn,
       (SELECT count(*) FROM access_grant g WHERE g.tenant_id = $1 AND g.site_id = $2 AND g.channel_id = $3
          AND g.ended_at IS NULL AND (g.ends_at IS NULL OR g.ends_at > now()))::int AS grants
     FROM tree LEFT JOIN publication p ON p.channel_id = tree.id AND p.tenant_id = $1`,
    [site.tenantId, site.id, channel.id, channel.path],
  );
  return contents!;
}

/** “2 个下级栏目、12 篇稿件和 1 篇已撤下的稿件”; null: nothing is in it. */
export function contentsInWords({ channels, published, withdrawn }: ChannelContents): string | null {
  const parts = [
    channels > 0 ? `${channels} 个下级栏目` : '',
    published > 0 ? `${published} 篇稿件` : '',
    withdrawn > 0 ? `${withdrawn} 篇已撤下的稿件` : '',
  ].filter(Boolean);
  return parts.length > 0 ? parts.join('、') : null;
}
