import type pg from 'pg';
import type { Connections } from '../database/connections.js';
import type { Log } from '../logging/log.js';
import { Listener } from './listener.js';

const RELAY_LOCK = 5310927143;
const BATCH = 500;
const KEEP_CHANGES = '7 days';

const TAKE_OVER = `
  WITH taken AS (
    DELETE FROM outbox o USING (SELECT tenant_id, id FROM outbox ORDER BY id LIMIT ${BATCH}) AS next
    WHERE o.tenant_id = next.tenant_id AND o.id = next.id
    RETURNING o.tenant_id, o.id, o.name, o.tags, o.created_at
  )
  INSERT INTO change (position, tenant_id, name, tags, created_at)
  SELECT (SELECT coalesce(max(position), 0) FROM change) + row_number() OVER (ORDER BY id), tenant_id, name, tags, created_at
  FROM taken
  RETURNING position`;

// The last row stays: it holds the number from which the next one counts.
const PRUNE = `DELETE FROM change
  WHERE relayed_at < now() - interval '${KEEP_CHANGES}' AND position < (SELECT max(position) FROM change)`;

/**
 * Numbers committed news without gaps and tells every node. One process of the installation does it (a session advisory
 * lock); the others stand by. `everySecond` is further work that must have one doer.
 */
export class Relay {
  private prunedAt = 0;
  private readonly listener: Listener;

  constructor(connections: Connections, log: Log, everySecond: () => Promise<void>) {
    this.listener = new Listener({
      url: connections.urls.cluster,
      name: 'jiyue relay',
      channel: 'jiyue_outbox',
      everyMs: 1_000,
      log,
      onWake: async (client) => {
        if (!(await this.lead(client))) return;
        await this.relay(client);
        // What it tells comes with the next notification; a fault of its own must not hold up everybody's news.
        await everySecond().catch((error) => log.error({ err: error }, 'the work of each second failed'));
      },
    });
  }

  start = () => this.listener.start();
  stop = () => this.listener.stop();

  /** The lock lives as long as its connection: a new connection asks again. */
  private async lead(client: pg.Client & { jiyueLeads?: boolean }): Promise<boolean> {
    if (!client.jiyueLeads) {
      const { rows } = await client.query<{ won: boolean }>('SELECT pg_try_advisory_lock($1) AS won', [RELAY_LOCK]);
      client.jiyueLeads = rows[0]?.won === true;
    }
    return client.jiyueLeads;
  }

  private async relay(client: pg.Client): Promise<void> {
    for (let taken = BATCH; taken === BATCH; ) {
      await client.query('BEGIN');
      try {
        await client.query(`SELECT set_config('app.work', 'relay', true)`);
        const { rows } = await client.query<{ position: string }>(TAKE_OVER);
        taken = rows.length;
        const last = rows.reduce((max, row) => Math.max(max, Number(row.position)), 0);
        if (taken > 0) await client.query(`SELECT pg_notify('jiyue_change', $1)`, [String(last)]);
        await client.query('COMMIT');
      } catch (error) {
        await client.query('ROLLBACK').catch(() => {});
        throw error;
      }
    }
    if (Date.now() - this.prunedAt > 3_600_000) {
      await client.query(PRUNE);
      this.prunedAt = Date.now();
    }
  }
}
