import type { Actor, ClusterScope } from '../../kernel/database/scope.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { changedPages } from './changed-pages.js';
import type { Publication } from './release.entity.js';

const ACTOR: Actor = { kind: 'system', name: 'visibility-clock' };
const SCOPE: ClusterScope = { kind: 'cluster', actor: ACTOR, work: 'clock' };

/**
 * Tells pages when a publication begins or ends to be visible. What is visible is decided by the query alone, to the
 * second; this only drops pages that were rendered before. Runs in the relay's process, each second, by the database's
 * clock; instants that passed while nobody watched need no telling, since page stores in memory start empty.
 */
export class VisibilityClock {
  /** Null until the first tick. */
  private seen: Date | null = null;

  constructor(private readonly work: UnitOfWork) {}

  tick = async (): Promise<void> => {
    this.seen = await this.work.run(SCOPE, async (tx) => {
      const [clock] = await tx.query<{ now: Date }>('SELECT now()');
      const now = clock!.now;
      if (!this.seen) return now;
      const turned = await tx.query<Publication>(TURNED, [this.seen, now]);
      for (const publication of turned)
        await tx.emit({
          name: 'content.visibility-turned',
          tenantId: publication.tenantId,
          tags: await changedPages(tx, publication),
        });
      return now;
    });
  };
}

// What became visible at once when it was placed was told by the publishing itself.
const TURNED = `
  SELECT tenant_id AS "tenantId", id, site_id AS "siteId", channel_id AS "channelId", item_id AS "itemId",
    placed_at AS "placedAt"
  FROM publication
  WHERE (visible_from > $1 AND visible_from <= $2 AND visible_from > created_at + interval '1 second')
     OR (visible_until > $1 AND visible_until <= $2)`;
