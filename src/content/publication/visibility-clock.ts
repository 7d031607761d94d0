import type { Actor, ClusterScope } from '../../kernel/database/scope.js';
import type { Tx, UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { changedPages } from './changed-pages.js';
import type { Publication } from './release.entity.js';

const ACTOR: Actor = { kind: 'system', name: 'visibility-clock' };
const SCOPE: ClusterScope = { kind: 'cluster', actor: ACTOR, work: 'clock' };
/** How often its time is written down when nothing turned; what lies between is told again after a change of hands. */
const WRITE_DOWN_MS = 30_000;
/** Further back than this, after a long rest, no node remembers a page. */
const FURTHEST_BACK = '2 days';

/**
 * Tells pages when a publication begins or ends to be visible. What is visible is decided by the query alone, to the
 * second; this only drops pages that were rendered before. Runs in the relay's process, each second, by the database's
 * clock; how far it has come stands in the database, so that who takes over goes on from there.
 */
export class VisibilityClock {
  private writtenAt = 0;

  constructor(private readonly work: UnitOfWork) {}

  tick = (): Promise<void> =>
    this.work.run(SCOPE, async (tx) => {
      const { seen, now } = await clockOf(tx);
      const turned = await tx.query<Publication>(TURNED, [seen, now]);
      for (const publication of turned)
        await tx.emit({
          name: 'content.visibility-turned',
          tenantId: publication.tenantId,
          tags: await changedPages(tx, publication),
        });
      if (turned.length === 0 && Date.now() - this.writtenAt < WRITE_DOWN_MS) return;
      await tx.query(
        `INSERT INTO installation (key, value) VALUES ('visibility-clock', to_jsonb($1::timestamptz))
         ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
        [now],
      );
      this.writtenAt = Date.now();
    });
}

async function clockOf(tx: Tx): Promise<{ seen: Date; now: Date }> {
  const [row] = await tx.query<{ seen: Date; now: Date }>(
    `SELECT now(), greatest(
       coalesce((SELECT (value #>> '{}')::timestamptz FROM installation WHERE key = 'visibility-clock'), now()),
       now() - interval '${FURTHEST_BACK}') AS seen`,
  );
  return row!;
}

// What became visible at once when it was placed was told by the publishing itself.
const TURNED = `
  SELECT tenant_id AS "tenantId", id, site_id AS "siteId", channel_id AS "channelId", item_id AS "itemId",
    placed_at AS "placedAt"
  FROM publication
  WHERE (visible_from > $1 AND visible_from <= $2 AND visible_from > created_at)
     OR (visible_until > $1 AND visible_until <= $2)`;
