import type { Actor } from '../../kernel/database/scope.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { readingsOf } from './site-reading.js';

interface Unread {
  id: string;
  tenantId: string;
  name: string;
}

/**
 * Gives a reading to the sites that have none: those opened before there was one. Repeatable; when none is missing it
 * asks once and loads no dictionary.
 */
export class FillReadings {
  constructor(private readonly work: UnitOfWork) {}

  /** @returns how many sites got a reading */
  async run(actor: Actor): Promise<number> {
    const unread = await this.work.run({ kind: 'cluster', actor, work: 'provision' }, (tx) =>
      tx.query<Unread>(`SELECT id, tenant_id AS "tenantId", name FROM site WHERE pinyin_full = '' ORDER BY tenant_id`),
    );
    if (unread.length === 0) return 0;
    const readings = await readingsOf(unread.map((site) => site.name));
    const rows = unread.map((site, i) => ({ ...site, ...readings[i]! }));
    for (const [tenantId, own] of Map.groupBy(rows, (row) => row.tenantId))
      await this.work.run({ kind: 'tenant', actor, tenantId }, (tx) =>
        tx.query(
          `UPDATE site s SET pinyin_full = r."full", pinyin_initials = r.initials
           FROM jsonb_to_recordset($2) AS r(id uuid, name text, "full" text, initials text)
           WHERE s.tenant_id = $1 AND s.id = r.id AND s.name = r.name`,
          [tenantId, JSON.stringify(own)],
        ),
      );
    return rows.length;
  }
}
