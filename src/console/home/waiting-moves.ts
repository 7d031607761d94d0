import { conditionSql } from '../../authority/condition-sql.js';
import { maySomewhere, reading } from '../../authority/desk-context.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { Calendar } from '../../kernel/time/calendar.js';
import { BROKEN_OFF, FAILED_MOVES_OF } from '../../tenancy/move/moves-underway.js';
import type { Waiting, WaitingSource } from './waiting.js';

const MOST = 20;

interface Failed {
  siteId: string;
  name: string;
  toName: string;
  begunAt: Date;
  failure: string | null;
}

/** Moves of sites that one began, that went on after their page was answered, and came to nothing. */
export function movesFailed(work: UnitOfWork, calendar: Calendar): WaitingSource {
  return {
    async find(ctx) {
      if (!maySomewhere(ctx, 'site.move')) return [];
      const columns = { tenantId: 's.tenant_id', siteId: 's.id' };
      const { sql, parameters } = conditionSql(ctx.ability, 'site.move', columns, [ctx.account.id]);
      const rows = await work.run(reading(ctx), (tx) =>
        tx.query<Failed>(
          `SELECT s.id AS "siteId", s.name, m.to_name AS "toName", m.begun_at AS "begunAt", m.failure
           ${FAILED_MOVES_OF('$1')} AND ${sql} ORDER BY m.begun_at DESC LIMIT ${MOST}`,
          parameters,
        ),
      );
      return rows.map(
        ({ siteId, name, toName, begunAt, failure }): Waiting => ({
          kind: '划转',
          tone: 'bad',
          title: `“${name}”没有划归${toName}`,
          note: `${calendar.minute(begunAt)}开始，没有做成。${failure ?? BROKEN_OFF}`,
          href: `/sites/${siteId}`,
          verb: '查看',
          due: null,
        }),
      );
    },
  };
}
